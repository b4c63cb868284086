"""Words we use: what each sector calls it, for people who meet an abbreviation that they do not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from vocabulary import folding, plain, table
from vocabulary.models import Concept, Label, LabelQuerySet

MOST_FOUND = 60
OTHER_NAMES = 6
DIGITS = "0-9"
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Entry:
    """A line of the list: a concept under its own name, or an abbreviation that leads to it."""

    text: str
    url: str
    name: str
    definition: str
    others: str
    spelt_out: str = ""

    @property
    def is_reference(self) -> bool:
        return self.text != self.name


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The words from A to Z, a page a letter, or those that hold what was looked for."""
    asked = request.GET.get("q", "")[:120].strip()
    letters = _letters()
    letter = _letter(request.GET.get("letter", ""), letters)
    entries = _found(asked) if asked else _under(letter)
    context = {
        "q": asked,
        "letters": letters,
        "letter": "" if asked else letter,
        "entries": entries,
        "search_url": f"{reverse('search')}?{urlencode({'q': asked})}",
    }
    return render(request, "vocabulary/index.html", context)


def _letters() -> list[str]:
    first = Label.objects.shown().order_by().annotate(first=Substr("folded", 1, 1)).values_list("first", flat=True)
    return sorted({DIGITS if each.isdigit() else each.upper() for each in first.distinct()})


def _letter(asked: str, letters: list[str]) -> str:
    return asked.upper() if asked.upper() in letters else next((each for each in letters if each != DIGITS), DIGITS)


def _under(letter: str) -> list[Entry]:
    first = Substr("folded", 1, 1)
    wanted = list("0123456789") if letter == DIGITS else [letter.lower()]
    labels = Label.objects.shown().filter(kind__in=(Label.Kind.PREFERRED, Label.Kind.ABBREVIATION))
    return _entries(labels.alias(first=first).filter(first__in=wanted).order_by("folded", "pk"))


def _found(text: str) -> list[Entry]:
    """Concepts one of whose labels holds the words, each once, those that begin with them first."""
    labels = Label.objects.matching(text).select_related("concept").order_by("folded", "pk")[: 4 * MOST_FOUND]
    folded = " ".join(folding.split(text))
    best = sorted(labels, key=lambda label: (label.folded != folded, not label.folded.startswith(folded)))
    concepts = list({label.concept_id: label.concept for label in best}.values())[:MOST_FOUND]
    names = _other_names(concept.pk for concept in concepts)
    return [
        Entry(
            concept.name,
            concept.get_absolute_url(),
            concept.name,
            concept.definition,
            ", ".join(names[concept.pk][:OTHER_NAMES]),
        )
        for concept in concepts
    ]


def _entries(labels: LabelQuerySet) -> list[Entry]:
    rows = list(labels.select_related("concept"))
    names = _other_names({row.concept_id for row in rows})
    return [
        Entry(
            row.text,
            row.concept.get_absolute_url(),
            row.concept.name,
            row.concept.definition,
            ", ".join(names[row.concept_id][:OTHER_NAMES]),
            _spelt_out(row.text, names[row.concept_id]) if row.kind == Label.Kind.ABBREVIATION else "",
        )
        for row in rows
    ]


def _other_names(concepts: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    labels = Label.objects.shown().exclude(kind=Label.Kind.PREFERRED).filter(concept__in=list(concepts))
    for concept, text in labels.order_by("pk").values_list("concept", "text"):
        found[concept].append(text)
    return found


def _spelt_out(abbreviation: str, texts: Iterable[str]) -> str:
    """The name whose initials an abbreviation is, where it is not the preferred one: SAR, subject access request."""
    letters = "".join(folding.split(abbreviation))
    for text in texts:
        words = folding.split(text)
        telling = [word for word in words if word not in folding.STOP_WORDS]
        if len(words) > 1 and letters in ("".join(word[0] for word in words), "".join(word[0] for word in telling)):
            return text
    return ""


@require_safe
def concept(request: HttpRequest, slug: str) -> HttpResponse:
    """One concept: what it means, who calls it what, and what lies around it."""
    found = get_object_or_404(Concept.objects.in_use().select_related("topic"), slug=slug)
    labels = Label.objects.shown().filter(concept=found).order_by("pk").prefetch_related("sectors")
    context = {
        "concept": found,
        "labels": [label for label in labels if label.kind != Label.Kind.PREFERRED],
        "broader": found.broader.filter(is_in_use=True),
        "narrower": found.narrower.filter(is_in_use=True),
        "related": found.related.filter(is_in_use=True),
        "matches": found.matches.all(),
    }
    return render(request, "vocabulary/concept.html", context)


def _turtle(concepts: Iterable[plain.PlainConcept]) -> str:
    # Its library would take four megabytes of each worker for a file that is seldom made.
    from vocabulary import skos

    return skos.write(concepts)


NOTATIONS = {"ttl": (_turtle, "text/turtle"), "csv": (table.write, "text/csv")}


@require_safe
def download(request: HttpRequest, notation: str) -> HttpResponse:
    """The whole list as SKOS or as a table: made once for each state of the thesaurus."""
    if notation not in NOTATIONS:
        raise Http404
    write, content_type = NOTATIONS[notation]
    key = f"words:{notation}:" + "-".join(map(str, Concept.objects.stamp()))
    etag = quote_etag(key)
    unchanged = get_conditional_response(request, etag=etag)
    if isinstance(unchanged, HttpResponseNotModified):
        return unchanged
    text = cache.get_or_set(key, lambda: write(plain.stored(only_in_use=True)), KEPT_SECONDS)
    headers = {"Content-Disposition": f'attachment; filename="words-we-use.{notation}"', "ETag": etag}
    return HttpResponse(text, content_type=f"{content_type}; charset=utf-8", headers=headers)
