from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from knowledge.forms.resource import ResourcePageForm
from knowledge.models import ages
from knowledge.models.details import Details
from knowledge.models.kinds import Kind
from knowledge.models.life import Life
from knowledge.models.provenance import Provenance, line_of
from knowledge.panels import CONTENT
from web.blocks import FEATURES, BodyBlock
from web.privacy import QuickPrivacy, pages_open_to, pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# What a page is told after it was published: no draft, old or new, may bring back what was before.
KEPT = ("withdrawn_at", "withdrawn_reason", "shown_anew_at")
SEARCHED = (
    "challenge", "approach", "result", "lessons", "make_it_yours", "delivered_by", "delivery", "jurisdiction",
    "transcript",
)  # fmt: skip
GUIDE_DEPTH = 4  # root, home, library, and then the pages that stand on their own or lead a guide


class ResourceQuerySet(PageQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> ResourceQuerySet:
        """Live resources whose privacy lets this reader in."""
        return pages_visible_to(self, user)

    def withdrawn_for(self, user: User | AnonymousUser) -> ResourceQuerySet:
        """Those that were taken out of the library, as far as their privacy would have let this reader in."""
        return pages_open_to(self.filter(live=False, withdrawn_at__isnull=False), user)


class ResourcePage(QuickPrivacy, Provenance, Details, Life, Page):  # type: ignore[django-manager-missing]
    """Evidence or best practice, with what a reader needs to judge it."""

    Kind = Kind

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    bottom_line = models.CharField(
        _("bottom line"),
        max_length=200,
        blank=True,
        help_text=_("The one thing to remember, in a sentence: it stands first on a phone."),
    )
    summary = models.TextField(_("summary in plain English"), max_length=600)
    practice = models.TextField(_("what this means for your practice"), max_length=1000, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    families = RichTextField(
        _("for families"),
        features=["h2", "h3", *FEATURES],
        blank=True,
        help_text=_("One plain A4 page that families can take home."),
    )
    topics = ParentalManyToManyField("vocabulary.Topic", blank=True, related_name="resources", verbose_name=_("topics"))
    sectors = ParentalManyToManyField(
        "vocabulary.Sector", blank=True, related_name="resources", verbose_name=_("sectors it is for")
    )
    place = models.ForeignKey(
        "vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("place")
    )
    age_from_months = models.PositiveSmallIntegerField(_("children from (months)"), null=True, blank=True)
    age_to_months = models.PositiveSmallIntegerField(_("children to (months)"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(ResourceQuerySet)()  # type: ignore[django-manager-missing]

    # A copy is a page of its own: nothing has happened to it yet.
    exclude_fields_in_copy = [*KEPT, "replaced_by", "change_note"]
    parent_page_types = ["knowledge.LibraryPage", "knowledge.ResourcePage"]
    subpage_types = ["knowledge.ResourcePage"]

    base_form_class = ResourcePageForm
    content_panels = [*Page.content_panels, *CONTENT]

    class Meta:
        verbose_name = _("resource")
        # What is imported, suggested or cited is looked for by these.
        indexes = [
            models.Index(fields=["doi"], name="resource_doi"),
            models.Index(fields=["pmid"], name="resource_pmid"),
            models.Index(fields=["review_by"], name="resource_review_by", condition=models.Q(review_by__isnull=False)),
        ]
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.date_follows_issued()
        # Only people who were added or changed on this very page can have changed the line.
        if people := getattr(self, "_cluster_related_objects", {}).get("people"):
            self.authors = line_of(people)
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> ResourcePage:
        """The page as a revision holds it. What happened to the page as a whole is no revision's to undo."""
        page = super().with_content_json(content)
        for name in KEPT:
            setattr(page, name, getattr(self, name))
        return page

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from knowledge import reading  # it reads the models that this module is still defining

        return super().get_context(request, *args, **kwargs) | reading.context(self, request)

    @property
    def cache_key(self) -> str:
        """Names this page as it was published last: what is kept under it is the same for all who may see the page.

        Today is part of it, since days are written as "today" or "Tuesday 3 March".
        """
        published = self.last_published_at or self.first_published_at
        moments = "-".join(str(each.timestamp()) if each else "0" for each in (published, self.shown_anew_at))
        return f"resource-{self.pk}-{self.live_revision_id}-{moments}-{timezone.localdate()}"

    @property
    def texts(self) -> list[str]:
        """What stands in its columns and rows beside the summary, for search. Lived experience may be withdrawn: never.

        The title and the text in blocks are not among them.
        """
        rows = [f"{step.title} {step.text}" for step in self.steps.all()]
        rows += [note.text for note in self.practice_notes.all()]
        return [self.practice, *rows, *(getattr(self, name) for name in SEARCHED), self.citation]

    @property
    def ages(self) -> str:
        """Of the children it is about: "birth to 5 years"."""
        return ages.spoken(self.age_from_months, self.age_to_months)
