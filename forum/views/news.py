"""Whether others have replied while somebody reads."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.models import Post, Thread
from forum.models.thread import place_url, thread_url
from forum.views.loading import for_robots

MOST_COUNTED = 100


@require_safe
@never_cache
def news(request: HttpRequest, pk: int) -> HttpResponse:
    """A line for what others wrote since post number `?after=`; 204 for nothing. At most two queries of its own."""
    text = request.GET.get("after", "")
    found = Thread.objects.visible_to(request.user).filter(pk=pk).values_list("last_number", "slug").first()
    if found is None or not (text.isdecimal() and len(text) < 9):
        raise Http404
    after, (last_number, slug) = int(text), found
    numbers: list[int] = []
    if last_number > after:
        posts = Post.objects.filter(thread=pk, number__gt=after, hidden_at__isnull=True)
        if request.user.is_authenticated:
            posts = posts.exclude(author=request.user)
        numbers = list(posts.order_by("number").values_list("number", flat=True)[:MOST_COUNTED])
    if not numbers:
        return for_robots(HttpResponse(status=204))
    # The last part makes it another address than the one that is open, so that the page is loaded anew.
    page, _hash, anchor = place_url(thread_url(pk, slug), numbers[0]).partition("#")
    url = f"{page}{'&' if '?' in page else '?'}to={numbers[-1]}#{anchor}"
    return for_robots(render(request, "forum/_news.html", {"url": url, "number": len(numbers)}))
