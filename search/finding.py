"""One question in, one answer out: engine, permissions, rows, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from search import engines, loading, parsing, semantic, spelling
from search.engines.base import SearchUnavailable
from search.expanding import expanded
from search.facets import Names, facets
from search.loosening import Looser, loosened
from search.narrowing import narrowed
from search.permissions import readable_containers
from search.query import PAGE_SIZE, RELEVANCE, Found, Limits, Match, Query
from search.results import Results, Rows
from search.semantic import asking, fusion
from search.writings import Writings
from vocabulary import expansion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# With so few results a rare spelling may be a wrong one.
FEW = 2
# In a longer question one wrong word leaves enough right ones.
MOST_WORDS = 4


def find(query: Query, user: User | AnonymousUser) -> Results:
    """What this reader finds, with counts that know nothing of what the reader may not see."""
    put = put_to_engine(query, user)
    answer, found = put.answer, put.answer.found
    query = replace(answer.query, text=query.text)
    rows = loading.load(found.matches, user)
    seen = [match for match in found.matches if match.key in rows]
    stored = engines.embedded().stored(match.key for match in seen)
    names = Names(_shown(found, stored), query.chosen_tags, user)
    maker = Rows(answer.query, stored, names)
    return Results(
        query=query,
        hits=[maker.hit(match, rows[match.key]) for match in seen],
        total=found.total,
        facets=facets(query, found.counts, names),
        is_partial_match=answer.is_partial,
        is_fallback=answer.is_fallback,
        complete=answer.complete,
        additions=answer.query.additions,
        corrected=put.corrected,
        did_you_mean=put.did_you_mean,
        looser=put.looser,
        next_cursor=found.next_cursor,
    )


def _whole(answer: Answer) -> Found:
    """Where no word chose a reply, what it is a reply to is shown."""
    query, found = answer.query, answer.found
    if query.has_words or query.limits.keys is not None:
        return found
    groups = {match.group for match in found.matches}
    wholes = {match.key for match in found.matches if match.key == match.group}
    wholes |= engines.embedded().known_keys(groups - wholes)
    matches = [Match(match.group, match.group) if match.group in wholes else match for match in found.matches]
    return replace(found, matches=matches)


class Put(NamedTuple):
    """An answer, and what was searched for instead of what was typed, or may have been meant.

    `looser`, where nothing was found: what would be found with less asked.
    """

    answer: Answer
    corrected: str
    did_you_mean: str
    looser: tuple[Looser, ...]


def put_to_engine(query: Query, user: User | AnonymousUser) -> Put:
    """Everything that `find` does before rows are loaded: for lists, counts and files of results."""
    readable, writings = readable_containers(user), Writings(user)
    query, among = narrowed(query, writings, readable)

    def ask_instead(text: str) -> Answer:
        # Another text may name other things: its operators are looked up anew.
        asked = replace(query, text=text, needs_all=True, additions=(), plain=frozenset(), limits=Limits())
        return ask(*narrowed(asked, writings, readable))

    def count(other: Query) -> int:
        if other.text == answer.query.text:
            return _by_words(other, among).found.total
        asked, within = narrowed(other, writings, readable)
        return _by_words(expanded(asked, within), within).found.total

    answer, corrected, meant = _put_right(ask(query, among), among, ask_instead)
    if not (corrected or meant or query.exact):
        meant = _with_longer_name(query.text, writings)
    looser: tuple[Looser, ...] = ()
    # Lists and counts count nothing, and have no page to say this on.
    if query.counted and not answer.found.total:
        looser = loosened(answer.query, count, answer.found.without)
    return Put(answer._replace(found=_whole(answer)), corrected, meant, looser)


def _with_longer_name(text: str, writings: Writings) -> str:
    """What is typed as "by:Anna Smith" is searched as two words; where it is one name, with its quotation marks."""
    longer = parsing.with_longer_name(text)
    return longer[0] if longer and writings.keys_by(longer[1]) else ""


class Answer(NamedTuple):
    """What was found before any row is loaded. `query` is what was asked in the end."""

    query: Query
    found: Found
    is_partial: bool
    is_fallback: bool
    # How many have all of the words.
    complete: int = 0


def _put_right(
    answer: Answer, containers: frozenset[str], ask_instead: Callable[[str], Answer]
) -> tuple[Answer, str, str]:
    """Where nothing has all of the words and one is misspelt, the answer to what was meant, and what that was.

    Third what may have been meant, where it was not asked instead.
    """
    query = answer.query
    is_question = len(query.wanted.terms) > MOST_WORDS and answer.found.total
    if query.exact or answer.complete > FEW or is_question:
        return answer, "", ""
    meant = spelling.corrected(query, containers)
    if meant is None:
        return answer, "", ""
    # "helth visiter": the second slip may be one that the vocabulary knows.
    text = expansion.well_spelt(meant.text)
    if answer.complete:
        return answer, "", text
    better = ask_instead(text)
    if better.complete:
        return better, text, ""
    if meant.slight not in (query.text, text):
        # That the words stand nowhere together says that some of them were no slips: "breast pump", not "breast jump".
        text = meant.slight
        better = ask_instead(text)
    if better.found.total and not answer.found.total:
        return better, text, ""
    return answer, "", text if better.found.total and meant.slight != query.text else ""


def ask(query: Query, containers: frozenset[str]) -> Answer:
    """What the words find; with a model for it, what means the same stands among the first of them."""
    query = expanded(query, containers)
    if not (semantic.is_on() and fusion.is_wanted(query)):
        return _by_words(query, containers)
    answer = _by_words(fusion.by_words(query), containers)
    if not answer.found.total:
        return answer
    near = asking.near(answer.query, containers, in_cluster=not answer.is_fallback)
    asked = replace(answer.query, size=query.size, cursor=query.cursor)
    both = _also_by_words(answer, tuple(match.group for match in near), containers)
    found = fusion.page(asked, answer.found, near, both, answer.complete)
    if found.next_cursor and not found.matches:
        # All that the words have here stood on the pages before, for what it means.
        return ask(replace(query, cursor=found.next_cursor), containers)
    return answer._replace(query=asked, found=found)


def _also_by_words(answer: Answer, groups: tuple[str, ...], containers: frozenset[str]) -> set[str]:
    """Which of these groups the words find too, on whichever page."""
    found = {match.group for match in answer.found.matches}
    if answer.found.total == len(found) or found.issuperset(groups):
        return found
    limits = replace(answer.query.limits, groups=groups)
    asked = replace(answer.query, limits=limits, size=len(groups), cursor="", counted=())
    return {match.group for match in _ask(asked, containers)[0].matches}


def _by_words(query: Query, containers: frozenset[str]) -> Answer:
    """Documents with all of the words; where those are few, they come first and others with some of them follow."""
    found, is_fallback = _ask(query, containers)
    if not query.is_looser_without_all or found.total >= PAGE_SIZE or (found.total and query.order != RELEVANCE):
        return Answer(query, found, False, is_fallback, found.total)
    if query.choices and _ask(query.without_choices(), containers)[0].total >= PAGE_SIZE:
        # Few because of what was chosen: a choice must leave no more than the number beside it said.
        return Answer(query, found, False, is_fallback, found.total)
    looser = replace(query, needs_all=False)
    more, is_fallback = _ask(looser, containers)
    return Answer(looser, more, more.total > found.total, is_fallback, found.total)


def _ask(query: Query, containers: frozenset[str]) -> tuple[Found, bool]:
    """The best engine's answer, and whether it had to be the second best."""
    cluster = engines.cluster()
    if cluster:
        try:
            return cluster.search(query, containers), False
        except SearchUnavailable:
            pass
    return engines.embedded().search(query, containers), cluster is not None


def _shown(found: Found, stored: dict) -> set[str]:
    """The tags of what was found, and those that are counted."""
    tags = {tag for each in stored.values() for tag in each.tags}
    return tags | {f"{facet}:{value}" for facet, values in found.counts.items() for value in values}
