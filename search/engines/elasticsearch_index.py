"""The shape of the index in Elasticsearch: every field named, none guessed."""

from __future__ import annotations

from elasticsearch_dsl import Index, Mapping, analyzer, token_filter

from search.documents import WEIGHTS

# Stop words stay: a phrase may need them, and the query leaves them out elsewhere.
ENGLISH = analyzer(
    "site_english",
    tokenizer="standard",
    filter=[
        token_filter("site_possessive", type="stemmer", language="possessive_english"),
        "lowercase",
        "asciifolding",
        token_filter("site_stemmer", type="stemmer", language="english"),
    ],
)
KEYWORDS = ("kind", "group", "container", "within", "tags")


def define(index: Index, alias: str) -> Index:
    """Give an index that does not exist yet its mapping, its settings and its alias."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    for name in WEIGHTS:
        mapping.field(name, "text", analyzer=ENGLISH)
    for name in KEYWORDS:
        mapping.field(name, "keyword")
    mapping.field("date", "date")
    mapping.field("helpful", "integer")
    index.mapping(mapping)
    # A late event must find the tombstone of what was deleted since, or it would bring it back.
    index.settings(number_of_shards=1, auto_expand_replicas="0-1", gc_deletes="1h")
    index.aliases(**{alias: {}})
    return index
