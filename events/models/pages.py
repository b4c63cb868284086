from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

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

    introduction = models.CharField(max_length=200, blank=True)

    max_count = 1
    subpage_types = ["events.WebinarPage"]


class SpeakerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Name"), max_length=80)
    job = blocks.CharBlock(label=_("Job or task"), max_length=120, required=False)


class WebinarPage(Page):
    """A webinar with one or more sessions, and afterwards its recordings."""

    summary = models.TextField(_("summary in plain English"), max_length=600)
    body = StreamField(BodyBlock(), blank=True)
    speakers = StreamField([("speaker", SpeakerBlock())], blank=True)
    topics = ParentalManyToManyField("vocabulary.Topic", blank=True, related_name="webinars")
    sectors = ParentalManyToManyField("vocabulary.Sector", blank=True, related_name="webinars")
    place = models.ForeignKey("vocabulary.Place", null=True, blank=True, on_delete=models.SET_NULL)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(WebinarQuerySet)()

    parent_page_types = ["events.WebinarIndexPage"]
    subpage_types: list[str] = []
