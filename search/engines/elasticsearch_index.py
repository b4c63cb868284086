"""The shape of the index in Elasticsearch: every field named, none guessed."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from elasticsearch_dsl import Index, Mapping, analyzer, token_filter

from search import inflections, semantic
from search.documents import WEIGHTS

_STEMMING = Path(__file__).resolve().parent.parent / "data" / "stemming.txt"
KEYWORDS = ("key", "owner", "kind", "group", "container", "within", "tags")
# Measured on collections of several fields: texts here are short, so length says less than Lucene's 0.75 assumes.
SIMILARITY = {"type": "BM25", "k1": 1.2, "b": 0.6}
LONGEST_BEGINNING = 15


def _stemming_rules() -> list[str]:
    return [*inflections.lines(_STEMMING), *inflections.rules()]


def _analyzers() -> dict[str, Any]:
    possessive = token_filter("site_possessive", type="stemmer", language="possessive_english")
    exceptions = token_filter("site_exceptions", type="stemmer_override", rules=_stemming_rules())
    stemmer = token_filter("site_stemmer", type="stemmer", language="porter2")
    beginnings = token_filter("site_beginnings", type="edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING)
    # As long as the longest beginning: more typed letters than that still match.
    shortened = token_filter("site_shortened", type="truncate", length=LONGEST_BEGINNING)
    plain = [possessive, "lowercase", "asciifolding"]
    # Stop words stay: a phrase may need them, and the query leaves them out elsewhere.
    chains = {
        "english": [*plain, exceptions, stemmer],
        "beginnings": [*plain, beginnings],
        "typed": [*plain, shortened],
    }
    return {name: analyzer(f"site_{name}", tokenizer="standard", filter=chain) for name, chain in chains.items()}


def _mapping(dimensions: int) -> Mapping:
    made, mapping = _analyzers(), Mapping()
    mapping.meta("dynamic", "strict")
    for name in WEIGHTS:
        fields: dict[str, Any] = {}
        if name == "title":
            fields["beginnings"] = {
                "type": "text",
                "analyzer": made["beginnings"],
                "search_analyzer": made["typed"],
                "index_options": "docs",
            }
        mapping.field(name, "text", analyzer=made["english"], fields=fields)
    for name in KEYWORDS:
        mapping.field(name, "keyword")
    # Compared with the database's by `manage.py reindex --reconcile`; never searched.
    mapping.field("digest", "keyword", index=False)
    mapping.field("date", "date")
    mapping.field("helpful", "integer")
    if dimensions:
        mapping.field("vector", "dense_vector", dims=dimensions, index=True, similarity="cosine")
    return mapping


def shape() -> str:
    """Changes with the mapping and the analysis: an index of another shape cannot take our documents."""
    return _shape(semantic.dimensions())


@cache
def _shape(dimensions: int) -> str:
    mapping = _mapping(dimensions)
    described = [mapping.to_dict(), mapping._collect_analysis(), SIMILARITY]
    return hashlib.md5(json.dumps(described, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def define(index: Index, alias: str, shards: int) -> Index:
    """Give an index that does not exist yet its mapping, its settings and its alias."""
    mapping = _mapping(semantic.dimensions())
    mapping.meta("_meta", {"shape": shape()})
    index.mapping(mapping)
    index.settings(
        number_of_shards=shards,
        auto_expand_replicas="0-1",
        similarity={"default": SIMILARITY},
        # A late event must find the tombstone of what was deleted since, or it would bring it back.
        gc_deletes="1h",
        # Nobody searches it while it is being built; what finishes it gives this back its usual value.
        refresh_interval="-1",
    )
    index.aliases(**{alias: {}})
    return index
