import datetime as dt
import re
import time
from dataclasses import replace

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from notifications import kinds
from notifications.models import Notification, Preference
from web.emails import add_html

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def address(settings):
    settings.BASE_URL = "https://forum.example"
    settings.SITE_NAME = "Common Ground"


def parts(message):
    return message.subject, message.body, message.alternatives[0].content


def test_mail_about_what_is_not_public_is_a_link_without_words(announce, member, thread):
    announce(member)
    subject, text, html = parts(mail.outbox[0])
    assert subject == "There is a new reply to you – Common Ground"
    assert "There is a new reply to you." in text and "There is a new reply to you." in html
    for part in (subject, text, html):
        assert "Sleep" not in part and "tender" not in part and "Bea" not in part
    link = f"https://forum.example/community/thread/{thread.pk}/"
    assert link in text and link in html


def test_mail_about_what_is_public_says_what_it_is(announce, member, described):
    described["is_public"] = True
    announce(member)
    subject, text, html = parts(mail.outbox[0])
    assert subject == "Bea replied in Sleep at eight months – Common Ground"
    assert "Secret & <b>tender</b> words." in text
    assert "Secret &amp; &lt;b&gt;tender&lt;/b&gt; words." in html


def test_a_title_with_a_line_break_cannot_add_a_header(announce, member, thread, described):
    described["is_public"] = True
    thread.title = "x\r\nBcc: all@example.org"
    thread.save()
    announce(member)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [member.email]


def test_every_mail_carries_a_way_out_that_mailboxes_know(announce, member):
    announce(member)
    message = mail.outbox[0]
    address = re.fullmatch(r"<(https://forum\.example/unsubscribe/[^/]+/)>", message.extra_headers["List-Unsubscribe"])
    assert address
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert address[1] in message.body and address[1] in message.alternatives[0].content
    assert "X-Repeat-Safe" not in message.extra_headers


def test_the_html_has_no_script_no_picture_and_nothing_from_elsewhere(announce, member):
    announce(member)
    html = mail.outbox[0].alternatives[0].content
    assert not re.search(r"<script|<img|<link|style=|url\(|@import|\son\w+=", html)
    assert set(re.findall(r'(?:href|src)="(https?://[^/"]+)', html)) == {"https://forum.example"}
    assert "prefers-color-scheme: dark" in html


def test_a_text_becomes_html_that_says_the_same(settings):
    message = EmailMultiAlternatives(
        "Hello", "Hello <b>\n\n123456\n\nSee\nhttps://forum.example/x/\n\n-- \nWhy?", to=["a@example.org"]
    )
    add_html(message)
    html = message.alternatives[0].content
    assert "<p>Hello &lt;b&gt;</p>" in html and "<h1>123456</h1>" in html
    assert 'See<br><a href="https://forum.example/x/"' in html and '<p class="foot">Why?</p>' in html


@pytest.fixture
def bundled(kind):
    kinds.register(replace(kind, bundle="thread"))


def test_one_mail_about_a_conversation_until_the_person_has_looked(bundled, announce, member):
    def replies(thread):
        announce(member, data={"thread": thread})
        return len(mail.outbox)

    assert [replies(1), replies(1), replies(2), replies(1)] == [1, 1, 2, 2]
    assert "There may be more by now" in mail.outbox[0].body
    Notification.objects.inbox_of(member).mark_read()
    assert [replies(1), replies(1), replies(2)] == [3, 3, 4]


def test_mails_about_two_conversations_can_be_told_apart(bundled, announce, member):
    announce(member, data={"thread": 41})
    announce(member, data={"thread": 42})
    subjects = [message.subject for message in mail.outbox]
    assert subjects == [f"There is a new reply to you (number {n}) – Common Ground" for n in (41, 42)]


def test_a_day_later_there_is_another_mail(bundled, announce, member):
    announce(member, data={"thread": 1})
    Notification.objects.filter(channel="email").update(sent_at=timezone.now() - dt.timedelta(hours=25))
    announce(member, data={"thread": 1})
    assert len(mail.outbox) == 2


def test_other_kinds_are_not_held_back(announce, member):
    for _ in range(2):
        announce(member, data={"thread": 1})
    assert len(mail.outbox) == 2 and "There may be more" not in mail.outbox[0].body


@pytest.fixture
def path(announce, member):
    announce(member)
    return mail.outbox[0].extra_headers["List-Unsubscribe"][len("<https://forum.example") : -1]


def wants_mail(person):
    return not Preference.objects.filter(person=person, kind="reply", channel="email", wanted=False).exists()


def test_looking_at_the_link_changes_nothing(client, path, member):
    page = client.get(path).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<button") == 1
    assert "Somebody replied to you" in main and member.display_name not in page and member.email not in page
    assert client.head(path).status_code == 200
    assert wants_mail(member)


def test_a_mailbox_s_one_click_works_without_signing_in_and_without_a_token(path, member, forged):
    answer = forged().post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not wants_mail(member)
    assert forged().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_the_button_works_and_says_how_to_have_them_back(client, path, member):
    page = client.post(path).content.decode()
    assert "Those e-mails have stopped" in page
    assert "/me/notifications/" in page
    assert not wants_mail(member)


@pytest.mark.parametrize("token", ["x", "a:b:c", "é", "x" * 3000])
def test_a_forged_link_is_not_found(client, token, member):
    for method in (client.get, client.post):
        assert method(f"/unsubscribe/{token}/").status_code == 404
    assert wants_mail(member)


def test_a_changed_link_is_not_found(client, path, member):
    changed = path[:-3] + ("a" if path[-3] != "a" else "b") + path[-2:]
    assert client.post(changed).status_code == 404
    assert wants_mail(member)


def test_other_verbs_are_refused(client, path, member):
    assert client.put(path).status_code == client.delete(path).status_code == 405


def test_somebody_who_is_gone_is_no_error(client, path, member):
    member.delete()
    assert client.post(path).status_code == 200


def test_a_link_for_a_kind_that_is_gone_still_works(client, path, member, monkeypatch):
    monkeypatch.setattr("notifications.kinds._kinds", {})
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 200


def test_a_link_works_for_years(client, path, member, monkeypatch):
    later = time.time() + 10 * 365 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.post(path).status_code == 200
    assert not wants_mail(member)


def test_every_kind_has_words_for_where_nothing_may_be_told(administrator):
    of_the_site = kinds.for_person(administrator)
    assert len(of_the_site) > 10
    assert [kind.key for kind in of_the_site if not kind.news] == []
