"""Where pages of the CMS are talked about, for those who count it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, Q

from forum.models import PostLink, Thread

if TYPE_CHECKING:
    from forum.models.link import PostLinkQuerySet
    from forum.models.thread import ThreadQuerySet


def threads_about(start: dt.datetime, end: dt.datetime) -> ThreadQuerySet:
    outside = Thread.objects.listed().filter(space__is_reflective=False)
    return outside.filter(created_at__gte=start, created_at__lt=end)


def posts_that_point(start: dt.datetime, end: dt.datetime) -> PostLinkQuerySet:
    """Links in posts of threads that are not about the page anyway."""
    found = PostLink.objects.shown().filter(page__isnull=False, created_at__gte=start, created_at__lt=end)
    return found.filter(Q(post__thread__page__isnull=True) | ~Q(post__thread__page=F("page")))
