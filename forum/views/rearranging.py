"""What keepers do to put a space in order: move a thread, merge two, split one, and undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import MergeForm, MoveForm, SplitForm
from forum.models import POSTS_A_PAGE, Post, Rearrangement, Space, Thread
from forum.views.loading import for_robots, load_thread
from web.limits import limited

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

AGREED = "agreed"
MOST_TRACES = 10


def load_for_keeper(request: MemberRequest, pk: int) -> Thread:
    found = load_thread(request, pk)
    if not permissions.can_rearrange(request.user, found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("rearrange", account=(60, 600))
def move(request: MemberRequest, pk: int) -> HttpResponse:
    thread = load_for_keeper(request, pk)
    spaces = permissions.spaces_kept_by(request.user).exclude(pk=thread.space_id)
    form = MoveForm(request.POST or None, spaces=spaces)
    if not form.is_valid():
        return _page(request, thread, form, "move")
    space = form.cleaned_data["space"]
    if not _is_agreed(request, thread, space):
        return _page(request, thread, form, "move", space=space)
    try:
        actions.move_thread(thread=thread, space=space, actor=request.user)
    except actions.NotPossibleError:
        form.add_error("space", _("It has just been hidden or moved. Look at it again."))
        return _page(request, thread, form, "move")
    messages.success(request, _("It is in %(space)s now. Those who follow it will be told.") % {"space": space.name})
    return redirect(thread)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("rearrange", account=(60, 600))
def merge(request: MemberRequest, pk: int) -> HttpResponse:
    thread = load_for_keeper(request, pk)
    kept = permissions.spaces_kept_by(request.user).values("pk")
    threads = Thread.objects.visible_to(request.user).listed().filter(space__in=kept).exclude(pk=thread.pk)
    form = MergeForm(request.POST or None, threads=threads.select_related("space"))
    if not form.is_valid():
        return _page(request, thread, form, "merge")
    into = form.cleaned_data["into"]
    if not _is_agreed(request, thread, into.space, always=True):
        return _page(request, thread, form, "merge", space=into.space, into=into)
    try:
        actions.merge_threads(thread=thread, into=into, actor=request.user)
    except actions.NotPossibleError:
        form.add_error("into", _("One of the two has just been hidden. Look at both again."))
        return _page(request, thread, form, "merge")
    messages.success(request, _("All its posts are in this thread now. Those who follow it will be told."))
    return redirect(into)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("rearrange", account=(60, 600))
def split(request: MemberRequest, pk: int) -> HttpResponse:
    """Of the posts on one page of the thread."""
    thread = load_for_keeper(request, pk)
    text = request.GET.get("page", "1")
    page = min(max(int(text), 1), thread.pages) if text.isdecimal() and len(text) < 9 else 1
    shown = thread.posts.filter(number__gt=(page - 1) * POSTS_A_PAGE, number__lte=page * POSTS_A_PAGE)
    posts = shown.filter(number__gt=1, hidden_at__isnull=True).select_related("author").order_by("number")
    form = SplitForm(request.POST or None, posts=posts)
    if not form.is_valid():
        links = {
            "earlier_url": f"?page={page - 1}" if page > 1 else "",
            "later_url": f"?page={page + 1}" if page < thread.pages else "",
        }
        return _page(request, thread, form, "split", can_split=posts.exists(), **links)
    chosen: list[Post] = list(form.cleaned_data["posts"])
    try:
        made = actions.split_thread(thread=thread, posts=chosen, title=form.cleaned_data["title"], actor=request.user)
    except actions.NotPossibleError:
        messages.error(request, _("One of these posts has just gone. Look again and choose anew."))
        return redirect("forum:split", pk=thread.pk)
    messages.success(request, _("They have a thread of their own now. Those who follow the old one will be told."))
    return redirect(made.thread)


@require_POST
@member_required
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    rows = Rearrangement.objects.visible_to(request.user)
    made = get_object_or_404(rows.select_related("thread__space", "other__space", "from_space"), pk=pk)
    if not permissions.can_undo(request.user, made):
        raise PermissionDenied
    try:
        actions.undo(made=made, actor=request.user)
    except actions.NotPossibleError:
        messages.error(request, _("This cannot be undone any more: too much has changed since."))
        return redirect(made.thread)
    messages.success(request, _("Everything is back where it was."))
    return redirect(made.other if made.kind == Rearrangement.Kind.SPLIT and made.other else made.thread)


def _is_agreed(request: MemberRequest, thread: Thread, space: Space, *, always: bool = False) -> bool:
    """Who reads it changes only when somebody has been told so."""
    is_asked = always or space.visibility != thread.space.visibility or not space.is_open
    return not is_asked or request.POST.get(AGREED) == str(space.pk)


def _page(request: MemberRequest, thread: Thread, form: Form, what: str, **context: Any) -> HttpResponse:
    """The form, or with `space` the question whether those who read that space shall read it."""
    everything = {"thread": thread, "form": form, "what": what, **context}
    return for_robots(render(request, f"forum/{what}.html", everything))


def traces(request: HttpRequest, thread: Thread) -> list[dict[str, Any]]:
    """What was done to a thread, each with a link where this reader may follow it, and the button to undo it."""
    if not thread.is_rearranged:
        return []
    rows = Rearrangement.objects.about(thread).select_related("thread__space", "other__space", "from_space")
    found = list(rows[:MOST_TRACES])
    others = {made.thread_id for made in found} | {made.other_id for made in found if made.other_id}
    threads = _named_beside(thread, request.user).in_bulk(others - {thread.pk})
    spaces = set(Space.objects.visible_to(request.user).values_list("pk", flat=True))
    may_undo = _undoable(request, thread, found)
    return [
        {
            "made": made,
            "is_here": made.thread_id == thread.pk,
            "link": threads.get((made.other_id or 0) if made.thread_id == thread.pk else made.thread_id),
            "space": made.from_space if made.from_space_id in spaces else None,
            "can_undo": made.pk in may_undo,
        }
        for made in found
    ]


def _named_beside(thread: Thread, user: User | AnonymousUser) -> QuerySet[Thread]:
    """Threads that the page of this one may name. A circle's name each other, on pages that are nobody else's."""
    if thread.space.is_indexable:
        return Thread.objects.shown_elsewhere_to(user)
    return Thread.objects.visible_to(user).listed()


def _undoable(request: HttpRequest, thread: Thread, found: list[Rearrangement]) -> set[int]:
    """Of these the ones that this reader may undo; in one query, and none for those who keep nothing here."""
    user = request.user
    if not user.is_authenticated or not permissions.can_rearrange(user, thread):
        return set()
    kept = set(permissions.spaces_kept_by(user).values_list("pk", flat=True))
    standing = [made for made in found if actions.stands(made) and _spaces(made) <= kept]
    moved = {made.thread_id for made in standing}
    either = Q(thread__in=moved) | Q(other__in=moved)
    later = Rearrangement.objects.filter(either, undone_at__isnull=True).order_by("pk")
    newest = {thread: pk for pk, *both in later.values_list("pk", "thread", "other") for thread in both}
    return {made.pk for made in standing if newest[made.thread_id] == made.pk}


def _spaces(made: Rearrangement) -> set[int]:
    other = made.other.space_id if made.other else None
    return {pk for pk in (made.thread.space_id, other, made.from_space_id) if pk is not None}
