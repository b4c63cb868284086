"""Who may have a resource in hand, on the pages beside Wagtail's own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.decorators import MemberRequest, hidden_unless
from knowledge.models import ResourcePage
from knowledge.models.suggestion import looks_after_library

keeper_required = hidden_unless(looks_after_library)


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
