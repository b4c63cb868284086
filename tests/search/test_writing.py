"""Documents are written in bulk: words made alike once, statements that do not grow in number with what they write."""

import re
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from files import actions
from files.models import library_collection
from forum.models import Post
from knowledge.models import ResourceDocument, ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import attachments, engines, events, forgetting, indexing, learning, reconciling, words
from search.documents import PUBLIC, Document
from search.models import Entry, Word
from search.query import Query
from search.sources import SOURCES
from tests import factories
from tests.files import documents
from tests.search.community import announce, restrict
from vocabulary.folding import fold
from vocabulary.spelling import one_spelling
from web.signals import content_changed

HYPHENS = re.compile("[-\u2010\u2011]")
TEXTS = st.text(
    st.sampled_from("abcdeSTÀéß'’-‐‑_ \u00a0\n\t\x00\u200b\u2028.,()İıſ1９٣–—ﬁＳ\u00ad\ufeffβ"), max_size=40
)


def document(number, body="Owls hoot", key="post"):
    return Document(key=f"{key}:{number}", kind="discussion", group="thread:1", container=PUBLIC, title="", body=body)


def written(text):
    """The words of a clean text, letter by letter as the patterns say it."""
    for one in words.WRITTEN.findall(fold(text)):
        for part in HYPHENS.split(one):
            yield one_spelling(part.removesuffix("'s").replace("'", "")[: words.LONGEST_WORD])


@given(TEXTS)
@example("mother-to-be's  well-being -x- --y 'tis o'clock's a-'b")
@example("Café‑owners’ β-blockers – “so it is” …")
def test_the_short_way_reads_what_the_patterns_say(text):
    line = words.clean(text)
    assert words.read(line) == list(written(line))
    assert words.indexed(line).text.split()[: len(words.read(line))] == words.read(line)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("informa\u00adtion", ["information"]),
        ("\ufeffsleep\u200b\u200ediary\u200f", ["sleep", "diary"]),
        ("\ufb01rst o\ufb03ce", ["first", "office"]),
    ],
)
def test_what_cannot_be_seen_parts_no_words(text, found):
    assert words.read(words.clean(text)) == found


@pytest.mark.parametrize(
    ("text", "ones"),
    [
        ("Well being of the new born", ["wellbeing", "newborn"]),
        ("Drop-in, then post-natal-care", ["dropin", "postnatalcare", "postnatal"]),
    ],
)
def test_what_some_write_as_one_word_follows_the_words(text, ones):
    assert words.indexed(text).text.split()[len(words.read(text)) :] == ones


def test_no_other_thread_reads_a_word_before_all_is_known_of_it(monkeypatch):
    readings, seen = words._Readings(), []
    monkeypatch.setattr(words, "word_beside", lambda word: seen.append("drop-in" in readings) or "")
    assert readings["drop-in"] == "drop in"
    assert seen == [False, False] and readings.odd["drop-in"] == ("dropin",)


def test_what_a_process_keeps_of_words_stays_small(monkeypatch):
    monkeypatch.setattr(words, "_MOST_LETTERS", 50)
    before = words.read("behaviour of toddlers")
    words.read(" ".join(f"number{n}" for n in range(100)))
    assert words.read("behaviour of toddlers") == before
    assert words._known.letters < 50


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_tail_of_what_no_database_takes_goes_unfound():
    engine = engines.embedded()
    body = f"owls {' '.join(f'number{number}' for number in range(200_000))} quaggas"
    engine.write([document(1, body)])
    assert engine.search(Query(text="owls"), frozenset({PUBLIC})).total == 1
    assert engine.search(Query(text="quaggas"), frozenset({PUBLIC})).total == 0


@pytest.mark.django_db
@pytest.mark.postgres
def test_statements_do_not_depend_on_how_many_documents_are_written():
    engine, counts = engines.embedded(), []
    for number in (2, 150):
        learning._remembered.clear()
        with CaptureQueriesContext(connection) as queries:
            engine.write([document(n, f"Owls hoot {n} times") for n in range(number)])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Entry.objects.count() == 150


@pytest.mark.django_db
@pytest.mark.postgres
def test_more_documents_than_one_statement_takes_are_all_written(monkeypatch):
    monkeypatch.setattr(sys.modules["search.engines.embedded"], "TOGETHER", 3)
    monkeypatch.setattr(learning, "TOGETHER", 2)
    engine = engines.embedded()
    engine.write([document(n, f"owl{'abcdefgh'[n]} hoots") for n in range(8)])
    engine.write([document(3, "A badger came")])
    stored = engine.stored(f"post:{n}" for n in range(8))
    assert len(stored) == 8 and stored["post:3"].texts["body"] == "A badger came"
    assert Word.objects.filter(text__startswith="owl").count() == 8
    assert engine.known(["owld", "badger", "owlh"], frozenset({PUBLIC})) == {"owld": 0, "badger": 1, "owlh": 1}


@pytest.mark.django_db
@pytest.mark.postgres
def test_words_are_counted_among_thousands_of_containers_and_among_none():
    engine = engines.embedded()
    engine.write([document(1, "Owls hoot")])
    words = [*(f"badger{number}" for number in range(48)), "owls"]
    many = frozenset({PUBLIC, *(f"space:{number}" for number in range(6000))})
    assert {word for word, count in engine.known(words, many).items() if count} == {"owls"}
    assert engine.known(["owls"], many - {PUBLIC}) == {"owls": 0}
    assert engine.known(["owls"], frozenset()) == {"owls": 0}


def queries_of(work):
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@pytest.mark.django_db
@pytest.mark.postgres
def test_events_are_written_together(settings):
    settings.ELASTICSEARCH_HOSTS = ["http://127.0.0.1:1"]
    thread = factories.make_thread(posts=30)
    replies = list(thread.posts.filter(number__gt=1).order_by("pk").values_list("pk", flat=True))
    counts = [
        queries_of(lambda ids=ids: content_changed.send(sender=Post, ids=ids)) for ids in (replies[:3], replies[3:])
    ]
    assert counts[0] == counts[1]
    told = Job.objects.filter(kind=events.KIND, subject__startswith="post:").values_list("subject", flat=True)
    assert sorted(told) == sorted(f"post:{pk}" for pk in replies)


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_branch_that_moves_changes_its_readers_at_once_and_nothing_else():
    closed, counts = factories.make_resource(title="Closed"), []
    restrict(closed, PageViewRestriction.LOGIN)
    for size in (1, 6):
        top = factories.make_resource(title=f"Top {size}")
        below = [factories.make_resource(title=f"Heron {n}", parent=top) for n in range(size)]
        announce(ResourcePage, top, *below)
        ResourcePage.objects.get(pk=top.pk).move(ResourcePage.objects.get(pk=closed.pk), pos="last-child")
        with CaptureQueriesContext(connection) as queries:
            indexing.container_changed(f"page:{top.pk}")
        counts.append(len(queries))
        entries = Entry.objects.filter(key__in=[f"resource:{page.pk}" for page in (top, *below)])
        assert set(entries.values_list("container", flat=True)) == {f"page:{closed.pk}"}
        assert not any("search_words" in query["sql"] for query in queries)
        drain([events.KIND])
        assert not reconciling.compare(
            reconciling.embedded(), SOURCES["resource"], mend=False, tell=lambda number: None
        )
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.postgres
def test_documents_that_hang_on_many_resources_are_asked_for_once():
    counts = []
    for size in (1, 4):
        pages = [factories.make_resource() for _ in range(size)]
        for n in range(size):
            upload = SimpleUploadedFile("plan.pdf", documents.pdf(f"A heron {n}"))
            document = actions.store_document(
                uploader=None, upload=upload, title=f"Plan {n}", collection=library_collection()
            )
            ResourceDocument.objects.bulk_create(ResourceDocument(page=page, document=document) for page in pages)
        counts.append(queries_of(lambda pages=pages: attachments.ask_to_read([page.pk for page in pages])))
        jobs = Job.objects.filter(kind=attachments.KIND).order_by("-pk")[:size]
        assert [sorted(job.payload["pages"]) for job in jobs] == [sorted(page.pk for page in pages)] * size
        drain([attachments.KIND])
        collection = library_collection().pk
        assert Entry.objects.filter(key__startswith="document:", group_key=f"resource:{pages[0].pk}").count() == size
        counts.append(queries_of(lambda pk=collection: attachments.collection_changed(pk)))
    assert counts[0] == counts[2] and counts[1] == counts[3]


@pytest.mark.django_db
@pytest.mark.postgres
def test_words_that_no_document_has_any_more_are_forgotten(monkeypatch):
    engine = engines.embedded()
    engine.write([document(1, "Owls hoot"), document(2, "A badger can't dig")])
    engine.write([], gone=["post:2"])
    assert Word.objects.filter(text="badger").exists()
    monkeypatch.setattr(forgetting, "TOGETHER", 2)
    assert forgetting.forget_words() >= 2
    assert set(Word.objects.values_list("text", flat=True)) == {"owls", "hoot"}


@pytest.mark.django_db
def test_a_word_that_was_forgotten_and_comes_back_is_learnt_again(monkeypatch):
    engine = engines.embedded()
    with transaction.atomic():
        engine.write([document(1, "Owls hoot")])
    learning._remembered.update({"owls", "hoot"})
    Word.objects.all().delete()
    engine.write([document(1, "Owls hoot")])
    assert not Word.objects.exists()
    monkeypatch.setattr(learning, "_day", timezone.localdate() - timedelta(days=1))
    engine.write([document(1, "Owls hoot")])
    assert set(Word.objects.values_list("text", flat=True)) == {"owls", "hoot"}


@pytest.mark.django_db
@pytest.mark.postgres
def test_what_is_near_is_one_parameter_however_much_it_is():
    engine = engines.embedded()
    engine.write([replace(document(n), group=f"thread:{n}") for n in range(3)])
    numbers = list(Entry.objects.order_by("key").values_list("pk", flat=True))
    scored = [(numbers[2], 0.9), (numbers[0], 0.5), *((10**9 + n, 0.1) for n in range(5000))]
    parts = engine._scored(Query(text="owls"), scored)
    assert (len(parts.parameters), len(parts.table) < 200) == (1, True)
    found = engine.near(Query(text="owls"), frozenset({PUBLIC}), lambda limit: scored[:limit], 5)
    assert [match.key for match in found] == ["post:2", "post:0"]
