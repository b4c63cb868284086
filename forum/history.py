"""What changed in a post from one version to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from forum.models import PostRevision

# Of what an edit changed, from its first to its last difference: a text made for it has the library look at each word
# once for every other one, and a page shows ten edits.
MOST_COMPARED = 800
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SAME, GONE, NEW = "same", "gone", "new"


class Part(NamedTuple):
    """A stretch of text and what became of it: SAME, GONE or NEW."""

    kind: str
    text: str


class Change(NamedTuple):
    """One edit: the version that it ended, and what it changed; nothing where a moderator took the words away."""

    revision: PostRevision
    parts: list[Part]


def changes(revisions: Iterable[PostRevision], now: str) -> list[Change]:
    """Each of these versions, the newest first, beside the one after it; after the newest stands `now`.

    Versions that the reader may not see are not among them, and nothing of them shows: those around stand side by side.
    """
    found = []
    for revision in revisions:
        if revision.removed_at is not None:
            found.append(Change(revision, []))
            continue
        found.append(Change(revision, compared(revision.source, now)))
        now = revision.source
    return found


def compared(before: str, after: str) -> list[Part]:
    """Two texts as one, word by word; where that would take long, line by line, or as a whole."""
    for cut in (_WORDS.findall, lambda text: text.splitlines(keepends=True)):
        old, new = cut(before), cut(after)
        head = _alike(old, new)
        tail = _alike(old[head:][::-1], new[head:][::-1])
        middle = old[head : len(old) - tail], new[head : len(new) - tail]
        if max(map(len, middle)) <= MOST_COMPARED:
            parts = [
                Part(SAME, "".join(old[:head])),
                *_laid_beside(*middle),
                Part(SAME, "".join(old[len(old) - tail :])),
            ]
            return [part for part in parts if part.text]
    return [part for part in (Part(GONE, before), Part(NEW, after)) if part.text]


def _alike(old: list[str], new: list[str]) -> int:
    """With how many of the same they begin."""
    return next(
        (place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )


def _laid_beside(old: list[str], new: list[str]) -> Iterator[Part]:
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield Part(SAME, "".join(old[start:end]))
        else:
            yield Part(GONE, "".join(old[start:end]))
            yield Part(NEW, "".join(new[new_start:new_end]))
