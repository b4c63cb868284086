"""Any text is a query."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.cursors import Cursor
from search.finding import find
from search.items import MOST_TERMS
from search.parsing import LONGEST_TEXT, parse, without_each_filter
from search.query import Query

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sanitise"
HOSTILE = [
    "a" * 10_000,
    "word " * 3_000,
    '"' * 500,
    "(" * 400 + "x" + ")" * 400,
    "NEAR(sleep night, 5)",
    'title:sleep OR body:"x',
    "sleep AND",
    "NOT",
    "OR OR AND NOT",
    "sleep*",
    "^sleep",
    "sleep & !night | <-> (",
    "'; DROP TABLE search_words; --",
    "' OR 1=1 --",
    "%s %(name)s {0} {title}",
    "%",
    "\\",
    "\x00sleep\x00",
    "\x01\x02\x1b[31m\u202e\u200b\ufeff",
    "(a+)+$" * 50,
    ".*.*.*.*.*.*.*x",
    "/(.*)*/ [[:alpha:]]",
    "?~1~2 *:* _exists_:title",
    '{"query": {"match_all": {}}}',
    "sleep" + "\u0301" * 500,
    "𝔰𝔩𝔢𝔢𝔭 ① ² ½ ﬁ ß İ ı ſ",
    "睡眠 نوم שינה 😴 🇬🇧",
    "-",
    "- - -",
    "--sleep",
    "-sleep -night",
    "_",
    "_ __ ___",
    "the of and",
    "'s",
    "’’’",
    "\ud800",
]


def words_of(text):
    return [term.text for term in parse(text).terms]


def test_words_phrases_and_exclusions():
    wanted = parse('Toddler "health  Visitor" -bottle -"night feed" sleep')
    assert [term.text for term in wanted.terms] == ["toddler", "health visitor", "sleep"]
    assert [term.text for term in wanted.excluded] == ["bottle", "night feed"]


def test_common_words_are_ignored_unless_there_is_nothing_else_or_they_are_quoted():
    assert parse("how to help the family").ignored == ("how", "to", "the")
    assert words_of("how to help the family") == ["help", "family"]
    assert words_of("the who") == ["the", "who"]
    assert parse("the who").ignored == ()
    assert words_of('"to be" seen') == ["to be", "seen"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("children's centre", ["children", "center"]),
        ("children’s", ["children"]),
        ("well-being", ["well being"]),
        ("0-2 years", ["0 2", "years"]),
        ('"unclosed phrase', ["unclosed", "phrase"]),
        ("-only -minus", []),
        ("sleep sleep", ["sleep"]),
        ("A&E", ["a e"]),
        ("!!! ???", []),
        ("\u0130s:answered", ["answered"]),
        ("top\u0131c:x", ["top\u0131c", "x"]),
    ],
)
def test_forgiving(text, expected):
    assert words_of(text) == expected


PIECES = ["a", "b-", "/", " ", " ", "'", '"', ":", "(", "OR ", "-", "is:", "\u0130s:", "in:", "by:", "before:2024 ",
          "to ", "one to one ", "drop in ", "pre", "\u2010", "\u00df", "\u0661", "\ud800"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_a_query(text):
    wanted = parse(text)
    assert all(each.group is None or wanted.terms[each.group] for each in wanted.typed)
    for typed, rest in without_each_filter(text):
        assert typed not in ("", text) or not rest


def test_length_and_number_of_terms_are_bounded():
    wanted = parse(" ".join(f"w{number}" for number in range(1000)))
    assert len(wanted.terms) == MOST_TERMS
    assert wanted.is_shortened
    assert parse("x" * (LONGEST_TEXT + 1)).is_shortened
    assert not parse("short").is_shortened


def test_an_address_and_its_query_are_the_same_thing():
    query = Query.read(QueryDict("q=sleep&topic=play&topic=sleep&kind=resource&sort=newest&cursor=abc&without=x"))
    assert query.chosen == {"kind": ("resource",), "topic": ("play", "sleep")}
    assert Query.read(QueryDict(query.address(cursor="abc")[1:])) == query
    assert Query.read(QueryDict(query.address()[1:])).cursor == ""


def test_a_cursor_comes_back_as_it_went_out():
    cursor = Cursor("sqlite", 20, "resource:7")
    assert Cursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "x",
        "²",
        "",
        "W10",
        "WzEsMV0",
        "W1tdLDFd",
        "WyJlIiwxZTldCg",
        "WyJlIiwtMV0",
        "WyJlIiwyMCwtMS4yLDdd",
        "[" * 300,
        # ["embedded",20,"\\ud800"], and with half of a pair in the engine's name
        "WyJlbWJlZGRlZCIsMjAsIlx1ZDgwMCJd",
        "WyJlbWJcdWRjMDAiLDIwLCJ4Il0",
    ],
)
def test_a_cursor_that_nobody_made_is_the_first_page(text):
    assert Query(cursor=text).position == Cursor()


def test_choices_that_nobody_could_have_ticked_are_dropped():
    query = Query.read(QueryDict("topic=a'b&topic=%00&topic=ok&topic=" + "x" * 500 + "&sector=../.."))
    assert query.chosen == {"topic": ("ok",)}
    assert len(Query.read(QueryDict("&".join(f"topic=t{number}" for number in range(500)))).chosen["topic"]) == 20


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/search/", "/library/"])
def test_half_of_a_pair_in_a_cursor_is_answered(client, db, path):
    assert client.get(path, {"kind": "resource", "cursor": "WyJlbWJlZGRlZCIsMjAsIlx1ZDgwMCJd"}).status_code == 200


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_are_answered(settle, client, text):
    sent = text.encode("utf-8", "replace").decode()
    data = {"q": sent, "topic": sent[:50], "cursor": sent[:50]}
    for path in ("/search/", "/library/"):
        assert client.get(path, data).status_code == 200
    find(Query(text=text), AnonymousUser())


def test_a_sample_of_payloads_is_answered_and_never_comes_back_as_markup(db, client):
    if not PAYLOADS.is_dir():
        pytest.skip("the payload corpora are not here")
    texts = sorted(_strings(PAYLOADS))[::97][:60]
    assert len(texts) > 20
    for text in texts:
        response = client.get("/search/", {"q": text, "kind": "resource"}, REMOTE_ADDR="127.0.0.2")
        assert response.status_code == 200
        assert "<script>" not in response.content.decode()


def _strings(folder):
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in (".txt", ".md"):
            found |= set(path.read_text(errors="replace").splitlines())
        elif path.suffix == ".json":
            _collect(json.loads(path.read_text(errors="replace")), found)
    return {text for text in found if text.strip()}


def _collect(value, found):
    if isinstance(value, str):
        found.add(value)
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            _collect(each, found)
