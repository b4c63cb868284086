"""What is said in recordings, cut into passages that a result can open at the second of what was found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from events.transcripts import Passage, passages

SECONDS = 60
# Somebody who talks fast, or a transcript with few times.
LONGEST = 1500
# To read one of two hours takes longer than to ask the index, and a page of results may have twenty.
MOST_KEPT = 32


@dataclass
class Minute:
    """About a minute of talk, with where in its text each cue begins and at which second."""

    text: str = ""
    cues: list[tuple[int, int]] = field(default_factory=list)

    def add(self, passage: Passage) -> None:
        before = len(self.text) + 1 if self.text else 0
        self.cues += [(before + place, second) for place, second in passage.cues]
        self.text = f"{self.text} {passage.text}".strip()

    def second_at(self, place: int) -> int:
        """At which second of the recording what stands at this place of the text is said."""
        return self.cues[max(0, bisect_right(self.cues, place, key=lambda cue: cue[0]) - 1)][1]


@lru_cache(maxsize=MOST_KEPT)
def minutes_of(transcript: str) -> Mapping[int, Minute]:
    """By the second at which each begins; no second twice, whatever the transcript's times are."""
    found: dict[int, Minute] = {}
    start, length = 0, 0
    for passage in passages(transcript):
        if not length or abs(passage.seconds - start) >= SECONDS or length >= LONGEST:
            start, length = passage.seconds, 0
        found.setdefault(start, Minute()).add(passage)
        length += len(passage.text) + 1
    return found
