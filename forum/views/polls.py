"""A poll beneath the first post of a thread: written, voted in, closed, and who chose what where that is open."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions, permissions
from forum.forms import PollForm
from forum.forms.polls import as_written, chosen
from forum.models import Poll, PollVote
from forum.polls import polls_of
from forum.views.loading import for_robots, load_post, load_thread
from forum.views.writing import held
from web.limits import limited
from web.paging import keyset

PEOPLE_A_PAGE = 50


def _load(request: HttpRequest, pk: int) -> Poll:
    poll = get_object_or_404(Poll.objects.visible_to(request.user).select_related("post"), pk=pk)
    poll.post.thread = load_thread(request, poll.post.thread_id)
    return poll


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("poll", account=(30, 600))
def poll(request: MemberRequest, pk: int) -> HttpResponse:
    """Adds a poll to one's own first post, changes it while nobody has voted, or takes it away."""
    post = load_post(request, pk)
    if not permissions.can_have_poll(request.user, post):
        raise PermissionDenied
    found = Poll.objects.filter(post=post).first()
    if request.method != "POST":
        initial = as_written(found) if found else {}
        return _page(request, found, post, PollForm(initial=initial, writer=request.user))
    try:
        if request.POST.get("wish") == "remove":
            actions.remove_poll(post=post, actor=request.user)
            return redirect(post)
        known = "\n".join(map(str, as_written(found).values())) if found else ""
        form = PollForm(request.POST, writer=request.user, known=known)
        if not form.is_valid():
            return _page(request, found, post, form)
        actions.save_poll(post=post, actor=request.user, hold=form.hold, **form.cleaned_data["poll"])
    except actions.PollStandsError:
        messages.error(request, _("Somebody has voted, so the poll stays as it is."))
        return redirect(post)
    return held(request, post.thread) if form.hold else redirect(post)


def _page(request: MemberRequest, found: Poll | None, post: object, form: PollForm) -> HttpResponse:
    stands = found is not None and bool(found.voter_count or found.is_closed)
    context = {"form": form, "post": post, "poll": found, "stands": stands}
    return for_robots(render(request, "forum/poll.html", context))


@require_POST
@member_required
@limited("vote", account=(60, 600))
def vote(request: MemberRequest, pk: int) -> HttpResponse:
    """`option=` once or more; `wish=back` takes the vote back."""
    found = _load(request, pk)
    if not permissions.can_vote(request.user, found):
        raise PermissionDenied
    try:
        options = [] if request.POST.get("wish") == "back" else chosen(found, request.POST.getlist("option"))
        actions.vote(poll=found, person=request.user, options=options)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except actions.PollStandsError:
        messages.error(request, _("The poll is closed. Nobody can vote any more."))
    else:
        messages.success(request, _("Thank you. Your vote counts.") if options else _("Your vote is taken back."))
    return redirect(found)


@require_POST
@member_required
def close_poll(request: MemberRequest, pk: int) -> HttpResponse:
    found = _load(request, pk)
    if not permissions.can_close_poll(request.user, found):
        raise PermissionDenied
    actions.close_poll(poll=found, actor=request.user)
    messages.success(request, _("The poll is closed."))
    return redirect(found)


@require_safe
@member_required
def voters(request: MemberRequest, pk: int) -> HttpResponse:
    """Who chose what: not of anonymous polls, and not before the reader may know the numbers."""
    found = _load(request, pk)
    if found.is_anonymous or not polls_of([found.post_id], request.user)[found.post_id].shows_results:
        raise Http404
    rows = PollVote.objects.visible_to(request.user).filter(poll=found)
    rows = rows.select_related("option", "person__sector", "person__place")
    page = keyset(rows, order=("option_id", "id"), cursor=request.GET.get("cursor"), size=PEOPLE_A_PAGE)
    context = {"poll": found, "thread": found.post.thread, "votes": page.items, "paging": page.links(request)}
    return for_robots(render(request, "forum/voters.html", context))
