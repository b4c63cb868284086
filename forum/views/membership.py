"""Getting into spaces and out of them, and what their keepers do about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from forum import actions, circles, permissions
from forum.forms import AskToJoinForm, InviteForm
from forum.models import Space, SpaceMembership
from forum.views.loading import for_robots, load_space
from web.confirm import confirmation
from web.emails import mailbox_of
from web.limits import allow, limited
from web.paging import keyset

PEOPLE_A_PAGE = 50
MOST_WAITING = 100
# Each writes to people who have not asked for it.
ASKS_A_DAY, DAY = 3, 24 * 3600
State = SpaceMembership.State
FULL = gettext_lazy("All twelve places in this circle are taken.")


@require_POST
@member_required
@limited("join", account=(30, 600))
def join(request: MemberRequest, slug: str) -> HttpResponse:
    """Joins an open space, says yes to an invitation, or asks to be let in."""
    space = load_space(request, slug)
    if permissions.can_join(request.user, space):
        if space.is_reflective and not request.POST.get("agreed"):
            messages.error(request, _("Read where confidentiality ends, and tick that you agree."))
            return redirect(space)
        try:
            actions.join_space(space=space, person=request.user)
        except actions.CircleFullError:
            messages.error(request, FULL)
            return redirect(space)
        except actions.NotInvitedError:
            messages.error(request, _("This invitation does not work any more. Ask whoever invited you for a new one."))
            return redirect("forum:index")
        messages.success(request, _("You have joined %(space)s.") % {"space": space.name})
    elif permissions.can_ask_to_join(request.user, space):
        form = AskToJoinForm(request.POST)
        if not form.is_valid():
            context = {"space": space, "form": form, "standing": space.standing_of(request.user)}
            return for_robots(render(request, "forum/space_closed.html", context))
        if not allow("ask-to-join", f"{space.pk}:{request.user.pk}", limit=ASKS_A_DAY, seconds=DAY):
            messages.error(request, _("You have asked several times today. Wait until tomorrow."))
            return redirect(space)
        actions.ask_to_join(space=space, person=request.user, message=form.cleaned_data["message"])
        messages.success(request, _("Your wish to join is with the people who keep this space."))
    elif space.standing_of(request.user).state is None:
        raise PermissionDenied
    return redirect(space)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    """Leaves, takes a request back, or says no to an invitation. A closed space asks first: nobody comes back alone."""
    space = load_space(request, slug)
    is_in = permissions.can_leave(request.user, space)
    if is_in and request.method != "POST":
        return confirmation(
            request,
            title=_("Leave %(space)s?") % {"space": space.name},
            text=_text_of_leaving(request, space),
            button=_("Leave"),
            cancel_url=space.get_absolute_url(),
            danger=True,
        )
    if is_in:
        actions.leave_space(space=space, person=request.user)
        messages.success(request, _("You are no longer in %(space)s.") % {"space": space.name})
    # A space for invited people is out of sight from now on.
    still_there = Space.objects.visible_to(request.user).filter(pk=space.pk).exists()
    return redirect(space if still_there else reverse("forum:index"))


def _text_of_leaving(request: MemberRequest, space: Space) -> str:
    mine = space.memberships.select_related("space").get(person=request.user)
    text = _("You cannot read it any more then, and come back only when its keepers let you in again.")
    if not circles.is_only_keeper(mine):
        return text
    after = circles.following(mine)
    if after is None:
        return _("You are the only one in it. Nobody keeps it then, and you cannot read it any more.")
    words = _("Nobody else keeps it: %(name)s does then, who has been in it the longest.")
    return f"{text} {words % {'name': after.person.display_name}}"


@require_safe
@member_required
def people(request: MemberRequest, slug: str) -> HttpResponse:
    space = load_space(request, slug)
    _require(permissions.can_see_people(request.user, space))
    return _people_page(request, space, InviteForm(keeper=request.user))


def _people_page(request: MemberRequest, space: Space, form: InviteForm) -> HttpResponse:
    """Who is in; for keepers also who waits, and a way to invite."""
    can_let_in = permissions.can_let_in(request.user, space)
    rows = space.memberships.select_related("person__sector", "person__place")
    page = keyset(rows.filter(state=State.JOINED), order=("id",), cursor=request.GET.get("cursor"), size=PEOPLE_A_PAGE)
    waiting = list(rows.exclude(state=State.JOINED).order_by("id")[:MOST_WAITING]) if can_let_in else []
    context = {
        "space": space,
        "people": page.items,
        "paging": page.links(request),
        "asked": [row for row in waiting if row.state == State.ASKED],
        "invited": [row for row in waiting if row.state == State.INVITED],
        "addresses": list(space.invitations.order_by("id")[:MOST_WAITING]) if can_let_in else [],
        "can_let_in": can_let_in,
        "can_name_keepers": permissions.can_name_keepers(request.user, space),
        "can_name_writers": permissions.can_name_writers(request.user, space),
        "form": form,
    }
    return for_robots(render(request, "forum/people.html", context))


@require_POST
@member_required
@limited("invite", account=(60, 3600))
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    space = load_space(request, slug)
    _require(permissions.can_invite(request.user, space))
    form = InviteForm(request.POST, keeper=request.user)
    if not form.is_valid():
        return _people_page(request, space, form)
    person = form.cleaned_data["handle"]
    if isinstance(person, str):
        if not allow("invite-address", mailbox_of(person), limit=ASKS_A_DAY, seconds=DAY):
            form.add_error(None, _("This address has had several invitations today. Wait until tomorrow."))
            return _people_page(request, space, form)
        actions.invite_address(space=space, address=person, actor=request.user)
        messages.success(request, _("We write to %(address)s.") % {"address": person})
        return redirect("forum:people", slug=space.slug)
    try:
        membership = actions.invite(space=space, person=person, actor=request.user)
    except actions.CircleFullError:
        form.add_error(None, FULL)
        return _people_page(request, space, form)
    if membership.state == State.JOINED:
        messages.success(request, _("%(name)s is in this space.") % {"name": person.display_name})
    else:
        messages.success(request, _("%(name)s is invited and will be told.") % {"name": person.display_name})
    return redirect("forum:people", slug=space.slug)


@require_POST
@member_required
def decide(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """A keeper's word on one membership: let in, turn down or take out; a moderator's: keeper or not."""
    space = load_space(request, slug)
    membership = get_object_or_404(space.memberships.select_related("space"), pk=pk)
    verdict = request.POST.get("verdict")
    if verdict in ("keeper", "not-keeper"):
        _require(permissions.can_name_keepers(request.user, space))
        _name(request, membership, wanted=verdict == "keeper")
    elif verdict in ("writer", "not-writer"):
        _require(permissions.can_name_writers(request.user, space))
        actions.set_named(membership=membership, actor=request.user, wanted=verdict == "writer")
    elif verdict in ("let-in", "turn-down"):
        _require(permissions.can_let_in(request.user, space))
        if membership.person == request.user and membership.state == State.JOINED:
            # It asks first, and says what becomes of the space without them.
            return redirect("forum:leave", space.slug)
        _answer(request, membership, verdict)
    else:
        raise Http404
    return redirect("forum:people", slug=space.slug)


def _name(request: MemberRequest, membership: SpaceMembership, *, wanted: bool) -> None:
    """A circle is never without a keeper: who follows the last one is said, and where nobody can, they go on."""
    is_last = not wanted and circles.is_only_keeper(membership)
    after = circles.following(membership) if is_last else None
    if is_last and after is None:
        messages.error(request, _("Nobody else is here to keep this space. Let somebody in first."))
        return
    actions.set_keeper(membership=membership, actor=request.user, wanted=wanted)
    if after is not None:
        words = _("%(name)s keeps this space now: nobody else here has been in it for longer.")
        messages.success(request, words % {"name": after.person.display_name})


def _answer(request: MemberRequest, membership: SpaceMembership, verdict: str) -> None:
    if request.POST.get("was", membership.state) != membership.state:
        # "Not now" would put out somebody whom another keeper has let in.
        messages.error(request, _("Somebody else was quicker: please look again before you decide."))
    elif verdict == "turn-down":
        actions.turn_down(membership=membership, actor=request.user)
    else:
        try:
            actions.let_in(membership=membership, actor=request.user)
        except actions.CircleFullError:
            messages.error(request, FULL)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
