"""Collections and reading lists: finding, reading, making and sharing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from knowledge import listing
from knowledge.actions import lists as actions
from knowledge.forms.lists import ListForm
from knowledge.models import ListFollow, ReadingList
from knowledge.models.reading_list import MOST_LISTS
from knowledge.permissions import can_keep_list
from knowledge.views.list_exports import ways
from notifications.actions import mark_read_for
from web.confirm import confirmation
from web.limits import limited
from web.paging import keyset

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

PAGE_SIZE = 20
NEWEST = ("-changed_at", "-id")
OFTEN = (60, 600)


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """What editors put together, or with `?by=members` what members share with everybody."""
    by_members = request.GET.get("by") == "members"
    rows = ReadingList.objects.open_to_all().filter(is_collection=not by_members).select_related("owner")
    page = keyset(rows, order=NEWEST, cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    context = {
        "rows": listing.counted(page.items, request.user),
        "by_members": by_members,
        "drafts": _drafts(request.user) if not by_members else [],
        **page.links(request),
    }
    return render(request, "knowledge/lists/collections.html", context)


def _drafts(user: User | AnonymousUser) -> list[ReadingList]:
    """Collections that only editors see yet."""
    if not user.is_authenticated or not user.is_editor:
        return []
    private = ReadingList.objects.filter(is_collection=True, visibility=ReadingList.Visibility.PRIVATE)
    return list(private.order_by(*NEWEST)[:PAGE_SIZE])


@require_safe
@member_required
@never_cache
def mine(request: MemberRequest) -> HttpResponse:
    """One's own lists, and those of others that one follows."""
    own = ReadingList.objects.filter(owner=request.user).order_by(*NEWEST)
    followed = ReadingList.objects.visible_to(request.user).filter(follows__person=request.user).order_by(*NEWEST)
    context = {
        "own": listing.counted(list(own), request.user),
        "followed": listing.counted(list(followed.select_related("owner")[:MOST_LISTS]), request.user),
        "most": MOST_LISTS,
    }
    return render(request, "knowledge/lists/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("reading-list", account=OFTEN)
def make(request: MemberRequest) -> HttpResponse:
    """A list of one's own; with `?collection=1`, for editors, one of the site."""
    is_collection = "collection" in request.GET
    if is_collection and not request.user.is_editor:
        raise PermissionDenied
    form = ListForm(
        request.POST if request.method == "POST" else None,
        is_collection=is_collection,
    )
    if form.is_valid():
        try:
            made = actions.make_list(
                keeper=request.user, is_collection=is_collection, hold=form.hold, **form.cleaned_data
            )
        except actions.TooManyListsError:
            form.add_error(None, _("You have %(most)d lists already. Delete one first.") % {"most": MOST_LISTS})
        else:
            messages.success(request, _("Your list is there. Open a resource and choose “Save to a list”."))
            return redirect(made)
    return render(request, "knowledge/lists/make.html", {"form": form, "is_collection": is_collection})


@require_safe
@never_cache
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A list that this reader may see."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user).select_related("owner"), pk=pk)
    mark_read_for(request.user, reading_list)
    return _page(request, reading_list)


@require_safe
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A list behind its link."""
    rows = ReadingList.objects.behind_link(token).select_related("owner")
    return _page(request, get_object_or_404(rows), token=token)


def _page(request: HttpRequest, reading_list: ReadingList, token: str = "") -> HttpResponse:
    reader = request.user
    keeps = can_keep_list(reader, reading_list)
    items = listing.items_of(reading_list, reader, is_kept=keeps)
    is_reader = reader.is_authenticated and reader.is_member and reading_list.owner_id != reader.pk
    is_followed = is_reader and ListFollow.objects.filter(list=reading_list, person=reader.pk).exists()
    response = render(
        request,
        "knowledge/lists/list.html",
        {
            "list": reading_list,
            "items": items,
            "visible": sum(item.page is not None for item in items),
            "exports": ways(reading_list.shared_url if token else reading_list.get_absolute_url()),
            "compare_address": listing.compare_address(items),
            "keeps": keeps,
            "token": token,
            "share_url": settings.BASE_URL + reading_list.shared_url if keeps and reading_list.is_shared else "",
            "is_followed": is_followed,
            "can_follow": is_reader and not reading_list.is_private,
            "can_report": is_reader and reading_list.is_public,
        },
    )
    if not reading_list.is_public:
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin"
    return response


def kept_list(user: User, pk: int) -> ReadingList:
    """A list that this person changes. Errors: Http404, or PermissionDenied where they may only read it."""
    reading_list = get_object_or_404(ReadingList.objects.visible_to(user), pk=pk)
    if not can_keep_list(user, reading_list):
        raise PermissionDenied
    return reading_list


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("reading-list", account=OFTEN)
def change(request: MemberRequest, pk: int) -> HttpResponse:
    reading_list = kept_list(request.user, pk)
    form = ListForm(
        request.POST if request.method == "POST" else None,
        kept=reading_list,
        is_collection=reading_list.is_collection,
    )
    if form.is_valid():
        changed = actions.change_list(
            reading_list=reading_list, actor=request.user, hold=form.hold, **form.cleaned_data
        )
        messages.success(request, _("We have saved your changes."))
        return redirect(changed)
    return render(request, "knowledge/lists/change.html", {"form": form, "list": reading_list})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    reading_list = kept_list(request.user, pk)
    if request.method == "POST":
        actions.delete_list(reading_list=reading_list)
        messages.success(request, _("We have deleted “%(title)s”.") % {"title": reading_list.title})
        return redirect("collections" if reading_list.is_collection else "my_lists")
    return confirmation(
        request,
        title=_("Delete this list?"),
        text=_("“%(title)s” and its notes will be gone for everybody. The resources stay in the library.")
        % {"title": reading_list.title},
        button=_("Delete it"),
        cancel_url=reading_list.get_absolute_url(),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def renew_link(request: MemberRequest, pk: int) -> HttpResponse:
    reading_list = kept_list(request.user, pk)
    if not reading_list.is_shared:
        raise Http404
    if request.method == "POST":
        actions.renew_link(reading_list=reading_list)
        messages.success(request, _("There is a new link. The old one leads nowhere any more."))
        return redirect(reading_list)
    return confirmation(
        request,
        title=_("Make a new link?"),
        text=_("The link that you gave away stops working. Whoever should still see the list needs the new one."),
        button=_("Make a new link"),
        cancel_url=reading_list.get_absolute_url(),
    )


@require_POST
@member_required
@limited("reading-list-follow", account=OFTEN)
def follow(request: MemberRequest) -> HttpResponse:
    """Follow (`wanted=yes`) a list, by its number or by the token of its link, or stop."""
    token, number = request.POST.get("token", ""), request.POST.get("list", "")
    wanted = request.POST.get("wanted") == "yes"
    if token:
        reading_list = get_object_or_404(ReadingList.objects.behind_link(token))
    elif number.isascii() and number.isdigit() and len(number) < 19:
        reading_list = get_object_or_404(ReadingList.objects.visible_to(request.user), pk=int(number))
    else:
        raise Http404
    if wanted and reading_list.is_private:
        raise PermissionDenied
    actions.follow(reading_list=reading_list, person=request.user, wanted=wanted)
    messages.success(
        request,
        _("You follow this list: we tell you when something is added.")
        if wanted
        else _("You do not follow this list any more."),
    )
    return redirect(reverse("shared_list", args=[token]) if token else reading_list.get_absolute_url())
