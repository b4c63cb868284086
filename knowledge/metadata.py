"""What programs read at the head of a resource's page: Highwire Press tags, Dublin Core, OpenGraph, schema.org."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings

from knowledge import citing
from knowledge.exchange import dates, dublincore, names
from knowledge.exchange.formats import WRITERS
from knowledge.exchange.record import Item
from knowledge.exchange.references import reference
from knowledge.models import ResourcePage
from knowledge.models.kinds import Kind
from markup.data import json_ld

STYLE = "harvard"  # what most colleges and services in this country ask for
FORMATS = [(name, WRITERS[name].content_type) for name in ("ris", "bibtex", "csl")]
LONGEST = 300
MOST_NAMES = 100
_TYPES = {
    Kind.RESEARCH: "Article",
    Kind.GUIDANCE: "Guide",
    Kind.CASE_STUDY: "Article",
    Kind.PROGRAMME: "CreativeWork",
    Kind.TOOLKIT: "LearningResource",
    Kind.POLICY: "Report",
    Kind.LEGAL: "Article",
    Kind.LEADERSHIP: "Article",
    Kind.SPOTLIGHT: "Article",
    Kind.RECORDING: "VideoObject",
    Kind.TRAINING: "LearningResource",
}
_WORKS = {
    "article-journal": "ScholarlyArticle",
    "book": "Book",
    "report": "Report",
    "thesis": "Thesis",
    "chapter": "Chapter",
}
_HIGHWIRE = {
    "container-title": "citation_journal_title", "volume": "citation_volume", "issue": "citation_issue",
    "DOI": "citation_doi", "ISBN": "citation_isbn", "ISSN": "citation_issn", "PMID": "citation_pmid",
    "language": "citation_language", "keyword": "citation_keywords",
}  # fmt: skip
_INSTITUTIONS = {
    "report": "citation_technical_report_institution",
    "thesis": "citation_dissertation_institution",
    "paper-conference": "citation_conference",
}


class Head(NamedTuple):
    """Tags of each family as (name, content); `data` is the block of schema.org; `reference` is to be copied."""

    reference: str
    canonical: str
    named: list[tuple[str, str]]
    properties: list[tuple[str, str]]
    data: Any


def head(page: ResourcePage) -> Head:
    """All of it for one page; the same for everybody who may see the page."""
    item = record(page)
    url = item["custom"]["page"]
    named = [*highwire(item), *((f"DC.{name}", text[:LONGEST]) for name, text in dublincore.write(item))]
    return Head(reference(item, STYLE), url, named, opengraph(page, url), json_ld(schema(page, item)))


def record(page: ResourcePage) -> Item:
    """The page's record with its address on this site."""
    return next(citing.items([page], lambda path: urljoin(settings.BASE_URL, path)))


def highwire(item: Item) -> list[tuple[str, str]]:
    """What Google Scholar and Zotero's "Embedded Metadata" read."""
    first, _dash, last = item.get("page", "").partition("-")
    date = dates.text(item.get("issued")).replace("-", "/")
    institution = _INSTITUTIONS.get(item["type"], "citation_publisher")
    pairs = [
        ("citation_title", item["title"]),
        *(("citation_author", names.write(one)) for one in item.get("author", [])[:MOST_NAMES]),
        ("citation_publication_date", date),
        (institution, item.get("publisher", "")),
        *((tag, item.get(name, "")) for name, tag in _HIGHWIRE.items()),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_abstract_html_url", item["custom"]["page"]),
    ]
    return [(name, text[:LONGEST]) for name, text in pairs if text]


def opengraph(page: ResourcePage, url: str) -> list[tuple[str, str]]:
    return [
        ("og:type", "video.other" if page.kind == Kind.RECORDING else "article"),
        ("og:title", page.title),
        ("og:description", (page.bottom_line or page.summary)[:LONGEST]),
        ("og:url", url),
        ("og:site_name", settings.SITE_NAME),
    ]


def schema(page: ResourcePage, item: Item) -> dict[str, Any]:
    """schema.org's words for it. What has a DOI is the work itself; everything else is our page about it."""
    kind = _WORKS.get(item["type"]) if page.kind == Kind.RESEARCH and (page.doi or page.pmid) else None
    found = {
        "@context": "https://schema.org",
        "@type": kind or (_TYPES[Kind(page.kind)] if page.kind in Kind else "CreativeWork"),
        "name": item["title"],
        "headline": item["title"][:110],
        "url": item["custom"]["page"],
        "description": page.summary,
        "inLanguage": item.get("language"),
        "datePublished": dates.text(item.get("issued")),
        "dateModified": page.last_published_at.date().isoformat() if page.last_published_at else None,
        "author": [_agent(one) for one in item.get("author", [])[:MOST_NAMES]],
        "editor": [_agent(one) for one in item.get("editor", [])[:MOST_NAMES]],
        "publisher": {"@type": "Organization", "name": item["publisher"]} if item.get("publisher") else None,
        "isPartOf": {"@type": "Periodical", "name": item["container-title"]} if item.get("container-title") else None,
        "license": item.get("license"),
        "keywords": [
            *item["custom"]["topics"],
            *filter(None, (one.strip() for one in item.get("keyword", "").split(";"))),
        ],
        "identifier": [f"https://doi.org/{item['DOI']}"] if item.get("DOI") else None,
        "isbn": item.get("ISBN"),
        "sameAs": page.source_url,
        "audience": [{"@type": "Audience", "audienceType": name} for name in item["custom"]["sectors"]],
    }
    if page.kind == Kind.RECORDING:
        found |= {
            "uploadDate": found["datePublished"],
            "contentUrl": page.video_url,
            "transcript": page.transcript[:5000],
        }
    return {name: value for name, value in found.items() if value}


def _agent(name: names.Name) -> dict[str, str]:
    if "literal" in name:
        return {"@type": "Organization", "name": name["literal"]}
    parts = (name.get("given"), name.get("non-dropping-particle"), name.get("family"), name.get("suffix"))
    found = {"@type": "Person", "name": " ".join(filter(None, parts))}
    return {**found, "sameAs": f"https://orcid.org/{name['ORCID']}"} if "ORCID" in name else found
