"""What a person follows, and what they have muted, in one place."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions
from forum.models import FeedKey, Follow, Thread
from forum.views.loading import for_robots
from notifications import following
from web.limits import limited
from web.paging import keyset

THREADS_A_PAGE = 25


@require_safe
@member_required
def followed(request: MemberRequest) -> HttpResponse:
    """Everything, kind by kind, each with the button that stops it; threads a page at a time."""
    seen = Thread.objects.visible_to(request.user).listed()
    rows = Follow.objects.filter(person=request.user, thread__in=seen).select_related("thread__space")
    page = keyset(rows, order=("-id",), cursor=request.GET.get("cursor"), size=THREADS_A_PAGE)
    groups, muted = [], []
    for followable, chosen in following.everything_of(request.user):
        lines = [
            {"key": followable.key, "title": str(thing), "url": followable.url(thing), "pk": thing.pk, "wish": wish}
            for thing, wish in chosen
        ]
        muted += [line for line in lines if line["wish"] == following.Wish.MUTE]
        if followed := [line for line in lines if line["wish"] == following.Wish.FOLLOW]:
            groups.append({"label": followable.label, "told": followable.told, "lines": followed})
    context = {
        "groups": groups,
        "muted": muted,
        "threads": [row.thread for row in page.items],
        "paging": page.links(request),
        "is_first": page.newer is None,
    }
    return for_robots(render(request, "forum/following.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@never_cache
@limited("feed", account=(20, 3600))
def own_feed(request: MemberRequest) -> HttpResponse:
    """The secret address of one's own feed: made, made anew, or taken away."""
    if request.method == "POST":
        wanted = request.POST.get("wish") != "stop"
        actions.set_feed(person=request.user, wanted=wanted)
        told = _("Here is your new address. An old one no longer works.") if wanted else _("Your feed is gone.")
        messages.success(request, told)
        return redirect("forum:feed_key")
    found = FeedKey.objects.filter(person=request.user).first()
    url = settings.BASE_URL + reverse("forum:own_feed", args=[found.key]) if found else ""
    return for_robots(render(request, "forum/own_feed.html", {"url": url}))
