"""How the forum's views find what they show: what a reader may not see does not exist for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.prepared import PreparedForReader
from forum.models import Post, Space, Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from forum.models.space import SpaceQuerySet

MOST_SIGNS = 5


def load_space(request: HttpRequest, slug: str) -> Space:
    return get_object_or_404(Space.objects.for_reader(request.user), slug=slug)


def _with_family(reader: User | AnonymousUser, slug: str) -> SpaceQuerySet:
    return Space.objects.for_reader(reader).with_family().filter(slug=slug)


WITH_FAMILY = PreparedForReader[Space](_with_family, texts=("slug",))


def load_family(request: HttpRequest, slug: str) -> Space:
    """The space with its parent, whom it is for, and whether any stand beneath it."""
    for found in WITH_FAMILY.rows(request.user, slug=slug):
        return found
    raise Http404


def load_thread(request: HttpRequest, pk: int) -> Thread:
    """The thread with its space, and with how the reader stands to both; one that was merged is the one it went into.

    An address of the old one may stand in an e-mail, or a reply to it be half written.
    """
    found = Thread.objects.get_visible(pk, request.user)
    if found is None or found.merged_into_id is not None:
        found = _merged(request, pk)
    if found is None:
        raise Http404
    return found


def _merged(request: HttpRequest, pk: int) -> Thread | None:
    """Follows the signs, at most as many as anybody would put up."""
    for _step in range(MOST_SIGNS):
        into = Thread.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
        if into is None:
            return None
        found = Thread.objects.get_visible(into, request.user)
        if found is not None and found.merged_into_id is None:
            return found
        pk = into
    return None


def load_post(request: HttpRequest, pk: int) -> Post:
    found = Post.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.thread = load_thread(request, found.thread_id)
    return found


def for_robots(response: HttpResponse, space: Space | None = None) -> HttpResponse:
    """Outside search engines get only what the space's keepers opened to them."""
    if space is None or not space.is_indexable:
        response["X-Robots-Tag"] = "noindex"
    return response
