"""Topics that an editor composed. A topic without such a page is shown all the same, by knowledge.views.topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from web.blocks import FEATURES
from web.privacy import QuickPrivacy, pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_CHOSEN = 12


class TopicIndexPage(Page):
    """The folder of composed topics. Readers reach the list of all topics through the view at its address."""

    introduction = models.CharField(max_length=200, blank=True)

    max_count = 1
    preview_modes: list = []
    parent_page_types = ["knowledge.HomePage"]
    subpage_types = ["knowledge.TopicPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction")]


class TopicPageQuerySet(PageQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> TopicPageQuerySet:
        """Live pages whose privacy lets this reader in."""
        return pages_visible_to(self, user)


class TopicPage(QuickPrivacy, Page):
    """What an editor says about a topic; what is new in it comes by itself."""

    topic = models.ForeignKey("vocabulary.Topic", on_delete=models.PROTECT, related_name="+")
    introduction = RichTextField(_("introduction"), features=FEATURES, blank=True)
    key_messages = StreamField(
        [("message", blocks.CharBlock(label=_("Message"), max_length=300))],
        verbose_name=_("key messages"),
        blank=True,
        max_num=7,
        help_text=_("What somebody who has one minute should take with them. Seven at most."),
    )

    objects = PageManager.from_queryset(TopicPageQuerySet)()

    template = "knowledge/topics/topic.html"
    parent_page_types = ["knowledge.TopicIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("topic"),
        FieldPanel("introduction"),
        FieldPanel("key_messages"),
        InlinePanel("chosen", label=_("Resource"), heading=_("Resources to read first"), max_num=MOST_CHOSEN),
        HelpPanel(_("The newest resources, conversations and webinars on the topic follow by themselves.")),
    ]

    def clean(self) -> None:
        super().clean()
        if self.topic_id and TopicPage.objects.filter(topic=self.topic_id).exclude(pk=self.pk).exists():
            raise ValidationError({"topic": _("This topic has a page already.")})

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """A topic has one address, whether an editor composed its page or not."""
        parts = super().get_url_parts(request)
        return (parts[0], parts[1], reverse("topic", args=[self.topic.slug])) if parts else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"topic": self.topic}


class ChosenResource(Orderable):
    """A resource that the editor of a topic's page wants to be read first, and why."""

    page = ParentalKey(TopicPage, on_delete=models.CASCADE, related_name="chosen")
    resource = models.ForeignKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("why read it"), max_length=200, blank=True)

    panels = [PageChooserPanel("resource", ["knowledge.ResourcePage"]), FieldPanel("note")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "resource"], name="chosen_resource_once")]
