"""Atom of spaces that are public and open to search engines, whoever asks, and of what one person follows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from forum.digests import untitled
from forum.models import FeedKey, Space, Thread
from markup.characters import clean_characters
from markup.text import plain_text

THREADS = 20
EXCERPT = 400


def _open_spaces() -> Any:
    return Space.objects.readable_by(AnonymousUser()).filter(open_to_search_engines=True)


def _newest(threads: Any) -> Any:
    return threads.listed().select_related("author", "space").with_opening().order_by("-last_post_at", "-id")[:THREADS]


class _Threads(Feed):
    feed_type = Atom1Feed

    # Feed readers take titles and descriptions for HTML.
    def item_title(self, item: Thread) -> str:
        return escape(item.title)

    def item_description(self, item: Thread) -> str:
        opening = item.opening
        return escape(plain_text(opening.source, EXCERPT)) if opening and opening.hidden_at is None else ""

    def item_link(self, item: Thread) -> str:
        return item.get_absolute_url()

    def item_pubdate(self, item: Thread) -> Any:
        return item.created_at

    def item_updateddate(self, item: Thread) -> Any:
        return item.last_post_at

    def item_author_name(self, item: Thread) -> str:
        return item.author.display_name if item.author else ""


class NewestThreads(_Threads):
    """What was written last in all spaces that allow it."""

    def title(self) -> str:
        return _("%(site)s: newest conversations") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return reverse("forum:index")

    def subtitle(self) -> str:
        return _("Questions, ideas and problems that people talk about in public.")

    def items(self) -> Any:
        if not _open_spaces().exists():
            # Else all threads would be looked through to find none.
            return []
        closed = Space.objects.filter(open_to_search_engines=False)
        return _newest(Thread.objects.visible_to(AnonymousUser()).exclude(space__in=closed))


class SpaceThreads(_Threads):
    """What was written last in one space."""

    def get_object(self, request: HttpRequest, slug: str) -> Space:
        return get_object_or_404(_open_spaces(), slug=slug)

    def title(self, space: Space) -> str:
        return f"{settings.SITE_NAME}: {space.name}"

    def link(self, space: Space) -> str:
        return space.get_absolute_url()

    def subtitle(self, space: Space) -> str:
        return clean_characters(space.purpose)

    def items(self, space: Space) -> Any:
        return _newest(Thread.objects.filter(space=space))


class OwnThreads(_Threads):
    """What one person follows, for whoever has the secret address. As in e-mails, what is not public has no words."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_object(self, request: HttpRequest, key: str) -> User:
        # PostgreSQL takes no zeros in a text.
        keys = FeedKey.objects.select_related("person").filter(key=key.replace("\0", ""), person__is_active=True)
        found = keys.first()
        if found is None or not found.person.is_member:
            raise Http404
        return found.person

    def title(self, person: User) -> str:
        return _("%(site)s: what I follow") % {"site": settings.SITE_NAME}

    def link(self, person: User) -> str:
        return reverse("forum:following")

    def items(self, person: User) -> Any:
        threads = Thread.objects.visible_to(person).followed_by(person).not_muted_by(person)
        threads = threads.exclude(space__is_reflective=True)
        return _newest(threads).prefetch_related("topics")

    def item_title(self, item: Thread) -> str:
        if item.space.is_public:
            return super().item_title(item)
        if item.space.is_open:
            return escape(untitled(item.kind, sorted(topic.name for topic in item.topics.all())))
        return _("New where not everybody may read")

    def item_description(self, item: Thread) -> str:
        return super().item_description(item) if item.space.is_public else ""

    def item_link(self, item: Thread) -> str:
        # The address of a thread says its title.
        if item.space.is_public or item.opening is None:
            return item.get_absolute_url()
        return reverse("forum:post", args=[item.opening.pk])

    def item_author_name(self, item: Thread) -> str:
        return super().item_author_name(item) if item.space.is_public else ""
