from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from vocabulary.models import Place
from web.blocks import FEATURES, BodyBlock
from web.privacy import QuickPrivacy


class HomePage(QuickPrivacy, Page):
    """The front door: what this is, and for a member what is new."""

    lead = models.CharField(_("what this is, in one sentence"), max_length=200)
    welcome = RichTextField(_("a few words more"), features=FEATURES, blank=True)

    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("welcome")]

    class Meta:
        verbose_name = _("home page")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page at an address, found at once: Wagtail's own way asks for each folder above it, twice."""
        if not path_components:
            return super().route(request, path_components)
        address = {"slug": path_components[-1], "url_path": f"{self.url_path}{'/'.join(path_components)}/"}
        page = self.get_descendants().filter(**address).first()
        if page is None:
            raise Http404
        return page.specific.route(request, [])


class LibraryPage(Page):
    """The folder of all resources. Readers reach the library through search's page at its address."""

    introduction = models.CharField(_("introduction"), max_length=200, blank=True)

    max_count = 1
    preview_modes: list = []
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["knowledge.ResourcePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("library")


class InformationPage(QuickPrivacy, Page):
    """A plain page that an operator edits: privacy notice, accessibility statement, house rules…"""

    class Purpose(models.TextChoices):
        ABOUT = "about", _("About this site")
        PRIVACY = "privacy", _("Privacy notice")
        ACCESSIBILITY = "accessibility", _("Accessibility statement")
        RULES = "rules", _("House rules")
        CHILD = "child", _("Worried about a child?")
        OTHER = "other", _("Another page")

    purpose = models.CharField(_("which page this is"), max_length=15, choices=Purpose, default=Purpose.OTHER)
    introduction = models.CharField(_("introduction"), max_length=250, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    in_footer = models.BooleanField(_("linked in every footer"), default=True)
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age to join"), null=True, blank=True, help_text=_("Of the privacy notice: shown at sign-up.")
    )

    parent_page_types = ["knowledge.HomePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("purpose"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("in_footer"),
        FieldPanel("minimum_age"),
    ]

    class Meta:
        verbose_name = _("information page")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=~models.Q(purpose="other"), name="information_page_once"
            )
        ]

    def clean(self) -> None:
        super().clean()
        others = InformationPage.objects.filter(purpose=self.purpose).exclude(pk=self.pk)
        if self.purpose != self.Purpose.OTHER and others.exists():
            raise ValidationError({"purpose": _("There is such a page already.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if self.purpose == self.Purpose.CHILD:
            context["contacts"] = Place.objects.exclude(child_contacts="").order_by("name")
        return context
