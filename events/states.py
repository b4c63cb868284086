"""A webinar's page as one reader sees it: what each session says, and its one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from events.models import Registration, Session, WebinarPage
from events.permissions import can_join, can_register, can_see_people
from events.transcripts import Passage, passages

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

LONGEST_SEARCH = 80


@dataclass(frozen=True)
class SessionState:
    """One session and one reader. `number` counts a webinar's sessions from 1."""

    session: Session
    number: int
    registration: Registration | None
    reader: User | AnonymousUser

    @property
    def name(self) -> str:
        """cancelled, over, join, confirmed, waiting, visitor, unconfirmed, full or open."""
        if self.session.is_cancelled:
            return "cancelled"
        if self.session.is_over:
            return "over"
        return self._place() or self._way_in()

    def _place(self) -> str:
        if not self.registration:
            return ""
        return "join" if can_join(self.session, self.registration) else self.registration.state

    def _way_in(self) -> str:
        if not self.reader.is_authenticated:
            return "visitor"
        if not can_register(self.reader):
            return "unconfirmed"
        return "full" if self.session.is_full else "open"

    @property
    def is_recorded(self) -> bool:
        return bool(self.session.recording_url or self.session.transcript)


@dataclass(frozen=True)
class Transcript:
    """A session's transcript: all of it, or the passages that hold the words looked for, cut at each find."""

    session: Session
    passages: list[tuple[Passage, list[tuple[str, bool]]]]
    words: str

    @property
    def finds(self) -> int:
        return sum(is_find for _, pieces in self.passages for _, is_find in pieces)


def page(webinar: WebinarPage, request: HttpRequest) -> dict[str, Any]:
    """The context of a webinar's page."""
    sessions = sorted(webinar.sessions.all(), key=lambda session: session.start)
    words = " ".join(request.GET.get("find", "").split())[:LONGEST_SEARCH]
    states = _states(sessions, request.user)
    return {
        "states": states,
        "main": _main(states),
        "topics": webinar.topics.all(),
        "sectors": webinar.sectors.all(),
        "transcripts": [transcript(session, words) for session in sessions if session.transcript],
        "find": words,
        "can_see_people": can_see_people(request.user),
    }


def _states(sessions: list[Session], reader: User | AnonymousUser) -> list[SessionState]:
    mine: dict[int, Registration] = {}
    if reader.is_authenticated:
        known = [session.pk for session in sessions if session.pk]
        found = Registration.objects.current().filter(person=reader, session__in=known).with_position()
        mine = {registration.session_id: registration for registration in found}
    return [
        SessionState(session, number, mine.get(session.pk), reader) for number, session in enumerate(sessions, start=1)
    ]


def _main(states: list[SessionState]) -> SessionState | None:
    """What the page's one main button is about: the next session, else the last recorded one, else the last."""
    coming = [state for state in states if state.name not in ("cancelled", "over")]
    recorded = [state for state in states if state.is_recorded]
    return next(iter(coming or reversed(recorded or states)), None)


def transcript(session: Session, words: str = "") -> Transcript:
    cut = [(passage, passage.pieces(words)) for passage in passages(session.transcript)]
    if words:
        cut = [(passage, pieces) for passage, pieces in cut if any(is_find for _, is_find in pieces)]
    return Transcript(session, cut, words)
