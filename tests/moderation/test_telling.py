import pytest
from django.core import mail

from moderation import actions
from moderation.actions import Seen
from moderation.models import Decision, Report
from notifications.mail import unsubscribe_path
from notifications.models import Channel, Notification, Preference
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def told(person, channel=Channel.INBOX) -> list[str]:
    drain(kinds=["notify"])
    rows = Notification.objects.filter(person=person, channel=channel)
    return list(rows.order_by("pk").values_list("event__kind", flat=True))


def mails() -> list[str]:
    drain(kinds=["notify", "notify-mail"])
    assert mail.outbox
    return [str(message.message()) for message in mail.outbox]


def test_moderators_are_told_and_of_urgent_reports_by_mail(member, moderator, administrator, post):
    actions.report(subject=post, reporter=member, reason="spam")
    assert told(moderator) == ["report_received"] and told(moderator, Channel.EMAIL) == []
    actions.report(subject=post, reporter=factories.make_user(), reason="harm")
    assert told(moderator, Channel.EMAIL) == ["report_urgent"]
    assert told(administrator) == ["report_received", "report_urgent"]
    assert told(member) == [] and told(post.author) == []


def test_neither_author_nor_reporter_is_told_of_a_report_even_as_moderators(moderator):
    reporter = factories.make_user("moderator")
    own = factories.make_post(factories.make_thread(), author=moderator)
    actions.report(subject=own, reporter=reporter, reason="harm")
    assert told(moderator) == [] and told(reporter) == []


def test_somebody_who_is_no_moderator_any_more_is_not_shown_the_report(moderator, member, post):
    actions.report(subject=post, reporter=member, reason="harm")
    assert told(moderator) == ["report_urgent"]
    reference = Report.objects.get().reference
    assert reference in signed_in(moderator).get("/inbox/").content.decode()
    moderator.groups.set([group for group in moderator.groups.all() if group.name == "member"])
    page = signed_in(moderator).get("/inbox/").content.decode()
    assert "Urgent" not in page and reference not in page


def test_mail_about_a_report_quotes_nothing(member, moderator, post):
    actions.report(subject=post, reporter=member, reason="identifies", details="Everybody knows the Smiths.")
    for sent in mails():
        for secret in ("Mill Lane", "Smiths", member.display_name, post.thread.title, "identify"):
            assert secret not in sent


def test_the_reporter_is_told_the_outcome_without_a_name(as_member, member, moderator, post):
    report = actions.report(subject=post, reporter=member, reason="wrong")
    actions.hide(subject=post, actor=moderator, reason="Not for you to read.", seen=Seen(0, report.pk))
    assert told(member) == ["report_decided"]
    inbox = as_member.get("/inbox/").content.decode()
    assert f"/report/{report.reference}/" in inbox and moderator.display_name not in inbox
    page = as_member.get(f"/report/{report.reference}/").content.decode()
    assert "it is hidden now" in page
    assert moderator.display_name not in page and "Not for you to read." not in page
    assert not Notification.objects.filter(person=member, channel=Channel.INBOX, read_at=None).exists()


def test_a_moderator_who_decides_on_their_own_report_is_not_told_what_they_know(moderator, post):
    report = actions.report(subject=post, reporter=moderator, reason="spam")
    actions.dismiss(subject=post, actor=moderator, reason="On second thoughts.", seen=Seen(0, report.pk))
    assert told(moderator) == []


def test_the_author_is_told_why_and_neither_by_whom_nor_for_whom(member, moderator, post):
    report = actions.report(subject=post, reporter=member, reason="wrong", details="Wrong dose.")
    decided = actions.hide(subject=post, actor=moderator, reason="The dose is wrong.", seen=Seen(0, report.pk))
    author = signed_in(post.author)
    assert told(post.author) == ["content_hidden"]
    for address in ("/inbox/", f"/decision/{decided.pk}/"):
        page = author.get(address).content.decode()
        assert "The dose is wrong." in page
        for secret in (member.display_name, moderator.display_name, "Wrong dose.", report.reference):
            assert secret not in page
    assert post.source in author.get(f"/decision/{decided.pk}/").content.decode()


def test_the_author_is_told_when_it_is_shown_again(member, moderator, post):
    report = actions.report(subject=post, reporter=member, reason="identifies")
    held = Decision.objects.get()
    assert told(post.author) == ["content_hidden"]
    shown = actions.restore(subject=post, actor=moderator, reason="Nobody is named.", seen=Seen(held.pk, report.pk))
    assert told(post.author) == ["content_hidden", "content_restored"]
    author = signed_in(post.author)
    inbox = author.get("/inbox/").content.decode()
    assert f"/decision/{shown.pk}/" in inbox and f"/decision/{held.pk}/" not in inbox
    page = author.get(f"/decision/{held.pk}/").content.decode()
    assert "decided again" in page and "cannot read it now" not in page and "write about the same thing" not in page
    assert "Nobody is named." in author.get(f"/decision/{shown.pk}/").content.decode()


def test_a_dismissed_report_is_none_of_the_authors_business(member, moderator, post):
    report = actions.report(subject=post, reporter=member, reason="spam")
    decided = actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=Seen(0, report.pk))
    assert told(post.author) == []
    assert signed_in(post.author).get(f"/decision/{decided.pk}/").status_code == 404


def test_a_decision_is_shown_to_the_author_alone(as_member, as_moderator, client, moderator, post):
    decided = actions.hide(subject=post, actor=moderator, reason="So.", seen=Seen())
    address = f"/decision/{decided.pk}/"
    assert as_member.get(address).status_code == 404
    assert as_moderator.get(address).status_code == 404
    assert client.get(address).status_code == 302
    author = signed_in(post.author)
    assert author.get(f"/decision/{10**9}/").status_code == 404
    assert author.post(address).status_code == 405
    post.delete()
    assert author.get(address).status_code == 200


def test_no_count_of_a_member_grows_by_what_moderators_are_told(member, moderator, post):
    actions.report(subject=post, reporter=factories.make_user(), reason="harm")
    drain(kinds=["notify"])
    assert signed_in(member).get("/inbox/").context["unread_count"] == 0
    assert signed_in(post.author).get("/inbox/").context["unread_count"] == 0
    assert signed_in(moderator).get("/inbox/").context["unread_count"] == 1


def test_no_passer_by_stops_what_may_be_about_a_child(client, member, moderator, post, mailoutbox):
    """Neither a mailbox's one click, nor whoever was sent the e-mail on."""
    actions.report(subject=post, reporter=member, reason="harm")
    drain()
    sent = [message for message in mailoutbox if message.to == [moderator.email]]
    assert ["List-Unsubscribe" in message.extra_headers for message in sent] == [False]
    path = unsubscribe_path(moderator, "report_urgent")
    for answer in (client.get(path), client.post(path)):
        assert answer.url == "/me/notifications/"
    assert not Preference.objects.exists()
