"""What is wrong with concepts that somebody wants to bring in: found before anything is written, all at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from vocabulary import folding
from vocabulary.models import Concept, Label, Match, Sector, Topic
from vocabulary.plain import PlainConcept, PlainLabel, stored

LONGEST_TEXT = 2000
MOST_CONCEPTS = 20_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,6})?\Z")
# What no database keeps: NUL, and half of a pair, which Turtle can spell and UTF-8 cannot.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_is_address = URLValidator(schemes=["http", "https"])


def problems(concepts: list[PlainConcept]) -> list[str]:
    """One sentence for each thing that cannot be, with where it stands in the file. Nothing when all is well."""
    if len(concepts) > MOST_CONCEPTS:
        return [_("There are more than %(most)s concepts. Divide the file.") % {"most": f"{MOST_CONCEPTS:,}"}]
    check = _Check(concepts)
    return [f"{concept.where or concept.slug}: {each}" for concept in concepts for each in check.concept(concept)]


class _Check:
    def __init__(self, concepts: list[PlainConcept]) -> None:
        here = {concept.slug: concept for concept in concepts}
        self.sectors = set(Sector.objects.values_list("slug", flat=True))
        self.topics = set(Topic.objects.values_list("slug", flat=True))
        self.broader = {concept.slug: concept.broader for concept in stored()}
        self.broader |= {slug: concept.broader for slug, concept in here.items()}
        self.times = Counter(concept.slug for concept in concepts)
        self.names: dict[str, set[str]] = {}
        for name, slug in Concept.objects.exclude(slug__in=here).values_list("name", "slug"):
            self.names.setdefault(name.lower(), set()).add(slug)
        for concept in concepts:
            self.names.setdefault(concept.name.lower(), set()).add(concept.slug)

    def concept(self, concept: PlainConcept) -> Iterator[str]:
        if not _SLUG.match(concept.slug) or len(concept.slug) > 80:
            yield _("“%(slug)s” is no address: use small letters, digits and hyphens, at most 80.") % {
                "slug": concept.slug
            }
        if self.times[concept.slug] > 1:
            yield _("“%(slug)s” stands in the file twice.") % {"slug": concept.slug}
        if any(_UNKEPT.search(text) for text in _texts(astuple(concept))):
            yield _("It has a character that cannot be kept, such as NUL.")
        yield from self._fields(concept)
        yield from self._labels(concept)
        yield from self._links(concept)

    def _fields(self, concept: PlainConcept) -> Iterator[str]:
        if max(len(concept.definition), len(concept.scope_note)) > LONGEST_TEXT or len(concept.source) > 200:
            yield _("The definition, the note or the source is too long.")
        if concept.topic and concept.topic not in self.topics:
            yield _("There is no topic “%(topic)s”.") % {"topic": concept.topic}
        for match in concept.matches:
            if match.relation not in Match.Relation.values or not 0 < len(match.scheme) <= 40 or len(match.label) > 200:
                yield _("The match “%(match)s” cannot be kept.") % {"match": match.label[:80]}
            elif match.uri and not _is_web_address(match.uri):
                yield _("“%(uri)s” is no address of the web.") % {"uri": match.uri[:80]}

    def _labels(self, concept: PlainConcept) -> Iterator[str]:
        preferred = sum(label.kind == Label.Kind.PREFERRED for label in concept.labels)
        if preferred != 1:
            yield _("It has %(number)s preferred labels; it needs one.") % {"number": preferred}
        if concept.name and self.names[concept.name.lower()] != {concept.slug}:
            yield _("Another concept is called “%(name)s” too.") % {"name": concept.name}
        spelt = Counter(" ".join(folding.split(label.text)) for label in concept.labels)
        for label in concept.labels:
            yield from self._label(label, spelt)

    def _label(self, label: PlainLabel, spelt: Mapping[str, int]) -> Iterator[str]:
        folded = " ".join(folding.split(label.text))
        if not folded or len(label.text) > 120:
            yield _("“%(text)s” is no label: it needs a letter or a digit and at most 120 characters.") % {
                "text": label.text[:80]
            }
        elif spelt[folded] > 1:
            yield _("“%(text)s” is given twice.") % {"text": label.text}
        if label.kind not in Label.Kind.values:
            yield _("“%(kind)s” is no kind of label. Use preferred, alternative, abbreviation or hidden.") % {
                "kind": label.kind[:80]
            }
        if not _LANGUAGE.match(label.language):
            yield _("“%(code)s” is no language. Use a code such as en or cy.") % {"code": label.language[:20]}
        for sector in label.sectors:
            if sector not in self.sectors:
                yield _("There is no sector “%(sector)s”.") % {"sector": sector[:80]}

    def _links(self, concept: PlainConcept) -> Iterator[str]:
        for slug in {*concept.broader, *concept.related}:
            if slug not in self.broader:
                yield _("There is no concept “%(slug)s”.") % {"slug": slug[:80]}
        if concept.slug in concept.related or _leads_to(concept.slug, concept.broader, self.broader):
            yield _("It would be broader than or related to itself.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def _is_web_address(text: str) -> bool:
    try:
        _is_address(text)
    except ValidationError:
        return False
    return len(text) <= 200


def _leads_to(slug: str, above: Iterable[str], broader: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether one comes back to a concept by going up from it."""
    seen: set[str] = set()
    waiting = list(above)
    while waiting:
        at = waiting.pop()
        if at == slug:
            return True
        if at not in seen:
            seen.add(at)
            waiting += broader.get(at, ())
    return False


def would_circle(concept: Concept, above: Iterable[Concept]) -> bool:
    """Whether a concept would stand beneath itself with these broader concepts."""
    broader = {each.slug: each.broader for each in stored()}
    return _leads_to(concept.slug, [each.slug for each in above], broader)
