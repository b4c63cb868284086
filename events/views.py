from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.contrib.humanize.templatetags.humanize import ordinal
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import member_required, moderator_required
from events import actions, spreadsheet
from events.calendars import CONTENT_TYPE, calendar
from events.listing import Row, rows
from events.models import Registration, Session
from events.models.registration import RegistrationQuerySet
from events.models.session import SessionQuerySet
from events.permissions import can_register
from web.confirm import confirmation
from web.limits import limited
from web.paging import keyset

MOST_COMING = 100
PAST_SIZE, PEOPLE_SIZE = 20, 100
WITH_NAMES = ("person__sector", "person__organisation", "person__place")
State = Registration.State


@require_POST
@limited("webinar-place", account=(40, 600), address=(400, 600))
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Save my place. A visitor signs in first and comes back to the page with the button."""
    session = _visible_session(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(_page_url(request, session))
    if not can_register(request.user):
        raise PermissionDenied
    try:
        registration = actions.register(session=session, person=request.user)
    except actions.RegistrationClosed as closed:
        messages.error(request, str(closed))
    else:
        if registration.is_confirmed:
            messages.success(request, _("You have a place. We have sent you an e-mail with a calendar file."))
        else:
            messages.success(request, _("All places are taken, so you are in line. We tell you when it is your turn."))
    return redirect(_page_url(request, session))


@require_http_methods(["GET", "HEAD", "POST"])
@limited("webinar-place", account=(40, 600), address=(400, 600))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give my place back: a page with one button, and what it does."""
    session = _visible_session(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(_page_url(request, session))
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Give your place back?"),
            text=_("“%(title)s”. If somebody is in line, they get your place at once.") % {"title": session.page.title},
            button=_("Give my place back"),
            cancel_url=_page_url(request, session),
        )
    if actions.cancel(session=session, person=request.user):
        words = _("Your place is free for somebody else. Please take the entry out of your calendar.")
        messages.success(request, words)
    return redirect(_page_url(request, session))


@require_safe
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A session for the calendar of anybody who may see its page; the address to join is not in it."""
    return _file(calendar([_visible_session(request, pk)], for_registered=False), "webinar.ics")


@require_safe
@never_cache
@member_required
def my_calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same with the address to join, for a person with a place. 404 for everybody else."""
    sessions = _my_sessions(request).filter(pk=pk)
    return _file(calendar([get_object_or_404(sessions)], for_registered=True), "my-webinar.ics")


@require_safe
@never_cache
@member_required
def all_my_calendar_file(request: HttpRequest) -> HttpResponse:
    """Every coming session that the person has a place at, in one file."""
    sessions = _my_sessions(request).coming().order_by("starts_at", "id")[:MOST_COMING]
    return _file(calendar(sessions, for_registered=True), "my-webinars.ics")


@require_safe
@member_required
def mine(request: HttpRequest) -> HttpResponse:
    """My webinars: coming, in line, past."""
    visible = Session.objects.visible_to(request.user).order_by()
    own = Registration.objects.filter(person=request.user.pk, session__in=visible.values("pk"))
    page = keyset(
        visible.over().for_lists().filter(registrations__in=own.filter(state=State.CONFIRMED)),
        order=("-starts_at", "-id"),
        cursor=request.GET.get("cursor"),
        size=PAST_SIZE,
    )
    coming = visible.coming().for_lists().order_by("starts_at", "id")
    places = coming.filter(registrations__in=own.filter(state=State.CONFIRMED))[:MOST_COMING]
    context = {
        "coming": rows(places, request),
        "in_line": _in_line(request, own),
        "past": rows(page.items, request),
        **page.links(request),
    }
    return render(request, "events/mine.html", context)


@require_safe
@moderator_required
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has a place at a session and who is in line."""
    session = _visible_session(request, pk)
    page = keyset(_on_the_list(session), order=("asked_at", "id"), cursor=request.GET.get("cursor"), size=PEOPLE_SIZE)
    context = {"session": session, "page": session.page, "registrations": page.items, **page.links(request)}
    return render(request, "events/people.html", context)


@require_safe
@never_cache
@moderator_required
def people_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a spreadsheet."""
    session = _visible_session(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="webinar-{session.pk}-people.csv"'
    spreadsheet.write_people(response, _on_the_list(session).order_by("asked_at", "id"))
    return response


def _visible_session(request: HttpRequest, pk: int) -> Session:
    return get_object_or_404(Session.objects.visible_to(request.user).select_related("page"), pk=pk)


def _my_sessions(request: HttpRequest) -> SessionQuerySet:
    confirmed = Registration.objects.filter(person=request.user.pk, state=State.CONFIRMED)
    return Session.objects.visible_to(request.user).filter(registrations__in=confirmed).select_related("page")


def _in_line(request: HttpRequest, own: RegistrationQuerySet) -> list[Row]:
    waiting = own.waiting().filter(session__in=Session.objects.coming()).with_position()[:MOST_COMING]
    positions = {registration.session_id: registration.position for registration in waiting}
    sessions = Session.objects.for_lists().filter(pk__in=positions).order_by("starts_at", "id")
    return [
        replace(row, label=_("You are %(place)s in line") % {"place": ordinal(positions[row.session.pk])})
        for row in rows(sessions, request)
    ]


def _on_the_list(session: Session) -> RegistrationQuerySet:
    return Registration.objects.current().filter(session=session).select_related("person", *WITH_NAMES)


def _page_url(request: HttpRequest, session: Session) -> str:
    return session.page.get_url(request) or reverse("events:listing")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
