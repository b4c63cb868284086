from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Life(models.Model):
    """Until when a resource is right, and what came of it. Who looks after it is Wagtail's own `owner`."""

    review_by = models.DateField(_("review by"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), max_length=600, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "knowledge.ResourcePage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("Readers are led to that one first."),
    )
    change_note = models.CharField(
        _("what changed, and why"),
        max_length=300,
        blank=True,
        help_text=_("Readers see it in the history of this page."),
    )
    shown_anew_at = models.DateTimeField(
        null=True, editable=False, help_text="When something on the page changed that no revision holds."
    )

    class Meta:
        abstract = True
