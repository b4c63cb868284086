"""Inviting by e-mail people who have no account yet. Whether an address has one, nobody learns from it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.standing import by_active
from audit.actions import record
from forum.actions.membership import invite, join_space
from forum.models import Space, SpaceInvitation
from web import tokens
from web.emails import add_html

if TYPE_CHECKING:
    from accounts.models import User

PURPOSE = "forum.invitation"
KEPT = dt.timedelta(days=30)


@by_active("actor")
def invite_address(*, space: Space, address: str, actor: User) -> SpaceInvitation:
    """Writes to an address, once: a second invitation to the same space changes nothing.

    Errors: PermissionDenied as `by_active` says.
    """
    invitation, is_new = SpaceInvitation.objects.get_or_create(
        space=space, address=address.lower(), defaults={"invited_by": actor}
    )
    if is_new:
        record(actor=actor, verb="space.invited_address", subject=space)
        _send(invitation, actor)
    return invitation


def _send(invitation: SpaceInvitation, actor: User) -> None:
    """The space is named on the page that the link leads to: not everybody may know of it."""
    link = reverse("forum:invitation", args=[tokens.make(PURPOSE, {"invitation": invitation.pk})])
    words = {"name": actor.display_name, "site": settings.SITE_NAME, "link": settings.BASE_URL + link}
    mail = EmailMultiAlternatives(
        _("%(name)s invites you to %(site)s") % words,
        render_to_string("forum/email/invitation.txt", words),
        to=[invitation.address],
    )
    add_html(mail)
    mail.send()


def find_invitation(token: str) -> SpaceInvitation | None:
    """What a link leads to; None when it is too old, used, taken back, or none of ours."""
    try:
        value = tokens.read(token, PURPOSE, max_age=int(KEPT.total_seconds()))
    except tokens.BadToken:
        return None
    found = SpaceInvitation.objects.select_related("space", "invited_by").filter(pk=value["invitation"]).first()
    return found if found and not found.space.is_archived and not found.space.is_open else None


def is_for(*, invitation: SpaceInvitation, person: User) -> bool:
    """Whether the address that was written to is this person's."""
    return EmailAddress.objects.filter(user=person, email__iexact=invitation.address, verified=True).exists()


@by_active("person")
def accept_invitation(*, invitation: SpaceInvitation, person: User) -> None:
    """Whoever owns the address is in; in a reflective space they are asked first what they agree to."""
    space = invitation.space
    invite(space=space, person=person, actor=invitation.invited_by or person)
    if not space.is_reflective:
        join_space(space=space, person=person)
    invitation.delete()


@by_active("actor")
def take_back_invitation(*, invitation: SpaceInvitation, actor: User) -> None:
    record(actor=actor, verb="space.uninvited_address", subject=invitation.space)
    invitation.delete()


def forget_invitations() -> int:
    """Those that nobody has followed for thirty days, and says how many."""
    return SpaceInvitation.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
