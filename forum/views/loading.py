"""How the forum's views find what they show: what a reader may not see does not exist for them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from forum.models import Post, Space, Thread


def load_space(request: HttpRequest, slug: str) -> Space:
    return get_object_or_404(Space.objects.for_reader(request.user), slug=slug)


def load_thread(request: HttpRequest, pk: int) -> Thread:
    """The thread with its space, and with how the reader stands to both."""
    found = Thread.objects.get_visible(pk, request.user)
    if found is None:
        raise Http404
    return found


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
