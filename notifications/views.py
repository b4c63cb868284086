from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.models import User
from notifications import actions, digests, following, kinds, mail, reading
from notifications.forms import PreferencesForm
from notifications.models import Channel, Notification
from web import tokens
from web.confirm import confirmation
from web.limits import limited
from web.paging import keyset

PAGE_SIZE = 20


@require_safe
@login_required
@never_cache
def inbox(request: MemberRequest) -> HttpResponse:
    rows = Notification.objects.inbox_of(request.user).select_related("event__actor")
    page = keyset(rows, order=("-id",), cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    items = reading.bundled(reading.items_for(page.items, request.user))
    context = {
        "items": items,
        "newest": page.items[0].pk if page.items else None,
        "is_first_page": page.newer is None,
        **page.links(request),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
@login_required
def mark_read(request: MemberRequest) -> HttpResponse:
    """One line, with what is shown with it (`notification`), or all up to the newest that the page showed (`until`)."""
    rows = Notification.objects.inbox_of(request.user)
    if "notification" in request.POST:
        numbers = {_number(text) for text in request.POST["notification"].split(",")[:PAGE_SIZE]}
        rows = rows.filter(pk__in=numbers)
        if rows.count() < len(numbers):
            raise Http404
    else:
        rows = rows.filter(pk__lte=_number(request.POST.get("until", "")))
    rows.mark_read()
    return redirect("notifications:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def preferences(request: MemberRequest) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. From now on we tell you what you chose."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form, "channels": list(Channel)})


@require_POST
@member_required
@limited("follow", account=(60, 600))
def follow(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Follow a thing, mute it, or neither; then back to where the button stood."""
    followable, wish = following.get(key), request.POST.get("wish", "")
    if followable is None or wish not in ("", *following.Wish.values) or (wish == "mute" and not followable.mute):
        raise Http404
    thing = get_object_or_404(followable.visible_to(request.user), pk=pk)
    try:
        following.set_wish(person=request.user, key=key, thing=thing, wish=wish)
    except following.TooMany:
        messages.error(request, _("You follow 500 things already. Stop following one first."))
    back = request.POST.get("next", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return redirect(back if is_ours else followable.url(thing))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of one kind of e-mail, without signing in; a mailbox's own button posts here too (RFC 8058).

    The signed token is the right to do this and nothing else, so no CSRF token is asked for.
    """
    try:
        value = tokens.read(token, mail.PURPOSE, max_age=None)
    except tokens.BadToken:
        raise Http404 from None
    is_digest = value["kind"] == digests.KIND
    kind = kinds.get(value["kind"])
    if kind is not None and kind.repeat_safe:
        return redirect("notifications:preferences")
    label = digests.LABEL if is_digest else kind.label if kind else _("messages of this kind")
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Stop these e-mails?"),
            text=_("We will no longer e-mail you about: %(kind)s. You still find it all on the site.")
            % {"kind": label},
            button=_("Stop these e-mails"),
        )
    person = User.objects.filter(pk=value["person"]).first()
    if person is not None and is_digest:
        digests.choose(person=person, frequency=digests.Frequency.OFF)
    elif person is not None:
        actions.choose(person=person, choices={(value["kind"], Channel.EMAIL.value): False})
    return render(request, "notifications/unsubscribed.html", {"label": label})


def _number(text: str) -> int:
    """An id from a form; 404 for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
