"""A person's own searches: those they saved, and the recent ones where they want that."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from search import recent, saved
from search.forms import SavedSearchForm
from search.models import SavedSearch
from search.models.saved import MOST_SAVED
from search.query import Query
from web.confirm import confirmation
from web.limits import limited


@require_safe
@member_required
def searches(request: MemberRequest) -> HttpResponse:
    """Both lists, and the choice about the second."""
    context = {
        "saved": list(SavedSearch.objects.visible_to(request.user)),
        "most": MOST_SAVED,
        "keeps_recent": recent.are_kept_for(request.user),
        "recent": list(recent.searches_of(request.user)),
    }
    return render(request, "search/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("save-search", account=(60, 600))
def save(request: MemberRequest) -> HttpResponse:
    """Save the search in this page's own address."""
    query = Query.read(request.GET)
    if query.is_empty:
        raise Http404
    if request.method != "POST":
        return _save_page(request, query, SavedSearchForm(initial={"name": saved.name_for(query, request.user)}))
    form = SavedSearchForm(request.POST)
    if form.is_valid():
        try:
            kept = saved.save(person=request.user, query=query, **form.cleaned_data)
        except saved.CannotSave as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("We have saved “%(name)s”.") % {"name": kept.name})
            return redirect("searches")
    return _save_page(request, query, form)


def _save_page(request: MemberRequest, query: Query, form: SavedSearchForm) -> HttpResponse:
    context = {"form": form, "query": query, "back_url": f"{reverse('search')}{query.address()}"}
    return render(request, "search/save.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("save-search", account=(60, 600))
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Another name, or more or fewer messages."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    form = SavedSearchForm.for_search(search, request.POST if request.method == "POST" else None)
    if form.is_valid():
        saved.change(saved=search, **form.cleaned_data)
        messages.success(request, _("We have saved your changes."))
        return redirect("searches")
    return render(request, "search/change.html", {"form": form, "saved": search})


@require_safe
@member_required
def run(request: MemberRequest, pk: int) -> HttpResponse:
    """To the results, what is new first."""
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    return redirect(reverse("search") + saved.newest_first(search.address))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        saved.delete(saved=search)
        messages.success(request, _("We have deleted “%(name)s”.") % {"name": search.name})
        return redirect("searches")
    return confirmation(
        request,
        title=_("Delete this saved search?"),
        text=_("“%(name)s” will not be in your list any more, and we tell you nothing more about it.")
        % {"name": search.name},
        button=_("Delete it"),
        cancel_url=reverse("searches"),
        danger=True,
    )


@require_POST
@member_required
def keep_recent(request: MemberRequest) -> HttpResponse:
    """Turn recent searches on or off."""
    keep = request.POST.get("keep", "")
    if keep not in ("yes", "no"):
        raise Http404
    recent.choose(person=request.user, keep=keep == "yes")
    messages.success(
        request,
        _("From now on we remember what you search for, until you sign out.")
        if keep == "yes"
        else _("We remember your searches no more, and have forgotten those that we had."),
    )
    return redirect(f"{reverse('searches')}#recent")


@require_POST
@member_required
@limited("save-search", account=(60, 600))
def remember_this(request: MemberRequest) -> HttpResponse:
    """What the page of results does by its script, by a button: note the search in this page's own address."""
    text = Query.read(request.GET).text
    if not text:
        raise Http404
    if recent.remember(person=request.user, text=text):
        messages.success(request, _("We have remembered this search, until you sign out."))
    elif recent.are_kept_for(request.user):
        messages.warning(request, _("We remember no search that may point to one person, and none that is very long."))
    else:
        messages.warning(request, _("We remember no searches until you choose that here."))
    return redirect(f"{reverse('searches')}#recent")


@require_POST
@member_required
def forget_recent(request: MemberRequest) -> HttpResponse:
    """Forget one recent search (`search`), or all."""
    number = request.POST.get("search")
    pk = int(number) if number and number.isascii() and number.isdigit() and len(number) < 19 else None
    if number is not None and pk is None:
        raise Http404
    if not recent.forget(person=request.user, pk=pk) and pk is not None:
        raise Http404
    messages.success(request, _("Forgotten."))
    return redirect(f"{reverse('searches')}#recent")
