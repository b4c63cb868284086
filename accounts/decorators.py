"""Who may open a view. What needs more than a group asks the room's own permissions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User

View = Callable[..., HttpResponse]


def to_login(request: HttpRequest) -> HttpResponse:
    """The way to sign in and back."""
    return redirect_to_login(request.get_full_path())


def member_required(view: View) -> View:
    """For people whose address is confirmed. A visitor signs in first; what they typed waits for them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        if not request.user.is_member:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _rights_required(view: View, has_right: Callable[[User], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return to_login(request)
            raise Http404
        if not has_right(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def moderator_required(view: View) -> View:
    """404 with a way to sign in for a visitor, 403 for a member who is not a moderator."""
    return _rights_required(view, lambda user: user.is_moderator)


def editor_required(view: View) -> View:
    """404 with a way to sign in for a visitor, 403 for a member who is not an editor."""
    return _rights_required(view, lambda user: user.is_editor)


def administrator_required(view: View) -> View:
    """404 with a way to sign in for a visitor, 403 for a member who is not an administrator."""
    return _rights_required(view, lambda user: user.is_administrator)
