"""Topics: the list of all, and the page of each, which an editor may have composed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Site
from wagtail.views import serve

from accounts.decorators import MemberRequest, member_required
from knowledge.actions.topics import compose as begin_page
from knowledge.models import TopicIndexPage, TopicPage
from vocabulary.models import Topic


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics with what there is about them."""
    index = TopicIndexPage.objects.live().public().only("title", "introduction").first()
    return render(request, "knowledge/topics/index.html", {"index": index})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that an editor composed, or else the one that makes itself."""
    found = get_object_or_404(Topic, slug=slug)
    page = TopicPage.objects.visible_to(request.user).filter(topic=found).select_related("topic").first()
    if page is not None:
        return page.serve(request)
    private = TopicPage.objects.live().filter(topic=found).first()
    roots = Site.get_site_root_paths()
    if private is not None and roots:
        # Wagtail shows the way to sign in.
        return serve(request, private.url_path.removeprefix(roots[0].root_path))
    return render(request, "knowledge/topics/topic.html", {"topic": found, "page": None})


@require_POST
@member_required
def compose(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin the topic's page as a draft, and on to the CMS."""
    found = get_object_or_404(Topic, slug=slug)
    if not request.user.is_editor:
        raise PermissionDenied
    page = begin_page(topic=found, editor=request.user)
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return redirect("wagtailadmin_pages:edit", page.pk)
