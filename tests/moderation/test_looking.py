"""Who is looking at a report: said by a moderator, seen by the others, and in nobody's way."""

import dataclasses
import datetime as dt

import pytest
from django.utils import timezone

from accounts import privacy
from audit.models import Entry
from forum.models import Post
from moderation import actions, registry
from moderation.actions import Seen
from moderation.models import Report
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TAKE, LEAVE, TAKE_OVER = "I am looking at this", "I am not looking at it any more", "Take it over"


@pytest.fixture
def ann(db):
    return factories.make_user("moderator", display_name="Ann Bell")


@pytest.fixture
def report(post, member):
    return actions.report(subject=post, reporter=member, reason="harm")


@pytest.fixture
def address(report):
    return f"{report.thing_url}looking/"


def page(client, report) -> str:
    return client.get(report.thing_url).content.decode()


def test_others_see_who_looks_on_its_page_and_in_the_list(as_moderator, ann, report, address):
    assert TAKE in page(signed_in(ann), report)
    told = signed_in(ann).post(address, follow=True).content.decode()
    assert "You have been looking at this since" in told and LEAVE in told
    for text in (page(as_moderator, report), as_moderator.get("/desk/").content.decode()):
        assert "Ann Bell has been looking at this since" in text
    assert TAKE_OVER in page(as_moderator, report)
    assert Entry.objects.filter(verb="moderation.look", actor_id=ann.pk, detail={"report": report.reference}).exists()


def test_it_can_be_left_to_others_again(as_moderator, ann, report, address):
    signed_in(ann).post(address)
    as_moderator.post(address, {"stop": "1"})
    assert "Ann Bell" in page(as_moderator, report), "somebody else cannot say it for her"
    signed_in(ann).post(address, {"stop": "1"})
    assert TAKE in page(as_moderator, report) and "Ann Bell" not in page(as_moderator, report)


def test_it_is_taken_over_only_from_whom_one_saw(as_moderator, ann, moderator, report, address):
    signed_in(ann).post(address)
    asha = factories.make_user("moderator")
    assert "Somebody else was quicker" in as_moderator.post(address, follow=True).content.decode()
    signed_in(asha).post(address, {"instead_of": ann.pk})
    for seen in (ann.pk, "nonsense", "9" * 40, ""):
        as_moderator.post(address, {"instead_of": seen})
        report.refresh_from_db()
        assert report.looked_at_by == asha
    as_moderator.post(address, {"instead_of": asha.pk})
    report.refresh_from_db()
    assert report.looked_at_by == moderator


def test_it_ends_by_itself(as_moderator, ann, report, address):
    signed_in(ann).post(address)
    Report.objects.update(looking_since=timezone.now() - dt.timedelta(minutes=31))
    assert TAKE in page(as_moderator, report) and "Ann Bell" not in page(as_moderator, report)
    assert "are looking at this" in as_moderator.post(address, follow=True).content.decode()


def test_nobody_is_kept_from_deciding_and_a_decision_ends_it(as_moderator, moderator, ann, report, address):
    signed_in(ann).post(address)
    actions.dismiss(subject=report.subject, actor=moderator, reason="Fine.", seen=Seen(0, report.pk))
    report.refresh_from_db()
    assert (report.state, report.looked_at_by, report.looking_since) == ("dismissed", None, None)
    assert "Nothing waits about this" in as_moderator.post(address, follow=True).content.decode()


def test_what_was_deleted_can_be_looked_at_too(as_moderator, report, address):
    Post.objects.filter(pk=report.object_id).delete()
    as_moderator.post(address)
    assert LEAVE in page(as_moderator, report)


def test_it_goes_with_whoever_leaves_and_is_theirs_to_see(as_moderator, ann, report, address):
    signed_in(ann).post(address)
    (held,) = privacy.everything_about(ann)["reports_you_are_looking_at"]
    assert held["reference"] == report.reference
    ann.delete()
    assert TAKE in page(as_moderator, report)


def test_of_what_stands_in_a_circle_the_others_see_it_and_cannot_take_it(
    as_moderator, ann, report, address, monkeypatch
):
    """Who came in because of the report looks at it; nobody else reads it."""
    signed_in(ann).post(address)
    monkeypatch.setattr(Post.objects._queryset_class, "visible_to", lambda self, user: self.none(), raising=True)
    closed = dataclasses.replace(registry.of_kind("post"), closed_url=lambda pk: "/community/quiet/enter/")
    monkeypatch.setitem(registry._by_kind, "post", closed)
    monkeypatch.setitem(registry._by_model, Post, closed)
    seen = page(as_moderator, report)
    assert "Ann Bell has been looking at this since" in seen and TAKE_OVER not in seen
    assert as_moderator.post(address, {"instead_of": ann.pk}).status_code == 403
    assert "warn somebody" not in as_moderator.get("/desk/").content.decode()


class TestWhoMay:
    def test_a_stranger_signs_in_first(self, client, report, address):
        assert client.post(address).url.startswith("/account/login/")

    def test_nobody_but_moderators(self, as_member, as_editor, report, address):
        for client in (as_member, as_editor):
            assert client.post(address).status_code == 403

    def test_not_about_ones_own_words(self, ann, report, address):
        Post.objects.update(author=ann)
        assert signed_in(ann).post(address).status_code == 403
        assert "looking at" not in page(signed_in(ann), report)

    def test_what_is_not_there(self, as_moderator, report):
        for missing in (f"/desk/post/{10**9}/looking/", "/desk/nonsense/1/looking/"):
            assert as_moderator.post(missing).status_code == 404

    def test_a_link_changes_nothing(self, as_moderator, report, address):
        assert as_moderator.get(address).url == report.thing_url
        assert as_moderator.put(address).status_code == 405
        assert not Report.objects.exclude(looked_at_by=None).exists()

    def test_a_forged_form(self, forged, ann, report, address):
        assert forged(ann).post(address).status_code == 403
        assert not Report.objects.exclude(looked_at_by=None).exists()


def test_the_list_asks_no_more_when_much_is_looked_at(as_moderator, ann, django_assert_max_num_queries):
    thread = factories.make_thread()
    for number in range(12):
        post = factories.make_post(thread, source=f"Text {number}.")
        actions.report(subject=post, reporter=factories.make_user(), reason="harm")
        actions.look(subject=post, actor=factories.make_user("moderator", display_name=f"Ann {number}"))
    as_moderator.get("/desk/")
    with django_assert_max_num_queries(9):
        assert as_moderator.get("/desk/").content.decode().count("has been looking at this") == 12
