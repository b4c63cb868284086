from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Details(models.Model):
    """What some kinds of resource have and others have not (see `kinds.SUITS`)."""

    jurisdiction = models.CharField(
        _("where it applies"), max_length=120, blank=True, help_text=_("England, Wales, Scotland, the United Kingdom…")
    )
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    delivered_by = models.CharField(
        _("who delivers it"), max_length=200, blank=True, help_text=_("Health visitors, trained volunteers…")
    )
    delivery = models.CharField(
        _("how it is delivered"), max_length=300, blank=True, help_text=_("Where, how often, for how long.")
    )
    minutes = models.PositiveIntegerField(_("how long it takes, in minutes"), null=True, blank=True)
    make_it_yours = models.TextField(
        _("make it yours"), max_length=2000, blank=True, help_text=_("What to change for your area, and what not to.")
    )
    challenge = models.TextField(_("what the problem was"), max_length=2000, blank=True)
    approach = models.TextField(_("what was done"), max_length=2000, blank=True)
    result = models.TextField(_("what changed, and how you know"), max_length=2000, blank=True)
    lessons = models.TextField(_("what they would do differently"), max_length=2000, blank=True)
    contact = models.CharField(
        _("whom to ask"),
        max_length=200,
        blank=True,
        help_text=_("A service and its public address, not a person’s own."),
    )
    video_url = models.URLField(
        _("address of the recording"), max_length=500, blank=True, validators=[URLValidator(schemes=["https"])]
    )
    transcript = models.TextField(
        _("transcript"), blank=True, help_text=_("Everything that is said, for people who cannot hear it.")
    )

    class Meta:
        abstract = True
