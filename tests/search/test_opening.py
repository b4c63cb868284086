"""What time and registrations change about webinars, and what is said in them, is in the index."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from events import actions
from events.models import Session, WebinarPage
from forum.actions import set_reaction
from forum.models import Post, Thread
from search import opening
from search.finding import find
from search.models import Entry
from search.query import Query
from search.sources import SOURCES
from search.spoken import minutes_of
from tests import factories
from tests.search.community import announce

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
OPEN = Query(text="heron is:open")


def total(query=OPEN):
    return find(query, AnonymousUser()).total


def webinar(**fields):
    page = factories.make_webinar(title="Heron")
    session = factories.make_session(page, **fields)
    announce(WebinarPage, page)
    return session


def test_a_webinar_is_open_until_its_last_place_is_taken_and_again_when_one_is_free(member):
    session = webinar(capacity=1)
    assert total() == 1
    actions.register(session=session, person=member)
    assert total() == opening.refresh() == 0
    actions.cancel(session=session, person=member)
    assert total() == 1


def test_a_webinar_closes_by_itself_as_time_passes():
    session = webinar()
    assert total() == 1
    assert opening.refresh() == 0
    past = timezone.now() - dt.timedelta(hours=1)
    Session.objects.filter(pk=session.pk).update(starts_at=past, ends_at=past)
    assert opening.refresh() == 1
    assert total() == 0
    Session.objects.filter(pk=session.pk).update(ends_at=timezone.now() + dt.timedelta(hours=1))
    assert opening.refresh() == 1
    assert total() == 1


def test_a_cancelled_session_is_not_open():
    webinar(is_cancelled=True)
    assert total() == 0


def test_each_minute_that_is_said_is_a_document_under_its_webinar():
    session = webinar(
        transcript="WEBVTT\n\n00:00:04.000 --> 00:00:09.000\n<v Ada>Owls first\n\n"
        "00:00:40.000 --> 00:00:50.000\n<v Ben>and kites\n\n00:02:05.000 --> 00:02:09.000\n<v Ada>Quaggas last\n"
    )
    keys = set(Entry.objects.filter(group_key=f"webinar:{session.page_id}").values_list("key", flat=True))
    assert keys == {f"webinar:{session.page_id}", f"session:{session.pk}:4", f"session:{session.pk}:125"}
    assert total(Query(text="quaggas")) == total(Query(text="owls kites")) == 1
    Session.objects.filter(pk=session.pk).update(transcript="")
    announce(WebinarPage, session.page)
    assert Entry.objects.filter(group_key=f"webinar:{session.page_id}").count() == 1


def test_a_transcript_whose_times_repeat_loses_nothing():
    cue = "00:00:01.000 --> 00:00:02.000\n<v {}>{}\n\n"
    said = minutes_of("WEBVTT\n\n" + "".join(cue.format(number, f"word{number} " * 200) for number in range(6)))
    assert all(f"word{number}" in " ".join(minute.text for minute in said.values()) for number in range(6))


def test_thanks_bring_a_thread_to_the_front_of_the_most_helpful(member):
    space = factories.make_space(visibility="public")
    threads = [factories.make_thread(space, title=f"Heron {number}") for number in range(3)]
    announce(Thread, *threads)
    set_reaction(post=threads[1].posts.get(number=1), person=member, kind="thanks", wanted=True)
    query = Query(text="heron", sort="helpful")
    assert [str(hit.url) for hit in find(query, AnonymousUser()).hits][0] == threads[1].get_absolute_url()
    set_reaction(post=threads[1].posts.get(number=1), person=member, kind="thanks", wanted=False)
    assert not Entry.objects.filter(helpful__gt=0).exists()


def test_what_helped_goes_before_what_was_thanked_for():
    space = factories.make_space(visibility="public")
    thanked, helped = (factories.make_thread(space, title=f"Heron {name}") for name in ("thanked", "helped"))
    Post.objects.filter(thread=thanked, number=1).update(thanks=2)
    Thread.objects.filter(pk=helped.pk).update(answer=factories.make_post(helped, source="A heron helped."))
    announce(Thread, thanked, helped)
    announce(Post, *Post.objects.filter(number__gt=1))
    hits = find(Query(text="heron", sort="helpful"), AnonymousUser()).hits
    assert [str(hit.title) for hit in hits] == ["<mark>Heron</mark> helped", "<mark>Heron</mark> thanked"]


@pytest.mark.parametrize("name", ["thread", "post"])
def test_what_is_said_in_a_circle_is_in_no_index(name):
    thread = factories.make_thread(factories.make_space(visibility="invited", is_reflective=True), title="Heron")
    reply = factories.make_post(thread, source="A heron is in the pond.")
    announce(Thread, thread)
    announce(Post, reply)
    assert not Entry.objects.exists()
    assert SOURCES[name].documents_for([{"thread": thread, "post": reply}[name].pk]) == []
