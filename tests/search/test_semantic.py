"""Finding by meaning: with a model of a few words here, and a real one where TEST_EMBEDDING_MODEL names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from forum.models import Space
from knowledge.models import ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import engines, events, finding, semantic
from search.documents import PUBLIC, Document
from search.models import Embedding, Entry
from search.query import Limits, Match, Query
from search.semantic import fusion, jobs
from tests import factories
from tests.search.community import announce

numpy = pytest.importorskip("numpy")

from search.semantic import neighbours, storing  # noqa: E402
from search.semantic.model import EmbeddingModel, Unusable  # noqa: E402

READER = frozenset({PUBLIC})
MEANINGS = {"baby": 0, "infant": 0, "sleep": 1, "nap": 1, "rent": 2, "housing": 2, "heron": 3}


class WordsModel:
    """Words of one meaning have one place; what has none of them lies apart from all."""

    name, size = "words", 5

    def __init__(self):
        self.embedded = []

    def embed(self, texts):
        self.embedded += texts
        rows = numpy.zeros((len(texts), self.size), dtype=numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            row[4] = 0.1
            for word in text.lower().replace(".", " ").split():
                if word in MEANINGS:
                    row[MEANINGS[word]] += 1
        return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def meaning(settings, monkeypatch):
    model = WordsModel()
    settings.SEARCH_EMBEDDING_MODEL = Path("/a/model")
    monkeypatch.setattr(semantic, "load", lambda: model)
    neighbours.neighbours.cache_clear()
    yield model
    neighbours.neighbours.cache_clear()


def document(number, title, container=PUBLIC, **fields):
    key = f"resource:{number}"
    return Document(key=key, kind="resource", group=key, container=container, title=title, **fields)


def write(engine, *documents):
    """Into the engine under test; vectors are kept beside the embedded index, whichever answers."""
    engines.embedded().write(documents)
    storing.keep(documents)
    if engine.name == "elasticsearch":
        engine.write(documents)


def keys(text, containers=READER, **fields):
    return [match.key for match in finding.ask(Query(text=text, **fields), containers).found.matches]


def test_what_means_the_same_is_found_without_the_words(meaning, engine):
    write(engine, document(1, "Baby sleep"), document(2, "Infant nap"), document(3, "Rent"))
    assert keys("baby sleep")[:2] == ["resource:1", "resource:2"]


def test_without_a_model_words_alone_decide(engine, settings):
    engine.write([document(1, "Baby sleep"), document(2, "Infant nap")])
    assert keys("baby sleep") == ["resource:1"]


def test_what_has_no_answer_in_words_has_none_in_meaning(meaning, engine):
    write(engine, document(1, "Baby sleep"))
    assert keys("quagga") == []


@pytest.mark.parametrize("asked", [{"text": '"baby sleep"'}, {"text": "baby sleep", "sort": "newest"}])
def test_whoever_wants_words_gets_words(meaning, engine, asked):
    write(engine, document(1, "Baby sleep"), document(2, "Infant nap"))
    assert keys(**asked) == ["resource:1"]


def test_nothing_near_comes_out_of_a_closed_container(meaning, engine):
    write(engine, document(1, "Baby sleep"), document(2, "Infant nap", container="space:9"))
    assert keys("baby sleep") == ["resource:1"]
    assert keys("baby sleep", containers=READER | {"space:9"}) == ["resource:1", "resource:2"]


@pytest.mark.django_db
def test_what_moved_into_a_closed_container_is_gone_at_once(meaning):
    engine = engines.embedded()
    write(engine, document(1, "Baby sleep"), document(2, "Infant nap"))
    assert len(keys("baby sleep")) == 2
    engine.write([document(2, "Infant nap", container="space:9")])
    assert keys("baby sleep") == ["resource:1"]


def test_what_waits_to_be_indexed_is_not_near(meaning, cluster):
    write(cluster, document(1, "Baby sleep"), document(2, "Infant nap"))
    events.announce("resource:2")
    assert keys("baby sleep") == ["resource:1"]


def test_choices_operators_and_excluded_words_count(meaning, engine):
    write(
        engine,
        document(1, "Baby sleep", topics=("sleep",)),
        document(2, "Infant nap", topics=("sleep",)),
        document(3, "Infant nap housing"),
    )
    assert keys("baby sleep", chosen={"topic": ("sleep",)}) == ["resource:1", "resource:2"]
    assert "resource:3" not in keys("baby sleep -housing")
    assert keys("baby sleep", limits=Limits(tags=(("topic:sleep",),))) == ["resource:1", "resource:2"]


@pytest.mark.django_db
def test_few_that_may_be_seen_are_found_among_many_that_are_nearer(meaning):
    many = [document(number, "Infant nap", container="space:9") for number in range(10, 500)]
    write(engines.embedded(), document(1, "Baby sleep"), document(2, "Infant nap rent"), *many)
    assert keys("baby sleep") == ["resource:1", "resource:2"]


@pytest.mark.parametrize(
    ("number", "naps"),
    [
        pytest.param(59, 30, id="fewer than are fused"),
        pytest.param(250, 20, id="what is nearest stands last by its words, and some has none of them"),
        pytest.param(140, 0, id="a page of words alone that was shown for its meaning"),
    ],
)
def test_pages_show_everything_once(meaning, engine, number, naps):
    write(engine, *(document(each, "Infant nap" if each <= naps else "Baby sleep") for each in range(1, number + 1)))
    query, seen, totals = Query(text="baby sleep"), [], set()
    while True:
        found = finding.ask(query, READER).found
        totals.add(found.total)
        assert found.matches
        seen += [match.key for match in found.matches]
        if not found.next_cursor:
            break
        query = Query(text="baby sleep", cursor=found.next_cursor)
    # Not each nap is among the nearest where there are more than that.
    assert max(number - naps, 59) <= len(seen) <= number
    assert totals == {len(seen)} == {len(set(seen))}


def test_ranks_add_up():
    one, two, three = (Match(f"resource:{n}", f"resource:{n}") for n in (1, 2, 3))
    assert fusion.fused([[one, two], [two, three]]) == [two, one, three]
    assert fusion.fused([[one, two], []]) == [one, two]


def test_what_has_all_words_stays_first(meaning, engine):
    write(engine, document(1, "Baby rent heron"), document(2, "Infant housing"), document(3, "Baby rent quagga wader"))
    assert keys("baby rent wader")[0] == "resource:3"


def test_what_could_not_be_read_to_its_end_is_read_again(meaning, monkeypatch, db):
    write(engines.embedded(), document(1, "Baby sleep"), document(2, "Infant nap"))
    kept, put = neighbours.Neighbours(meaning.size), neighbours.Neighbours._put
    question, numbers = meaning.embed(["baby"])[0], set(Entry.objects.values_list("pk", flat=True))

    def interrupted(self, number, vector):
        if self.places:
            raise InterruptedError
        put(self, number, vector)

    with monkeypatch.context() as context, pytest.raises(InterruptedError):
        context.setattr(neighbours.Neighbours, "_put", interrupted)
        kept.nearest(question, 5)
    assert {number for number, _near in kept.nearest(question, 5)} == numbers


@pytest.fixture
def tidy(monkeypatch):
    """Makes each search the one that lets go, instead of one a minute."""
    monkeypatch.setattr(neighbours, "TIDY_SECONDS", 0)


def numbers_near(kept, meaning, word="baby"):
    return {number for number, _near in kept.nearest(meaning.embed([word])[0], 50)}


@pytest.mark.postgres
def test_what_was_deleted_is_let_go_of_and_the_rest_stays_itself(meaning, tidy, db):
    # Each process has its own.
    kept, other = neighbours.Neighbours(meaning.size), neighbours.Neighbours(meaning.size)
    write(engines.embedded(), document(1, "Baby sleep"), document(2, "Infant nap"), document(3, "Housing rent"))
    assert len(numbers_near(kept, meaning)) == len(numbers_near(other, meaning)) == 3
    before = dict(kept.nearest(meaning.embed(["rent"])[0], 3))
    engines.embedded().write([], gone=["resource:1"])
    write(engines.embedded(), document(4, "Baby rent"))
    present = set(Entry.objects.values_list("pk", flat=True))
    assert numbers_near(kept, meaning) == numbers_near(other, meaning) == present
    assert set(kept.places) == present
    assert len(kept.vectors) < 1024 + len(present)
    after = dict(kept.nearest(meaning.embed(["rent"])[0], 3))
    assert {number: near for number, near in after.items() if number in before} == {
        number: near for number, near in before.items() if number in present
    }


@pytest.mark.postgres
def test_what_found_no_room_is_taken_when_there_is_some(meaning, tidy, monkeypatch, db):
    monkeypatch.setattr(neighbours, "MOST", 2)
    kept = neighbours.Neighbours(meaning.size)
    write(engines.embedded(), document(1, "Baby sleep"), document(2, "Infant nap"))
    assert len(numbers_near(kept, meaning)) == 2
    write(engines.embedded(), document(3, "Housing rent"), document(4, "Baby rent"))
    assert len(numbers_near(kept, meaning)) == 2
    engines.embedded().write([], gone=["resource:1"])
    assert len(numbers_near(kept, meaning)) == 2
    engines.embedded().write([], gone=["resource:2"])
    assert numbers_near(kept, meaning) == set(Entry.objects.values_list("pk", flat=True))
    assert len(kept.vectors) == 2


@pytest.mark.postgres
def test_what_was_embedded_before_a_worker_died_stays(meaning, monkeypatch, db):
    monkeypatch.setattr(storing, "KEPT_AT_ONCE", 2)
    every, embed = [document(number, f"Baby {number}") for number in range(1, 6)], meaning.embed
    engines.embedded().write(every)

    def dying(texts):
        if len(meaning.embedded) == 4:
            raise KeyboardInterrupt
        return embed(texts)

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(meaning, "embed", dying)
        storing.keep(every)
    assert Embedding.objects.count() == 4
    assert storing.keep(every) == 1
    assert len(meaning.embedded) == Embedding.objects.count() == 5


@pytest.mark.postgres
def test_unchanged_texts_are_not_embedded_again(meaning, db):
    engine = engines.embedded()
    write(engine, document(1, "Baby"), document(2, "Rent"))
    assert storing.keep([document(1, "Baby"), document(2, "Rent")]) == 0
    engine.write([document(1, "Baby", topics=("sleep",)), document(2, "Heron")])
    assert storing.keep([document(1, "Baby", topics=("sleep",)), document(2, "Heron")]) == 1
    assert meaning.embedded.count("Baby") == 1
    engine.write([], gone=["resource:1"])
    assert Embedding.objects.count() == 1


@pytest.mark.postgres
def test_the_worker_embeds_what_changed(meaning, db):
    page = factories.make_resource(title="Baby sleep")
    announce(ResourcePage, page)
    assert not Embedding.objects.exists()
    drain([jobs.KIND])
    assert Entry.objects.get(key=f"resource:{page.pk}").embedding
    assert not Job.objects.filter(kind=jobs.KIND).exclude(state=Job.State.DONE).exists()


def test_without_a_model_nothing_waits_to_be_embedded(db):
    announce(ResourcePage, factories.make_resource(title="Baby sleep"))
    assert not Job.objects.filter(kind=jobs.KIND).exists()


def test_a_model_that_fails_leaves_the_words(meaning, monkeypatch, db):
    write(engines.embedded(), document(1, "Baby sleep"), document(2, "Infant nap"))

    def fail():
        raise Unusable("The model cannot be read.")

    monkeypatch.setattr(semantic, "load", fail)
    assert keys("baby sleep") == ["resource:1"]
    assert semantic.dimensions() == 0
    assert semantic.vectors_of([document(1, "Baby sleep")]) == {}


def test_a_folder_that_holds_no_model(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"nothing")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(Unusable, match="cannot be read"):
        EmbeddingModel(tmp_path)


def test_a_model_that_cannot_be_read_is_not_read_again_at_every_search(tmp_path, settings, monkeypatch):
    settings.SEARCH_EMBEDDING_MODEL = tmp_path
    monkeypatch.setattr(semantic, "_failed", {})
    tried = []

    def fail(folder):
        tried.append(folder)
        raise Unusable("The model cannot be read.")

    monkeypatch.setattr(semantic, "_model_in", fail)
    for _ in range(3):
        with pytest.raises(Unusable, match="cannot be read"):
            semantic.load()
    assert tried == [str(tmp_path)]
    monkeypatch.setattr(semantic, "PAUSE", -1)
    semantic._failed.clear()
    for _ in range(2):
        assert semantic.dimensions() == 0
    assert len(tried) == 3


def test_vectors_keep_their_direction():
    vector = numpy.random.default_rng(1).normal(size=384).astype(numpy.float32)
    vector /= numpy.linalg.norm(vector)
    assert storing.unpacked(storing.packed(vector)) @ vector > 0.999


@examples(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    visibilities=st.lists(st.sampled_from(Space.Visibility.values), min_size=1, max_size=6),
    text=st.sampled_from(["baby", "baby nap", "infant OR rent", "housing sleep"]),
)
def test_meaning_shows_a_visitor_nothing_of_closed_spaces(meaning, db, visibilities, text):
    rooms = [factories.make_space(visibility=each) for each in visibilities]
    written = [document(room.pk, "Baby infant nap rent", container=room.container) for room in rooms] + [
        document(999_999, "Infant sleep housing")
    ]
    write(engines.embedded(), *written)
    found = finding.put_to_engine(Query(text=text), AnonymousUser()).answer.found
    open_to_all = {f"resource:{room.pk}" for room in rooms if room.visibility == Space.Visibility.PUBLIC}
    shown = {match.key for match in found.matches}
    assert shown <= open_to_all | {"resource:999999"}
    assert found.total == len(shown)
    engines.embedded().write([], gone=[each.key for each in written])


def test_a_real_model_knows_what_is_alike():
    folder = os.environ.get("TEST_EMBEDDING_MODEL", "")
    if not folder:
        pytest.skip("needs a model: make embedding-model, then set TEST_EMBEDDING_MODEL=var/embedding-model")
    model = EmbeddingModel(Path(folder))
    question, near, far = model.embed(
        ["How do I settle a baby at night?", "Helping infants to sleep", "Claiming a housing benefit overpayment"]
    )
    assert question @ near > question @ far + 0.2
    together = model.embed(["Helping infants to sleep", "A much longer text about quite different things " * 40])
    assert together[0] @ near > 0.999
