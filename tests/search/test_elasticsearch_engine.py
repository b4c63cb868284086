"""What Elasticsearch alone is asked: words of the field, pages that go on, spelling, completion, what is pending."""

from datetime import UTC, datetime

import pytest

from search import engines, events, spelling
from search.documents import Document
from search.engines import elasticsearch as cluster_module
from search.engines.base import SearchUnavailable
from search.query import PAGE_SIZE, Query

pytestmark = pytest.mark.elasticsearch
READER = frozenset({"public", "space:1"})


def document(key, **fields):
    fields.setdefault("group", key)
    fields.setdefault("date", datetime(2026, 1, 1, tzinfo=UTC))
    fields.setdefault("title", "")
    return Document(key=key, kind=fields.pop("kind", "resource"), container=fields.pop("container", "public"), **fields)


def keys(cluster, text="", containers=READER, **fields):
    return [match.key for match in cluster.search(Query(text=text, **fields), containers).matches]


@pytest.mark.parametrize(
    ("asked", "joined", "apart"),
    [
        ("health visiting", "Our health visitors", "Mental health"),
        ("several", "Several families", "Severe need"),
        ("positive parenting", "Positive parenting", "Parenting and its position"),
        ("midwives", "A midwife called", "Midweek"),
        ("children", "One child", "Childproof"),
        ("universities", "The university", "Universal services"),
        ("policing", "Policing estates", "A policy for estates"),
        ("experiences", "An experience", "An experiment"),
        ("settings", "Early years setting", "The sun sets"),
    ],
)
def test_words_of_the_field_are_stemmed_as_it_means_them(cluster, asked, joined, apart):
    cluster.write([document("resource:1", title=joined), document("resource:2", title=apart)])
    assert keys(cluster, asked) == ["resource:1"]


def test_words_in_the_order_asked_for_count_for_more(cluster):
    cluster.write(
        [
            document("resource:1", body="The support of a parent in a group"),
            document("resource:2", body="In a parent support group of mine"),
        ]
    )
    assert keys(cluster, "parent support group") == ["resource:2", "resource:1"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "helpful"])
def test_later_pages_show_each_group_once_and_none_is_left_out(cluster, sort):
    """Threads of many replies whose best stands on an early page and whose others would stand on later ones."""
    replies = [
        document(
            f"post:{thread * 100 + reply}",
            group=f"thread:{thread}",
            kind="discussion",
            body="word " * (reply % 7 + 1) + "filler " * (thread % 11),
            date=None if thread % 9 == 0 else datetime(2026, 1, 1 + thread % 28, reply, tzinfo=UTC),
            helpful=(thread * reply) % 5,
        )
        for thread in range(1, 53)
        for reply in range(8)
    ]
    cluster.write(replies)
    found, cursor, pages = [], "", 0
    while pages < 10:
        answer = cluster.search(Query(text="word", sort=sort, cursor=cursor), READER)
        assert answer.total == 52
        found += [match.group for match in answer.matches]
        assert all(match.more == 7 for match in answer.matches)
        cursor, pages = answer.next_cursor, pages + 1
        if not cursor:
            break
    assert len(found) == len(set(found)) == 52
    assert pages == 52 // PAGE_SIZE + 1


def test_what_is_written_between_two_pages_moves_nothing(cluster):
    days = [datetime(2026, 1, 1, number // 60, number % 60, tzinfo=UTC) for number in range(30)]
    cluster.write(document(f"resource:{number}", body="word", date=day) for number, day in enumerate(days))
    first = cluster.search(Query(text="word", sort="newest"), READER)
    cluster.write([document("resource:99", body="word", date=datetime(2026, 2, 1, tzinfo=UTC))])
    second = cluster.search(Query(text="word", sort="newest", cursor=first.next_cursor), READER)
    assert [match.key for match in second.matches] == [f"resource:{number}" for number in reversed(range(10))]


def test_a_place_that_somebody_made_up_is_no_error(cluster):
    from search.cursors import Cursor

    cluster.write([document("resource:1", body="word")])
    for last in ("x", "resource:1", "", "*", "resource:1 OR 1=1"):
        cursor = Cursor(cluster.name, 1, last).encode()
        cluster.search(Query(text="word", cursor=cursor), READER)


def test_spelling_knows_only_words_that_the_reader_may_see(cluster):
    written = [
        document("resource:1", body="A toddler sleeps"),
        document("resource:2", body="Another toddler"),
        document("post:3", body="The todlet secret", container="space:2", kind="discussion"),
    ]
    cluster.write(written)
    engines.embedded().write(written)
    assert "todlet" in spelling.candidates({"todler": False})["todler"]
    assert engines.embedded().known(["toddler", "todlet"], READER) == {"toddler": 2, "todlet": 0}


def test_completion_finds_titles_by_the_beginnings_of_their_words(cluster):
    cluster.write(
        [
            document("resource:1", title="Weaning and sleep"),
            document("thread:2", title="Sleepless nights", kind="discussion"),
            document("thread:3", title="Sleep training", kind="discussion", container="space:2"),
        ]
    )
    assert {match.key for match in cluster.complete("sle", READER, 5)} == {"resource:1", "thread:2"}
    assert [match.key for match in cluster.complete("sleep wea", READER, 5)] == ["resource:1"]
    assert cluster.complete("slept of", READER, 5) == []


def test_more_like_a_text_leaves_out_what_it_was_made_of(cluster):
    cluster.write(
        [
            document("resource:1", title="Bedtime routines", body="Sleep and bedtime stories for toddlers"),
            document("resource:2", title="Sleep", body="A bedtime routine helps toddlers sleep"),
            document("resource:3", title="Damp homes", body="Mould and housing repairs"),
            document("post:4", body="bedtime toddlers sleep", container="space:2", kind="discussion"),
        ]
    )
    found = cluster.more_like("toddlers and bedtime sleep", READER, 5, without=["resource:1"])
    assert [match.key for match in found] == ["resource:2"]


def test_hundreds_of_pending_rows_parts_and_containers_are_left_out_of_everything(cluster, settings):
    cluster.write(
        [
            document("resource:1", title="Word one", topics=("sleep",)),
            document("document:1:7", group="resource:1", body="word in a file", topics=("sleep",)),
            document("webinar:2", title="Word two", topics=("play",)),
            document("session:5:60", group="webinar:2", body="word spoken", topics=("play",)),
            document("thread:3", title="Word three", kind="discussion", within=("space:1", "discussion:3")),
            document("thread:4", title="Word four", kind="discussion"),
        ]
    )
    for number in range(600):
        events.announce(f"post:{number}")
    for subject in ("resource:1", "webinar:2", "discussion:3"):
        events.announce(subject)
    answer = cluster.search(Query(text="word"), READER)
    assert [match.key for match in answer.matches] == ["thread:4"]
    assert answer.total == 1
    assert not answer.counts["topic"]
    assert [match.key for match in cluster.complete("wor", READER, 9)] == ["thread:4"]
    assert [match.key for match in cluster.more_like("word one two three", READER, 9)] == ["thread:4"]


def test_with_too_much_pending_nothing_is_asked_of_it(cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "MOST_PENDING", 3)
    for number in range(4):
        events.announce(f"post:{number}")
    for ask in (
        lambda: cluster.search(Query(text="word"), READER),
        lambda: cluster.complete("wor", READER, 5),
        lambda: cluster.more_like("word", READER, 5),
    ):
        with pytest.raises(SearchUnavailable, match="waiting"):
            ask()
