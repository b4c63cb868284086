"""What people are told about webinars: lines in the inbox, reminders, and the e-mails with a calendar file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, Case, Value, When
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import emails
from events.models import Registration, Session, WebinarPage
from notifications.actions import announce
from notifications.kinds import Description, Kind, register
from outbox.actions import enqueue
from web.templatetags.web_tags import hour

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event

CONFIRMED, PROMOTED, WAITING, CHANGED, CANCELLED = "confirmed", "promoted", "waiting", "changed", "cancelled"
PLACE, MOVED, REMINDER = "webinar_place", "webinar_changed", "webinar_reminder"


def place_given(registration: Registration, *, message: str) -> None:
    """The person hears that they have a place: an e-mail with the calendar file, and a line in the inbox."""
    enqueue(emails.ONE, payload={"registration": registration.pk, "message": message})
    data = {"person": registration.person_id, "from_line": message == PROMOTED}
    announce(kind=PLACE, actor=None, subject=registration.session, data=data)


def put_in_line(registration: Registration) -> None:
    """The person hears where they stand."""
    enqueue(emails.ONE, payload={"registration": registration.pk, "message": WAITING})


def session_changed(session: Session, *, actor: User | None, was_cancelled: bool) -> None:
    """Everybody with a place or in line hears of a new time, a new address or a cancellation."""
    if session.is_cancelled and was_cancelled:
        return
    message = CANCELLED if session.is_cancelled else CHANGED
    enqueue(emails.ALL, payload={"session": session.pk, "message": message, "sequence": session.sequence})
    announce(kind=MOVED, actor=actor, subject=session, data={"sequence": session.sequence})


def remind(session: Session) -> None:
    """People with a place are reminded, as they chose to be."""
    announce(kind=REMINDER, actor=None, subject=session, data={"starts": session.starts_at.isoformat()})


def _prepare(sessions: Any) -> Any:
    public = WebinarPage.objects.visible_to(AnonymousUser()).order_by().values("pk")
    is_public = Case(When(page__in=public, then=Value(True)), default=Value(False), output_field=BooleanField())
    return sessions.select_related("page").defer("transcript", "page__body").annotate(is_public=is_public)


def _everybody(event: Event) -> Iterable[int]:
    return _people(event, Registration.objects.current())


def _with_a_place(event: Event) -> Iterable[int]:
    return _people(event, Registration.objects.filter(state=Registration.State.CONFIRMED))


def _people(event: Event, registrations: Any) -> Iterable[int]:
    return registrations.filter(session=event.object_id).values_list("person_id", flat=True)


def _described(session: Any, title: str, text: str) -> Description:
    # `is_public` comes from `_prepare`.
    return Description(title, session.page.get_url(), text, is_public=session.is_public)


def _describe_place(event: Event, person: User) -> Description | None:
    session = cast(Session, event.subject)
    if event.data.get("person") != person.pk:
        return None
    if event.data.get("from_line"):
        title = _("A place became free: you have a place at “%(title)s”")
    else:
        title = _("You have a place at “%(title)s”")
    return _described(session, title % {"title": session.page.title}, spoken_start(session, person))


def _describe_change(event: Event, person: User) -> Description | None:
    session = cast(Session, event.subject)
    if session.is_cancelled:
        return _described(session, _("Cancelled: “%(title)s”") % {"title": session.page.title}, "")
    title = _("Changed: “%(title)s”") % {"title": session.page.title}
    return _described(session, title, spoken_start(session, person))


def _describe_reminder(event: Event, person: User) -> Description | None:
    session = cast(Session, event.subject)
    if session.is_cancelled or session.is_over or event.data.get("starts") != session.starts_at.isoformat():
        return None
    title = _("Coming up: “%(title)s”") % {"title": session.page.title}
    text = _("%(when)s. You join from its page, from 15 minutes before it starts.")
    return _described(session, title, text % {"when": spoken_start(session, person)})


def spoken_start(session: Session, person: User) -> str:
    """ "Tuesday 3 March, 1pm", by the person's own clock, with the zone's name when it is not the organiser's."""
    with timezone.override(person.time_zone):
        local = timezone.localtime(session.start)
        words = _("%(day)s, %(time)s") % {"day": dateformat.format(local, _("l j F")), "time": hour(local)}
        if session.is_elsewhere:
            wall = {"time": hour(session.wall_start), "city": session.city}
            words = _("%(words)s your time (%(time)s in %(city)s)") % {"words": words, **wall}
    return words


KINDS = (
    Kind(
        key=PLACE,
        label=gettext_lazy("Your places at webinars"),
        description=gettext_lazy("The e-mail with the calendar file always comes; this is a short note besides."),
        news=gettext_lazy("There is news of your place at a webinar"),
        audience=lambda event: [event.data["person"]],
        describe=_describe_place,
        prepare=_prepare,
        email=False,
    ),
    Kind(
        key=MOVED,
        label=gettext_lazy("Changes to webinars that you registered for"),
        description=gettext_lazy("The e-mail with the new calendar file always comes; this is a note besides."),
        news=gettext_lazy("A webinar that you registered for has changed"),
        audience=_everybody,
        describe=_describe_change,
        prepare=_prepare,
        email=False,
    ),
    Kind(
        key=REMINDER,
        label=gettext_lazy("Reminders of webinars"),
        description=gettext_lazy("The day before and an hour before, when you have a place."),
        news=gettext_lazy("A webinar at which you have a place starts soon"),
        audience=_with_a_place,
        describe=_describe_reminder,
        prepare=_prepare,
    ),
)


def register_kinds() -> None:
    register(*KINDS)
