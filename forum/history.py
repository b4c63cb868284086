"""What changed in a post from one version to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from forum.models import PostRevision

# Longer texts are compared by lines: nobody waits for a page while 20,000 words are laid side by side.
MOST_WORDS = 6000
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
    """Two texts as one, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    parts: list[Part] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            parts.append(Part(SAME, "".join(old[start:end])))
            continue
        pair = Part(GONE, "".join(old[start:end])), Part(NEW, "".join(new[new_start:new_end]))
        parts += [part for part in pair if part.text]
    return parts
