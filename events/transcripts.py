"""WebVTT, the text that belongs to a recording: read as plain text, whatever stands in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 600_000  # characters: about ten hours of talk
PARAGRAPH = 600  # characters: a longer turn of one speaker is broken at the next cue, so that times stay near

TIMING = re.compile(r"^\s*(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)[.,]\d{3}\s+-->\s+[\d:.,]+")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
TAG = re.compile(r"</?[a-zA-Z0-9][^>]*>|<>")
BLOCK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Passage:
    """What one person says in one go. `seconds` from the start of the recording; `speaker` may be empty.

    `cues` say where in the text each cue begins, and at which second.
    """

    seconds: int
    speaker: str
    text: str
    cues: tuple[tuple[int, int], ...] = ()

    @property
    def clock(self) -> str:
        return clock(self.seconds)

    def pieces(self, words: str) -> list[tuple[str, bool]]:
        """The text cut at what was looked for: (piece, whether it is a find)."""
        if not words:
            return [(self.text, False)]
        parts = re.split(f"({re.escape(words)})", self.text, flags=re.IGNORECASE)
        return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]


def clock(seconds: int) -> str:
    """As a player shows it: "0:04", "1:02:03"."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def validate(source: str) -> None:
    """Raises ValidationError for a text without a single cue, or one far too long."""
    if len(source) > LONGEST:
        raise ValidationError(_("This transcript is too long. Give each session its own."))
    if source.strip() and next(_cues(source), None) is None:
        raise ValidationError(
            _("This is not WebVTT: no line has times such as “00:00:04.000 --> 00:00:16.000”. Export it as .vtt again.")
        )


def passages(source: str) -> list[Passage]:
    """Cues of one speaker in a row joined to paragraphs. Tags are dropped; what they enclose stays, as text."""
    found: list[Passage] = []
    for cue in _cues(source):
        last = found[-1] if found else None
        if last and last.speaker == cue.speaker and len(last.text) < PARAGRAPH:
            cues = (*last.cues, (len(last.text) + 1, cue.seconds))
            found[-1] = Passage(last.seconds, last.speaker, f"{last.text} {cue.text}", cues)
        else:
            found.append(cue)
    return found


def _cues(source: str) -> Iterator[Passage]:
    plain = source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    speaker = ""
    for block in BLOCK.split(plain):
        lines = block.strip("\n").split("\n")
        position = next((number for number, line in enumerate(lines[:2]) if TIMING.match(line)), None)
        if position is None:
            continue
        for turn_speaker, text in _turns(" ".join(lines[position + 1 :]), speaker):
            speaker = turn_speaker
            seconds = _seconds(lines[position])
            yield Passage(seconds, turn_speaker, text, ((0, seconds),))


def _turns(payload: str, speaker: str) -> Iterator[tuple[str, str]]:
    """One cue may hold several voices. One that names nobody goes on with whoever spoke last."""
    before, *rest = VOICE.split(payload)
    for name, words in [(speaker, before), *zip(rest[::2], rest[1::2], strict=True)]:
        text = _text(words)
        if text:
            yield _text(name), text


def _text(source: str) -> str:
    return " ".join(html.unescape(TAG.sub("", source)).split())


def _seconds(timing: str) -> int:
    hours, minutes, seconds = TIMING.match(timing).groups()  # type: ignore[union-attr]
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
