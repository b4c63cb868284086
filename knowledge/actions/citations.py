"""Which resources of the library cite which: read from their texts, whenever one is published."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from knowledge.identifiers import bare_doi
from knowledge.models import Citation, ResourcePage

MOST = 100
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>]+")
_PUBMED = re.compile(r"(?:PMID:?\s*|pubmed\.ncbi\.nlm\.nih\.gov/)(\d{4,9})\b")
_LINKED: tuple[Any, ...] = tuple(ResourcePage._meta.get_field(name) for name in ("body", "families"))
_TEXTS = ("practice", "approach", "result", "lessons", "families")


@transaction.atomic
def record(*, page: ResourcePage) -> None:
    """Keep what the published text cites by link, DOI or PubMed number, and show it anew on both sides."""
    cited = _cited(page)
    known = set(page.citations.values_list("cited_id", flat=True))
    page.citations.filter(cited__in=known - cited).delete()
    Citation.objects.bulk_create([Citation(page=page, cited_id=pk) for pk in cited - known], ignore_conflicts=True)
    touched = known ^ cited
    if page.replaced_by_id:
        touched.add(page.replaced_by_id)
    if touched:
        ResourcePage.objects.filter(pk__in=touched).update(shown_anew_at=timezone.now())


def _cited(page: ResourcePage) -> set[int]:
    """The numbers of the resources that a text names, without the page itself. Two queries, or none."""
    linked = {
        int(pk)
        for field in _LINKED
        for model, pk, *_path in field.extract_references(getattr(page, field.name))
        if issubclass(model, Page)
    }
    text = "\n".join((str(page.body.raw_data[:] if page.body else ""), *(getattr(page, name) for name in _TEXTS)))
    dois = {bare_doi(found) for found in _DOI.findall(text)[:MOST]} - {page.doi.lower()}
    pubmed = set(_PUBMED.findall(text)[:MOST]) - {page.pmid}
    found: set[int] = set()
    if linked:
        found |= set(ResourcePage.objects.filter(pk__in=linked).values_list("pk", flat=True))
    if dois or pubmed:
        named = ResourcePage.objects.filter(Q(doi__in=dois - {""}) | Q(pmid__in=pubmed))
        found |= set(named.order_by("pk").values_list("pk", flat=True)[:MOST])
    return found - {page.pk}
