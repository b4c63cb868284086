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
from knowledge.handout import is_too_long
from knowledge.models import ResourcePage
from knowledge.models.suggestion import looks_after_library

WITHDRAWN = gettext_lazy(
    "A resource that was in the library is withdrawn, not deleted. An administrator can delete it."
)


class KeepersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return looks_after_library(request.user)


TOO_LONG = gettext_lazy("What you wrote for families is longer than one printed A4 page. Please shorten it.")


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
    checking.hand_on(page=page, actor=request.user)
    messages.warning(
        request,
        _("It is saved. A guideline or a legal update is read by somebody else before it is published: they are told."),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_does_not_fit(request: MemberRequest, page: Page) -> None:
    if isinstance(page, ResourcePage) and is_too_long(page.families):
        messages.warning(request, TOO_LONG)


@hooks.register("construct_page_action_menu")
def promise_no_more(menu_items: list[Any], request: MemberRequest, context: dict[str, Any]) -> None:
    """Wagtail says “Approve and Publish” of the last step; here that step approves, and publishing is another."""
    for item in menu_items:
        if getattr(item, "name", "") == "approve":
            item.label = _("Approve with a comment") if item.launch_modal else _("Approve")


@hooks.register("before_bulk_action")
def ask_before_many(request: MemberRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """What is asked of one page is asked of many too."""
    pages = [each.specific for each in objects if isinstance(each, Page)]
    if action_type == "publish":
        return _ask_second_person_for_each(request, pages)
    if action_type == "delete" and any(_stays(page, request.user) for page in pages):
        messages.warning(request, WITHDRAWN)
        return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
    return None


def _ask_second_person_for_each(request: MemberRequest, pages: list[Page]) -> HttpResponse | None:
    held = [each for each in pages if isinstance(each, ResourcePage) and not checking.may_publish(each, request.user)]
    if not held:
        return None
    for page in held:
        checking.hand_on(page=page, actor=request.user)
    messages.warning(request, _("Nothing was published: at least one of these has to be read by somebody else first."))
    return redirect("wagtailadmin_explore", held[0].get_parent().pk)


@hooks.register("before_delete_page")
def withdraw_instead(request: MemberRequest, page: Page) -> HttpResponse | None:
    """People have cited what was in the library: its address goes on saying what became of it."""
    page = page.specific
    if not _stays(page, request.user):
        return None
    messages.warning(request, WITHDRAWN)
    if isinstance(page, ResourcePage) and page.live:
        return redirect("resource_withdraw", page.pk)
    return redirect("wagtailadmin_explore", page.get_parent().pk)


def _stays(page: Page, user: Any) -> bool:
    """Whether it, or a page beneath it, was in the library once."""
    if user.is_administrator:
        return False
    return ResourcePage.objects.descendant_of(page, inclusive=True).filter(first_published_at__isnull=False).exists()


@hooks.register("before_unpublish_page")
def withdraw_with_a_reason(request: MemberRequest, page: Page) -> HttpResponse | None:
    """Whoever comes back to it reads why it is gone, so the form that asks for the reason takes Wagtail's place."""
    page = page.specific
    if not isinstance(page, ResourcePage) or not page.live:
        return None
    messages.info(request, _("It is still in the library. Say why it should go: its address shows the reason."))
    return redirect("resource_withdraw", page.pk)


@hooks.register("before_copy_page")
def refuse_alias(request: MemberRequest, page: Page) -> HttpResponse | None:
    """An alias takes its privacy from the page that it repeats, which no list of ours looks for."""
    if request.method != "POST" or "alias" not in request.POST:
        return None
    messages.warning(request, _("A page stands in one place. Make a copy, or link to it."))
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("register_page_header_buttons")
def buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    page = page.specific
    if isinstance(page, ResourcePage) and page.pk and looks_after_library(user):
        if page.live:
            yield Button(_("Withdraw"), reverse("resource_withdraw", args=[page.pk]), icon_name="cross", priority=80)
        elif page.withdrawn_at:
            yield Button(_("Bring back"), reverse("resource_bring_back", args=[page.pk]), icon_name="undo", priority=80)
        yield Button(_("Check and publish"), reverse("resource_check", args=[page.pk]), icon_name="tasks", priority=70)
