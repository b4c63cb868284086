"""Lists: the threads of a space, the newest of all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import MemberRequest, member_required
from accounts.models import User
from forum import permissions
from forum.circles import boundaries_of
from forum.forms import AskToJoinForm
from forum.models import Space, Thread, ThreadRead
from forum.models.thread import place_url, thread_url
from forum.views.loading import for_robots, load_family
from forum.views.tree import children_of, parent_of
from moderation.models import Decision
from web.paging import KeysetPage, keyset
from web.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from forum.models.thread import ThreadQuerySet

    Reader = User | AnonymousUser

THREADS_A_PAGE = 25
MOST_PINNED = 5
MOST_VISITS = 5
NEWEST_FIRST = ("-last_post_at", "-id")
MOST_HELPFUL_FIRST = ("-helpful", "-id")
UNREAD, UNANSWERED, HELPFUL = "unread", "unanswered", "helpful"
NEW_FOR = timedelta(days=90)
COLUMNS = (
    "id", "slug", "title", "kind", "reply_count", "last_number", "last_post_at",
    "answer_id", "answer__hidden_at", "is_pinned", "is_locked", "is_nameless", "is_last_nameless",
)  # fmt: skip
KINDS = dict(Thread.Kind.choices)


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """The threads of a space: pinned ones first, then those with the newest posts."""
    found = load_family(request, slug)
    if not permissions.can_read(request.user, found):
        return _closed(request, found)
    show, cursor = _shown(request, KINDS), request.GET.get("cursor")
    pinned, page = _threads_of(found, request.user, show, cursor)
    context = {
        "space": found,
        "parent": parent_of(found, request.user),
        "children": children_of(found, request.user),
        "threads": finished_rows(request, [*pinned, *page.items]),
        "paging": page.links(request),
        "show": show,
        "filters": _filters(request, show, with_kinds=True),
        "is_first": not cursor and not show,
        "can_start": permissions.can_start_thread(request.user, found),
        "can_join": permissions.can_join(request.user, found),
        "can_see_people": permissions.can_see_people(request.user, found),
        "can_allow_nameless": permissions.can_allow_nameless(request.user, found),
        "standing": found.standing_of(request.user),
        "why_closed": _why_closed(found),
        "circle": _circle(found),
        "can_hold": found.is_reflective and permissions.can_hold_circle(request.user, found),
        "canonical": settings.BASE_URL + found.get_absolute_url() if found.is_indexable else "",
    }
    return for_robots(render(request, "forum/space.html", context), found)


def _threads_of(space: Space, user: Reader, show: str, cursor: str | None) -> tuple[list[dict], KeysetPage[dict]]:
    """What is pinned, which only the first page shows and no page twice, and a page of the others."""
    threads, order = _chosen(Thread.objects.listed().filter(space=space), show, user)
    if not show:
        threads = threads.filter(is_pinned=False)
    page = keyset(
        _rows(threads, order),
        order=order,
        cursor=cursor,
        size=THREADS_A_PAGE,
        first=None if show else lambda: FIRST_PAGE.rows(space=space.pk),
    )
    return ([] if show or cursor else PINNED.rows(space=space.pk)), page


@require_safe
def space_by_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Where e-mails lead that must not name the space; with `?show=people`, to who is in it and would like to be."""
    found = get_object_or_404(Space.objects.visible_to(request.user), pk=pk)
    if request.GET.get("show") == "people":
        return redirect("forum:people", slug=found.slug)
    return redirect(found)


def _why_closed(found: Space) -> str:
    """The reason that a moderator gave; empty where an editor has just archived it."""
    if not found.is_archived:
        return ""
    closed = Decision.objects.about(found).filter(verb=Decision.Verb.CLOSE).order_by("-pk").first()
    return closed.reason if closed else ""


def _shown(request: HttpRequest, kinds: Iterable[str] = ()) -> str:
    """The list that was asked for; the latest for anything else."""
    show = request.GET.get("show", "")
    is_theirs = show != UNREAD or request.user.is_authenticated
    return show if is_theirs and show in (UNREAD, UNANSWERED, HELPFUL, *kinds) else ""


def _chosen(threads: ThreadQuerySet, show: str, user: Reader) -> tuple[ThreadQuerySet, tuple[str, ...]]:
    """The threads of one list, and the order that an index has them in."""
    if show == UNREAD and user.is_authenticated:
        # Who has read everything would else wait for the whole table to be looked through.
        recent = threads.filter(last_post_at__gt=timezone.now() - NEW_FOR)
        return recent.unread_by(user).not_muted_by(user), NEWEST_FIRST
    if show == UNANSWERED:
        return threads.unanswered(), NEWEST_FIRST
    if show == HELPFUL:
        return threads.filter(helpful__gt=0), MOST_HELPFUL_FIRST
    return (threads.filter(kind=show) if show else threads), NEWEST_FIRST


def _filters(request: HttpRequest, show: str, *, with_kinds: bool = False) -> list[dict]:
    names = {
        "": _("Latest"),
        **({UNREAD: _("New to me")} if request.user.is_authenticated else {}),
        UNANSWERED: _("Nobody has replied yet"),
        HELPFUL: _("Most helpful"),
        **(_kinds() if with_kinds else {}),
    }
    return [
        {"title": name, "url": f"?show={key}" if key else "?", "is_current": key == show} for key, name in names.items()
    ]


def _kinds() -> dict[str, str]:
    return {
        Thread.Kind.QUESTION: _("Questions"),
        Thread.Kind.DISCUSSION: _("To talk about"),
        Thread.Kind.PROBLEM: _("To solve together"),
        Thread.Kind.ANNOUNCEMENT: _("Announcements"),
    }


def _closed(request: HttpRequest, found: Space) -> HttpResponse:
    """What somebody sees of a space that they may know of and not read: its purpose, and how to get in."""
    can_ask = permissions.can_ask_to_join(request.user, found)
    form = None
    if can_ask:
        form = AskToJoinForm()
    context = {
        "space": found,
        "parent": parent_of(found, request.user),
        "form": form,
        "standing": found.standing_of(request.user),
        "can_join": permissions.can_join(request.user, found),
        "circle": _circle(found),
        "can_enter": found.is_reflective and permissions.can_enter_circle(request.user, found),
        "can_open": found.is_reflective and permissions.can_open_circle(request.user, found),
    }
    return for_robots(render(request, "forum/space_closed.html", context))


def _circle(found: Space) -> dict | None:
    """What the people in a reflective space are told of it, and those who are invited to it."""
    if not found.is_reflective:
        return None
    held = found.holds.filter(ended_at=None).first()
    return {"boundaries": boundaries_of(found), "visits": list(found.visits.all()[:MOST_VISITS]), "held": held}


@require_safe
@member_required
def newest(request: MemberRequest) -> HttpResponse:
    """All the spaces that this member may read: the latest, what is new to them, unanswered, or most helpful."""
    show = _shown(request)
    threads, order = _chosen(Thread.objects.visible_to(request.user).listed(), show, request.user)
    rows = _rows(threads, order).annotate(space_name=F("space__name"))
    page = keyset(rows, order=order, cursor=request.GET.get("cursor"), size=THREADS_A_PAGE)
    context = {
        "threads": finished_rows(request, page.items),
        "paging": page.links(request),
        "show": show,
        "filters": _filters(request, show),
    }
    return for_robots(render(request, "forum/new.html", context))


def _rows(threads: Any, order: tuple[str, ...] = NEWEST_FIRST) -> Any:
    """Plain dicts: a list page spends its time in Python, and models would double it."""
    columns = (*COLUMNS, "helpful") if order == MOST_HELPFUL_FIRST else COLUMNS
    return threads.values(*columns, author_name=F("author__display_name"), last_name=F("last_post_by__display_name"))


PINNED = Prepared(
    lambda space: _rows(Thread.objects.listed().filter(space=space, is_pinned=True).order_by("-id")[:MOST_PINNED]),
    "space",
)
FIRST_PAGE = Prepared(
    lambda space: _rows(Thread.objects.listed().filter(space=space, is_pinned=False)).order_by(*NEWEST_FIRST)[
        : THREADS_A_PAGE + 1
    ],
    "space",
)


def finished_rows(request: HttpRequest, rows: Iterable[dict]) -> list[dict]:
    """Rows with what the template shows: address, kind in words, and for members how many posts are new."""
    rows = list(rows)
    unread = _unread(request.user, rows) if request.user.is_authenticated else {}
    for row in rows:
        new, first = unread.get(row["id"], (0, 0))
        url = thread_url(row["id"], row["slug"])
        # Who has begun to read goes on where they stopped.
        row["url"] = place_url(url, first) if first > 1 else url
        row["new"] = new
        if row["answer__hidden_at"] is not None:
            row["answer_id"] = None
    return rows


def _unread(user: User, rows: list[dict]) -> dict[int, tuple[int, int]]:
    """By thread, how many posts are new to this person and the number of the first: one query for a whole list."""
    ids = [row["id"] for row in rows if row["last_post_at"] > user.date_joined]
    read = dict(ThreadRead.objects.filter(person=user, thread__in=ids).values_list("thread", "last_number"))
    found = {}
    for row in rows:
        seen = read.get(row["id"], 0)
        if row["id"] in ids and seen < row["last_number"]:
            found[row["id"]] = (row["last_number"] - seen, seen + 1)
    return found
