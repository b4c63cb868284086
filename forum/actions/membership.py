"""Joining spaces, asking, inviting, letting in, leaving, keeping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from accounts.standing import by_active
from audit.actions import record
from forum.circles import MOST_PEOPLE, is_without_keeper, people_in
from forum.models import Space, SpaceInvitation, SpaceMembership
from notifications.actions import announce, recheck_for, settle

if TYPE_CHECKING:
    from accounts.models import User

JOINED, ASKED, INVITED = SpaceMembership.State.JOINED, SpaceMembership.State.ASKED, SpaceMembership.State.INVITED


class CircleFullError(Exception):
    """All places of a reflective space are taken."""


class NotInvitedError(Exception):
    """The invitation was taken back meanwhile, or the space was closed."""


@by_active("person")
def join_space(*, space: Space, person: User) -> SpaceMembership:
    """Joins an open space, or says yes to an invitation. Whoever is first in a circle keeps it.

    Errors: CircleFullError, NotInvitedError.
    """
    made: dict[str, object] = {"state": JOINED}
    if space.is_reflective:
        _require_room(space, besides=person)
        _lock_people([space.pk])
        made["is_keeper"] = is_without_keeper(space)
        # They have read where confidentiality ends, and agreed.
        record(actor=person, verb="space.boundaries_agreed", subject=space)
    _require_way_in(space, person)
    membership, _ = SpaceMembership.objects.update_or_create(space=space, person=person, defaults=made)
    return membership


def _require_way_in(space: Space, person: User) -> None:
    """Errors: NotInvitedError. As it is now: a keeper may have turned somebody down while they said yes."""
    let_in = SpaceMembership.objects.select_for_update(no_key=True).filter(person=person, state__in=(INVITED, JOINED))
    is_open = Space.objects.filter(pk=space.pk, visibility__in=Space.OPEN).exists()
    if not is_open and let_in.filter(space=space).first() is None:
        raise NotInvitedError


def _require_room(space: Space, *, besides: User) -> None:
    """Errors: CircleFullError. Within the caller's transaction, so that two at once do not both get the last place."""
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)
    if people_in(space).exclude(person=besides).count() >= MOST_PEOPLE:
        raise CircleFullError


def _lock_people(circles: Iterable[int]) -> None:
    """Keepers who leave one circle at once would each count on the other: one after another, before anything changes.

    Not the circle's own row, for which everybody who posts waits last.
    """
    people = SpaceMembership.objects.select_for_update(no_key=True).filter(space__in=list(circles))
    list(people.order_by("space_id", "pk"))


@by_active("person")
def ask_to_join(*, space: Space, person: User, message: str = "") -> SpaceMembership:
    """Puts the wish before the keepers; a second time changes nothing."""
    membership, is_new = SpaceMembership.objects.get_or_create(
        space=space, person=person, defaults={"state": ASKED, "message": message}
    )
    if is_new:
        announce(kind="join_request", actor=person, subject=membership)
    return membership


@by_active("actor")
def invite(*, space: Space, person: User, actor: User) -> SpaceMembership:
    """Invites somebody; who has asked already is let in, who is in stays in. Errors: CircleFullError."""
    if space.is_reflective:
        _require_room(space, besides=person)
    membership, is_new = SpaceMembership.objects.select_for_update(no_key=True).get_or_create(
        space=space, person=person, defaults={"state": INVITED, "invited_by": actor}
    )
    if is_new:
        record(actor=actor, verb="space.invited", subject=space, detail={"person": person.pk})
        announce(kind="invited", actor=actor, subject=membership)
    elif membership.state == ASKED:
        let_in(membership=membership, actor=actor)
        membership.refresh_from_db()
    return membership


@by_active("actor")
def let_in(*, membership: SpaceMembership, actor: User) -> None:
    """Says yes to a request; the person is told. Two keepers at once tell once. Errors: CircleFullError.

    Into a circle they are invited: they come in when they have agreed to where confidentiality ends.
    """
    is_circle = membership.space.is_reflective
    if is_circle:
        _require_room(membership.space, besides=membership.person)
    asked = SpaceMembership.objects.filter(pk=membership.pk, state=ASKED)
    if asked.update(state=INVITED if is_circle else JOINED, message=""):
        record(actor=actor, verb="space.let_in", subject=membership.space, detail={"person": membership.person_id})
        settle(membership)
        announce(kind="let_in", actor=actor, subject=membership)


@by_active("actor")
def turn_down(*, membership: SpaceMembership, actor: User) -> None:
    """Ends a request, an invitation or a membership; the person may ask again."""
    if membership.space.is_reflective:
        _lock_people([membership.space_id])
    # As it was seen: whom another keeper lets in at this moment stays in.
    deleted, _ = SpaceMembership.objects.filter(pk=membership.pk, state=membership.state).delete()
    if deleted:
        if membership.state == ASKED:
            settle(membership)
            announce(kind="turned_down", actor=actor, subject=membership.space, data={"person": membership.person_id})
        detail = {"person": membership.person_id, "was": membership.state}
        record(actor=actor, verb="space.turned_down", subject=membership.space, detail=detail)
        _withdraw_in(membership.space, membership.person)
        _hand_on(membership.space, besides=membership.person)
        recheck_for(membership.person)


@by_active("person")
def leave_space(*, space: Space, person: User) -> None:
    """Leaves, takes a request back, or says no to an invitation."""
    if space.is_reflective:
        _lock_people([space.pk])
    SpaceMembership.objects.filter(space=space, person=person).delete()
    _hand_on(space, besides=person)
    recheck_for(person)


@by_active("actor")
def set_keeper(*, membership: SpaceMembership, actor: User | None, wanted: bool) -> None:
    """Somebody who has joined begins or ends to keep the space; in a circle the next one does, if nobody else."""
    if membership.space.is_reflective:
        _lock_people([membership.space_id])
    joined = SpaceMembership.objects.filter(pk=membership.pk, state=JOINED, is_keeper=not wanted)
    if joined.update(is_keeper=wanted):
        verb = "space.keeper_named" if wanted else "space.keeper_ended"
        record(actor=actor, verb=verb, subject=membership.space, detail={"person": membership.person_id})
        if not wanted:
            if actor != membership.person:
                _withdraw_in(membership.space, membership.person)
            _hand_on(membership.space, besides=membership.person)


def _withdraw_in(space: Space, person: User) -> None:
    """Somebody else ended what they had there: invitations that they sent, or that went to them, bring nobody in."""
    mine = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    to_them = Q(address__in=[address.lower() for address in mine])
    SpaceInvitation.objects.filter(Q(invited_by=person) | to_them, space=space).delete()
    SpaceMembership.objects.filter(space=space, invited_by=person, state=INVITED).delete()


def _hand_on(space: Space, *, besides: User) -> None:
    """Whoever has been in a circle the longest keeps it, if nobody does: no moderator could look after it."""
    joined = SpaceMembership.objects.filter(space=space, state=JOINED, person__is_active=True)
    if not space.is_reflective or joined.filter(is_keeper=True).exists():
        return
    longest = joined.order_by("pk")
    following = longest.exclude(person=besides).first() or longest.first()
    if following is not None:
        set_keeper(membership=following, actor=None, wanted=True)


@transaction.atomic
def hand_on_circles(*, person: User) -> None:
    """Somebody whose account is closed, or goes, keeps none any more: they stay in, until it goes."""
    mine = SpaceMembership.objects.filter(space__is_reflective=True).filter(Q(person=person) | Q(invited_by=person))
    _lock_people(mine.values_list("space", flat=True))
    kept = SpaceMembership.objects.filter(person=person, state=JOINED, is_keeper=True, space__is_reflective=True)
    for membership in kept.select_related("space"):
        others = SpaceMembership.objects.filter(space=membership.space, state=JOINED, person__is_active=True)
        if others.exclude(person=person).exists():
            set_keeper(membership=membership, actor=None, wanted=False)


@by_active("actor")
def set_named(*, membership: SpaceMembership, actor: User, wanted: bool) -> None:
    """Somebody who has joined may write where not everybody may, or no longer."""
    joined = SpaceMembership.objects.filter(pk=membership.pk, state=JOINED, is_named=not wanted)
    if joined.update(is_named=wanted):
        verb = "space.writer_named" if wanted else "space.writer_ended"
        record(actor=actor, verb=verb, subject=membership.space, detail={"person": membership.person_id})


@transaction.atomic
def withdraw_invitations(*, person: User) -> None:
    """Of somebody whose account is closed: those that they sent, those that wait for them, and what they asked for."""
    hand_on_circles(person=person)
    SpaceMembership.objects.filter(invited_by=person, state=INVITED).delete()
    SpaceInvitation.objects.filter(invited_by=person).delete()
    SpaceMembership.objects.filter(person=person, state__in=(INVITED, ASKED)).delete()
