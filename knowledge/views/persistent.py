"""What stands at a resource's number, which stays when its page moves: the way there, its history, a page to print."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from knowledge.labels import label_of
from knowledge.models import ResourcePage, Version
from knowledge.models.suggestion import looks_after_library
from web.paging import keyset

PAGE_SIZE = 20


@require_safe
def cite(request: HttpRequest, pk: int) -> HttpResponse:
    """The address to cite: leads to the page wherever it stands now, or says why it was withdrawn."""
    page = ResourcePage.objects.visible_to(request.user).only("url_path", "content_type").filter(pk=pk).first()
    if page is not None:
        return redirect(page.url)
    answer = tombstone(request, pk=pk)
    if answer is None:
        raise Http404
    return answer


def tombstone(request: HttpRequest, **by: object) -> HttpResponse | None:
    """What stays of a withdrawn resource: title, date, reason, replacement. None where nothing was withdrawn."""
    page = ResourcePage.objects.withdrawn_for(request.user).filter(**by).first()
    if page is None:
        return None
    replacement = ResourcePage.objects.visible_to(request.user).filter(pk=page.replaced_by_id or 0).first()
    is_keeper = looks_after_library(request.user)
    context = {"page": page, "replacement": replacement, "is_keeper": is_keeper}
    return render(request, "knowledge/life/withdrawn.html", context, status=410)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """When it was published and what changed, the newest first: never what a draft says. Withdrawn or not."""
    seen = ResourcePage.objects.visible_to(request.user) | ResourcePage.objects.withdrawn_for(request.user)
    page = get_object_or_404(seen, pk=pk)
    rows = keyset(Version.objects.filter(page=page), cursor=request.GET.get("cursor"), size=PAGE_SIZE)
    versions = [(row, [label_of(ResourcePage, name) for name in row.parts]) for row in rows.items]
    reviewed = page.reviews.order_by("-reviewed_on", "-pk").first()
    context = {"page": page, "versions": versions, "pages": rows.links(request), "reviewed": reviewed}
    return render(request, "knowledge/life/history.html", context | {"address": address_of(page)})


@require_safe
def families(request: HttpRequest, pk: int) -> HttpResponse:
    """One plain page to print or to open on a phone; without signing in where the resource is public."""
    page = _visible(request, pk)
    if not page.families:
        raise Http404
    address = settings.BASE_URL + request.path
    return render(request, "knowledge/life/families.html", {"page": page, "address": address})


@require_safe
@cache_control(private=True, max_age=3600)
def qr_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of the page for families as a picture for a phone's camera."""
    page = _visible(request, pk)
    if not page.families:
        raise Http404
    import zxingcpp

    address = settings.BASE_URL + reverse("resource_families", args=[page.pk])
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return HttpResponse(code.to_svg(scale=4), content_type="image/svg+xml")


def address_of(page: ResourcePage) -> str:
    """The address to cite, whole."""
    return settings.BASE_URL + reverse("cite", args=[page.pk])


def _visible(request: HttpRequest, pk: int) -> ResourcePage:
    return get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=pk)
