"""Who may see a Wagtail page: one rule for resources, webinars and every other page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.models import PageViewRestriction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from wagtail.models import PageQuerySet


def closed_restrictions(user: AbstractBaseUser | AnonymousUser) -> list[PageViewRestriction]:
    """The restrictions that this reader does not satisfy. Two queries, whatever the number of pages."""
    found = list(PageViewRestriction.objects.select_related("page").prefetch_related("groups"))
    groups: frozenset[int] = frozenset()
    if found and user.is_authenticated:
        groups = frozenset(user.groups.values_list("pk", flat=True))  # type: ignore[union-attr]
    return [restriction for restriction in found if not _is_open(restriction, user, groups)]


def _is_open(restriction: PageViewRestriction, user: AbstractBaseUser | AnonymousUser, groups: frozenset[int]) -> bool:
    if not user.is_authenticated:
        return False
    if getattr(user, "is_superuser", False) or restriction.restriction_type == PageViewRestriction.LOGIN:
        return True
    if restriction.restriction_type == PageViewRestriction.GROUPS:
        return any(group.pk in groups for group in restriction.groups.all())
    return False


def pages_visible_to(pages: PageQuerySet, user: AbstractBaseUser | AnonymousUser) -> PageQuerySet:
    """Live pages whose privacy lets this reader in."""
    pages = pages.live()
    for restriction in closed_restrictions(user):
        pages = pages.not_descendant_of(restriction.page, inclusive=True)
    return pages
