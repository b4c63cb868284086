"""What other rooms may show of the library."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left, Length
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from accounts.prepared import PreparedForReader
from knowledge.minutes import minutes_to_read
from knowledge.models import GUIDE_DEPTH, LibraryPage, ResourcePage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.template import Context

    from accounts.models import User

register = template.Library()
FIELDS = ("title", "kind", "summary", "publisher", "year", "url_path", "first_published_at")


def _rows(pages: Any, limit: int) -> list[ResourcePage]:
    """The first `limit` pages with what a row shows of them; their text stays in the database."""
    return list(pages.only(*FIELDS)[:limit])


@register.simple_tag(takes_context=True)
def latest_resources(context: Context, limit: int = 3) -> list[ResourcePage]:
    """The newest resources that this reader may see; of a guide only its first page, and none that was replaced."""
    pages = ResourcePage.objects.visible_to(context["request"].user).filter(depth=GUIDE_DEPTH, replaced_by=None)
    return _rows(pages.order_by("-first_published_at", "-pk"), limit)


@register.simple_tag
def picked_for(person: User, limit: int = 3) -> list[ResourcePage]:
    """The newest resources for this person's sector, none that was replaced; nothing for somebody without one."""
    if not person.sector_id:
        return []
    pages = ResourcePage.objects.visible_to(person).filter(sectors=person.sector_id, replaced_by=None)
    return _rows(pages.order_by("-first_published_at", "-pk"), limit)


@cache
def _related(number: int, limit: int) -> PreparedForReader[ResourcePage]:
    """For pages with so many topics."""

    def build(reader: User | AnonymousUser, page: int, **topics: int) -> QuerySet[ResourcePage]:
        ids = list(topics.values())
        pages = ResourcePage.objects.visible_to(reader).filter(topics__in=ids).exclude(pk=page)
        shared = pages.annotate(shared=Count("topics", filter=Q(topics__in=ids)))
        return shared.order_by("-shared", "-first_published_at", "-pk").only(*FIELDS)[:limit]

    return PreparedForReader(build, "page", *(f"topic{place}" for place in range(number)))


@register.simple_tag(takes_context=True)
def related_resources(context: Context, page: Page, topics: Any, limit: int = 3) -> list[ResourcePage]:
    """Resources that share most topics with a page, newest first among equals."""
    if not topics:
        return []
    ids = {f"topic{place}": topic.pk for place, topic in enumerate(topics)}
    return _related(len(ids), limit).rows(context["request"].user, page=page.pk, **ids)


register.filter("minutes_to_read", minutes_to_read)


@register.simple_tag(takes_context=True)
def add_resource_url(context: Context) -> str:
    """Where this reader adds a resource to the library; empty for whoever may not."""
    user = context["request"].user
    if not user.is_authenticated or not (user.is_moderator or user.is_editor):
        return ""
    libraries = GROWING.rows(user)
    return reverse("wagtailadmin_pages:add", args=["knowledge", "resourcepage", libraries[0].pk]) if libraries else ""


def _growing(reader: User) -> QuerySet[LibraryPage]:
    """The library, where this reader may add pages: what Wagtail's own page permissions say in three queries."""
    if reader.is_superuser:
        return LibraryPage.objects.only("pk")[:1]
    granted = GroupPagePermission.objects.filter(
        group__in=reader.groups.values("pk"), permission__codename="add_page"
    ).alias(root=Subquery(Page.objects.filter(pk=OuterRef("page")).order_by().values("path")))
    above = granted.filter(root=Left(OuterRef("path"), Length("root")))
    return LibraryPage.objects.filter(Exists(above)).only("pk")[:1]


GROWING = PreparedForReader(_growing)
