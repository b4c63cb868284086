"""What somebody wrote or said is found by their name, as far as its reader may know who that was."""

import pytest

from events.models import WebinarPage
from forum.models import Post, Thread
from knowledge.models import ResourcePage
from tests import factories
from tests.search.community import announce, titles

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_by_finds_what_people_wrote_or_said(member):
    anna = factories.make_user(display_name="Anna Smith")
    thread = factories.make_thread(factories.make_space(visibility="public"), author=anna, title="heron one")
    reply = factories.make_post(
        factories.make_thread(thread.space, title="heron two"), author=anna, source="heron reply"
    )
    page = factories.make_resource(title="heron three", authors="Smith, Anna; Jones, B.")
    webinar = factories.make_webinar(
        title="heron four", speakers=[("speaker", {"name": "Anna Smith", "job": "Midwife"})]
    )
    announce(Thread, thread, reply.thread)
    announce(Post, reply)
    announce(ResourcePage, page)
    announce(WebinarPage, webinar)
    everything = {"heron one", "heron two", "heron three", "heron four"}
    assert titles('heron by:"Anna Smith"') == titles('by:"smith anna"', member) == everything
    assert titles(f"heron by:{anna.handle}", member) >= {"heron one", "heron two"}
    assert titles("heron by:midwife") == set()
    assert titles('heron by:"Nobody Here"') == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("by:Anna Smith", 'by:"Anna Smith"'),
        ("heron by: anna smith pond", 'heron by:"anna smith" pond'),
        ("by:Anna pond", ""),
        ("by:Anna OR", ""),
        ("by:Nobody Here", ""),
        ('by:"Anna" Smith', ""),
        ("-by:Anna Smith", ""),
    ],
)
def test_a_name_of_two_words_without_quotation_marks_is_offered_with_them(client, typed, meant):
    anna = factories.make_user(display_name="Anna Smith")
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), author=anna, title="heron pond"))
    assert client.get("/search/", {"q": typed}).context["results"].did_you_mean == meant


def test_who_left_is_not_found_by_name(member):
    jane = factories.make_user(display_name="Jane Smith", handle="jane-smith", is_active=False)
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), author=jane, title="heron"))
    for name in ("jane", "jane-smith", '"Jane Smith"'):
        assert titles(f"by:{name}", member) == titles(f"by:{name}") == set()
    assert titles("heron", member) == {"heron"}


def test_what_somebody_was_called_is_no_name_for_who_sees_no_people(member):
    jane = factories.make_user(display_name="Jane Smith", handle="jane-smith")
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), author=jane, title="heron"))
    jane.display_name = "Jane Brown"
    jane.save()
    assert titles("by:jane-smith", member) == titles("by:jane") == {"heron"}
    assert titles("by:jane-smith") == set()


@pytest.mark.parametrize("kept", ["Mary O’Brien", "Mary O'Brien"])
@pytest.mark.parametrize("typed", ["by:O’Brien", "by:o'brien", 'by:"O\'Brien Mary"'])
def test_an_apostrophe_in_a_name_is_an_apostrophe(kept, typed):
    author = factories.make_user(display_name=kept)
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), author=author, title="heron"))
    announce(ResourcePage, factories.make_resource(title="heron two", authors=f"{kept}; Jones, B."))
    assert titles(typed) == {"heron", "heron two"}


def test_names_that_nobody_has_have_the_speakers_read_once(client, django_assert_max_num_queries):
    announce(WebinarPage, factories.make_webinar(title="heron", speakers=[("speaker", {"name": "Anna Smith"})]))
    with django_assert_max_num_queries(60) as queries:
        client.get("/search/", {"q": "heron is:open by:zz1 by:zz2 by:zz3 by:zz4 by:zz5"})
    assert sum("speakers" in query["sql"] for query in queries) == 1


def test_who_does_not_sign_a_post_cannot_be_asked_for(monkeypatch):
    anna = factories.make_user(display_name="Anna Smith")
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), author=anna, title="heron"))
    assert titles("by:anna") == {"heron"}
    monkeypatch.setattr(type(Post.objects.all()), "signed", lambda self: self.none())
    assert titles("by:anna") == set()
