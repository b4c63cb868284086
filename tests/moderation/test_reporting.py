import datetime as dt
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from forum.models import Post, Space
from knowledge import information
from knowledge.models import InformationPage
from moderation import actions
from moderation.models import Decision, Report
from tests import factories
from tests.conftest import signed_in, typed_by
from web.navigation import child_page

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SPAM = {"reason": "spam", "details": "It sells prams."}


def path(post: Post) -> str:
    return f"/report/post/{post.pk}/"


def test_a_member_reports_a_post_and_gets_a_reference(as_member, member, post):
    page = as_member.get(path(post))
    assert post.source in page.content.decode()
    answer = as_member.post(path(post), SPAM)
    made = Report.objects.get()
    assert (made.subject, made.reporter, made.reason, made.details, made.state) == (
        post, member, "spam", "It sells prams.", "open",
    )  # fmt: skip
    assert re.fullmatch(r"R-[2-9A-HJKMNP-TV-Z]{5}", made.reference)
    assert answer.url == f"/report/{made.reference}/"
    thanks = as_member.get(answer.url).content.decode()
    assert made.reference in thanks and "Thank you for telling us" in thanks


def test_reporting_is_written_to_the_audit_log_without_words(as_member, member, post):
    as_member.post(path(post), SPAM)
    entry = Entry.objects.get(verb="moderation.report")
    assert (entry.actor_id, entry.subject_kind, entry.subject_id) == (member.pk, "forum.post", str(post.pk))
    assert set(entry.detail) == {"report", "reason"} and "prams" not in str(entry.detail)


def test_every_other_reason_leaves_the_post_in_sight(as_member, post):
    as_member.post(path(post), {"reason": "harm"})
    post.refresh_from_db()
    assert post.hidden_at is None


def test_what_may_identify_a_child_is_hidden_at_once(as_member, post):
    as_member.post(path(post), {"reason": "identifies"})
    post.refresh_from_db()
    assert post.hidden_at is not None
    held = Decision.objects.get()
    assert (held.verb, held.decided_by, held.author) == ("hold", None, post.author)
    assert list(held.reports.all()) == [Report.objects.get()]
    assert Entry.objects.filter(verb="moderation.hold", subject_id=str(post.pk), actor_id=None).exists()
    assert "It is hidden until a moderator has looked" in as_member.get(
        f"/report/{Report.objects.get().reference}/"
    ).content.decode()  # fmt: skip


def test_one_person_cannot_hide_more_than_three_things_a_day(member):
    thread = factories.make_thread()
    posts = [factories.make_post(thread) for _ in range(4)]
    for post in posts:
        actions.report(subject=post, reporter=member, reason="identifies")
    hidden = [Post.objects.get(pk=post.pk).hidden_at is not None for post in posts]
    assert hidden == [True, True, True, False]
    assert Report.objects.waiting().filter(reason="identifies").count() == 4
    # Somebody else still can, and so can this person the day after.
    actions.report(subject=posts[3], reporter=factories.make_user(), reason="identifies")
    assert Post.objects.get(pk=posts[3].pk).hidden_at is not None
    Decision.objects.update(decided_at=timezone.now() - dt.timedelta(days=1, minutes=1))
    later = factories.make_post(thread)
    actions.report(subject=later, reporter=member, reason="identifies")
    assert Post.objects.get(pk=later.pk).hidden_at is not None


def test_what_a_moderator_has_left_is_not_hidden_at_once_until_it_is_edited(member, moderator, post):
    first = actions.report(subject=post, reporter=factories.make_user(), reason="spam")
    actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(0, first.pk))
    actions.report(subject=post, reporter=member, reason="identifies")
    post.refresh_from_db()
    assert post.hidden_at is None
    Post.objects.filter(pk=post.pk).update(edited_at=timezone.now())
    actions.report(subject=post, reporter=factories.make_user(), reason="identifies")
    post.refresh_from_db()
    assert post.hidden_at is not None


def test_reporting_twice_is_met_kindly_and_counts_once(as_member, post):
    as_member.post(path(post), SPAM)
    for answer in (as_member.get(path(post), follow=True), as_member.post(path(post), SPAM, follow=True)):
        assert "You have already reported this" in answer.content.decode()
    assert Report.objects.count() == 1


def test_reporting_twice_at_the_same_moment_counts_once(member, post):
    first = actions.report(subject=post, reporter=member, reason="spam")
    with pytest.raises(actions.AlreadyReportedError) as caught:
        actions.report(subject=post, reporter=member, reason="other")
    assert caught.value.report == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(
            reference="R-22222",
            reporter=member,
            reason="spam",
            content_type=ContentType.objects.get_for_model(Post),
            object_id=post.pk,
        )


def test_a_decided_thing_can_be_reported_again(member, moderator, post):
    first = actions.report(subject=post, reporter=member, reason="spam")
    actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(0, first.pk))
    assert actions.report(subject=post, reporter=member, reason="spam").pk != first.pk


def test_a_reason_is_asked_for(as_member, post):
    page = as_member.post(path(post), {"details": "Look at this"}).content.decode()
    assert "Choose what is wrong with it." in page and "Look at this" in page
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", "nonsense", "open"])
def test_a_reason_that_is_none_is_refused(as_member, post, reason):
    assert as_member.post(path(post), {"reason": reason}).status_code == 200
    assert not Report.objects.exists()


def test_a_visitor_signs_in_first_and_comes_back_to_what_they_typed(client, member, post):
    answer = client.get(path(post))
    assert answer.status_code == 302 and path(post).replace("/", "%2F") in answer.url.replace("/", "%2F")
    client.post(path(post), {**SPAM, **typed_by(member, path(post))})
    assert not Report.objects.exists()
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert "It sells prams." in client.get(path(post)).content.decode()


def test_somebody_without_a_confirmed_address_may_not_report(post):
    stranger = factories.make_user()
    stranger.groups.clear()
    client = signed_in(stranger)
    assert client.post(path(post), SPAM).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("verb", ["get", "post"])
def test_what_one_may_not_see_is_not_there(as_member, verb):
    closed = factories.make_space(visibility=Space.Visibility.INVITED)
    secret = factories.make_post(factories.make_thread(closed), source="A secret.")
    gone = factories.make_post(factories.make_thread(), hidden_at=timezone.now())
    for pk in (secret.pk, gone.pk, 10**9, 10**30):
        assert getattr(as_member, verb)(f"/report/post/{pk}/", SPAM).status_code == 404
    assert getattr(as_member, verb)(f"/report/nonsense/{secret.pk}/", SPAM).status_code == 404
    assert not Report.objects.exists()


def test_nobody_reports_themselves(post):
    author = signed_in(post.author)
    page = author.get(path(post))
    assert page.status_code == 403 and "You wrote this yourself" in page.content.decode()
    assert author.post(path(post), SPAM).status_code == 403
    assert not Report.objects.exists()


def test_a_forged_report_is_refused(forged, member, post):
    assert forged(member).post(path(post), SPAM).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("verb", ["put", "delete", "patch"])
def test_other_verbs_do_nothing(as_member, post, verb):
    assert getattr(as_member, verb)(path(post)).status_code == 405


def test_looking_at_the_report_page_changes_nothing(as_member, post):
    as_member.get(path(post))
    as_member.head(path(post))
    assert not Report.objects.exists() and not Entry.objects.filter(verb__startswith="moderation").exists()


def test_reports_of_one_account_are_limited(as_member):
    thread = factories.make_thread()
    posts = [factories.make_post(thread) for _ in range(21)]
    codes = [as_member.post(path(post), SPAM).status_code for post in posts]
    assert codes[:20] == [302] * 20 and codes[20] == 429
    assert Report.objects.count() == 20


def test_a_report_is_shown_to_its_reporter_alone(as_member, as_moderator, client, post):
    made = actions.report(subject=post, reporter=factories.make_user(), reason="spam")
    assert as_member.get(f"/report/{made.reference}/").status_code == 404
    assert as_moderator.get(f"/report/{made.reference}/").status_code == 404
    assert client.get(f"/report/{made.reference}/").status_code == 302
    assert as_member.get("/report/R-99999/").status_code == 404
    assert as_member.post(f"/report/{made.reference}/").status_code == 405


def test_the_reporters_page_names_nothing_they_may_not_see_any_more(as_member, member, post):
    made = actions.report(subject=post, reporter=member, reason="spam")
    page = f"/report/{made.reference}/"
    assert post.thread.title in as_member.get(page).content.decode()
    Space.objects.filter(pk=post.thread.space_id).update(visibility=Space.Visibility.INVITED)
    shown = as_member.get(page).content.decode()
    assert made.reference in shown and post.thread.title not in shown
    assert "hidden" not in shown.partition("<main")[2].partition("</main>")[0].replace("visually-hidden", "")


def test_a_moderator_is_shown_the_way_to_decide(as_member, as_moderator, post):
    assert f"/desk/post/{post.pk}/" in as_moderator.get(path(post)).content.decode()
    assert "/desk/" not in as_member.get(path(post)).content.decode()


def test_danger_is_met_with_999_and_the_page_of_contacts(as_member, post, monkeypatch):
    monkeypatch.setattr("web.navigation._child_pages", [lambda: "", lambda: "/whom-to-tell/"])
    page = as_member.get(path(post)).content.decode()
    assert "999" in page and page.count('href="/whom-to-tell/"') == 1
    as_member.post(path(post), {"reason": "harm"})
    assert "999" in as_member.get(f"/report/{Report.objects.get().reference}/").content.decode()


def test_the_page_of_contacts_is_known_by_its_purpose_wherever_it_stands():
    page = InformationPage.objects.get(purpose=InformationPage.Purpose.CHILD)
    page.slug = "whom-to-tell"
    page.save()
    information.forget()
    assert child_page() == "/whom-to-tell/"
    page.unpublish()
    assert child_page() == ""


@pytest.mark.parametrize("others", [0, 30])
def test_queries_of_the_report_page_do_not_depend_on_reports(
    as_member, member, post, others, django_assert_max_num_queries
):
    for _ in range(others):
        actions.report(subject=post, reporter=factories.make_user(), reason="other")
    ContentType.objects.get_for_model(Post)
    as_member.get(path(post))
    with django_assert_max_num_queries(9):
        as_member.get(path(post))
