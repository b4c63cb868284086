"""Resources as bibliographic records, and back: a page's columns hold what the site shows, its `csl` all the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.conf.locale import LANG_INFO
from django.urls import reverse

from knowledge.exchange import dates, names
from knowledge.exchange.record import Item, line, tidy
from knowledge.models import Author, ResourcePage
from knowledge.models.kinds import Kind

TOGETHER = 200
ROLES = {Author.Role.AUTHOR: "author", Author.Role.EDITOR: "editor", Author.Role.CONTRIBUTOR: "contributor"}
_TYPES = {
    Kind.RECORDING: "motion_picture",
    Kind.LEGAL: "report",
    Kind.POLICY: "report",
    Kind.GUIDANCE: "report",
}
# What stands in a column is left out of `csl`, unless the column holds less of it.
_COLUMNS = ("DOI", "ISBN", "PMID", "URL", "publisher", "language", "license", "keyword", "custom", "id")
# As people, databases and BibLaTeX call them; what Django knows by its English name comes on top.
_LANGUAGES = {
    **{info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and "-" not in code},
    "eng": "en", "british": "en-GB", "ukenglish": "en-GB", "american": "en-US", "usenglish": "en-US",
    "cymraeg": "cy", "cym": "cy", "wel": "cy", "pol": "pl", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de",
    "ngerman": "de", "spa": "es", "ita": "it", "por": "pt", "dut": "nl", "nld": "nl", "gle": "ga", "ron": "ro",
    "rum": "ro", "ara": "ar", "urd": "ur", "hin": "hi", "ben": "bn", "pan": "pa", "guj": "gu", "tur": "tr",
    "swe": "sv", "nor": "no", "dan": "da", "fin": "fi", "rus": "ru", "ukr": "uk", "chi": "zh", "zho": "zh",
    "jpn": "ja", "kor": "ko", "chinese": "zh", "norwegian": "no", "punjabi": "pa", "gaelic": "gd", "gla": "gd",
}  # fmt: skip
_KEY = re.compile(r"[^a-z0-9-]+")


def items(pages: Iterable[ResourcePage], absolute: Callable[[str], str]) -> Iterator[Item]:
    """The record of each page, in their order: three queries for each two hundred. `absolute` completes an address."""
    waiting = iter(pages)
    while chunk := list(islice(waiting, TOGETHER)):
        ids = [page.pk for page in chunk]
        people: dict[int, list[Author]] = {pk: [] for pk in ids}
        for person in Author.objects.filter(page__in=ids).order_by("sort_order"):
            people[person.page_id].append(person)
        topics = _names(ResourcePage.topics.through, "topic", ids)
        sectors = _names(ResourcePage.sectors.through, "sector", ids)
        for page in chunk:
            lasting = absolute(reverse("cite", args=[page.pk]))
            here = absolute(page.url) if page.url else lasting
            yield _item(page, here, lasting, people[page.pk], topics[page.pk], sectors[page.pk])


def _names(through: Any, kind: str, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {pk: [] for pk in ids}
    rows = through.objects.filter(resourcepage__in=ids).order_by(f"{kind}__name")
    for pk, name in rows.values_list("resourcepage", f"{kind}__name"):
        found[pk].append(name)
    return found


def _item(
    page: ResourcePage, here: str, lasting: str, people: list[Author], topics: list[str], sectors: list[str]
) -> Item:
    """`here` is where it stands now, `lasting` what is cited: it stays when the page moves."""
    kept = page.csl if isinstance(page.csl, dict) else {}
    title = kept["title"] if str(kept.get("title", "")).startswith(page.title) else page.title
    issued = kept.get("issued") if dates.text(kept.get("issued")) == page.issued else None
    raw = {
        **kept,
        "type": kept.get("type") or kind_of_work(page),
        "id": key(page),
        "title": title,
        "issued": issued or dates.read(page.issued or str(page.year or "")),
        "publisher": page.publisher,
        "DOI": page.doi,
        "ISBN": page.isbn,
        "PMID": page.pmid,
        "URL": page.source_url or lasting,
        "language": page.language,
        "license": page.licence,
        "keyword": page.subject_headings,
        "abstract": kept.get("abstract") or page.summary,
        "note": kept.get("note") or page.citation,
        **_people(page, kept, people),
        "custom": {
            "kind": page.kind,
            "summary": page.summary,
            "topics": topics,
            "sectors": sectors,
            "country": page.country,
            "page": here,
        },
    }
    return tidy(raw, is_marked=False)


def kind_of_work(page: ResourcePage) -> str:
    """What has a DOI or a PubMed number was published in a journal."""
    if page.doi or page.pmid:
        return "article-journal"
    return _TYPES.get(Kind(page.kind), "report" if page.publisher else "webpage") if page.kind in Kind else "document"


def key(page: ResourcePage) -> str:
    """Unique on this site, and of letters that every tool takes."""
    return f"{_KEY.sub('', page.slug)[:40].strip('-') or 'resource'}-{page.pk}"


def _people(page: ResourcePage, kept: Item, rows: list[Author]) -> Item:
    """The rows; where nobody changed them since, with the particles and suffixes that rows have no column for."""
    found: Item = {}
    for role, name in ROLES.items():
        people = [_name(row) for row in rows if row.role == role]
        kept_names = kept.get(name)
        stored = kept_names if isinstance(kept_names, list) else []
        same = [_flat(one) for one in stored] == [_flat(one) for one in people]
        found[name] = stored if same else people
    if not rows:
        found["author"] = names.read_many(page.authors)
    return found


def _name(row: Author) -> names.Name:
    name = {"literal": row.literal} if row.literal else {"family": row.family, "given": row.given}
    return {part: value for part, value in {**name, "ORCID": row.orcid}.items() if value}


def _flat(name: names.Name) -> tuple[str, str, str, str]:
    """A name as a row holds it."""
    before = name.get("non-dropping-particle"), name.get("family"), name.get("suffix")
    after = name.get("given"), name.get("dropping-particle")
    family, given = (" ".join(filter(None, parts)) for parts in (before, after))
    return name.get("literal", "")[:200], family[:120], given[:120], name.get("ORCID", "")


def page_of(item: Item, *, kind: str) -> tuple[ResourcePage, list[Author]]:
    """An unsaved page with all that the record says, and the rows of its people. `kind` where it names none."""
    custom = item.get("custom", {})
    abstract, url = item.get("abstract", ""), item.get("URL", "")
    page = ResourcePage(
        title=item["title"][:255],
        kind=custom["kind"] if custom.get("kind") in Kind else kind,
        summary=_shortened(str(custom.get("summary") or abstract), 600),
        publisher=item.get("publisher", "")[:150],
        issued=dates.text(item.get("issued")),
        language=_language(item.get("language", "")),
        doi=item.get("DOI", "")[:120],
        isbn=item.get("ISBN", "")[:17],
        pmid=item.get("PMID", "")[:10],
        source_url=url if len(url) <= 500 else "",
        licence=item.get("license", "")[:120],
        subject_headings=item.get("keyword", "")[:1500],
        country=str(custom.get("country", ""))[:60],
        csl=_kept(item),
    )
    return page, [row for role, name in ROLES.items() for row in _rows(item.get(name, []), role)]


def _rows(people: list[names.Name], role: str) -> Iterator[Author]:
    for name in people:
        literal, family, given, orcid = _flat(name)
        yield Author(role=role, literal=literal, family=family, given=given, orcid=orcid)


def _kept(item: Item) -> Item:
    """What no column holds, or not in full."""
    kept = {name: value for name, value in item.items() if name not in (*_COLUMNS, *ROLES.values(), "title", "issued")}
    if len(item["title"]) > 255:
        kept["title"] = item["title"]
    if len((item.get("issued") or {}).get("date-parts", [[]])) != 1:
        kept["issued"] = item.get("issued", {})
    for name in ROLES.values():
        if any(
            len(one.keys() & {"non-dropping-particle", "dropping-particle", "suffix"}) for one in item.get(name, [])
        ):
            kept[name] = item[name]
    return kept


def _language(text: str) -> str:
    """A code where the text is one or names a language that we know; English where it says nothing."""
    plain = re.split(r"[;,|]", text)[0].strip().lower()
    if plain in _LANGUAGES:
        return _LANGUAGES[plain]
    found = re.fullmatch(r"([a-z]{2,3})([-_]([a-z]{2}))?", plain)
    if not found:
        return "en"
    return f"{found[1]}-{found[3].upper()}" if found[3] else found[1]


def _shortened(text: str, most: int) -> str:
    """Cut behind a sentence where there is one, else behind a word."""
    text = line(text)
    if len(text) <= most:
        return text
    cut = text.rfind(". ", 0, most)
    return text[: cut + 1] if cut > most // 3 else f"{text[: text.rfind(' ', 0, most - 1)]}…"
