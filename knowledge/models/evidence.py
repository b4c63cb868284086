from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from knowledge import ratings


class Evidence(Orderable):
    """One body's own rating, in its own words: of strength, cost or impact; never converted into another's."""

    class Scheme(models.TextChoices):
        WWC = "wwc", _("What Works Clearinghouse (United States)")
        EIF = "eif", _("Early Intervention Foundation")
        EEF = "eef", _("Education Endowment Foundation")
        NESTA = "nesta", _("Nesta Standards of Evidence")
        GRADE = "grade", _("GRADE")
        ABS = "abs", _("A Better Start")
        OTHER = "other", _("Another body")

    class Measure(models.TextChoices):
        STRENGTH = "strength", _("How strong the evidence is")
        COST = "cost", _("What it costs")
        IMPACT = "impact", _("What it changes")

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="evidence")
    measure = models.CharField(_("what is rated"), max_length=8, choices=Measure, default=Measure.STRENGTH)
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme)
    value = models.CharField(_("rating, as the body words it"), max_length=160)
    outcome = models.CharField(
        _("outcome, in the body's own words"),
        max_length=80,
        blank=True,
        help_text=_("In short, where the rating is of one outcome: Children's speech."),
    )
    about = models.CharField(_("what was rated: the study or the outcome"), max_length=300, blank=True)
    assessed_by = models.CharField(_("who assessed it"), max_length=120, blank=True)
    assessed_on = models.DateField(_("when"), null=True, blank=True)
    url = models.URLField(_("address of the assessment"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(Orderable.Meta):
        indexes = [models.Index(fields=["scheme", "measure", "value"], name="evidence_scheme_value")]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()}: {self.value}"

    @property
    def reading(self) -> ratings.Reading | None:
        """Where the rating stands on its body's scale."""
        return ratings.read(self.scheme, self.measure, self.value)
