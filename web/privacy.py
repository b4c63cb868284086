"""Who may see a Wagtail page: one rule for resources, webinars and every other page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left, Length
from wagtail.models import Page, PageViewRestriction

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from wagtail.models import PageQuerySet


def closed_restrictions(user: AbstractBaseUser | AnonymousUser) -> QuerySet[PageViewRestriction]:
    """The restrictions that this reader does not satisfy, to stand inside other queries."""
    if not user.is_authenticated:
        return PageViewRestriction.objects.all()
    if getattr(user, "is_superuser", False):
        return PageViewRestriction.objects.none()
    groups = user.groups.values("pk")  # type: ignore[attr-defined]
    let_in = PageViewRestriction.groups.through.objects.filter(group__in=groups).values("pageviewrestriction")
    return PageViewRestriction.objects.exclude(
        Q(restriction_type=PageViewRestriction.LOGIN) | Q(restriction_type=PageViewRestriction.GROUPS, pk__in=let_in)
    )


def pages_visible_to(pages: PageQuerySet, user: AbstractBaseUser | AnonymousUser) -> PageQuerySet:
    """Live pages whose privacy lets this reader in. Costs no query of its own."""
    return pages_open_to(pages.live(), user)


def pages_open_to(pages: PageQuerySet, user: AbstractBaseUser | AnonymousUser) -> PageQuerySet:
    """Pages whose privacy lets this reader in, live or not: for what stays in the place of a page."""
    # Not joined: SQLite would look through all pages, for each page, for one that is above it and restricted.
    roots = Page.objects.filter(pk=OuterRef("page")).order_by().values("path")
    closed = closed_restrictions(user).alias(root=Subquery(roots))
    above = closed.filter(root=Left(OuterRef("path"), Length("root")))
    return pages.filter(~Exists(above))


class QuickPrivacy:
    """Mixin for a page: its privacy is read in one query, and Wagtail's two are left to aliases."""

    def get_view_restrictions(self: Page) -> QuerySet[PageViewRestriction]:
        if self.alias_of_id:
            return super().get_view_restrictions()  # type: ignore[misc]
        above = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=above)
