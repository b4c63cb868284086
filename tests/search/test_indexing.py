"""The embedded index equals the rows, whatever happens to them, in the same transaction."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from events.models import Session, WebinarPage
from forum import actions
from forum.models import Post, Space, Thread
from knowledge.models import ResourcePage
from outbox.actions import drain
from outbox.models import Job
from search import engines, events, indexing
from search.finding import find
from search.models import Entry, Stamp
from search.query import Query
from search.sources import SOURCES
from tests import factories
from tests.search.community import announce
from web.signals import content_changed

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def found(text, **fields):
    return [str(hit.url) for hit in find(Query(text=text, **fields), AnonymousUser()).hits]


def started(member, space=None, title="Nights", source="Owls hoot"):
    space = space or factories.make_space(visibility="public")
    return actions.start_thread(space=space, author=member, kind="question", title=title, source=source)


def test_a_thread_and_its_replies_are_found_as_soon_as_they_are_written(member):
    thread = started(member)
    post = actions.post_reply(thread=thread, author=member, source="A **badger** came")
    assert found("owls") == [thread.get_absolute_url()]
    assert found("badger") == [post.get_absolute_url()]
    assert found("nights badger") == [post.get_absolute_url()]


def test_a_problem_that_was_solved_is_among_what_helped(member):
    thread = started(member)
    Thread.objects.filter(pk=thread.pk).update(kind="problem")
    thread.refresh_from_db()
    post = actions.post_reply(thread=thread, author=member, source="A **badger** came")
    assert found("nights is:unanswered") and not found("nights is:answered")
    actions.choose_answer(thread=thread, post=post, actor=member)
    assert found("nights is:answered") and not found("nights is:unanswered")


def test_what_is_rolled_back_is_not_found(member):
    with pytest.raises(RuntimeError), transaction.atomic():
        started(member)
        raise RuntimeError
    assert not Entry.objects.exists()


def test_an_edited_post_is_found_by_its_new_words_only(member):
    thread = started(member)
    actions.edit_post(post=thread.posts.get(), editor=member, source="Ravens croak")
    assert found("owls") == []
    assert found("ravens") == [thread.get_absolute_url()]


def test_a_new_topic_of_a_thread_is_that_of_its_replies_too(member):
    thread = started(member)
    actions.post_reply(thread=thread, author=member, source="badger")
    thread.topics.set([factories.make_topic(slug="sleep")])
    announce(Thread, thread)
    assert len(found("badger", chosen={"topic": ("sleep",)})) == 1


def test_a_thread_is_of_the_year_in_which_it_began_whatever_reply_is_found(member):
    thread = started(member)
    began = thread.created_at.replace(year=thread.created_at.year - 2)
    Thread.objects.filter(pk=thread.pk).update(created_at=began)
    announce(Thread, thread)
    announce(Post, factories.make_post(thread, source="Owls hoot, owls hoot"))
    query = Query(text="owls", counted=("year",))
    assert engines.embedded().search(query, frozenset([thread.space.container])).counts == {
        "year": {str(began.year): 1}
    }
    assert len(found("owls", chosen={"year": (str(began.year),)})) == 1


def test_a_change_that_replies_do_not_repeat_leaves_them_alone(member, django_assert_max_num_queries):
    thread = started(member)
    for _ in range(30):
        factories.make_post(thread, source="badger")
    indexing.store(SOURCES["post"], thread.posts.values_list("pk", flat=True))
    with django_assert_max_num_queries(20):
        announce(Thread, thread)


def test_with_a_hidden_first_post_a_thread_has_no_document_and_its_replies_have(member):
    thread = started(member)
    reply = actions.post_reply(thread=thread, author=member, source="badger")
    opening = thread.posts.get(number=1)
    opening.hidden_at = opening.created_at
    opening.save()
    announce(Post, opening)
    assert found("owls") == []
    assert found("badger") == [reply.get_absolute_url()]


def test_publishing_and_unpublishing_in_the_cms():
    page = factories.make_resource(title="Heron", live=False)
    page.save_revision().publish()
    assert len(found("heron")) == 1
    page.refresh_from_db()
    page.title = "Stork"
    page.save_revision().publish()
    assert (len(found("heron")), len(found("stork"))) == (0, 1)
    page.refresh_from_db()
    page.unpublish()
    assert found("stork") == []


def test_all_that_a_resource_says_is_searched():
    page = factories.make_resource(
        practice="Kestrel",
        authors="Falconer, A.",
        subject_headings="Merlins; Hobbies",
        body=[("text", "<p>A <b>buzzard</b> &amp; kite</p>"), ("heading", "Harrier")],
    )
    announce(ResourcePage, page)
    for word in ("kestrel", "falconer", "merlins", "buzzard", "kite", "harrier", "amp"):
        assert bool(found(word)) == (word != "amp"), word


def test_a_webinars_speakers_and_what_was_said_are_searched():
    page = factories.make_webinar(speakers=[("speaker", {"name": "Ada Finch", "job": "Midwife"})])
    session = factories.make_session(page)
    session.transcript = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Ada>Lullabies help\n"
    Session.objects.filter(pk=session.pk).update(transcript=session.transcript)
    announce(WebinarPage, page)
    assert len(found("finch midwife")) == len(found("lullabies")) == 1
    assert found("webvtt") == []


def test_a_member_who_no_longer_wants_to_be_listed_is_gone(member, moderator):
    person = factories.make_user(display_name="Rosalind Wren", is_listed=True)
    announce(User, person)
    assert find(Query(text="wren"), member).total == 1
    assert find(Query(text="wren"), AnonymousUser()).total == 0
    User.objects.filter(pk=person.pk).update(is_listed=False)
    announce(User, person)
    assert find(Query(text="wren"), moderator).total == 0


def test_places_are_found_by_everything_above_them():
    region = factories.make_place(name="North", slug="north", kind="region")
    council = region.add_child(name="Bradford", slug="bradford", kind="council")
    announce(ResourcePage, factories.make_resource(title="Heron", place=council))
    assert (
        len(found("heron", chosen={"place": ("north",)})) == len(found("heron", chosen={"place": ("bradford",)})) == 1
    )


def test_a_space_that_moves_to_another_place_is_indexed_by_the_worker(member):
    space = factories.make_space(visibility="public", place=factories.make_place(slug="here"))
    thread = started(member, space)
    space.place = factories.make_place(slug="there")
    actions.save_space(space=space, actor=member)
    assert Job.objects.filter(kind=events.KIND).count() == 1
    assert drain([events.KIND]) == 1
    assert found("owls", chosen={"place": ("there",)}) == [thread.get_absolute_url()]
    assert found("owls", chosen={"place": ("here",)}) == []


def test_other_changes_of_a_space_cost_no_indexing(member):
    space = factories.make_space(visibility="public")
    started(member, space)
    space.visibility = Space.Visibility.MEMBERS
    actions.save_space(space=space, actor=member)
    assert not Job.objects.filter(kind=events.KIND).exists()
    assert found("owls") == []


def test_deleted_rows_are_taken_out():
    page = factories.make_resource(title="Heron")
    announce(ResourcePage, page)
    page.delete()
    assert not Entry.objects.exists()
    content_changed.send(sender=ResourcePage, ids=[999_999])
    content_changed.send(sender=Job, ids=[1])


def test_without_a_cluster_no_events_are_written(member):
    started(member)
    assert not Job.objects.filter(kind=events.KIND).exists()


def test_documents_are_made_in_a_number_of_queries_that_does_not_grow():
    counts = []
    for rows in (1, 6):
        Post.objects.all().delete()
        Thread.objects.all().delete()
        space = factories.make_space(visibility="public", place=factories.make_place())
        threads = [factories.make_thread(space, posts=3) for _ in range(rows)]
        for thread in threads:
            thread.topics.add(factories.make_topic())
        counts.append(_queries(lambda: [list(SOURCES[name].documents_for(_ids(name))) for name in ("thread", "post")]))
    assert counts[0] == counts[1]


def test_stamps_only_grow():
    taken = [Stamp.take() for _ in range(5)]
    assert taken == sorted(set(taken))


def test_the_entries_of_the_embedded_index_have_their_words_and_no_others(member):
    thread = started(member)
    actions.post_reply(thread=thread, author=member, source="badger")
    assert set(engines.embedded().stored(Entry.objects.values_list("key", flat=True))) == {
        f"thread:{thread.pk}",
        f"post:{thread.posts.get(number=2).pk}",
    }


def _ids(name):
    return list(SOURCES[name].model._default_manager.values_list("pk", flat=True))


def _queries(work):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)
