"""The Wagtail admin does not take webinars away from under people who registered, nor show what moderators hid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from events.models import Registration, Session, WebinarPage

REMOVING = ("delete", "unpublish")


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def keep_while_people_count_on_it(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse(request, [page])


@hooks.register("before_bulk_action")
def keep_all_while_people_count_on_them(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    pages = [page for page in objects if isinstance(page, Page)]
    return _refuse(request, pages) if action_type in REMOVING and pages else None


@hooks.register("before_publish_page")
def keep_hidden(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What was typed is saved already."""
    if not WebinarPage.objects.filter(pk=page.pk, hidden_at__isnull=False).exists():
        return None
    messages.warning(
        request,
        _(
            "Your changes are saved as a draft, and the webinar stays hidden: a moderator hid it, and only a moderator "
            "can show it again. Tell them what you have changed."
        ),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def keep_all_hidden(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    pages = [page.pk for page in objects if isinstance(page, Page)] if action_type == "publish" else []
    hidden = WebinarPage.objects.filter(pk__in=pages, hidden_at__isnull=False).first()
    if request.method != "POST" or hidden is None:
        return None
    words = _("Nothing was published: a moderator hid “%(title)s”, and only a moderator can show it again.")
    messages.warning(request, words % {"title": hidden.title})
    return redirect("wagtailadmin_explore", hidden.get_parent().pk)


def _refuse(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    """None where nobody has a place at a coming session of these pages or of those beneath them."""
    if request.method != "POST":
        return None
    coming = Session.objects.coming().filter(is_cancelled=False)
    for page in pages:
        sessions = coming.filter(page__path__startswith=page.path)
        if Registration.objects.current().filter(session__in=sessions).exists():
            words = _(
                "People have registered for “%(title)s”. Cancel its sessions and publish that first: they are told."
            )
            messages.error(request, words % {"title": page.title})
            return redirect("wagtailadmin_pages:edit", page.pk)
    return None
