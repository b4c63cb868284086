"""Places at webinars: every change locks the session's row first, so that two people never get one place. And webinars
that moderators hide."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.standing import by_active
from audit.actions import record
from events import notifications
from events.models import Registration, Session, WebinarPage
from web.signals import content_changed

KEPT_FOR = dt.timedelta(days=365)
State = Registration.State


class RegistrationClosed(Exception):
    """Nobody can register any more. Its text says why, to the person who tried."""


@by_active("person")
def register(*, session: Session, person: User) -> Registration:
    """Give `person` a place, or the last place in line. Doing it twice changes nothing.

    Raises RegistrationClosed when the session is over, cancelled or not published.
    """
    session = _lock(session)
    was_full = session.is_full
    _require_open(session)
    registration = Registration.objects.filter(session=session, person=person).first()
    if registration and registration.state != State.CANCELLED:
        return registration
    registration = registration or Registration(session=session, person=person)
    registration.asked_at = timezone.now()
    # Whoever stands in line already comes first, however a place became free.
    _fill(session)
    if session.is_full:
        _put_in_line(registration)
    else:
        _confirm(session, registration, message=notifications.CONFIRMED)
    _say_whether_open(session, was_full)
    return registration


@transaction.atomic
def cancel(*, session: Session, person: User) -> bool:
    """Take `person` off the list; the first in line gets the place. False when they were not on it."""
    session = _lock(session)
    was_full = session.is_full
    registration = Registration.objects.current().filter(session=session, person=person).first()
    if registration is None:
        return False
    if registration.is_confirmed:
        session.confirmed_count -= 1
        Session.objects.filter(pk=session.pk).update(confirmed_count=F("confirmed_count") - 1)
    registration.state, registration.confirmed_at = State.CANCELLED, None
    registration.save(update_fields=["state", "confirmed_at"])
    _fill(session)
    _say_whether_open(session, was_full)
    return True


def _say_whether_open(session: Session, was_full: bool) -> None:
    """That the last place is taken, or one is free again, is something that people filter by."""
    if session.is_full != was_full:
        content_changed.send(sender=WebinarPage, ids=[session.page_id])


def after_publishing(*, page: WebinarPage, actor: User | None) -> None:
    """What follows from an edit: more places are given to those in line; a new time or a cancellation is told."""
    for session in Session.objects.filter(page=page).only("pk"):
        with transaction.atomic():
            locked = _lock(session)
            _fill(locked)
            _tell_of_changes(locked, actor)


@transaction.atomic
def hide_webinar(*, page: WebinarPage, actor: User | None) -> None:
    """Nobody publishes it in the CMS before it is restored."""
    page.hidden_at = timezone.now()
    WebinarPage.objects.filter(pk=page.pk).update(hidden_at=page.hidden_at)
    page.unpublish(user=actor)


@transaction.atomic
def restore_webinar(*, page: WebinarPage) -> None:
    """As it was: what an editor has changed since and not published stays a draft, and nobody is told a second time."""
    page.hidden_at, page.live = None, True
    WebinarPage.objects.filter(pk=page.pk).update(hidden_at=None, live=True)
    content_changed.send(sender=WebinarPage, ids=[page.pk])


def put_counts_right() -> int:
    """Repair coming sessions after people have left the site: their places are free again. Returns how many."""
    left = Registration.objects.current().filter(person__is_active=False, session__ends_at__gt=timezone.now())
    for registration in left.select_related("person", "session"):
        cancel(session=registration.session, person=registration.person)
    confirmed = Count("registrations", filter=Q(registrations__state=State.CONFIRMED))
    wrong = Session.objects.coming().annotate(right_count=confirmed).exclude(confirmed_count=F("right_count"))
    repaired = list(wrong.only("pk"))
    for session in repaired:
        with transaction.atomic():
            locked = _lock(session)
            count = locked.registrations.filter(state=State.CONFIRMED).count()
            Session.objects.filter(pk=locked.pk).update(confirmed_count=count)
            locked.confirmed_count = count
            _fill(locked)
    return len(repaired)


@transaction.atomic
def forget_registrations() -> int:
    """Delete who registered for sessions that ended a year ago. Their number stays. Returns how many rows."""
    old = Registration.objects.filter(session__ends_at__lt=timezone.now() - KEPT_FOR)
    count = old.delete()[0]
    if count:
        record(actor=None, verb="events.registrations_forgotten", detail={"count": count})
    return count


def _lock(session: Session) -> Session:
    rows = Session.objects.select_for_update(of=("self",)).select_related("page")
    return rows.defer("transcript", "page__body", "page__speakers").get(pk=session.pk)


def _require_open(session: Session) -> None:
    if session.is_cancelled:
        raise RegistrationClosed(_("This session is cancelled."))
    if session.is_over:
        raise RegistrationClosed(_("This session is over."))
    if not session.page.live:
        raise RegistrationClosed(_("This webinar is not on the site at the moment."))


def _fill(session: Session) -> None:
    """Give free places to those in line, first come first. The session's row must be locked."""
    if session.is_full or session.is_over or session.is_cancelled or not session.page.live:
        return
    line = Registration.objects.waiting().filter(session=session, person__is_active=True)
    for registration in line[: session.places_left]:
        _confirm(session, registration, message=notifications.PROMOTED)


def _confirm(session: Session, registration: Registration, *, message: str) -> None:
    registration.state, registration.confirmed_at = State.CONFIRMED, timezone.now()
    registration.save()
    session.confirmed_count += 1
    Session.objects.filter(pk=session.pk).update(confirmed_count=F("confirmed_count") + 1)
    notifications.place_given(registration, message=message)


def _put_in_line(registration: Registration) -> None:
    registration.state, registration.confirmed_at = State.WAITING, None
    registration.save()
    notifications.put_in_line(registration)


def _tell_of_changes(session: Session, actor: User | None) -> None:
    facts, known = session.facts(), session.announced
    if facts == known:
        return
    session.sequence += 1
    Session.objects.filter(pk=session.pk).update(sequence=session.sequence, announced=facts)
    if session.is_over:
        return
    notifications.session_changed(session, actor=actor, was_cancelled=bool(known.get("cancelled")))
    verb = "events.session_cancelled" if session.is_cancelled else "events.session_changed"
    record(actor=actor, verb=verb, subject=session, detail={"people": session.confirmed_count})
