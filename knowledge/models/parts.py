"""Rows that hang on a resource and are drafted and published with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class PracticeNote(Orderable):
    """What a resource means for the practice of one sector, where that differs from what it means for all."""

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="practice_notes")
    sector = models.ForeignKey(
        "vocabulary.Sector", on_delete=models.CASCADE, related_name="+", verbose_name=_("sector")
    )
    text = models.TextField(_("what it means for them"), max_length=1000)


class Step(Orderable):
    """Something to do: a step of a toolkit, a duty under a new law with its day, a recommendation with its strength."""

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(_("what to do"), max_length=300)
    text = models.TextField(_("more about it"), max_length=1500, blank=True)
    due = models.DateField(_("by when"), null=True, blank=True, help_text=_("Of a legal update."))
    strength = models.CharField(
        _("strength, as the body words it"),
        max_length=80,
        blank=True,
        help_text=_("Of a recommendation: strong, conditional…"),
    )


class Relation(Orderable):
    """A resource that an editor chose as related; what is found by itself comes after these."""

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(
        "knowledge.ResourcePage", on_delete=models.CASCADE, related_name="chosen_by", verbose_name=_("resource")
    )
    note = models.CharField(_("why"), max_length=200, blank=True)


class ResourceDocument(Orderable):
    """A file that belongs to a resource."""

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "files.SiteDocument", on_delete=models.CASCADE, related_name="+", verbose_name=_("document")
    )
    title = models.CharField(_("what it is"), max_length=150, blank=True)


class CitationQuerySet(models.QuerySet["Citation"]):
    def of(self, page: int) -> CitationQuerySet:
        """What this resource cites, and what cites it."""
        return self.filter(models.Q(page=page) | models.Q(cited=page)).order_by("pk")

    def beside(self, page: int, *, citing: models.QuerySet) -> models.QuerySet[Citation, int]:
        """Numbers of what some of the resources `citing` cite together with this one, the most often first."""
        both = self.filter(page__in=citing.order_by().filter(citations__cited=page).values("pk")).exclude(cited=page)
        return both.values_list("cited", flat=True).annotate(times=models.Count("pk")).order_by("-times", "cited")


class Citation(models.Model):
    """One resource of the library cites another. Found in its text when it is published; never edited by hand."""

    page = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="citations")
    cited = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="cited_by")

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "cited"], name="citation_once")]

    def __str__(self) -> str:
        return f"{self.page_id} cites {self.cited_id}"
