"""A webinar's page as one reader sees it: what each session says, and its one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from events.models import Registration, Session, WebinarPage
from events.permissions import can_join, can_register, can_see_people
from events.recordings import moment, starting_at
from events.transcripts import Passage, clock, passages

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
    """A session's transcript: all of it, or the passages that hold the words looked for, cut at each find.

    `start` is the passage that is spoken at second `at`, where the address names one.
    """

    session: Session
    passages: list[tuple[Passage, list[tuple[str, bool]]]]
    words: str
    start: Passage | None = None
    at: int = 0

    @property
    def recording_url(self) -> str:
        """Of the recording, from second `at` on. Empty where there is none or its player cannot be told."""
        return starting_at(self.session.recording_url, self.at)

    @property
    def clock(self) -> str:
        return clock(self.at)

    @property
    def finds(self) -> int:
        return sum(is_find for _, pieces in self.passages for _, is_find in pieces)


def page(webinar: WebinarPage, request: HttpRequest) -> dict[str, Any]:
    """The context of a webinar's page."""
    sessions = sorted(webinar.sessions.all(), key=lambda session: session.start)
    words = " ".join(request.GET.get("find", "").split())[:LONGEST_SEARCH]
    states = _states(sessions, request.user)
    at = moment(request.GET.get("t", ""))
    told = [session for session in sessions if session.transcript]
    # Of a webinar with several recordings, an address that does not say which means the first.
    named = moment(request.GET.get("session", ""))
    meant = next((session for session in told if named in (session.pk, None)), None)
    return {
        "states": states,
        "main": _main(states),
        "topics": webinar.topics.all(),
        "sectors": webinar.sectors.all(),
        "transcripts": [transcript(session, words, at if session is meant else None) for session in told],
        "find": words,
        "can_see_people": can_see_people(request.user),
        "can_edit": _can_edit(webinar, request.user),
    }


def _can_edit(webinar: WebinarPage, user: User | AnonymousUser) -> bool:
    if not user.is_authenticated or not (user.is_moderator or user.is_editor):
        return False
    return webinar.permissions_for_user(user).can_edit()


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


def transcript(session: Session, words: str = "", at: int | None = None) -> Transcript:
    """Cut at `words`; or whole, with the passage that is spoken at second `at`."""
    said = passages(session.transcript)
    cut = [(passage, passage.pieces(words)) for passage in said]
    if words:
        cut = [(passage, pieces) for passage, pieces in cut if any(is_find for _, is_find in pieces)]
    if words or at is None or not said:
        return Transcript(session, cut, words)
    start = next((passage for passage in reversed(said) if passage.seconds <= at), said[0])
    return Transcript(session, cut, words, start, at)
