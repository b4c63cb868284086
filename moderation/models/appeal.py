from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models.decision import Decision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class OutsiderManager(models.Manager["Outsider"]):
    def active(self) -> models.QuerySet[Outsider, int]:
        """Ids of those whose account is open."""
        return self.filter(person__is_active=True).values_list("person", flat=True)


class Outsider(models.Model):
    """Somebody outside the moderators who hears an appeal where no moderator but the first one could."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = OutsiderManager()

    def __str__(self) -> str:
        return str(self.person)


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User | AnonymousUser) -> AppealQuerySet:
        """A person's own; for those who hear appeals all, save those that wait and are about their own decision."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_moderator:
            return self.exclude(decision__decided_by=user, state=Appeal.State.OPEN)
        own = Q(decision__author=user)
        return self.filter(own | self._for_outsiders(user) if Outsider.objects.filter(person=user).exists() else own)

    def _for_outsiders(self, user: User) -> Q:
        """What they answered, and what waits where no moderator could answer but whoever decided, or wrote it."""
        moderators = User.objects.moderators().exclude(pk=OuterRef("decision__decided_by"))
        others = Exists(moderators.exclude(pk=OuterRef("decision__author")))
        return Q(heard_by=user) | Q(~others, state=Appeal.State.OPEN)

    def waiting(self) -> AppealQuerySet:
        return self.filter(state=Appeal.State.OPEN)


class Appeal(models.Model):
    """The author's word against a decision to hide; somebody else looks again."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        GRANTED = "granted", _("Shown again")
        REFUSED = "refused", _("Still hidden")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    text = models.TextField(_("why it should be shown"), max_length=2000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="appeal_queue")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.decision_id}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:hear", args=[self.pk])
