"""Webinars in lists: the page of all of them, and what other rooms show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import Registration, Session, WebinarPage
from events.models.session import SessionQuerySet
from vocabulary.models import Sector, Topic
from web.paging import KeysetPage, keyset

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

COMING_SIZE, PAST_SIZE = 20, 10
LONGEST_SLUG = 60


@dataclass(frozen=True)
class Row:
    """One session in a list. `starts_at` is shown in the reader's zone.

    `label` says how it stands, `part` which one of a series it is; both may be empty.
    """

    title: str
    url: str
    text: str
    starts_at: dt.datetime
    minutes: int
    label: str | Promise
    part: str
    session: Session


def rows(sessions: Iterable[Session], request: HttpRequest, *, personal: bool = True) -> list[Row]:
    """For sessions from `for_lists()`. `personal` costs a query: where somebody signed in has a place."""
    sessions = list(sessions)
    states = _states(sessions, request.user) if personal else {}
    return [
        Row(
            title=session.page.title,
            url=session.page.get_url(request) or "",
            text=session.page.summary,
            starts_at=session.starts_at,
            minutes=session.minutes,
            label=_label(session, states.get(session.pk)),
            part=_part(session),
            session=session,
        )
        for session in sessions
    ]


def _states(sessions: list[Session], user: User | AnonymousUser) -> dict[int, str]:
    if not sessions or not user.is_authenticated:
        return {}
    mine = Registration.objects.current().filter(person=user, session__in=[session.pk for session in sessions])
    return dict(mine.values_list("session_id", "state"))


def _label(session: Any, state: str | None) -> str | Promise:
    if session.is_cancelled:
        return _("Cancelled")
    if session.is_over:
        return _("Recording") if session.is_recorded else ""
    if state:
        return Registration.State(state).label
    return _("Full: you can join the line") if session.is_full else ""


def _part(session: Any) -> str:
    if session.total < 2:
        return ""
    return gettext("Session %(number)d of %(total)d") % {"number": session.number, "total": session.total}


def coming(user: User | AnonymousUser) -> SessionQuerySet:
    return Session.objects.visible_to(user).coming().for_lists().order_by("starts_at", "id")


def past(user: User | AnonymousUser) -> SessionQuerySet:
    return Session.objects.visible_to(user).over().for_lists().order_by("-starts_at", "-id")


def index(request: HttpRequest) -> dict[str, Any]:
    """The context of the page of all webinars. Lists are pages of their own length, each with its own cursor."""
    topic, sector = (request.GET.get(name, "").replace("\0", "")[:LONGEST_SLUG] for name in ("topic", "sector"))
    done = _about(past(request.user), topic, sector).filter(is_cancelled=False)
    lists = {
        "coming": _page(request, _about(coming(request.user), topic, sector), "coming", 1, COMING_SIZE),
        "recordings": _page(request, done.filter(is_recorded=True), "recordings", -1, PAST_SIZE),
        "earlier": _page(request, done.filter(is_recorded=False), "earlier", -1, PAST_SIZE),
    }
    visible = WebinarPage.objects.visible_to(request.user).order_by().values("pk")
    return {
        **lists,
        "topics": Topic.objects.filter(webinars__in=visible).distinct(),
        "sectors": Sector.objects.filter(webinars__in=visible).distinct(),
        "topic": topic,
        "sector": sector,
    }


def _about(sessions: SessionQuerySet, topic: str, sector: str) -> SessionQuerySet:
    if topic:
        sessions = sessions.filter(page__topics__slug=topic)
    if sector:
        sessions = sessions.filter(page__sectors__slug=sector)
    return sessions


def _page(request: HttpRequest, sessions: SessionQuerySet, name: str, direction: int, size: int) -> dict[str, Any]:
    order = ("starts_at", "id") if direction > 0 else ("-starts_at", "-id")
    found: KeysetPage[Session] = keyset(sessions, order=order, cursor=request.GET.get(name), size=size)
    return {"rows": rows(found.items, request), **found.links(request, name)}
