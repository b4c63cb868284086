from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Standing(NamedTuple):
    """How a person stands to a space: a membership's state or None, and whether they keep it."""

    state: str | None = None
    is_keeper: bool = False

    @property
    def has_joined(self) -> bool:
        return self.state == SpaceMembership.State.JOINED


def is_member(user: User | AnonymousUser) -> TypeGuard[User]:
    """Suspended and unconfirmed people read what visitors read."""
    return user.is_authenticated and user.is_member


class SpaceMembershipQuerySet(models.QuerySet["SpaceMembership"]):
    def visible_to(self, user: User | AnonymousUser) -> SpaceMembershipQuerySet:
        """One's own, and for keepers and moderators those of others who are in or on the way in."""
        if not is_member(user):
            return self.none()
        keepers = self.model.objects.filter(is_keeper=True, state=SpaceMembership.State.JOINED)
        mine = Q(person=user) | Q(space__in=keepers.filter(person=user).values("space"))
        if user.is_moderator:
            # Who is in a circle, or would like to be, is for those who keep it, once somebody does.
            return self.filter(mine | Q(space__is_reflective=False) | ~Q(space__in=keepers.values("space")))
        return self.filter(mine)


class SpaceMembership(models.Model):
    """A person in a space, or on the way in."""

    class State(models.TextChoices):
        JOINED = "joined", _("Joined")
        ASKED = "asked", _("Asked to join")
        INVITED = "invited", _("Invited")

    space = models.ForeignKey("forum.Space", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_memberships")
    state = models.CharField(max_length=10, choices=State, default=State.JOINED)
    is_keeper = models.BooleanField(_("keeps this space"), default=False)
    is_named = models.BooleanField(
        _("may write"), default=False, db_default=False, help_text=_("Where only those who are named may.")
    )
    message = models.CharField(_("why you would like to join"), max_length=500, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SpaceMembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="membership_once")]
        indexes = [
            models.Index(fields=["person", "state"], name="membership_of_person"),
            models.Index(fields=["space", "state", "id"], name="membership_in_space"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.space_id}: {self.state}"
