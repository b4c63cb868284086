"""The thesaurus as SKOS in Turtle. What SKOS has no words for (abbreviations, who says what) hangs on SKOS-XL labels.

Turtle alone is read: it has no entities to expand and names nothing that a parser would fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import rdflib
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS
from rdflib.term import Node

from vocabulary.models import Label, Match
from vocabulary.plain import PlainConcept, PlainLabel, PlainMatch

XL = Namespace("http://www.w3.org/2008/05/skos-xl#")
OURS = Namespace("urn:commonground:words#")
_LABELS = {
    Label.Kind.PREFERRED.value: (SKOS.prefLabel, XL.prefLabel),
    Label.Kind.ALTERNATIVE.value: (SKOS.altLabel, XL.altLabel),
    Label.Kind.ABBREVIATION.value: (SKOS.altLabel, XL.altLabel),
    Label.Kind.HIDDEN.value: (SKOS.hiddenLabel, XL.hiddenLabel),
}
_READ_AS = (
    (SKOS.prefLabel, Label.Kind.PREFERRED.value),
    (SKOS.altLabel, Label.Kind.ALTERNATIVE.value),
    (SKOS.hiddenLabel, Label.Kind.HIDDEN.value),
)
_MATCHES = {
    Match.Relation.EXACT.value: SKOS.exactMatch,
    Match.Relation.CLOSE.value: SKOS.closeMatch,
    Match.Relation.BROAD.value: SKOS.broadMatch,
    Match.Relation.NARROW.value: SKOS.narrowMatch,
}
_OUR_ADDRESS = re.compile(r"/words/([a-z0-9-]+)/\Z")
# Signs of the other notations of RDF: some of them can name files to fetch or entities to expand.
_OTHER_NOTATION = re.compile(r"\s*(<\?xml|<!|<rdf|<html|[\[{])", re.IGNORECASE)
MOST_CHARACTERS = 20_000_000
# Numbers stay as they are written: made plain, "1e999999999" would fill the memory with zeros.
rdflib.NORMALIZE_LITERALS = False


def write(concepts: Iterable[PlainConcept]) -> str:
    """Turtle, with the addresses of this site as the concepts' names."""
    graph = Graph()
    for prefix, space in (("skos", SKOS), ("skosxl", XL), ("dcterms", DCTERMS), ("owl", OWL), ("words", OURS)):
        graph.bind(prefix, space)
    scheme = URIRef(f"{settings.BASE_URL}/words/")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(_("Words we use"), lang="en")))
    for concept in concepts:
        _add(graph, scheme, concept)
    return graph.serialize(format="turtle")


def _address(slug: str) -> URIRef:
    return URIRef(f"{settings.BASE_URL}/words/{slug}/")


def _add(graph: Graph, scheme: URIRef, concept: PlainConcept) -> None:
    node = _address(concept.slug)
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, SKOS.inScheme, scheme))
    texts = ((SKOS.definition, concept.definition), (SKOS.scopeNote, concept.scope_note))
    for predicate, text in (*texts, (DCTERMS.source, concept.source)):
        if text:
            graph.add((node, predicate, Literal(text, lang="en")))
    if concept.topic:
        graph.add((node, OURS.topic, Literal(concept.topic)))
    if not concept.is_in_use:
        graph.add((node, OWL.deprecated, Literal(True)))
    if not concept.broader:
        graph.add((node, SKOS.topConceptOf, scheme))
    for slug in concept.broader:
        graph.add((node, SKOS.broader, _address(slug)))
        graph.add((_address(slug), SKOS.narrower, node))
    for slug in concept.related:
        graph.add((node, SKOS.related, _address(slug)))
    for label in concept.labels:
        _add_label(graph, node, label)
    for match in concept.matches:
        _add_match(graph, node, match)


def _add_label(graph: Graph, node: URIRef, label: PlainLabel) -> None:
    plain, extended = _LABELS[label.kind]
    literal = Literal(label.text, lang=label.language)
    # SKOS allows one preferred label a language; ours are one in all.
    graph.add((node, plain, literal))
    facts: list[tuple[Node, Node]] = [(OURS.saidBy, Literal(sector)) for sector in label.sectors]
    if label.kind == Label.Kind.ABBREVIATION:
        facts.append((RDF.type, OURS.Abbreviation))
    if label.is_ambiguous:
        facts.append((OURS.everydayWord, Literal(True)))
    if not label.expands:
        facts.append((OURS.searched, Literal(False)))
    if facts:
        about = BNode()
        graph.add((node, extended, about))
        graph.add((about, RDF.type, XL.Label))
        graph.add((about, XL.literalForm, literal))
        for predicate, value in facts:
            graph.add((about, predicate, value))


def _add_match(graph: Graph, node: URIRef, match: PlainMatch) -> None:
    other: Node = URIRef(match.uri) if match.uri else BNode()
    graph.add((node, _MATCHES[match.relation], other))
    graph.add((other, SKOS.prefLabel, Literal(match.label)))
    graph.add((other, OURS.vocabulary, Literal(match.scheme)))


def read(text: str) -> tuple[list[PlainConcept], list[str]]:
    """The concepts of a file in Turtle, and what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        return [], [_("The file is too large.")]
    if _OTHER_NOTATION.match(text.removeprefix("\ufeff")):
        return [], [_("This is not Turtle. Have your program save SKOS as Turtle (.ttl).")]
    graph = Graph()
    try:
        graph.parse(data=text.removeprefix("\ufeff"), format="turtle", publicID=f"{settings.BASE_URL}/words/")
    except RecursionError:
        return [], [_("This Turtle cannot be read: it is nested too deeply.")]
    except (SyntaxError, ValueError, AssertionError) as error:
        return [], [_("This Turtle cannot be read: %(error)s") % {"error": " ".join(str(error).split())[:300]}]
    nodes = sorted(node for node in graph.subjects(RDF.type, SKOS.Concept) if isinstance(node, URIRef))
    ours = [node for node in nodes if not _is_match(graph, node)]
    slugs = {node: _slug(graph, node) for node in ours}
    concepts = [_concept(graph, node, slugs) for node in ours]
    return concepts, [] if concepts else [_("There is no skos:Concept in this file.")]


def _is_match(graph: Graph, node: URIRef) -> bool:
    return (node, OURS.vocabulary, None) in graph


def _slug(graph: Graph, node: URIRef) -> str:
    """The address that a concept has or will have here: its own, its notation, or its name."""
    found = _OUR_ADDRESS.search(node)
    if found:
        return found.group(1)
    notation = str(graph.value(node, SKOS.notation) or "")
    if notation and slugify(notation) == notation:
        return notation[:80]
    return slugify(_name(graph, node))[:80].strip("-")


def _name(graph: Graph, node: URIRef) -> str:
    names = sorted(_literals(graph, node, SKOS.prefLabel), key=_english_first)
    return str(names[0]) if names else ""


def _english_first(literal: Literal) -> tuple[bool, str, str]:
    language = literal.language or "en"
    return (language.split("-")[0] != "en", language, str(literal))


def _literals(graph: Graph, node: Node, predicate: Node) -> Iterator[Literal]:
    return (value for value in graph.objects(node, predicate) if isinstance(value, Literal))


def _says(graph: Graph, node: Node, predicate: Node, answer: bool) -> bool:
    return any(value.toPython() is answer for value in _literals(graph, node, predicate))


def _concept(graph: Graph, node: URIRef, slugs: dict[URIRef, str]) -> PlainConcept:
    def first(predicate: Node) -> str:
        found = sorted(_literals(graph, node, predicate), key=_english_first)
        return str(found[0]) if found else ""

    def linked(forth: Node, back: Node) -> tuple[str, ...]:
        others = {*graph.objects(node, forth), *graph.subjects(back, node)}
        return tuple(sorted({slugs[other] for other in others if isinstance(other, URIRef) and other in slugs}))

    return PlainConcept(
        slug=slugs[node],
        labels=tuple(_labels(graph, node)),
        definition=first(SKOS.definition),
        scope_note=first(SKOS.scopeNote),
        broader=linked(SKOS.broader, SKOS.narrower),
        related=linked(SKOS.related, SKOS.related),
        topic=first(OURS.topic),
        source=first(DCTERMS.source),
        matches=tuple(_matches(graph, node)),
        is_in_use=not _says(graph, node, OWL.deprecated, True),
        where=str(node),
    )


def _labels(graph: Graph, node: URIRef) -> Iterator[PlainLabel]:
    facts = {
        literal: about
        for extended in (XL.prefLabel, XL.altLabel, XL.hiddenLabel)
        for about in graph.objects(node, extended)
        for literal in _literals(graph, about, XL.literalForm)
    }
    name = _name(graph, node)
    for predicate, kind in _READ_AS:
        for literal in sorted(_literals(graph, node, predicate), key=_english_first):
            about = facts.get(literal)
            # Preferred labels in other languages are other names here.
            is_other = kind == Label.Kind.PREFERRED and str(literal) != name
            yield PlainLabel(
                text=str(literal),
                kind=Label.Kind.ALTERNATIVE.value if is_other else _kind(graph, about, kind),
                sectors=tuple(sorted(str(each) for each in graph.objects(about, OURS.saidBy))) if about else (),
                is_ambiguous=bool(about and _says(graph, about, OURS.everydayWord, True)),
                expands=not (about and _says(graph, about, OURS.searched, False)),
                language=literal.language or "en",
            )


def _kind(graph: Graph, about: Node | None, kind: str) -> str:
    return Label.Kind.ABBREVIATION.value if about and (about, RDF.type, OURS.Abbreviation) in graph else kind


def _matches(graph: Graph, node: URIRef) -> Iterator[PlainMatch]:
    for relation, predicate in _MATCHES.items():
        for other in graph.objects(node, predicate):
            uri = str(other) if isinstance(other, URIRef) else ""
            label = next((str(each) for each in _literals(graph, other, SKOS.prefLabel)), uri)
            scheme = next((str(each) for each in _literals(graph, other, OURS.vocabulary)), "")
            yield PlainMatch(scheme or _host(uri), label, relation, uri)


def _host(uri: str) -> str:
    return uri.split("//")[-1].split("/")[0][:40] or "other"
