"""The CMS shows each person only what they may use there."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Help leads to Wagtail's own pages; people are managed in /admin/.
USELESS = {"help", "users", "groups", "sites", "workflows", "workflow-tasks"}
FOR_EDITORS = {"reports"}


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:
    is_editor = request.user.is_authenticated and request.user.is_editor
    hidden = USELESS if is_editor else USELESS | FOR_EDITORS
    items[:] = [item for item in items if item.name not in hidden]
