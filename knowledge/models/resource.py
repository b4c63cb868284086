from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from web.blocks import BodyBlock
from web.privacy import QuickPrivacy, pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

PARTS_SECONDS = 300
GUIDE_DEPTH = 4  # root, home, library, and then the pages that stand on their own or lead a guide


class Tag(NamedTuple):
    """A topic as a page shows it."""

    pk: int
    slug: str
    name: str


class ResourceQuerySet(PageQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> ResourceQuerySet:
        """Live resources whose privacy lets this reader in."""
        return pages_visible_to(self, user)


class ResourcePage(QuickPrivacy, Page):
    """Evidence or best practice, with what a reader needs to judge it."""

    class Kind(models.TextChoices):
        RESEARCH = "research", _("Research summary")
        GUIDANCE = "guidance", _("Guidance")
        PROGRAMME = "programme", _("Programme or intervention")
        CASE_STUDY = "case_study", _("Case study")
        TOOLKIT = "toolkit", _("Toolkit")
        POLICY = "policy", _("Policy or law")
        TRAINING = "training", _("Training material")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    summary = models.TextField(_("summary in plain English"), max_length=600)
    practice = models.TextField(_("what this means for your practice"), max_length=1000, blank=True)
    body = StreamField(BodyBlock(), blank=True)
    topics = ParentalManyToManyField("vocabulary.Topic", blank=True, related_name="resources")
    sectors = ParentalManyToManyField("vocabulary.Sector", blank=True, related_name="resources")
    place = models.ForeignKey("vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL)
    age_from_months = models.PositiveSmallIntegerField(_("children from (months)"), null=True, blank=True)
    age_to_months = models.PositiveSmallIntegerField(_("children to (months)"), null=True, blank=True)
    authors = models.CharField(_("authors"), max_length=300, blank=True)
    publisher = models.CharField(_("publisher"), max_length=150, blank=True)
    year = models.PositiveSmallIntegerField(
        _("year of publication"), null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2200)]
    )
    citation = models.TextField(_("how to cite the original"), max_length=600, blank=True)
    doi = models.CharField(
        "DOI", max_length=120, blank=True, validators=[RegexValidator(r"^10\.\d{4,9}/\S+$", _("A DOI begins with 10."))]
    )
    pmid = models.CharField(
        "PubMed", max_length=10, blank=True, validators=[RegexValidator(r"^\d+$", _("A PubMed number is only digits."))]
    )
    source_url = models.URLField(_("address of the original"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    subject_headings = models.TextField(
        _("subject headings"), max_length=1500, blank=True, help_text=_("MeSH or others, separated by semicolons.")
    )
    country = models.CharField(_("country it comes from"), max_length=60, blank=True)
    study_design = models.CharField(_("how it was studied"), max_length=120, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(ResourceQuerySet)()

    parent_page_types = ["knowledge.LibraryPage", "knowledge.ResourcePage"]
    subpage_types = ["knowledge.ResourcePage"]

    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("summary"),
        FieldPanel("practice"),
        FieldPanel("body"),
        InlinePanel("documents", label=_("Document")),
        MultiFieldPanel(
            [
                FieldPanel("topics", widget=CheckboxSelectMultiple),
                FieldPanel("sectors", widget=CheckboxSelectMultiple),
                FieldPanel("place"),
                FieldRowPanel([FieldPanel("age_from_months"), FieldPanel("age_to_months")]),
            ],
            heading=_("Who and what it is about"),
        ),
        InlinePanel("evidence", label=_("Rating of the evidence")),
        MultiFieldPanel(
            [
                FieldPanel("authors"),
                FieldRowPanel([FieldPanel("publisher"), FieldPanel("year")]),
                FieldPanel("citation"),
                FieldRowPanel([FieldPanel("doi"), FieldPanel("pmid")]),
                FieldPanel("source_url"),
                FieldRowPanel([FieldPanel("study_design"), FieldPanel("country")]),
                FieldPanel("subject_headings"),
                FieldPanel("licence"),
                FieldPanel("credit"),
            ],
            heading=_("Where it comes from"),
        ),
    ]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(age_from_months__isnull=True)
                | models.Q(age_to_months__isnull=True)
                | models.Q(age_from_months__lte=models.F("age_to_months")),
                name="resource_ages_in_order",
            )
        ]

    def clean(self) -> None:
        super().clean()
        start, end = self.age_from_months, self.age_to_months
        if start is not None and end is not None and start > end:
            raise ValidationError({"age_to_months": _("This must not be lower than “children from”.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        is_preview = getattr(request, "is_preview", False)
        context |= self._parts() if is_preview else cache.get_or_set(self.cache_key, self._parts, PARTS_SECONDS)
        context |= {"guide": self._guide(request.user), "can_edit": self._can_edit(request)}
        return context

    @property
    def cache_key(self) -> str:
        """Names this page as it was published last: what is kept under it is the same for all who may see the page.

        Today is part of it, since days are written as "today" or "Tuesday 3 March".
        """
        published = self.last_published_at or self.first_published_at
        moment = published.timestamp() if published else 0
        return f"resource-{self.pk}-{self.live_revision_id}-{moment}-{timezone.localdate()}"

    def _parts(self) -> dict[str, Any]:
        """What is the same for everybody: `article` (most of the page, as HTML), its `topics`, its `headings`."""
        topics = [Tag(*values) for values in self.topics.values_list("pk", "slug", "name")]
        published = self.first_published_at
        article = {
            "page": self,
            "topics": topics,
            "sectors": list(self.sectors.all()),
            "evidence": list(self.evidence.all()),
            "documents": list(self.documents.select_related("document")),
            "ages": self._ages(),
            "since": timezone.localdate(published, timezone.get_default_timezone()) if published else None,
            "library_url": reverse("library"),
        }
        return {
            "article": get_template("knowledge/_article.html").render(article),
            "topics": topics,
            "headings": [str(block.value) for block in self.body if block.block_type == "heading"],
        }

    def _ages(self) -> str:
        start, end = (_spoken_age(months) for months in (self.age_from_months, self.age_to_months))
        if start and end:
            return gettext("%(start)s to %(end)s") % {"start": start, "end": end}
        if start:
            return gettext("from %(start)s") % {"start": start}
        return gettext("up to %(end)s") % {"end": end} if end else ""

    def _can_edit(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or not (user.is_moderator or user.is_editor):
            return False
        return self.permissions_for_user(user).can_edit()

    def _guide(self, reader: User | AnonymousUser) -> dict[str, Any] | None:
        """The guide that this page leads or is a part of, as far as the reader sees it. None for a page on its own."""
        is_part = self.depth > GUIDE_DEPTH
        if not (is_part or self.numchild):
            return None
        top_path = self.path[: GUIDE_DEPTH * self.steplen]
        pages = Page.objects.filter(path__startswith=top_path, depth__lte=GUIDE_DEPTH + 1).order_by("path")
        # A page's address is its path beneath the site's first page; asking each page for it would cost queries.
        above = len(self.url_path) - len(self.url)
        found = list(pages_visible_to(pages, reader).values_list("title", "url_path", "pk", "depth"))
        if not found or found[0][-1] != GUIDE_DEPTH:
            return None
        rows = [(title, path[above:], pk == self.pk) for title, path, pk, _depth in found]
        return {"title": rows[0][0], "url": rows[0][1], "is_top": not is_part, "parts": rows[1:]}


def _spoken_age(months: int | None) -> str:
    """ "9 months", "3 years"; nothing for None."""
    if months is None:
        return ""
    if months < 24 and months % 12:
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    years = months // 12
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years} if years else gettext("birth")


class Evidence(Orderable):
    """One body's own rating or finding, in its own words; schemes are never converted into each other."""

    class Scheme(models.TextChoices):
        WWC = "wwc", _("What Works Clearinghouse (United States)")
        EIF = "eif", _("Early Intervention Foundation")
        EEF = "eef", _("Education Endowment Foundation")
        NESTA = "nesta", _("Nesta Standards of Evidence")
        GRADE = "grade", _("GRADE")
        ABS = "abs", _("A Better Start")

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="evidence")
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme)
    value = models.CharField(_("rating, as the body words it"), max_length=160)
    about = models.CharField(_("what was rated: the study or the outcome"), max_length=300, blank=True)
    assessed_by = models.CharField(_("who assessed it"), max_length=120, blank=True)
    assessed_on = models.DateField(_("when"), null=True, blank=True)
    url = models.URLField(_("address of the assessment"), max_length=500, blank=True)


class ResourceDocument(Orderable):
    """A file that belongs to a resource."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey("files.SiteDocument", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=150, blank=True)
