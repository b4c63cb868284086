"""The index in the site's own database: what SQLite's and PostgreSQL's dialects share."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Model

from search.batches import batches
from search.cursors import next_cursor
from search.documents import WEIGHTS, Document
from search.engines import shelf
from search.engines.base import Engine
from search.engines.statement import NAME, Dialect, Parts, marks, statement
from search.learning import learn
from search.models import Edition, Entry
from search.query import RELEVANCE, Found, Match, Query, Term
from search.words import STOP_WORDS, clean, read

if TYPE_CHECKING:
    from search.sources import Source

# So many documents are written by one statement.
TOGETHER = 500
# A word's documents are counted so far, to see what is usual.
MOST_COUNTED = 500
MOST_TYPED = 8
# What a text is about stands at its beginning; more words would find everything.
MOST_ALIKE = 20

Texts = dict[str, str]
# So many entries by number, nearest first, with how near each is.
Nearest = Callable[[int], list[tuple[int, float]]]


class Stored(NamedTuple):
    """A document as the embedded index keeps it."""

    date: datetime | None
    tags: list[str]
    texts: dict[str, str]


class EmbeddedEngine(Engine):
    """One statement finds, groups, counts and pages. Dialects add how words match and how lists are opened."""

    name = "embedded"
    each_tag = ""
    # Small is first: so that every order goes the same way.
    newest_rank = ""

    # Pairs of numbers and scores in a parameter, as JSON, as the table w.
    listed = ""
    # Entries (e) that have one word, as far as a condition on their containers.
    having = ""

    def one_word(self, word: str) -> str:
        """The parameter of `having`."""
        raise NotImplementedError

    def begins(self, words: Sequence[str]) -> tuple[str, list[Any]] | None:
        """Key and group of entries whose titles (t.title) have these words, the last of them unfinished."""
        raise NotImplementedError

    def match(self, query: Query) -> Parts:
        """What has the words; documents with all of them first where some would do."""
        raise NotImplementedError

    def has_key(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        """A condition: the entry has one of these keys; there may be thousands."""
        raise NotImplementedError

    def has_tag(self, values: Sequence[str]) -> tuple[str, list[Any]]:
        """A condition: the entry has one of these tags."""
        raise NotImplementedError

    def put_words(self, rows: list[tuple[int, Texts, Texts]]) -> None:
        """Numbers of entries, each with its fields as they are shown and as they are searched: in place of its old."""
        raise NotImplementedError

    def lacks(self, terms: Sequence[Term]) -> tuple[str, list[Any]]:
        """A condition: w has none of these."""
        raise NotImplementedError

    def search(self, query: Query, containers: frozenset[str]) -> Found:
        if shelf.is_for(query):
            return shelf.of(containers, self.newest_rank).found(query)
        return self._found(query, containers, self._words(query))

    def near(self, query: Query, containers: frozenset[str], nearest: Nearest, limit: int) -> list[Match]:
        """Of what is nearest, what this query may find: its filters count, its words do not, but for excluded ones."""
        asked = replace(query, size=limit, cursor="", counted=(), sort=RELEVANCE)
        depth = limit * 4
        while True:
            scored = nearest(depth)
            found = self._found(asked, containers, self._scored(asked, scored)).matches if scored else []
            if len(found) >= limit or len(scored) < depth:
                return found
            depth *= 8

    def _scored(self, query: Query, scored: list[tuple[int, float]]) -> Parts:
        """There may be thousands: they are one parameter, so that the statement is as short for all."""
        values = json.dumps([[number, -nearness] for number, nearness in scored])
        if not query.wanted.excluded:
            return Parts(self.listed, ["e.id = w.rowid"], [values], "w.score", [])
        condition, parameters = self.lacks(query.wanted.excluded)
        return Parts(self.listed, ["e.id = w.rowid", condition], [values, *parameters], "w.score", [])

    def _found(self, query: Query, containers: frozenset[str], parts: Parts) -> Found:
        dialect = Dialect(self.each_tag, self.newest_rank, self.has_tag, self.has_key)
        text, parameters = statement(query, containers, parts, dialect)
        matches, total, counts = [], 0, defaultdict[str, dict[str, int]](dict)
        without: dict[str, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)
            for what, value, group, number, more in cursor.fetchall():
                if what == "match":
                    matches.append((number, Match(value, group, more)))
                elif what == "total":
                    total = number
                elif what == "without":
                    without[value.removesuffix(":")] = number
                else:
                    facet, _, slug = value.partition(":")
                    if facet in query.counted:
                        counts[facet][slug] = number
        shown = [match for _place, match in sorted(matches, key=lambda match: match[0])]
        further = next_cursor(NAME, query.position, [match.key for match in shown], query.size, total)
        return Found(shown, total, counts, further, without)

    def _words(self, query: Query) -> Parts:
        """Where to look and what must match, without anything about filters."""
        if not query.has_words:
            excluded = query.wanted.excluded
            condition, parameters = self.lacks(excluded) if excluded else ("1 = 1", [])
            wholes = ["e.key = e.group_key"] if query.is_of_wholes else []
            return Parts("", [condition.replace("w.rowid", "e.id"), *wholes], parameters, "0", [])
        parts = self.match(query)
        return parts._replace(conditions=["e.id = w.rowid", *parts.conditions])

    def lock(self, source: Source, ids: list[int], rows: Sequence[Model] = ()) -> None:
        """Have nobody else index these rows until this transaction ends. Take it before reading them.

        SQLite lets one transaction write at a time, so there it is nothing.
        """

    @transaction.atomic(savepoint=False)
    def write(self, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
        is_shelved = False
        for some in batches(gone):
            kinds = dict(Entry.objects.filter(key__in=some).values_list("pk", "kind"))
            self.delete_words(list(kinds))
            Entry.objects.filter(pk__in=kinds).delete()
            is_shelved = is_shelved or shelf.SHELVED in kinds.values()
        # In one order always, so that two writers wait for each other and never in a ring.
        for stored in batches(sorted(documents, key=lambda document: document.key), TOGETHER):
            kept = _keep_entries(stored)
            rows, written = [], set[str]()
            for document in stored:
                alike = document.alike
                written.update(*(each.chunks for each in alike.values()))
                indexed = {name: each.with_forms for name, each in alike.items()}
                rows.append((kept[document.key], document.texts, indexed))
                is_shelved = is_shelved or document.kind == shelf.SHELVED
            learn(written)
            self.put_words(rows)
        if is_shelved:
            Edition.change()

    def delete_words(self, numbers: list[int]) -> None:
        if numbers:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM search_words WHERE rowid IN ({marks(numbers)})", numbers)

    def count(self) -> dict[str, int]:
        return dict(Entry.objects.order_by().values_list("kind").annotate(Count("pk")))

    def known(self, words: Iterable[str], containers: frozenset[str]) -> dict[str, int]:
        """How many documents that this reader may see have each of these words, counted up to MOST_COUNTED."""
        asked = sorted(words)
        if not asked or not containers:
            return dict.fromkeys(asked, 0)
        # Told once for all words: a member of a thousand spaces would bring more parameters than SQLite takes.
        among = f"WITH among(container) AS MATERIALIZED (VALUES {', '.join(['(%s)'] * len(containers))})"
        some = f"SELECT 1 {self.having} AND e.container IN (SELECT container FROM among) LIMIT {MOST_COUNTED}"
        each = " UNION ALL ".join(
            f"SELECT * FROM (SELECT {number:d}, COUNT(*) FROM ({some}) AS few) AS one" for number in range(len(asked))
        )
        with connection.cursor() as cursor:
            cursor.execute(f"{among} {each}", [*sorted(containers), *(self.one_word(word) for word in asked)])
            return {asked[number]: documents for number, documents in cursor.fetchall()}

    def texts_with(self, word: str, containers: frozenset[str], limit: int) -> list[str]:
        """So many texts of documents that have this word, as they are written, of those that this reader may see."""
        some = f"SELECT e.id {self.having} AND e.container IN ({marks(containers)}) LIMIT {limit:d}"
        statement = f"SELECT {', '.join(WEIGHTS)} FROM search_words WHERE rowid IN (SELECT id FROM ({some}) AS few)"
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.one_word(word), *sorted(containers)])
            return [text for texts in cursor.fetchall() for text in texts if text]

    def said(self, words: Sequence[str]) -> set[str]:
        """Those of these words that any document has, whoever may see it."""
        each = (f"SELECT {number:d} WHERE EXISTS (SELECT 1 {self.having})" for number in range(len(words)))
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(each), [self.one_word(word) for word in words])
            return {words[number] for (number,) in cursor.fetchall()}

    def complete(self, prefix: str, containers: frozenset[str], limit: int) -> list[Match]:
        """Shortest titles first: they are most about what was typed."""
        condition = self.begins(read(clean(prefix))[-MOST_TYPED:])
        if not condition:
            return []
        text, parameters = condition
        statement = (
            f"{text} AND e.container IN ({marks(containers)}) AND e.key = e.group_key "
            f"ORDER BY length(t.title), e.id DESC LIMIT %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *sorted(containers), limit])
            return [Match(key, group) for key, group in cursor.fetchall()]

    def more_like(self, text: str, containers: frozenset[str], limit: int, without: Iterable[str] = ()) -> list[Match]:
        unwanted = set(without)
        telling = (word for word in read(clean(text)) if word not in STOP_WORDS)
        query = Query(text=" ".join(list(dict.fromkeys(telling))[:MOST_ALIKE]), counted=(), needs_all=False)
        found = self.search(replace(query, size=limit + len(unwanted)), containers)
        return [match for match in found.matches if match.group not in unwanted][:limit]

    def known_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys that are in the index. Nothing is asked where there is none."""
        return set(Entry.objects.filter(key__in=list(keys)).values_list("key", flat=True))

    def stored(self, keys: Iterable[str]) -> dict[str, Stored]:
        """Documents as they were indexed, by key. Only for rows that the reader was found to see."""
        columns = ", ".join(f"w.{name}" for name in WEIGHTS)
        found: dict[str, Stored] = {}
        for some in batches(keys):
            statement = (
                f"SELECT e.key, e.date, e.tags, {columns} FROM search_entry e JOIN search_words w ON w.rowid = e.id "
                f"WHERE e.key IN ({marks(some)})"
            )
            with connection.cursor() as cursor:
                cursor.execute(statement, some)
                found |= {key: self._stored(date, tags, texts) for key, date, tags, *texts in cursor.fetchall()}
        return found

    def _stored(self, date: Any, tags: Any, texts: list[str]) -> Stored:
        if isinstance(date, str):
            date = datetime.fromisoformat(date)
        if date is not None and date.tzinfo is None:
            # What SQLite keeps is UTC, and does not say so.
            date = date.replace(tzinfo=UTC)
        return Stored(date, json.loads(tags) if isinstance(tags, str) else tags, dict(zip(WEIGHTS, texts, strict=True)))


_COLUMNS = ("key", "kind", "group_key", "container", "tags", "date", "helpful", "fingerprint")
_KEEP = f"""
    INSERT INTO search_entry ({", ".join(_COLUMNS)}) VALUES {{rows}}
    ON CONFLICT (key) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS[1:])}
    RETURNING key, id
"""


def _keep_entries(documents: list[Document]) -> dict[str, int]:
    """The entries' numbers, by key. As a model's rows they would cost more than their words do."""
    row = f"({marks(_COLUMNS)})"
    with connection.cursor() as cursor:
        parameters = [value for document in documents for value in _entry(document)]
        cursor.execute(_KEEP.format(rows=", ".join([row] * len(documents))), parameters)
        return dict(cursor.fetchall())


def _entry(document: Document) -> tuple[Any, ...]:
    date = connection.ops.adapt_datetimefield_value(document.date) if document.date else None
    return (
        document.key,
        document.kind,
        document.group,
        document.container,
        json.dumps(document.tags),
        date,
        document.helpful,
        document.fingerprint,
    )
