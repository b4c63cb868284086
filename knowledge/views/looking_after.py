"""The dashboard of those who look after the library, and what they do there."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import MemberRequest, member_required
from knowledge.actions import feedback, links, reviews, withdrawal
from knowledge.forms.looking_after import WithdrawForm
from knowledge.models import Feedback, Link, LinkUse, ResourcePage
from knowledge.models.suggestion import looks_after_library
from knowledge.views.keeping import keeper_required, load_kept
from web.confirm import confirmation
from web.limits import limited

MOST_SHOWN = 25
MOST_COUNTED = 500
SOON = dt.timedelta(days=30)
ORDER = reviews.due_first()


class Tab(NamedTuple):
    """`total` counts no further than `MOST_COUNTED`."""

    key: str
    label: str | Promise
    total: int
    is_here: bool


LABELS: dict[str, str | Promise] = {
    "due": gettext_lazy("To be reviewed"),
    "late": gettext_lazy("Late"),
    "nobody": gettext_lazy("Nobody looks after it"),
    "links": gettext_lazy("Broken links"),
    "feedback": gettext_lazy("Not helpful"),
}
EMPTY: dict[str, str | Promise] = {
    "due": gettext_lazy("Nothing is to be reviewed within a month."),
    "late": gettext_lazy("No review is late."),
    "nobody": gettext_lazy("Every resource has somebody who looks after it, and a date."),
    "links": gettext_lazy("Every link leads somewhere."),
    "feedback": gettext_lazy("No reader has said that something did not help."),
}


@require_safe
@keeper_required
def looking_after(request: MemberRequest) -> HttpResponse:
    """What is due, late, without owner or date, with a broken link, not helpful. `?mine=1`: only one's own."""
    here = request.GET.get("show", "due")
    here = here if here in LABELS else "due"
    pages = ResourcePage.objects.live()
    is_mine = "mine" in request.GET
    if is_mine:
        pages = pages.filter(owner=request.user)
    lists = {key: _narrowed(pages, key) for key in LABELS}
    tabs = [Tab(key, label, lists[key].order_by()[:MOST_COUNTED].count(), key == here) for key, label in LABELS.items()]
    rows = list(lists[here].select_related("owner").defer("body", "families")[:MOST_SHOWN])
    context = {
        "tabs": tabs,
        "here": here,
        "rows": _with_news(rows, here),
        "is_mine": is_mine,
        "empty": EMPTY[here],
        "today": timezone.localdate(),
        "is_cut": len(rows) == MOST_SHOWN,
    }
    return render(request, "knowledge/life/looking_after.html", context)


def _narrowed(pages: QuerySet[ResourcePage], key: str) -> QuerySet[ResourcePage]:
    today = timezone.localdate()
    if key == "due":
        return pages.filter(review_by__lte=today + SOON).order_by(*ORDER)
    if key == "late":
        return pages.filter(review_by__lt=today).order_by(*ORDER)
    if key == "nobody":
        return pages.filter(Q(owner=None) | Q(review_by=None) | Q(owner__is_active=False)).order_by(*ORDER)
    if key == "links":
        broken = LinkUse.objects.filter(link__broken_since__isnull=False)
        return pages.filter(pk__in=broken.values("page")).order_by("pk")
    return pages.filter(pk__in=_unhelpful().values("page")).order_by("pk")


def _unhelpful() -> Any:
    """Pages with reasons that nobody has read, or that less than half of enough readers found helpful."""
    rows = Feedback.objects.lately(feedback.LATELY).values("page")
    counted = rows.annotate(
        answers=Count("pk"),
        yes=Count("pk", filter=Q(is_helpful=True)),
        unread=Count("pk", filter=Q(settled_at=None) & ~Q(reason="")),
        open_no=Count("pk", filter=Q(settled_at=None, is_helpful=False)),
    )
    # Less than half, written without dividing.
    few = Q(answers__gte=feedback.ENOUGH, open_no__gt=0, yes__lt=Count("pk", filter=Q(is_helpful=False)))
    return counted.filter(Q(unread__gt=0) | few)


def _with_news(rows: list[ResourcePage], here: str) -> list[dict[str, Any]]:
    """Each page with its broken links, or with what readers say: one or two queries for all."""
    ids = [page.pk for page in rows]
    found: dict[int, dict[str, Any]] = {page.pk: {"page": page, "links": [], "reasons": []} for page in rows}
    if here == "links":
        for use in LinkUse.objects.filter(page__in=ids, link__broken_since__isnull=False).select_related("link"):
            found[use.page_id]["links"].append(use.link)
    if here == "feedback":
        said = Feedback.objects.lately(feedback.LATELY).filter(page__in=ids)
        totals = said.values("page").annotate(
            yes=Count("pk", filter=Q(is_helpful=True)), no=Count("pk", filter=Q(is_helpful=False))
        )
        for total in totals:
            found[total["page"]] |= {"yes": total["yes"], "no": total["no"]}
        for reason in said.filter(settled_at=None).exclude(reason="").order_by("-pk")[: MOST_SHOWN * 20]:
            found[reason.page_id]["reasons"].append(reason)
    return list(found.values())


def _back(request: MemberRequest, page: ResourcePage) -> HttpResponse:
    """To the list on which the button stood, or to the page."""
    here = request.POST.get("show", "")
    return _to_list(request, here) if here in LABELS else redirect(page.url if page.live else "looking_after")


def _to_list(request: MemberRequest, here: str) -> HttpResponse:
    mine = "&mine=1" if request.POST.get("mine") else ""
    return redirect(f"{reverse('looking_after')}?show={here}{mine}")


@require_POST
@member_required
def reviewed(request: MemberRequest, pk: int) -> HttpResponse:
    """“Reviewed, still right”."""
    page = load_kept(request, pk)
    if not page.live:
        return _not_any_more(request, page)
    made = reviews.review(page=page, actor=request.user)
    words = {"day": dateformat.format(made.next_due_on, _("l j F Y"))}
    messages.success(request, _("Thank you. It is to be reviewed again by %(day)s.") % words)
    return _back(request, page)


@require_POST
@member_required
def look_after(request: MemberRequest, pk: int) -> HttpResponse:
    """“I look after it”."""
    page = load_kept(request, pk)
    reviews.look_after(page=page, actor=request.user)
    messages.success(request, _("You look after it now, and hear when it is to be reviewed."))
    return _back(request, page)


@require_POST
@member_required
def feedback_read(request: MemberRequest, pk: int) -> HttpResponse:
    """What readers said so far was dealt with."""
    page = load_kept(request, pk)
    feedback.settle_reasons(page=page, actor=request.user)
    messages.success(request, _("These answers leave the list. New ones will bring it back."))
    return _back(request, page)


@require_POST
@member_required
@limited("check-link", account=(60, 600))
def check_link(request: MemberRequest, pk: int) -> HttpResponse:
    """“Check it now”: a broken link that somebody has put right elsewhere."""
    if not looks_after_library(request.user):
        raise PermissionDenied
    links.check_now(get_object_or_404(Link, pk=pk, broken_since__isnull=False))
    messages.success(request, _("It is being asked for. If it answers, it leaves this list within a minute."))
    return _to_list(request, "links")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a resource out of the library, with a reason."""
    page = load_kept(request, pk)
    if not page.live:
        return _not_any_more(request, page)
    initial = {"replaced_by": reverse("cite", args=[page.replaced_by_id]) if page.replaced_by_id else ""}
    form = WithdrawForm(request.POST or None, page=page, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            withdrawal.withdraw(page=page, actor=request.user, **form.cleaned_data)
        except withdrawal.NotPossibleError:
            return _not_any_more(request, page)
        messages.success(request, _("It is withdrawn. Whoever comes to its address reads why."))
        return redirect("cite", page.pk)
    return render(request, "knowledge/life/withdraw.html", {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def bring_back(request: MemberRequest, pk: int) -> HttpResponse:
    page = load_kept(request, pk)
    if page.withdrawn_at is None:
        return _not_any_more(request, page)
    if request.method != "POST":
        return confirmation(
            request,
            title=_("Bring it back into the library?"),
            text=_("“%(title)s” is shown again as it was, in lists and search too.") % {"title": page.title},
            button=_("Bring it back"),
            cancel_url=page.url,
        )
    try:
        withdrawal.bring_back(page=page, actor=request.user)
    except withdrawal.NotPossibleError:
        return _not_any_more(request, page)
    messages.success(request, _("It is in the library again."))
    return redirect("cite", page.pk)


def _not_any_more(request: MemberRequest, page: ResourcePage) -> HttpResponse:
    messages.warning(request, _("That is not possible any more: somebody was quicker. Nothing was done."))
    return redirect("cite", page.pk) if page.live or page.withdrawn_at else redirect("looking_after")
