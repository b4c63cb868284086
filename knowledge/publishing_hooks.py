"""What Wagtail's admin asks before it publishes or deletes a resource, and where it leads beside its own pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.decorators import MemberRequest
from knowledge.actions import checking
from knowledge.models import ResourcePage
from knowledge.models.suggestion import looks_after_library


class KeepersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return looks_after_library(request.user)


@hooks.register("register_admin_menu_item")
def to_look_after() -> MenuItem:
    return KeepersItem(
        gettext_lazy("Resources to look after"), reverse_lazy("looking_after"), icon_name="calendar-check", order=150
    )


@hooks.register("before_publish_page")
def ask_second_person(request: MemberRequest, page: Page) -> HttpResponse | None:
    """What a second person has to read is saved, and waits for them."""
    page = page.specific
    if not isinstance(page, ResourcePage) or checking.may_publish(page, request.user):
        return None
    checking.submit(page=page, actor=request.user)
    messages.warning(
        request,
        _("It is saved. A guideline or a legal update is read by somebody else before it is published: they are told."),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def ask_second_person_for_each(
    request: MemberRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    if action_type != "publish":
        return None
    pages = [each.specific for each in objects if isinstance(each, Page)]
    held = [each for each in pages if isinstance(each, ResourcePage) and not checking.may_publish(each, request.user)]
    if not held:
        return None
    for page in held:
        checking.submit(page=page, actor=request.user)
    messages.warning(request, _("Nothing was published: at least one of these has to be read by somebody else first."))
    return redirect("wagtailadmin_explore", held[0].get_parent().pk)


@hooks.register("before_delete_page")
def withdraw_instead(request: MemberRequest, page: Page) -> HttpResponse | None:
    """People have cited what was in the library: its address goes on saying what became of it."""
    page = page.specific
    if not isinstance(page, ResourcePage) or not page.first_published_at or request.user.is_administrator:
        return None
    messages.warning(
        request, _("A resource that was in the library is withdrawn, not deleted. An administrator can delete it.")
    )
    return (
        redirect("resource_withdraw", page.pk) if page.live else redirect("wagtailadmin_explore", page.get_parent().pk)
    )


@hooks.register("register_page_header_buttons")
def buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    page = page.specific
    if isinstance(page, ResourcePage) and page.pk and looks_after_library(user):
        if page.live:
            yield Button(_("Withdraw"), reverse("resource_withdraw", args=[page.pk]), icon_name="cross", priority=80)
        elif page.withdrawn_at:
            yield Button(_("Bring back"), reverse("resource_bring_back", args=[page.pk]), icon_name="undo", priority=80)
        yield Button(_("Check and publish"), reverse("resource_check", args=[page.pk]), icon_name="tasks", priority=70)
