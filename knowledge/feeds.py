"""New resources for feed readers, as Atom and RSS: only what every visitor may read, whoever asks."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge.models import ResourcePage
from knowledge.models.kinds import Kind
from knowledge.models.resource import ResourceQuerySet
from markup.characters import clean_characters
from vocabulary.models import Topic
from web.limits import limited

RESOURCES = 30
GENERATORS = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
BY_ADDRESS = (600, 600)


class Wanted(NamedTuple):
    title: str
    url: str
    pages: ResourceQuerySet


class Resources(Feed):
    """The newest of what is `wanted`."""

    def get_object(self, request: HttpRequest, form: str, wanted: Wanted) -> Wanted:
        self.feed_type = GENERATORS[form]
        return wanted

    def title(self, wanted: Wanted) -> str:
        return clean_characters(f"{settings.SITE_NAME}: {wanted.title}")

    def subtitle(self, wanted: Wanted) -> str:
        return _("New in the library.")

    description = subtitle

    def link(self, wanted: Wanted) -> str:
        return urljoin(settings.BASE_URL, wanted.url)

    def feed_guid(self, wanted: Wanted) -> str:
        return self.link(wanted)

    def items(self, wanted: Wanted) -> list[ResourcePage]:
        light = wanted.pages.only("title", "summary", "url_path", "authors", "first_published_at", "last_published_at")
        return list(light.order_by("-first_published_at", "-pk")[:RESOURCES])

    # Feed readers take titles and descriptions for HTML. XML has no place for controls, which come along when editors
    # copy from slides: one of them would take the whole feed away.
    def item_title(self, item: ResourcePage) -> str:
        return escape(clean_characters(item.title))

    def item_description(self, item: ResourcePage) -> str:
        return escape(clean_characters(item.summary))

    def item_link(self, item: ResourcePage) -> str:
        return urljoin(settings.BASE_URL, item.url)

    def item_guid(self, item: ResourcePage) -> str:
        """The address that stays when the page moves."""
        return urljoin(settings.BASE_URL, reverse("cite", args=[item.pk]))

    item_guid_is_permalink = True

    def item_author_name(self, item: ResourcePage) -> str:
        return clean_characters(item.authors)

    def item_pubdate(self, item: ResourcePage) -> Any:
        return item.first_published_at

    def item_updateddate(self, item: ResourcePage) -> Any:
        return item.last_published_at


def _public() -> ResourceQuerySet:
    return ResourcePage.objects.visible_to(AnonymousUser())


def _answer(request: HttpRequest, form: str, wanted: Wanted) -> HttpResponse:
    if form not in GENERATORS:
        raise Http404
    # A Feed keeps what it is asked for on itself: one for each request.
    response = Resources()(request, form=form, wanted=wanted)
    response["Cache-Control"] = "public, max-age=900"
    return response


@require_safe
@limited("feed", address=BY_ADDRESS, methods=("GET",))
def everything(request: HttpRequest, form: str) -> HttpResponse:
    return _answer(request, form, Wanted(_("new resources"), reverse("library"), _public()))


@require_safe
@limited("feed", address=BY_ADDRESS, methods=("GET",))
def of_topic(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    topic = get_object_or_404(Topic, slug=slug)
    return _answer(request, form, Wanted(topic.name, reverse("topic", args=[slug]), _public().filter(topics=topic)))


@require_safe
@limited("feed", address=BY_ADDRESS, methods=("GET",))
def of_kind(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    if slug not in Kind:
        raise Http404
    url = f"{reverse('library')}?type={slug}"
    return _answer(request, form, Wanted(str(Kind(slug).label), url, _public().filter(kind=slug)))


def of_pages(request: HttpRequest, form: str, title: str, url: str, pages: list[int]) -> HttpResponse:
    """A feed of these pages, as far as every visitor may read them: for rooms that know how to find some."""
    return _answer(request, form, Wanted(title, url, _public().filter(pk__in=pages)))
