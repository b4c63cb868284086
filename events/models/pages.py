from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.forms import CheckboxSelectMultiple, Select
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from events import zones
from events.blocks import SpeakerBlock
from events.forms import SessionsPanel, WebinarPageForm
from web.blocks import BodyBlock
from web.privacy import pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class WebinarQuerySet(PageQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> WebinarQuerySet:
        """Live webinars whose privacy lets this reader in."""
        return pages_visible_to(self, user)


class WebinarIndexPage(Page):
    """The list of webinars: coming first, then recordings."""

    introduction = models.CharField(_("introduction"), max_length=200, blank=True)

    max_count = 1
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["events.WebinarPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("list of webinars")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from events import listing  # it reads the models that this module is still defining

        return super().get_context(request, *args, **kwargs) | listing.index(request)


class WebinarPage(Page):
    """A webinar with one or more sessions, and afterwards its recordings."""

    summary = models.TextField(_("summary in plain English"), max_length=600)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    speakers = StreamField([("speaker", SpeakerBlock())], blank=True, verbose_name=_("who speaks"))
    topics = ParentalManyToManyField("vocabulary.Topic", blank=True, related_name="webinars", verbose_name=_("topics"))
    sectors = ParentalManyToManyField(
        "vocabulary.Sector", blank=True, related_name="webinars", verbose_name=_("sectors it is for")
    )
    place = models.ForeignKey(
        "vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("place")
    )
    hidden_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("When moderators hid it: until they show it again, nothing publishes it."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(WebinarQuerySet)()
    exclude_fields_in_copy = ["hidden_at"]

    base_form_class = WebinarPageForm
    parent_page_types = ["events.WebinarIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("speakers"),
        SessionsPanel(
            "sessions",
            label=_("Session"),
            panels=[
                FieldRowPanel([FieldPanel("date"), FieldPanel("start_time"), FieldPanel("minutes")]),
                FieldRowPanel(
                    [
                        FieldPanel("time_zone", widget=Select(choices=zones.choices()), required_on_save=True),
                        FieldPanel("capacity"),
                    ]
                ),
                FieldPanel("join_url"),
                FieldPanel("is_cancelled"),
                MultiFieldPanel(
                    [FieldPanel("recording_url"), FieldPanel("transcript_file"), FieldPanel("transcript")],
                    heading=_("Afterwards"),
                ),
            ],
        ),
        MultiFieldPanel(
            [
                FieldPanel("topics", widget=CheckboxSelectMultiple),
                FieldPanel("sectors", widget=CheckboxSelectMultiple),
                FieldPanel("place"),
            ],
            heading=_("Who and what it is about"),
        ),
    ]

    class Meta:
        verbose_name = _("webinar")

    @property
    def address(self) -> str:
        """Where the page is on the internet: the operator's BASE_URL, not the host that Wagtail keeps in a row."""
        return f"{settings.BASE_URL}{self.url}"

    def with_content_json(self, content: Any) -> WebinarPage:
        """An earlier version does not know that moderators have hidden it since, or show it again."""
        page = super().with_content_json(content)
        page.hidden_at = self.hidden_at
        return page

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # Whatever publishes it, such as a date that an editor chose before it was hidden.
        self.live: bool = self.live and self.hidden_at is None
        return super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from events import states  # it reads the models that this module is still defining

        return super().get_context(request, *args, **kwargs) | states.page(self, request)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        if request.user.is_authenticated:
            # It may hold the address to join, which is one person's: it stays out of every cache.
            patch_cache_control(response, private=True, no_store=True)
        return response
