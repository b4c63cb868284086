from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from knowledge.forms.resource import ResourcePageForm
from knowledge.models.details import Details
from knowledge.models.kinds import Kind
from knowledge.models.life import Life
from knowledge.models.provenance import Provenance, line_of
from knowledge.panels import CONTENT
from web.blocks import FEATURES, BodyBlock
from web.privacy import QuickPrivacy, pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# What a page is told after it was published: no draft, old or new, may bring back what was before.
KEPT = ("withdrawn_at", "withdrawn_reason", "shown_anew_at")
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


class ResourcePage(QuickPrivacy, Provenance, Details, Life, Page):
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

    objects = PageManager.from_queryset(ResourceQuerySet)()

    parent_page_types = ["knowledge.LibraryPage", "knowledge.ResourcePage"]
    subpage_types = ["knowledge.ResourcePage"]

    base_form_class = ResourcePageForm
    content_panels = [*Page.content_panels, *CONTENT]

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
