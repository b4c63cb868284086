"""What is said in recordings, cut into passages that a result can open at their second."""

from __future__ import annotations

from events.transcripts import passages

SECONDS = 60
# Somebody who talks fast, or a transcript with few times.
LONGEST = 1500


def minutes_of(transcript: str) -> dict[int, str]:
    """About a minute each, by the second at which it begins; no second twice, whatever the transcript's times are."""
    found: dict[int, str] = {}
    start, text = 0, ""
    for passage in passages(transcript):
        if text and (abs(passage.seconds - start) >= SECONDS or len(text) >= LONGEST):
            found[start] = f"{found[start]} {text}" if start in found else text
            text = ""
        if not text:
            start = passage.seconds
        text = f"{text} {passage.text}".strip()
    if text:
        found[start] = f"{found[start]} {text}" if start in found else text
    return found
