"""What people can be told of. Every room registers its kinds from `apps.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.letters import File
    from notifications.models import Event


class NotTaken(Exception):
    """A reply by e-mail was not posted; the message says to its writer why, and what to do."""


@dataclass(frozen=True)
class Description:
    """What one person is told of an event. `url` is a path of this site; `text` one or two plain sentences.

    Only what anyone on the internet may read `is_public`: all other mail carries the link, no title and no text.
    """

    title: str
    url: str
    text: str = ""
    is_public: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `audience(event)` gives the ids of those who may want to hear; the actor is left out by itself.
    `describe(event, person)` is asked before `person` is told and whenever it is shown: None says that they may
    not see it (any more). `event.subject` has then been loaded through `visible_to(person)` where its model has
    that (Wagtail pages through their privacy), so only what this does not cover need be checked.
    `asks`: it waits for this person to do something, so it stands under "Needs you".
    `bundle` names a number in `event.data`: of one such number (a thread) there is one e-mail until the person looks.
    `together` is the title of several unread lines of one such number, where the newest does not speak for all.
    `answer(event, person, text, token, files)` posts what this person wrote by e-mail, once for a token, and gives
    what they must be told of it, if anything; it raises NotTaken, with a reason for them, where they may not write.
    `read_by(event, person)` says in half a sentence who would read that; empty where this person cannot answer.
    `applies_to(person)`: is it worth a line among this person's choices? What moderators hear of is not for others.
    `news` says in one sentence, without a full stop, what an e-mail may say where `describe` is not public.
    `prepare(queryset)` adds what `describe` reads (`select_related`), so that an inbox costs no query a line.
    `describe_all(events, person)` answers for many at once, by event number, where `describe` would ask the database.
    """

    key: str
    label: str | Promise
    description: str | Promise
    audience: Callable[[Event], Iterable[int]]
    describe: Callable[[Event, User], Description | None]
    inbox: bool = True
    email: bool = True
    repeat_safe: bool = False
    news: str | Promise = ""
    prepare: Callable[[Any], Any] | None = None
    describe_all: Callable[[list[Event], User], dict[int, Description]] | None = None
    asks: bool = False
    bundle: str = ""
    together: str | Promise = ""
    applies_to: Callable[[User], bool] = lambda person: True
    answer: Callable[[Event, User, str, UUID, Sequence[File]], str] | None = None
    read_by: Callable[[Event, User], str] = lambda event, person: ""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known. The last one registered under a key counts."""
    _kinds.update((kind.key, kind) for kind in kinds)


def get(key: str) -> Kind | None:
    return _kinds.get(key)


def for_person(person: User) -> list[Kind]:
    """What this person may choose about, in the order of registration."""
    return [kind for kind in _kinds.values() if kind.applies_to(person)]
