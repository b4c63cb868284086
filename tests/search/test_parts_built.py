"""What a row lost while an index is being built is not in it when it is done, whether or not there is one already."""

import pytest
from django.utils import timezone

from events.models import WebinarPage
from outbox.actions import drain
from outbox.models import Job
from search import events, rebuilding
from search.sources import SOURCES
from tests import factories
from tests.search.community import announce, keys_in

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]

SHORT = "WEBVTT\n\n00:00:05.000 --> 00:00:09.000\n<v Ada>The heron waits.\n"
LONG = SHORT + "\n00:05:00.000 --> 00:05:09.000\n<v Ben>The grebe dives.\n"


@pytest.fixture(params=["first", "beside"])
def building(request, cluster):
    """An index that is to be built: where there is none yet, or beside a live one."""
    if request.param == "first":
        cluster.remove()
    return cluster


def recording(text):
    page = factories.make_webinar(title="Birds of the shore")
    session = factories.make_session(page, transcript=text)
    announce(WebinarPage, page)
    work()
    return session


def work():
    """Without an index events wait a while; now they need not."""
    Job.objects.filter(kind=events.KIND).update(due_at=timezone.now())
    drain([events.KIND])


def tell(session, text):
    session.transcript = text
    session.save()
    announce(WebinarPage, session.page)
    work()


def build(cluster):
    rebuilding.elasticsearch(cluster, SOURCES.values(), None, lambda source, rows: None)


def parts(cluster):
    return [key for key in keys_in(cluster) if key.startswith("session:")]


def meanwhile(monkeypatch, cluster, change, *, is_after=False):
    """Have something change between the reading of webinars and their writing, or just after."""
    call = cluster.build

    def changing(documents, *args, **options):
        if is_after:
            call(documents, *args, **options)
        if any(document.kind == "webinar" for document in documents):
            change()
        if not is_after:
            call(documents, *args, **options)

    monkeypatch.setattr(cluster, "build", changing)


@pytest.mark.parametrize("is_after", [True, False])
def test_a_part_that_goes_while_its_row_is_read_for_the_building_or_after(building, monkeypatch, is_after):
    session = recording(LONG)
    meanwhile(monkeypatch, building, lambda: tell(session, SHORT), is_after=is_after)
    build(building)
    assert parts(building) == [f"session:{session.pk}:5"]


def test_parts_of_a_row_that_is_deleted_while_it_is_read(building, monkeypatch):
    session = recording(LONG)
    meanwhile(monkeypatch, building, lambda: (session.page.delete(), work()))
    build(building)
    assert keys_in(building) == []


def test_a_part_that_comes_and_goes_while_a_live_index_waits(cluster):
    """The live index never heard of it, so that only the one being built can tell."""
    session = recording(SHORT)
    cluster.begin_rebuild()
    session.transcript = LONG
    session.save()
    cluster.build(SOURCES["webinar"].documents_for([session.page.pk]), version=3)
    tell(session, SHORT)
    cluster.finish_rebuild()
    assert parts(cluster) == [f"session:{session.pk}:5"]
