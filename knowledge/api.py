"""The read API: what every visitor may read of the library, as JSON."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page
from ninja import Field, NinjaAPI, Path, Query, Schema
from ninja.decorators import decorate_view

from knowledge import citing
from knowledge.exchange.record import Item
from knowledge.models import Evidence, ReadingList, ResourcePage
from knowledge.models.kinds import Kind
from vocabulary.models import Topic
from web import limits
from web.paging import keyset

LIMIT = (600, 600)
LARGEST = 100
NOBODY = AnonymousUser()
# SQLite and PostgreSQL both count to 2⁶³, and no further.
Number = Path(ge=1, le=2**63 - 1, description="The number of the row.")

api = NinjaAPI(
    title=f"{settings.SITE_NAME}: the library",
    version="1",
    description="Everything in the library that every visitor may read.",
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": settings.BASE_URL}],
)


class Rating(Schema):
    scheme: str = Field(description="Which body's scale, by its short name.")
    measure: str = Field(description="What was rated: strength, cost or impact.")
    value: str = Field(description="The rating in the body's own words.")
    about: str = Field(description="The study or the outcome that was rated.")
    assessed_by: str
    url: str


class TopicRow(Schema):
    slug: str
    name: str
    summary: str
    url: str = Field(description="The topic's page.")


class ResourceRow(Schema):
    id: int
    title: str
    kind: str
    summary: str
    url: str = Field(description="The page on this site.")
    permanent_url: str = Field(description="Leads to the page wherever it moves; the one to cite.")
    first_published: str | None = Field(description="When it appeared here, in UTC.")
    last_published: str | None = Field(description="When it changed last, in UTC.")
    language: str
    licence: str
    topics: list[str] = Field(description="Names of its topics.")
    sectors: list[str] = Field(description="Names of the sectors that it is for.")
    csl: dict[str, Any] = Field(description="The bibliographic record as CSL-JSON.")


class Resource(ResourceRow):
    bottom_line: str
    practice: str = Field(description="What this means for practice.")
    evidence: list[Rating] = Field(description="Ratings side by side; schemes are never converted.")


class CollectionRow(Schema):
    id: int
    title: str
    note: str
    url: str
    changed: str = Field(description="When it changed last, in UTC.")


class Collection(CollectionRow):
    resources: list[ResourceRow] = Field(description="In the editors' order, as far as everybody may read them.")


class Resources(Schema):
    items: list[ResourceRow]
    next: str | None = Field(description="The address of the next page.")


class Topics(Schema):
    items: list[TopicRow]


class Collections(Schema):
    items: list[CollectionRow]
    next: str | None = Field(description="The address of the next page.")


class Problem(Schema):
    detail: Any


class Paged(Schema):
    size: int = Field(20, ge=1, le=LARGEST, description=f"How many on a page, up to {LARGEST}.")
    cursor: str | None = Field(None, max_length=500, description="From the address of the next page.")


class Wanted(Paged):
    kind: Kind | None = Field(None, description="Only of this kind:")
    topic: str | None = Field(None, max_length=100, description="Only about the topic with this slug.")
    sector: str | None = Field(None, max_length=100, description="Only for the sector with this slug.")
    doi: str | None = Field(None, max_length=200, description="Only with this DOI.")
    language: str | None = Field(None, max_length=35, description="Only in this language, as a code: en, cy.")


def polite(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Counts requests by address, and answers 304 to whoever has this very answer already."""
    conditional = conditional_page(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        times, seconds = LIMIT
        if not limits.allow("api", limits.network(request), limit=times, seconds=seconds):
            wait = math.ceil(seconds - time.time() % seconds)
            refused = JsonResponse({"detail": "Too many requests."}, status=429)
            refused["Retry-After"] = str(wait)
            return refused
        response = conditional(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=60)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return wrapped


ERRORS = {404: Problem, 422: Problem, 429: Problem}


@api.get(
    "/resources", response={200: Resources, **ERRORS}, summary="Resources, the newest first", operation_id="resources"
)
@decorate_view(polite)
def resources(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    pages = _public()
    exact = {"kind": wanted.kind, "topics__slug": wanted.topic, "sectors__slug": wanted.sector}
    exact |= {"doi__iexact": wanted.doi, "language": wanted.language}
    pages = pages.filter(**{name: _storable(value) for name, value in exact.items() if value})
    page = keyset(pages, cursor=wanted.cursor, size=wanted.size)
    return {"items": _rows(page.items), "next": _next(request, page.older)}


@api.get("/resources/{number}", response={200: Resource, **ERRORS}, summary="One resource", operation_id="resource")
@decorate_view(polite)
def resource(request: HttpRequest, number: int = Number) -> dict[str, Any]:
    page = get_object_or_404(_public(), pk=number)
    ratings = Evidence.objects.filter(page=page).order_by("sort_order")
    return {
        **_rows([page])[0],
        "bottom_line": page.bottom_line,
        "practice": page.practice,
        "evidence": [{name: getattr(row, name) for name in Rating.model_fields} for row in ratings],
    }


@api.get("/topics", response={200: Topics, 429: Problem}, summary="Topics, by name", operation_id="topics")
@decorate_view(polite)
def topics(request: HttpRequest) -> dict[str, Any]:
    rows = Topic.objects.order_by("name").values("slug", "name", "summary")
    return {"items": [{**row, "url": _absolute(reverse("topic", args=[row["slug"]]))} for row in rows]}


@api.get(
    "/collections",
    response={200: Collections, **ERRORS},
    summary="Collections that editors made, the latest change first",
    operation_id="collections",
)
@decorate_view(polite)
def collections(request: HttpRequest, wanted: Query[Paged]) -> dict[str, Any]:
    page = keyset(_open_lists(), order=("-changed_at", "-id"), cursor=wanted.cursor, size=wanted.size)
    return {"items": [_collection(row) for row in page.items], "next": _next(request, page.older)}


@api.get(
    "/collections/{number}",
    response={200: Collection, **ERRORS},
    summary="One collection with its resources",
    operation_id="collection",
)
@decorate_view(polite)
def collection(request: HttpRequest, number: int = Number) -> dict[str, Any]:
    row = get_object_or_404(_open_lists(), pk=number)
    order = list(row.items.order_by("position", "pk").values_list("page", flat=True))
    pages = _public().in_bulk(order)
    return {**_collection(row), "resources": _rows([pages[pk] for pk in order if pk in pages])}


@api.exception_handler(Http404)
def not_found(request: HttpRequest, problem: Http404) -> HttpResponse:
    return JsonResponse({"detail": "There is nothing here that everybody may read."}, status=404)


def _public() -> QuerySet[ResourcePage]:
    return ResourcePage.objects.visible_to(NOBODY).defer("body", "families", "transcript")


def _open_lists() -> QuerySet[ReadingList]:
    return ReadingList.objects.open_to_all().filter(is_collection=True)


def _storable(value: str) -> str:
    """No database looks for half a character or for a zero."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _rows(pages: list[ResourcePage]) -> list[dict[str, Any]]:
    return [_row(page, item) for page, item in zip(pages, citing.items(pages, _absolute), strict=True)]


def _row(page: ResourcePage, item: Item) -> dict[str, Any]:
    custom = item["custom"]
    return {
        "id": page.pk,
        "title": page.title,
        "kind": page.kind,
        "summary": page.summary,
        "url": custom["page"],
        "permanent_url": _absolute(reverse("cite", args=[page.pk])),
        "first_published": page.first_published_at.isoformat() if page.first_published_at else None,
        "last_published": page.last_published_at.isoformat() if page.last_published_at else None,
        "language": page.language,
        "licence": page.licence,
        "topics": custom["topics"],
        "sectors": custom["sectors"],
        "csl": {name: value for name, value in item.items() if name != "custom"},
    }


def _collection(row: ReadingList) -> dict[str, Any]:
    url = _absolute(row.get_absolute_url())
    return {"id": row.pk, "title": row.title, "note": row.note, "url": url, "changed": row.changed_at.isoformat()}


def _next(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return _absolute(f"{request.path}?{query.urlencode()}")


def _absolute(path: str) -> str:
    return urljoin(settings.BASE_URL, path)
