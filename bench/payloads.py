"""Lists of payloads, and the ways a member could put one into a text."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

Text = TypeVar("Text", bound=str)

# As typed, as an address, as an autolink, as an image, as a link's text, as a quoted list item, and as code.
DRESSINGS = [
    "{}",
    "[open]({})",
    "<{}>",
    "![picture]({})",
    "[{}](https://example.org/)",
    "> * {}",
    "```{}\n{}\n```",
]


def read_payloads(path: Path) -> list[str]:
    """One payload a line, or a JSON list of strings or of objects with "payload" or "markdown".

    Errors: ValueError for JSON of another shape; OSError for a file that cannot be read.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        return [line for line in text.split("\n") if line.strip()]
    entries = json.loads(text)
    if not isinstance(entries, list):
        raise ValueError(f"{path} does not hold a JSON list.")
    return [_payload(entry) for entry in entries]


def _payload(entry: object) -> str:
    if isinstance(entry, dict):
        entry = entry.get("payload", entry.get("markdown"))
    if not isinstance(entry, str):
        raise ValueError(f"There is no payload in {entry!r}.")
    return entry


def dressed(payload: str) -> list[str]:
    """The payload in every dressing."""
    return [dressing.replace("{}", payload) for dressing in DRESSINGS]


def batches(payloads: Iterable[Text], size: int) -> Iterator[list[Text]]:
    """`payloads` in lists of at most `size`."""
    rest = iter(payloads)
    while batch := list(islice(rest, size)):
        yield batch
