from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation.models.decision import Decision


class Wording(models.Model):
    """What a decision of one kind says to both sides, as moderators want it; empty: as the site came."""

    verb = models.CharField(max_length=10, choices=Decision.Verb, unique=True)
    reasons = models.TextField(
        _("standard reasons"), max_length=4000, blank=True,
        help_text=_("One a line. The moderator chooses one, and the person whom it concerns reads it."),
    )  # fmt: skip
    letter = models.TextField(
        _("what follows the reason"), max_length=2000, blank=True,
        help_text=_("For the person whom it concerns: what they can do now."),
    )  # fmt: skip
    outcome = models.TextField(
        _("what whoever reported it reads"), max_length=1000, blank=True,
        help_text=_("Say what was done, not why, and name nobody."),
    )  # fmt: skip

    def __str__(self) -> str:
        return self.get_verb_display()
