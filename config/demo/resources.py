"""The library of the demo: real guidance, research and programmes, each with its source and licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from markdown_it import MarkdownIt
from wagtail.models import Page

from config.demo.leaving import take_away
from config.demo.source import DATA, read
from files.actions import store_document
from files.models import SiteDocument, library_collection
from knowledge import announcing
from knowledge.models import Evidence, LibraryPage, ResourceDocument, ResourcePage
from vocabulary.models import Sector, Topic
from web.signals import content_changed

HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
DFE = "Department for Education: Help for early years providers"
WWC_URL = "https://ies.ed.gov/ncee/wwc/"
# One kind after the other is read; dates so far apart mix them, as in a library that grew. No divisor of the total.
STRIDE = 57
_markdown = MarkdownIt("commonmark", {"html": False})


def body_from_markdown(text: str) -> list[tuple[str, Any]]:
    """Body blocks of a resource: second-level headings become heading blocks, what is between them text."""
    parts = HEADING.split(text)
    blocks: list[tuple[str, Any]] = []
    for number, part in enumerate(parts):
        if number % 2:
            blocks.append(("heading", part))
        elif part.strip():
            html = _markdown.render(part.strip())
            blocks.append(("text", re.sub(r"<(/?)(?:h[1-6])>", r"<\1h3>", html)))
    return blocks


def load(now: datetime) -> Iterator[str]:
    """Add the resources that are missing, yielding the title of each."""
    maker = _Maker(now)
    for row in read("guidance"):
        yield maker.make(row, maker.guidance(row), parent=row["parent"])
    for row in read("research"):
        yield maker.make(row, maker.research(row))
    for row in read("programmes"):
        yield maker.make(row, maker.programme(row), evidence=_ratings(row))
    content_changed.send(sender=ResourcePage, ids={*maker.made, *_attach(read("documents"))})


def count() -> int:
    return sum(len(read(name)) for name in ("guidance", "research", "programmes"))


def _attach(rows: list[dict]) -> list[int]:
    """Hang the documents that are missing on their resources. Returns the resources' numbers."""
    attached = []
    for row in rows:
        page = ResourcePage.objects.get(slug=row["resource"], is_demo=True)
        if not page.documents.filter(document__title=row["title"]).exists():
            upload = SimpleUploadedFile(row["file"], (DATA / "documents" / row["file"]).read_bytes())
            kept = store_document(
                uploader=None, upload=upload, title=row["title"], credit=row["credit"], collection=library_collection()
            )
            ResourceDocument.objects.create(page=page, document=kept)
            attached.append(page.pk)
    return attached


def remove() -> None:
    pages = list(ResourcePage.objects.filter(is_demo=True).values_list("pk", flat=True))
    SiteDocument.objects.filter(pk__in=ResourceDocument.objects.filter(page__is_demo=True).values("document")).delete()
    library = LibraryPage.objects.first()
    if library:
        for page in ResourcePage.objects.child_of(library).filter(is_demo=True):
            take_away(page)
    announcing.forget(pages)


class _Maker:
    """Makes pages, remembering what they have in common."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.total = count()
        self.library = LibraryPage.objects.get()
        self.known = {page.slug: page for page in ResourcePage.objects.filter(is_demo=True)}
        self.topics = {topic.slug: topic for topic in Topic.objects.all()}
        self.sectors = {sector.slug: sector for sector in Sector.objects.all()}
        self.made: list[int] = []

    def make(self, row: dict, fields: dict, parent: str | None = None, evidence: tuple[Evidence, ...] = ()) -> str:
        if row["slug"] in self.known:
            return row["title"]
        place = len(self.known) * STRIDE % self.total
        published = self.now - timedelta(days=3 + 2 * place, hours=len(row["title"]) % 9)
        page = ResourcePage(
            title=row["title"],
            slug=row["slug"],
            summary=row["summary"],
            is_demo=True,
            first_published_at=published,
            last_published_at=published,
            **fields,
        )
        page.topics = [self.topics[slug] for slug in row["topics"]]
        page.sectors = [self.sectors[slug] for slug in row["sectors"]]
        page.evidence = evidence  # type: ignore[misc]
        above: Page = self.known[parent] if parent else self.library
        above.add_child(instance=page)
        self.known[page.slug] = page
        self.made.append(page.pk)
        return page.title

    def guidance(self, row: dict) -> dict:
        return {
            "kind": ResourcePage.Kind.GUIDANCE,
            "body": body_from_markdown(row["body"]),
            "publisher": "Department for Education",
            "year": int(row["published"][:4]),
            "source_url": row["source_url"] or "",
            "country": "England",
            "licence": "MIT, Crown copyright",
            "credit": f"{DFE}. Shortened summaries are ours.",
        }

    def research(self, row: dict) -> dict:
        return {
            "kind": ResourcePage.Kind.RESEARCH,
            "practice": row["practice"],
            "year": row["year"],
            "pmid": row["pmid"],
            "citation": row["citation"],
            "subject_headings": "; ".join(row["mesh"]),
            "study_design": row["design"] or "",
            "country": row["country"] or "",
            "age_from_months": row["age_from_months"],
            "age_to_months": row["age_to_months"],
            "licence": "Record: PubMedQA, MIT. Summary: ours, CC BY 4.0",
            "credit": "Record and MeSH headings from the PubMedQA collection; the summary is in our own words.",
        }

    def programme(self, row: dict) -> dict:
        head = ["What was measured", "With whom", "Effect size", "Improvement index", "Statistically significant"]
        rows = [_finding(finding) for finding in row["findings"]]
        note = (
            "<p>An effect size says how far apart the groups were, in standard deviations. The improvement index says "
            "by how many places in a hundred an average child would move up. Findings come from the United States.</p>"
        )
        table = {"caption": f"Findings about {row['title']}", "head": head, "rows": rows}
        return {
            "kind": ResourcePage.Kind.PROGRAMME,
            "body": [("heading", "What the studies found"), ("table", table), ("text", note)],
            "publisher": "What Works Clearinghouse",
            "source_url": f"{WWC_URL}Intervention/{row['intervention_id']}",
            "country": "United States",
            "study_design": f"{row['studies']} {'study' if row['studies'] == 1 else 'studies'}; {row['grades']}",
            "licence": "United States Government work, public domain",
            "credit": "Findings: What Works Clearinghouse, Institute of Education Sciences. The summary is ours.",
        }


def _finding(finding: dict) -> list[str]:
    effect, index, significant = finding["effect_size"], finding["improvement_index"], finding["significant"]
    return [
        f"{finding['outcome_domain']}: {finding['measure']}",
        finding["sample"],
        "" if effect is None else f"{effect:+.2f}",
        "" if index is None else f"{index:+.0f}",
        {True: "Yes", False: "No", None: "Not reported"}[significant],
    ]


def _ratings(row: dict) -> tuple[Evidence, ...]:
    """One rating a study and outcome, in the Clearinghouse's own words."""
    studies = dict.fromkeys(
        (finding["study_rating"], finding["outcome_domain"], finding["citation"]) for finding in row["findings"]
    )
    return tuple(
        Evidence(
            scheme=Evidence.Scheme.WWC,
            value=value[:160],
            outcome=outcome[:80],
            about=citation[:300],
            assessed_by="Institute of Education Sciences",
            url=WWC_URL,
            sort_order=number,
        )
        for number, (value, outcome, citation) in enumerate(studies)
        if value
    )
