"""Who may have a resource in hand, on the pages beside Wagtail's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.decorators import MemberRequest, to_login
from knowledge.models import ResourcePage
from knowledge.models.suggestion import looks_after_library

View = Callable[..., HttpResponse]


def keeper_required(view: View) -> View:
    """For moderators and editors: 404 with a way to sign in for a visitor, 403 for a member."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return to_login(request)
            raise Http404
        if not looks_after_library(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def load_kept(request: MemberRequest, pk: int) -> ResourcePage:
    """Any resource, drafts too, for whoever may publish it. What a member does not see does not exist for them."""
    page = get_object_or_404(ResourcePage, pk=pk)
    if looks_after_library(request.user):
        if page.permissions_for_user(request.user).can_publish():
            return page
        raise PermissionDenied
    if ResourcePage.objects.visible_to(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    raise Http404
