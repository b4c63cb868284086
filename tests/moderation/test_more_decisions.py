"""Changing, removing, warning, closing a space: with what the site really registers."""

import datetime as dt

import pytest
from django.utils import timezone

from forum import actions as forum_actions
from forum.models import Post, Space
from moderation import actions
from moderation.actions import Seen
from moderation.models import Appeal, Decision, Report, Wording
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def only_posts():
    """Takes the place of the room's own: the registry stays as the site fills it."""


@pytest.fixture
def author(db):
    return factories.make_user()


@pytest.fixture
def post(author):
    thread = forum_actions.start_thread(
        space=factories.make_space(), author=factories.make_user(), kind="question", title="How?", source="Tell me."
    )
    return forum_actions.post_reply(thread=thread, author=author, source="Ask Ann Lee in Mill Lane.")


def decide(client, subject, verb: str, **fields):
    kind = "post" if isinstance(subject, Post) else "space"
    item = client.get(f"/desk/{kind}/{subject.pk}/").context["item"]
    form = {"note": "So it is.", "seen_decision": item.seen.decision, "seen_report": item.seen.report, **fields}
    return client.post(f"/desk/{kind}/{subject.pk}/{verb}/", form)


def hear(decision: Decision) -> None:
    """Somebody else grants the appeal against it."""
    appeal = actions.appeal(decision=decision, author=decision.author, text="No.")
    actions.hear(appeal=appeal, actor=factories.make_user("moderator"), grant=True, answer="Right.")


def test_a_moderator_changes_the_words_and_an_appeal_puts_them_back(as_moderator, moderator, author, post):
    report = actions.report(subject=post, reporter=factories.make_user(), reason="identifies")
    decide(as_moderator, post, "edit", text="Ask the receptionist.")
    post.refresh_from_db()
    report.refresh_from_db()
    assert (post.source, post.hidden_at, report.state) == ("Ask the receptionist.", None, "upheld")
    revision = post.revisions.get()
    assert revision.replaced_by == moderator and not revision.is_open
    page = signed_in(author).get(f"/decision/{Decision.objects.get(verb='edit').pk}/").content.decode()
    assert "A moderator has changed something you wrote" in page and "Ask for a second look" in page
    hear(Decision.objects.get(verb="edit"))
    post.refresh_from_db()
    assert post.source == "Ask Ann Lee in Mill Lane."


def test_a_change_needs_words(as_moderator, post):
    assert "error-summary" in decide(as_moderator, post, "edit", text=" ").content.decode()
    assert not Decision.objects.exists()


def test_a_warning_is_recorded_told_and_can_be_appealed_against(as_moderator, author, post):
    report = actions.report(subject=post, reporter=factories.make_user(), reason="abuse")
    decide(as_moderator, post, "warn", suggestion="kind")
    report.refresh_from_db()
    decided = Decision.objects.get()
    assert (decided.verb, decided.author, report.state) == ("warn", author, "upheld")
    assert Post.objects.get(pk=post.pk).hidden_at is None
    # What is decided about the words later does not take the right to appeal against the warning.
    actions.hide(subject=post, actor=factories.make_user("moderator"), reason="So.", seen=Seen(decided.pk, 0))
    client = signed_in(author)
    assert "A warning from a moderator" in client.get(f"/decision/{decided.pk}/").content.decode()
    client.post(f"/decision/{decided.pk}/appeal/", {"text": "I was kind."})
    assert Appeal.objects.get().decision == decided
    reporter = signed_in(report.reporter)
    assert "spoke to the person who wrote it" in reporter.get(f"/report/{report.reference}/").content.decode()


def test_what_is_removed_is_gone_for_good_once_nobody_may_appeal(as_moderator, author, post):
    decide(as_moderator, post, "remove", suggestion="harm")
    decided = Decision.objects.get()
    assert Post.objects.get(pk=post.pk).hidden_at is not None
    assert "gone for good four weeks" in signed_in(author).get(f"/decision/{decided.pk}/").content.decode()
    assert actions.erase_removed() == 0
    Decision.objects.update(decided_at=timezone.now() - dt.timedelta(days=29))
    appeal = actions.appeal(decision=decided, author=author, text="Please.")
    assert actions.erase_removed() == 0, "an appeal waits"
    actions.hear(appeal=appeal, actor=factories.make_user("moderator"), grant=False, answer="No.")
    assert actions.erase_removed() == 1
    gone = Post.objects.get(pk=post.pk)
    assert (gone.source, gone.html) == ("", "") and gone.deleted_at and gone.hidden_at
    assert actions.erase_removed() == 0
    assert "Show it again" not in as_moderator.get(f"/desk/post/{post.pk}/").content.decode()


def test_what_was_removed_and_shown_again_is_not_erased(as_moderator, post):
    decide(as_moderator, post, "remove")
    decide(as_moderator, post, "restore")
    Decision.objects.update(decided_at=timezone.now() - dt.timedelta(days=29))
    assert actions.erase_removed() == 0
    assert Post.objects.get(pk=post.pk).source


def test_a_removed_thread_loses_its_title_and_first_post(moderator, post):
    thread = post.thread
    actions.remove(subject=thread, actor=moderator, reason="So.", seen=Seen())
    Decision.objects.update(decided_at=timezone.now() - dt.timedelta(days=29))
    assert actions.erase_removed() == 1
    thread.refresh_from_db()
    assert thread.title == "Removed by a moderator" and thread.hidden_at and thread.posts.get(number=1).source == ""


def test_a_space_is_closed_from_a_post_in_it_and_its_keeper_may_appeal(as_moderator, author, post):
    space = post.thread.space
    keeper = factories.make_user()
    factories.join(space, keeper, is_keeper=True)
    assert f"/desk/space/{space.pk}/" in as_moderator.get(f"/desk/post/{post.pk}/").content.decode()
    decide(as_moderator, space, "close", suggestion="unkept", note="")
    assert Space.objects.get(pk=space.pk).is_archived
    page = signed_in(author).get(f"/community/{space.slug}/").content.decode()
    assert "Nobody keeps this space any more." in page
    hear(Decision.objects.get())
    assert not Space.objects.get(pk=space.pk).is_archived
    assert Decision.objects.filter(verb="reopen").count() == 1


def test_a_report_about_a_space_closes_nothing_by_itself(member):
    space = factories.make_space()
    actions.report(subject=space, reporter=member, reason="identifies")
    assert not Space.objects.get(pk=space.pk).is_archived
    assert Report.objects.get().state == "open"


def test_every_decision_can_be_pressed_on_the_page_of_the_thing(as_moderator, post):
    page = as_moderator.get(f"/desk/post/{post.pk}/").content.decode()
    for verb in ("hide", "dismiss", "edit", "warn", "remove"):
        assert f'action="/desk/post/{post.pk}/{verb}/"' in page
    assert f'href="/desk/person/{post.author_id}/"' in page


class TestWording:
    form = {"reasons": "Please leave the street out.\nToo much.", "letter": "Ring us.", "outcome": "We hid it."}

    def test_what_moderators_write_is_offered_and_read_by_both_sides(
        self, as_moderator, author, post, django_capture_on_commit_callbacks
    ):
        report = actions.report(subject=post, reporter=factories.make_user(), reason="wrong")
        with django_capture_on_commit_callbacks(execute=True):
            assert as_moderator.post("/desk/wording/hide/", self.form).url == "/desk/wording/"
        assert "Please leave the street out." in as_moderator.get("/desk/wording/").content.decode()
        decide(as_moderator, post, "hide", suggestion="1", note="")
        decided = Decision.objects.get()
        assert decided.reason == "Please leave the street out."
        assert "Ring us." in signed_in(author).get(f"/decision/{decided.pk}/").content.decode()
        assert "We hid it." in signed_in(report.reporter).get(f"/report/{report.reference}/").content.decode()

    def test_empty_boxes_bring_back_the_words_it_came_with(self, as_moderator, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            as_moderator.post("/desk/wording/hide/", self.form)
            as_moderator.post("/desk/wording/hide/", {"reasons": "", "letter": "", "outcome": ""})
        page = as_moderator.get("/desk/wording/").content.decode()
        assert "Too much." not in page and "The advice may not be safe." in page

    def test_who_may_change_it(self, as_member, as_editor, client, forged, moderator, as_moderator):
        for other, status in ((as_member, 403), (as_editor, 403), (forged(moderator), 403), (client, 302)):
            assert other.post("/desk/wording/hide/", self.form).status_code == status
        assert as_moderator.post("/desk/wording/hold/", self.form).status_code == 404
        assert as_moderator.post("/desk/wording/").status_code == 405
        assert not Wording.objects.exists()
