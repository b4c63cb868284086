from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knowledge.models.resource import ResourcePage
from knowledge.models.suggestion import looks_after_library

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class LivedExperienceQuerySet(models.QuerySet["LivedExperience"]):
    def shown(self) -> LivedExperienceQuerySet:
        """What its contributors approved and did not withdraw."""
        return self.filter(approved_at__isnull=False, withdrawn_at__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> LivedExperienceQuerySet:
        """One's own, and what is shown on resources that this reader may see; all for its keepers."""
        if looks_after_library(user):
            return self.all()
        pages = ResourcePage.objects.visible_to(user).order_by().values("pk")
        return self.filter(
            Q(contributor=user.pk or 0) | Q(page__in=pages, approved_at__isnull=False, withdrawn_at__isnull=True)
        )


class LivedExperience(models.Model):
    """How people with lived experience shaped a resource, and what changed.

    No part of the page's revisions: withdrawn text must be nowhere, and a revision would bring it back.
    """

    page = models.ForeignKey(
        "knowledge.ResourcePage", on_delete=models.CASCADE, related_name="lived_experience", verbose_name=_("resource")
    )
    aim = models.TextField(_("what they were asked to help with"), max_length=600)
    method = models.TextField(_("how they took part"), max_length=600)
    result = models.TextField(_("what changed because of it"), max_length=600)
    name_shown = models.CharField(
        _("name shown"),
        max_length=120,
        blank=True,
        help_text=_("Contributors choose it: their name, a group's, or none."),
    )
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lived_experience",
        verbose_name=_("contributor"),
        help_text=_("They are asked to approve the text before anybody sees it."),
    )
    approval_note = models.CharField(
        _("how they approved it"),
        max_length=200,
        blank=True,
        help_text=_("Of somebody without an account here: “Read to her by phone on 3 March”."),
    )
    wish = models.TextField(_("what they would like it to say"), max_length=600, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LivedExperienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("lived experience")
        verbose_name_plural = _("lived experience")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(aim="", method="", result="", name_shown=""),
                name="withdrawn_experience_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(wish=""), name="withdrawn_experience_has_no_wish"
            ),
        ]

    def __str__(self) -> str:
        return self.aim[:60]

    def get_absolute_url(self) -> str:
        """The page of its contributor; nobody else finds anything there."""
        return reverse("experience", args=[self.pk])

    @property
    def fingerprint(self) -> str:
        """Of the words, so that nobody approves others than they read."""
        words = "\0".join((self.aim, self.method, self.result))
        return hashlib.sha256(words.encode()).hexdigest()[:20]

    @property
    def state_shown(self) -> str:
        if self.withdrawn_at:
            return gettext("Withdrawn")
        if self.wish:
            return gettext("Other words are asked for")
        return gettext("Shown on the page") if self.approved_at else gettext("Waits to be approved")
