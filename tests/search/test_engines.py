"""What every engine must do, asked of each."""

import base64
import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from search import engines
from search.cursors import Cursor
from search.documents import Document
from search.query import PAGE_SIZE, Limits, Query

READER = frozenset({"public", "space:1"})


def document(key, **fields):
    fields.setdefault("group", key)
    fields.setdefault("title", "Untitled")
    fields.setdefault("date", datetime(2026, 1, 1, tzinfo=UTC))
    return Document(key=key, kind=fields.pop("kind", "resource"), container=fields.pop("container", "public"), **fields)


def keys(engine, text="", containers=READER, **fields):
    return [match.key for match in engine.search(Query(text=text, **fields), containers).matches]


def test_a_word_in_the_title_counts_more_than_one_in_the_body(engine):
    engine.write(
        [
            document("resource:1", title="Play", body="A child who cannot sleep at night. " + "Words. " * 30),
            document("resource:2", title="Sleep", body="What helps at night. " + "Words. " * 30),
        ]
    )
    assert keys(engine, "sleep") == ["resource:2", "resource:1"]


@pytest.mark.parametrize("text", ["feed", "feeding", "FEEDS", "“feeding”", '"feeding"', "fèeding", "feeding's"])
def test_forms_of_a_word_case_and_accents_do_not_matter(engine, text):
    engine.write([document("resource:1", body="Breast feeding in the café")])
    assert keys(engine, text) == ["resource:1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("childrens centre", "A children's centre"),
        ("children's", "The childrens centre"),
        ("closures", "The centre closes"),
        ("child", "Children"),
        ("children", "A child"),
        ("loss", "They lost a baby"),
    ],
)
def test_forms_that_no_stemmer_joins_are_found_too(engine, text, said):
    engine.write([document("resource:1", body=said)])
    assert keys(engine, text) == ["resource:1"]
    assert keys(engine, f'"{text}"') == ["resource:1"]


def test_a_form_that_no_stemmer_joins_is_no_rarer_word(engine):
    """Of all that say it, one alone says "slept"."""
    engine.write(
        [
            document("resource:1", title="Sleep", body="Sleep and more sleep for babies."),
            document("resource:2", title="Evenings", body="We slept."),
            *(document(f"resource:{number}", title="Nights", body="Sleep comes.") for number in range(3, 9)),
            *(document(f"resource:{number}", title="Days", body="Nothing of it.") for number in range(9, 40)),
        ]
    )
    for text in ("sleep", "slept", "sleeping"):
        assert keys(engine, text)[0] == "resource:1", text


def test_a_minus_alone_finds_everything_else_the_newest_first(engine):
    engine.write(
        [
            document("resource:1", body="Sleep", date=datetime(2026, 3, 1, tzinfo=UTC)),
            document("resource:2", body="Food", date=datetime(2026, 1, 1, tzinfo=UTC)),
            document("resource:3", body="Play", date=datetime(2026, 2, 1, tzinfo=UTC)),
        ]
    )
    assert keys(engine, "-sleep") == ["resource:3", "resource:2"]
    assert keys(engine, "-slept -food") == ["resource:3"]


def test_a_minus_alone_does_not_find_what_has_the_word_by_a_part_that_has_it_not(engine):
    engine.write(
        [
            document("thread:1", group="thread:1", title="Sleep"),
            document("post:1", group="thread:1", body="That helped."),
            document("thread:2", group="thread:2", title="Food"),
            document("post:2", group="thread:2", body="Try sleep."),
            document("post:3", group="thread:2", body="That helped."),
            document("resource:1", body="Sleep"),
            document("document:1:1", group="resource:1", body="Another page"),
            document("session:1:0", group="webinar:1", body="Welcome"),
            document("webinar:1", group="webinar:1", body="Sleep"),
        ]
    )
    assert keys(engine, "-sleep") == ["thread:2"]
    assert engine.search(Query(text="-sleep"), READER).matches[0].more == 0
    assert set(keys(engine, "helped -sleep")) == {"post:1", "post:3"}


def test_words_are_no_neighbours_for_their_forms(engine):
    engine.write([document("resource:1", body="Children came. We fed them and they slept.")])
    assert keys(engine, "child feed sleep") == ["resource:1"]
    for text in ('"child feed"', '"feed sleep"', '"slept child"'):
        assert keys(engine, text) == [], text


def test_where_some_words_will_do_two_of_three_stand_before_one(engine):
    others = [document(f"resource:{number}", body="Play outdoors") for number in range(3, 9)]
    one = document("resource:1", title="Screening: what screening is, and screening again", body="Screening")
    two = document("resource:2", body="Help with depression in the months after birth (postnatal). " + "Words. " * 40)
    engine.write([one, two, *others])
    assert keys(engine, "postnatal depression screening", needs_all=False) == ["resource:2", "resource:1"]


def test_accents_in_the_text_do_not_matter_either(engine):
    engine.write([document("resource:1", title="Über Żaneta’s café")])
    assert keys(engine, "cafe zaneta uber") == ["resource:1"]
    engine.write([document("resource:2", title=unicodedata.normalize("NFD", "A naïve crèche"))])
    for typed in ("naive creche", "naïve crèche", unicodedata.normalize("NFD", "naïve crèche")):
        assert keys(engine, typed) == ["resource:2"], typed


def test_all_words_are_needed_in_whichever_fields_they_stand(engine):
    engine.write([document("resource:1", title="Sleep", body="toddlers"), document("resource:2", title="Sleep")])
    assert keys(engine, "sleep toddler") == ["resource:1"]
    assert set(keys(engine, "sleep toddler", needs_all=False)) == {"resource:1", "resource:2"}


def test_a_phrase_is_words_side_by_side(engine):
    engine.write(
        [
            document("resource:1", body="the health visitor came"),
            document("resource:2", body="visitor of health"),
        ]
    )
    assert keys(engine, '"health visitor"') == ["resource:1"]
    assert set(keys(engine, "health visitor")) == {"resource:1", "resource:2"}


def test_a_minus_leaves_out(engine):
    engine.write([document("resource:1", body="feeding bottle"), document("resource:2", body="feeding")])
    assert keys(engine, "feeding -bottle") == ["resource:2"]


def test_only_the_readers_containers_are_searched_and_counted(engine):
    engine.write(
        [
            document("post:1", body="secret", container="space:1", kind="discussion", topics=("sleep",)),
            document("post:2", body="secret", container="space:2", kind="discussion", topics=("sleep", "play")),
        ]
    )
    found = engine.search(Query(text="secret"), READER)
    assert [match.key for match in found.matches] == ["post:1"]
    assert found.total == 1
    assert found.counts["topic"] == {"sleep": 1}
    assert engine.search(Query(text="secret"), frozenset({"public"})).total == 0


def test_documents_of_one_group_are_one_result_and_the_best_stands_for_it(engine):
    engine.write(
        [
            document("thread:1", group="thread:1", title="Nights", topics=("sleep",)),
            document("post:1", group="thread:1", body="lullaby " * 5, topics=("sleep",)),
            document("post:2", group="thread:1", body="lullaby and words " * 20, topics=("sleep",)),
            document("resource:9", body="lullaby and other words " * 20, topics=("play",)),
        ]
    )
    found = engine.search(Query(text="lullaby"), READER)
    assert found.total == len(found.matches) == 2
    assert {match.group for match in found.matches} == {"thread:1", "resource:9"}
    assert found.counts["topic"] == {"sleep": 1, "play": 1}


def test_counts_of_a_facet_leave_out_its_own_choice_and_keep_the_others(engine):
    engine.write(
        [
            document("resource:1", topics=("sleep",), sectors=("housing",)),
            document("resource:2", topics=("play",), sectors=("housing",)),
            document("resource:3", topics=("play",), sectors=("police",)),
        ]
    )
    found = engine.search(Query(chosen={"topic": ("sleep",), "sector": ("housing",)}), READER)
    assert [match.key for match in found.matches] == ["resource:1"]
    assert found.total == 1
    assert found.counts["topic"] == {"sleep": 1, "play": 1}
    assert found.counts["sector"] == {"housing": 1}
    assert found.counts["kind"] == {"resource": 1}


def test_several_values_of_a_facet_widen_and_two_facets_narrow(engine):
    engine.write(
        [
            document("resource:1", topics=("sleep",), places=("bradford", "north")),
            document("resource:2", topics=("play",), places=("lambeth", "south")),
            document("resource:3", topics=("autism",), places=("bradford", "north")),
        ]
    )
    assert set(keys(engine, chosen={"topic": ("sleep", "play")})) == {"resource:1", "resource:2"}
    assert keys(engine, chosen={"topic": ("sleep", "play"), "place": ("north",)}) == ["resource:1"]


def test_a_facet_that_is_not_counted_still_filters(engine):
    engine.write([document("resource:1"), document("webinar:1", kind="webinar")])
    found = engine.search(Query(chosen={"kind": ("resource",)}, counted=("topic",)), READER)
    assert [match.key for match in found.matches] == ["resource:1"]
    assert "kind" not in found.counts


def test_newest_first_and_pages_without_gaps(engine):
    engine.write(
        document(
            f"resource:{number}",
            body="word",
            date=datetime(2026, 1, 1, number // 60, number % 60, tzinfo=UTC),
        )
        for number in range(PAGE_SIZE * 2 + 5)
    )
    pages, cursor = [], ""
    for _ in range(3):
        found = engine.search(Query(text="word", sort="newest", cursor=cursor), READER)
        pages.append([match.key for match in found.matches])
        cursor = found.next_cursor
    expected = [f"resource:{number}" for number in reversed(range(PAGE_SIZE * 2 + 5))]
    assert [key for page in pages for key in page] == expected
    assert cursor == ""


def test_writing_again_replaces_and_gone_is_gone(engine):
    first = document("resource:1", body="alpha", topics=("sleep",))
    engine.write([first, document("resource:2", body="alpha")])
    engine.write([replace(first, body="beta", topics=("play",))], gone=["resource:2", "resource:3"])
    assert keys(engine, "alpha") == []
    assert keys(engine, "beta") == ["resource:1"]
    assert engine.search(Query(text="beta"), READER).counts["topic"] == {"play": 1}
    assert engine.count() == {"resource": 1}


def test_very_long_documents_are_cut_not_refused(engine):
    engine.write([document("resource:1", title="x" * 5000, body="needle " + "hay and straw " * 100_000)])
    assert keys(engine, "needle") == ["resource:1"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "helpful"])
def test_pages_go_on_from_where_they_ended_whatever_is_written_meanwhile(engine, sort):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    engine.write(
        document(
            f"resource:{number:03}",
            body="word " * (1 + number % 7) + "other words " * (number % 11),
            date=moment + timedelta(minutes=number * 7 % 60),
            helpful=number % 5,
        )
        for number in range(PAGE_SIZE + 12)
    )
    first = engine.search(Query(text="word", sort=sort), READER)
    shown = [match.key for match in first.matches]
    newest = {"body": "word " * 50, "title": "Word", "date": moment + timedelta(days=9), "helpful": 99}
    engine.write([document("resource:900", **newest)])
    second = engine.search(Query(text="word", sort=sort, cursor=first.next_cursor), READER)
    every = [*shown, *(match.key for match in second.matches)]
    assert len(every) == len(set(every))
    assert {f"resource:{number:03}" for number in range(PAGE_SIZE + 12)} <= set(every)
    assert "resource:900" not in every


@pytest.mark.parametrize("sort", ["relevance", "newest", "helpful"])
def test_the_next_page_begins_where_a_result_that_has_gone_stood(engine, sort):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    engine.write(
        document(f"resource:{number:03}", body="word " * (1 + number), date=moment, helpful=number)
        for number in range(PAGE_SIZE + 12)
    )
    whole = keys(engine, "word", sort=sort, size=PAGE_SIZE + 12)
    first = engine.search(Query(text="word", sort=sort), READER)
    engine.write([], gone=[whole[PAGE_SIZE - 1]])
    assert keys(engine, "word", sort=sort, cursor=first.next_cursor) == whole[PAGE_SIZE:]


def test_a_cursor_says_no_score_and_takes_none(engine):
    engine.write(document(f"resource:{number:03}", body="word " * (1 + number)) for number in range(PAGE_SIZE + 5))
    engine.write([document("resource:secret", body="word hidden", container="space:2")])
    first = engine.search(Query(text="word"), READER)
    name, seen, last = json.loads(base64.urlsafe_b64decode(first.next_cursor + "=="))
    assert (seen, last) == (PAGE_SIZE, first.matches[-1].key)
    # What the reader may not see is as if it had gone: it says nothing about where it would stand.
    forged, gone = (Cursor(name, 1, key).encode() for key in ("resource:secret", "resource:never"))
    assert keys(engine, "word", cursor=forged) == keys(engine, "word", cursor=gone) == [
        match.key for match in first.matches
    ]  # fmt: skip
    with_score = base64.urlsafe_b64encode(json.dumps([name, PAGE_SIZE, -1.5, 3]).encode()).decode()
    assert keys(engine, "word", cursor=with_score) == [match.key for match in first.matches]


def test_the_most_helpful_first(engine):
    engine.write(document(f"resource:{number}", body="word", helpful=number) for number in (3, 1, 2))
    assert keys(engine, "word", sort="helpful") == ["resource:3", "resource:2", "resource:1"]


@pytest.mark.parametrize("sort", ["newest", "helpful"])
def test_where_words_do_not_decide_a_page_stands_for_itself_and_no_part_of_its_files(engine, sort):
    wholes = [document("resource:5", title="Herons"), document("webinar:3", kind="webinar", title="Herons")]
    parts = [
        document("document:5:7", group="resource:5", title="", context="Herons. Our plan"),
        document("session:4:60", kind="webinar", group="webinar:3", title="", context="Herons"),
    ]
    engine.write(wholes)
    # Files are read, and transcripts come, after the page was written.
    engine.write(parts)
    assert sorted(keys(engine, "herons", sort=sort)) == ["resource:5", "webinar:3"]


def test_limits_narrow_what_is_found_and_counted(engine):
    early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    engine.write(
        [
            document("resource:1", body="word", date=early, year=2024, topics=("sleep",)),
            document("resource:2", body="word", date=late, year=2025, topics=("play",)),
        ]
    )
    assert keys(engine, "word", limits=Limits(keys=("resource:2", "resource:9"))) == ["resource:2"]
    assert keys(engine, "word", limits=Limits(keys=())) == []
    assert keys(engine, "word", limits=Limits(after=late)) == ["resource:2"]
    assert keys(engine, "word", limits=Limits(before=late)) == ["resource:1"]
    assert keys(engine, "word", limits=Limits(tags=(("topic:sleep", "topic:x"),))) == ["resource:1"]
    found = engine.search(Query(text="word", limits=Limits(tags=(("topic:sleep",), ("topic:play",)))), READER)
    assert (found.total, found.counts.get("topic", {})) == (0, {})


def test_titles_that_begin_with_what_was_typed(engine):
    engine.write(
        [
            document("resource:1", title="Breastfeeding at night", body="sleep"),
            document("resource:2", title="Feeding a breast-fed baby"),
            document("resource:3", title="Sleep", body="breastfeeding", container="space:2"),
        ]
    )
    for typed in ("br", "breastfe", "breastfeeding", "breastfeeding at nig"):
        found = [match.key for match in engine.complete(typed, READER, 5)]
        assert "resource:1" in found, typed
        assert "resource:3" not in found, typed
    assert [match.key for match in engine.complete("sl", frozenset({"space:2"}), 5)] == ["resource:3"]
    # Small words are beginnings of others.
    engine.write([document("resource:4", title="Toddlers and weaning")])
    for typed in ("to", "we", "toddlers and we"):
        assert [match.key for match in engine.complete(typed, READER, 5)] == ["resource:4"], typed
    assert engine.complete("!!", READER, 5) == []


def test_documents_about_the_same(engine):
    engine.write(
        [
            document("resource:1", title="Toddler sleep at night", body="bedtime routine"),
            document("resource:2", title="Housing repairs", body="damp and mould"),
            document("resource:3", title="Toddler sleep", container="space:2"),
        ]
    )
    text = 'in:"x" -toddler "sleep routine" for a toddler at night before:2024'
    assert [match.key for match in engine.more_like(text, READER, 5)] == ["resource:1"]
    assert engine.more_like(text, READER, 5, without=["resource:1"]) == []
    engine.write([document("resource:4", title="Toddler sleep")])
    first = engine.more_like(text, READER, 1)[0].key
    assert len(engine.more_like(text, READER, 1, without=[first])) == 1


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_library_reads_its_own_entries_and_not_everybodys_posts():
    """The index of tags answers for a kind, and nothing looks at each entry: a million posts stand beside."""
    if connection.vendor != "postgresql":
        return
    condition, parameters = engines.embedded().has_tag(["kind:resource"])
    with connection.cursor() as cursor:
        # So few rows are read faster one by one; what is asked is whether the index could.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT 1 FROM search_entry e WHERE {condition}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "search_entry_tags" in plan, plan
