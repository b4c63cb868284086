"""The library for harvesters: OAI-PMH 2.0 at /oai."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from knowledge import citing
from knowledge.exchange import oai
from knowledge.exchange.oai import Header, OaiError
from knowledge.exchange.record import Item
from knowledge.models import Announced, ResourcePage
from knowledge.models.kinds import Kind
from vocabulary.models import Topic
from web import limits, tokens

PAGE_SIZE = 100
TIMES, SECONDS = 1200, 600
PURPOSE = "oai-resumption"


@csrf_exempt  # the protocol is asked by programs, by GET or POST alike, and changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: HttpRequest) -> HttpResponse:
    """One answer of the protocol; its errors are answers too. Too many requests: 503, as harvesters expect."""
    if not limits.allow("oai", limits.network(request), limit=TIMES, seconds=SECONDS):
        return HttpResponse(status=503, headers={"Retry-After": str(SECONDS)})
    given = request.POST if request.method == "POST" else request.GET
    asked: dict[str, str] = {}
    try:
        asked = oai.arguments(dict(given.lists()))
        body = _ANSWERS[asked["verb"]](asked)
    except OaiError as problem:
        asked = {} if problem.code in ("badVerb", "badArgument") else asked
        body = oai.error(problem)
    text = oai.answer(_url(), asked, body, timezone.now())
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def _url() -> str:
    return urljoin(settings.BASE_URL, reverse("oai"))


def _identify(asked: dict[str, str]) -> str:
    earliest = Announced.objects.aggregate(first=Min("stamp"))["first"] or timezone.now()
    return oai.identify(name=settings.SITE_NAME, url=_url(), email=_email(), earliest=earliest)


def _email() -> str:
    """The bare address of "Common Ground <hello@example.org>"."""
    return settings.CONTACT_EMAIL.rpartition("<")[2].rstrip(">")


def _formats(asked: dict[str, str]) -> str:
    if "identifier" in asked:
        _row(asked["identifier"])
    return oai.metadata_formats()


def _sets(asked: dict[str, str]) -> str:
    if "resumptionToken" in asked:
        raise OaiError("badResumptionToken", "The list of sets is never cut.")
    named = [("kind", _("Kinds of resource")), *((f"kind:{kind}", str(kind.label)) for kind in Kind)]
    named.append(("topic", _("Topics")))
    named += [(f"topic:{slug}", name) for slug, name in Topic.objects.order_by("slug").values_list("slug", "name")]
    return oai.sets(named)


def _get(asked: dict[str, str]) -> str:
    row = _row(asked["identifier"])
    ((header, item),) = _with_items([row])
    return f"<GetRecord>{oai.record(header, item)}</GetRecord>\n"


def _row(identifier: str) -> Announced:
    number = identifier.removeprefix(_identifier(""))
    row = None
    if number.isdecimal() and len(number) < 19 and _identifier(number) == identifier:
        row = Announced.objects.filter(page_number=int(number)).first()
    if row is None:
        raise OaiError("idDoesNotExist", "There is no such record here.")
    return row


def _identifier(number: object) -> str:
    return f"oai:{urlsplit(settings.BASE_URL).hostname}:resource/{number}"


def _list(asked: dict[str, str]) -> str:
    wanted = _resumed(asked) if "resumptionToken" in asked else _begun(asked)
    found = list(_selected(wanted)[: PAGE_SIZE + 1])
    if not found:
        raise OaiError("noRecordsMatch", "There is nothing of the kind.")
    rows, is_last = found[:PAGE_SIZE], len(found) <= PAGE_SIZE
    if asked["verb"] == "ListRecords":
        written = "".join(oai.record(header, item) for header, item in _with_items(rows))
    else:
        seen = _seen(rows)
        written = "".join(f"{oai.header(_header(row, row.page_number in seen))}\n" for row in rows)
    token = "" if is_last else _token(asked["verb"], wanted, rows[-1])
    is_whole = is_last and not wanted["done"]
    return oai.listing(asked["verb"], written, None if is_whole else token, wanted["done"])


def _begun(asked: dict[str, str]) -> dict[str, Any]:
    start, end = oai.span(asked.get("from", ""), asked.get("until", ""))
    return {"set": asked.get("set", ""), "from": start, "until": end, "after": None, "done": 0}


def _resumed(asked: dict[str, str]) -> dict[str, Any]:
    try:
        kept = tokens.read(asked["resumptionToken"], PURPOSE, max_age=None)
    except tokens.BadToken:
        kept = {}
    if kept.get("verb") != asked["verb"]:
        raise OaiError("badResumptionToken", "This resumptionToken is not one of ours.")
    moments = {name: oai.moment(kept[name]) if kept[name] else None for name in ("from", "until")}
    after = (oai.moment(kept["stamp"]), kept["id"])
    return {"set": kept["set"], **moments, "after": after, "done": kept["done"]}


def _token(verb: str, wanted: dict[str, Any], last: Announced) -> str:
    """All that the next request needs: nothing is kept here between two of them."""
    moments = {name: oai.stamp(wanted[name]) if wanted[name] else "" for name in ("from", "until")}
    place = {"stamp": oai.stamp(last.stamp), "id": last.pk, "done": wanted["done"] + PAGE_SIZE}
    return tokens.make(PURPOSE, {"verb": verb, "set": wanted["set"], **moments, **place})


def _selected(wanted: dict[str, Any]) -> QuerySet[Announced]:
    """In the order of their stamps: what changes while somebody harvests comes once more at the end."""
    rows = Announced.objects.order_by("stamp", "id")
    if wanted["set"]:
        rows = rows.filter(Q(sets__contains=f"|{wanted['set']}|") | Q(sets__contains=f"|{wanted['set']}:"))
    if wanted["from"]:
        rows = rows.filter(stamp__gte=wanted["from"])
    if wanted["until"]:
        rows = rows.filter(stamp__lte=wanted["until"])
    if wanted["after"]:
        moment, number = wanted["after"]
        rows = rows.filter(stamp__gte=moment).exclude(stamp=moment, id__lte=number)
    return rows


def _seen(rows: list[Announced]) -> set[int]:
    """Those that are public at this moment, whatever was announced before."""
    pages = ResourcePage.objects.visible_to(AnonymousUser()).filter(pk__in=[row.page_number for row in rows])
    return set(pages.order_by().values_list("pk", flat=True))


def _with_items(rows: list[Announced]) -> list[tuple[Header, Item | None]]:
    numbers = [row.page_number for row in rows if not row.is_deleted]
    pages = ResourcePage.objects.visible_to(AnonymousUser()).defer("body", "practice", "families", "transcript")
    found = list(pages.filter(pk__in=numbers))
    items = dict(zip([page.pk for page in found], citing.items(found, _absolute), strict=True))
    return [(_header(row, row.page_number in items), items.get(row.page_number)) for row in rows]


def _absolute(path: str) -> str:
    return urljoin(settings.BASE_URL, path)


def _header(row: Announced, is_public: bool) -> Header:
    specs = tuple(filter(None, row.sets.split("|")))
    stamp: dt.datetime = row.stamp
    return Header(_identifier(row.page_number), stamp, specs, is_deleted=row.is_deleted or not is_public)


_ANSWERS = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _get,
    "ListIdentifiers": _list,
    "ListRecords": _list,
}
