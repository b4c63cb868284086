"""A thread and what one does to it with a single button."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import ReplyForm, waiting_with
from forum.models import POSTS_A_PAGE, Draft, Post, Thread
from forum.nameless import byline, is_nameless_in, name_of
from forum.templatetags.post_tags import Around
from forum.views.cards import mentions_of
from forum.views.loading import for_robots, load_post, load_thread
from forum.views.rearranging import traces
from forum.views.rows import mentioned_people, post_rows
from markup.text import quote
from notifications.actions import mark_read_for
from notifications.following import NEITHER, TooMany, Wish
from web.limits import limited
from web.privacy import pages_visible_to

LONGEST_QUOTE = 600
KINDS = dict(Thread.Kind.choices)
BUTTONS = ("sees_people", "can_reply", "can_edit", "can_react", "can_mark", "can_look")


@require_safe
def thread(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Twenty posts by the range of their numbers, so that page 50 costs what page 1 costs."""
    found = load_thread(request, pk)
    if found.pk != pk:
        return redirect(_place_of(pk, found))
    asked = request.GET.get("post", "")
    if asked.isdecimal() and len(asked) < 9:
        return redirect(found.place_url(min(max(int(asked), 1), found.last_number)))
    number = _page_number(request, found)
    if slug != found.slug:
        return redirect(found.page_url(number), permanent=True)
    rows = post_rows(found, number, request.user)
    url = found.page_url(number)
    helped = _helped_row(found, rows, request.user) if number == 1 else None
    mine = _for_member(request, found, number)
    tags = found.tags()
    context = {
        "thread": found,
        "space": found.space,
        "space_url": found.space.get_absolute_url(),
        "kind": str(KINDS[found.kind]),
        "posts": rows,
        "around": Around(url, str(number), found.pk, found.title, **{name: mine[name] for name in BUTTONS if mine}),
        "people": mentioned_people([*rows, helped] if helped else rows, request.user),
        "tags": tags,
        "mentions": mentions_of(found, request.user) if tags["mentions"] else (),
        "about": _about(request, found),
        "names": tuple(dict.fromkeys(row["name"] for row in rows if row["name"])),
        "traces": traces(request, found),
        "has_poll": request.user.is_authenticated and any(row["poll"] for row in rows),
        "helped": helped,
        "helped_url": found.place_url(helped["number"]) if helped else "",
        "number": number,
        "page_n": str(number),
        "earlier_url": found.page_url(number - 1) if number > 1 else "",
        "later_url": found.page_url(number + 1) if number < found.pages else "",
        "newest_url": found.place_url(found.last_number) if number < found.pages else "",
        "canonical": settings.BASE_URL + url if found.space.is_indexable else "",
        **mine,
    }
    return for_robots(render(request, "forum/thread.html", context), found.space)


def _place_of(merged: int, found: Thread) -> str:
    """Where the first post stands that a thread brought along."""
    made = found.rearrangements_of_others.filter(thread=merged, undone_at__isnull=True).first()
    posts = found.posts.filter(pk__in=made.posts[:1]) if made else found.posts.none()
    post = posts.first()
    return found.place_url(post.number) if post else found.get_absolute_url()


def _page_number(request: HttpRequest, found: Thread) -> int:
    """The page asked for; whatever is not a number of this thread's pages leads to the nearest."""
    text = request.GET.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 9 else 1
    return min(max(number, 1), found.pages)


def _about(request: HttpRequest, found: Thread) -> tuple[str, str] | None:
    """Title and address of the resource or webinar that the thread is about, if this reader may see it."""
    if found.page_id is None:
        return None
    page = pages_visible_to(Page.objects.filter(pk=found.page_id), request.user).first()
    return (page.title, page.url) if page else None


def _helped_row(found: Thread, rows: list[dict], user: Any) -> dict | None:
    """The post that helped, from this page if it stands here, else by a query of its own."""
    if found.answer_id is None:
        return None
    here = [row for row in rows if row["id"] == found.answer_id]
    row = (here or post_rows(found, None, user))[0]
    return None if row["hidden_at"] else row


def _for_member(request: HttpRequest, found: Thread, number: int) -> dict[str, Any]:
    """What the page shows to somebody who is signed in."""
    user = request.user
    if not user.is_authenticated:
        return {}
    can_reply = permissions.can_reply(user, found)
    can_write = permissions.can_write(user, found.space)
    last_shown = min(number * POSTS_A_PAGE, found.last_number)
    seen = found.my_last_number or 0
    return {
        "can_reply": can_reply,
        "can_mark": permissions.can_mark_answer(user, found),
        "sees_people": user.is_member,
        "can_react": can_write,
        "can_lock": permissions.can_lock(user, found),
        "can_look": permissions.is_keeper(user, found.space),
        "can_rearrange": permissions.can_rearrange(user, found),
        "can_follow": permissions.can_follow(user, found),
        "can_edit": can_write,
        **(_reply_box(cast(MemberRequest, request), found) if can_reply else {}),
        "first_unread_url": found.place_url(seen + 1) if 0 < seen < found.last_number else "",
        "unread": found.last_number - seen if seen else 0,
        "last_shown": last_shown,
        "has_unread_here": last_shown > seen,
    }


def _reply_box(request: MemberRequest, found: Thread) -> dict[str, Any]:
    """What to begin with: typed before, as a draft, or a quotation asked for."""
    typed: dict[str, Any] = {}
    text, attached = "", None
    if found.my_draft:
        draft = Draft.objects.filter(person=request.user, key=f"reply:{found.pk}").first()
        typed = draft.fields if draft else typed
        text = draft.words if draft else ""
        attached = waiting_with(request.user, typed)
    quoted = _quotation(request, found)
    if quoted and quoted not in text:
        text = f"{text}\n\n{quoted}".lstrip("\n")
    token = attached.token if attached else uuid4()
    box = {"draft": text, "form_token": token, "attached": attached}
    return {**box, **_namelessness(request, found, typed)}


def _namelessness(request: MemberRequest, found: Thread, typed: dict[str, Any]) -> dict[str, Any]:
    """What stands in place of the name where there is that choice, and whether it is made already.

    Who wrote in the thread without their name goes on so, unless they take the tick away.
    """
    if not found.space.nameless_replies:
        return {}
    is_chosen = bool(typed.get("nameless")) or is_nameless_in(request.user, found)
    return {"nameless_form": ReplyForm(nameless_as=byline(request.user, found.space), initial={"nameless": is_chosen})}


def _quotation(request: HttpRequest, found: Thread) -> str:
    number = request.GET.get("quote", "")
    if not (number.isdecimal() and len(number) < 9):
        return ""
    post = found.posts.select_related("author").filter(number=int(number), hidden_at__isnull=True).first()
    if post is None:
        return ""
    return quote(post.source, name_of(post), LONGEST_QUOTE, url=reverse("forum:post", args=[post.pk]))


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a post leads to its place in the thread."""
    return redirect(load_post(request, pk).get_absolute_url())


@require_POST
@member_required
@limited("follow", account=(60, 600))
def follow(request: MemberRequest, pk: int) -> HttpResponse:
    found = load_thread(request, pk)
    wish = {"yes": Wish.FOLLOW, "mute": Wish.MUTE}.get(request.POST.get("wanted", ""))
    if wish and not permissions.can_follow(request.user, found):
        raise PermissionDenied
    try:
        actions.set_thread_wish(thread=found, person=request.user, wish=wish or NEITHER)
    except TooMany:
        messages.error(request, _("You have muted 500 things already. Stop muting one first."))
        return redirect(found)
    told = _("You will hear of new replies.") if wish == Wish.FOLLOW else _("You will hear no more of this thread.")
    messages.success(request, told)
    return redirect(found)


@require_POST
@member_required
def read(request: MemberRequest, pk: int) -> HttpResponse:
    """The reader has come to the end of a page. No GET changes anything, so this is a form of its own."""
    found = load_thread(request, pk)
    if found.pk != pk:
        return redirect(found)
    number = request.POST.get("number", "")
    if not (number.isdecimal() and len(number) < 9):
        raise Http404
    upto = min(int(number), found.last_number)
    actions.mark_read(thread=found, person=request.user, number=upto)
    shown = found.posts.filter(number__gt=upto - POSTS_A_PAGE, number__lte=upto).only("pk")
    mark_read_for(request.user, *shown)
    if request.htmx:
        return HttpResponse("")
    return redirect(found.place_url(upto))


@require_POST
@member_required
def helped(request: MemberRequest, pk: int) -> HttpResponse:
    """Marks a reply as what helped; the same button on the marked one takes the mark away."""
    found = load_thread(request, pk)
    if not permissions.can_mark_answer(request.user, found):
        raise PermissionDenied
    wanted = request.POST.get("post", "")
    if not wanted:
        actions.choose_answer(thread=found, post=None, actor=request.user)
        return redirect(found)
    chosen = _reply_of(found, wanted)
    try:
        actions.choose_answer(thread=found, post=chosen, actor=request.user)
    except ValueError:
        messages.error(request, _("This post has just gone, or stands elsewhere now. Look again and choose anew."))
        return redirect(found)
    messages.success(request, _("Thank you. Others will see first what helped."))
    return redirect(found)


def _reply_of(found: Thread, pk: str) -> Post:
    replies = found.posts.filter(number__gt=1, hidden_at__isnull=True)
    chosen = replies.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if chosen is None:
        raise Http404
    return chosen


@require_POST
@member_required
def pin(request: MemberRequest, pk: int) -> HttpResponse:
    found = load_thread(request, pk)
    if not permissions.can_pin(request.user, found):
        raise PermissionDenied
    actions.set_pinned(thread=found, actor=request.user, pinned=request.POST.get("wanted") == "yes")
    return redirect(found)


@require_POST
@member_required
def lock(request: MemberRequest, pk: int) -> HttpResponse:
    found = load_thread(request, pk)
    if not permissions.can_lock(request.user, found):
        raise PermissionDenied
    actions.set_locked(thread=found, actor=request.user, locked=request.POST.get("wanted") == "yes")
    return redirect(found)
