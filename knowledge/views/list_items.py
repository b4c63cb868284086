"""What is in a list: saving a resource to it, ordering, notes, taking out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import MemberRequest, member_required
from accounts.models import User
from knowledge.actions import lists as actions
from knowledge.forms.lists import NoteForm, SaveForm
from knowledge.models import ListItem, ReadingList, ResourcePage
from knowledge.models.reading_list import MOST_ITEMS, MOST_LISTS
from knowledge.permissions import can_keep_list
from web.limits import limited

OFTEN = (120, 600)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("save-to-list", account=OFTEN)
def save(request: MemberRequest) -> HttpResponse:
    """Save the resource `?page=` to a list, which may be made on the spot."""
    page = get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=_number(request.GET.get("page", "")))
    if request.method != "POST":
        form = SaveForm(keeper=request.user)
        return _save_page(request, form, page)
    form = SaveForm(request.POST, keeper=request.user)
    if form.is_valid():
        try:
            kept, is_new = _save(request.user, page, form)
        except actions.ListIsFullError:
            form.add_error("list", _("This list is full: it holds %(most)d resources.") % {"most": MOST_ITEMS})
        except actions.TooManyListsError:
            form.add_error(None, _("You have %(most)d lists already. Delete one first.") % {"most": MOST_LISTS})
        else:
            said = _("Saved to “%(list)s”.") if is_new else _("It is in “%(list)s” already.")
            messages.success(request, said % {"list": kept.title})
            return redirect(page.url)
    return _save_page(request, form, page)


def _save(person: User, page: ResourcePage, form: SaveForm) -> tuple[ReadingList, bool]:
    kept = form.chosen or actions.make_list(keeper=person, title=form.cleaned_data["title"])
    _item, is_new = actions.save_to(
        reading_list=kept, page=page, actor=person, note=form.cleaned_data["note"], hold=form.hold
    )
    return kept, is_new


def _save_page(request: MemberRequest, form: SaveForm, page: ResourcePage) -> HttpResponse:
    already = list(ReadingList.objects.kept_by(request.user).filter(items__page=page).order_by("title")[:MOST_LISTS])
    return render(request, "knowledge/lists/save.html", {"form": form, "page": page, "already": already})


def _kept_item(user: User, pk: int) -> ListItem:
    """Errors: Http404 where the person may not see the list, PermissionDenied where they may only see it."""
    item = get_object_or_404(ListItem.objects.select_related("list"), pk=pk)
    if not ReadingList.objects.visible_to(user).filter(pk=item.list_id).exists():
        raise Http404
    if not can_keep_list(user, item.list):
        raise PermissionDenied
    return item


@require_POST
@member_required
def move(request: MemberRequest, pk: int) -> HttpResponse:
    """One place `up` or `down`."""
    item = _kept_item(request.user, pk)
    way = request.POST.get("way", "")
    if way not in ("up", "down"):
        raise Http404
    actions.move(item=item, up=way == "up")
    return redirect(f"{item.list.get_absolute_url()}#item-{item.pk}")


@require_POST
@member_required
def take_out(request: MemberRequest, pk: int) -> HttpResponse:
    item = _kept_item(request.user, pk)
    actions.take_out(item=item)
    messages.success(request, _("Taken out of the list. The resource stays in the library."))
    return redirect(item.list)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("save-to-list", account=OFTEN)
def note(request: MemberRequest, pk: int) -> HttpResponse:
    """The note beside a resource."""
    item = _kept_item(request.user, pk)
    is_private = item.list.is_private
    if request.method != "POST":
        form = NoteForm(is_private=is_private, initial={"note": item.note})
    else:
        form = NoteForm(request.POST, is_private=is_private, known=item.note)
        if form.is_valid():
            actions.change_note(item=item, actor=request.user, note=form.cleaned_data["note"], hold=form.hold)
            messages.success(request, _("We have saved your note."))
            return redirect(f"{item.list.get_absolute_url()}#item-{item.pk}")
    page = ResourcePage.objects.visible_to(request.user).filter(pk=item.page_id).first()
    return render(request, "knowledge/lists/note.html", {"form": form, "item": item, "page": page})


def _number(text: str) -> int:
    """An id from an address; 404 for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
