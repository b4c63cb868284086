"""Replies by e-mail: who may, and who is told why not."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from forum import actions, permissions
from forum.models import Post
from moderation.models import Decision
from notifications import answering, letters, receiving
from notifications.models import Notification, ReceivedMail
from outbox.actions import drain
from tests import factories
from tests.forum.by_mail.sending import letter, posts, refusal, take

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_a_reply_becomes_a_post_once(told, thread, reader):
    assert "It is read by people who were let in to this space" in told.body and "Secret" not in told.body
    message = letter(told, "I think so too.\n\nOn 1 Jan 2026, Common Ground wrote:\n> Open it\n> https://x\n")
    assert (take(message), take(message)) == ("posted", "again")
    assert posts(thread) == ["I think so too."]
    assert Post.objects.get(number=3).author == reader
    assert not [sent for sent in mail.outbox if sent.to == ["ann@example.org"]]


def test_the_address_stays_within_what_servers_take(told):
    name = told.reply_to[0].partition("@")[0]
    assert name == name.lower() and len(answering.address_of(10**17)) <= 64 + len("@talk.example.org")
    assert answering.notification_of(told.reply_to[0].lower()) == Notification.objects.get(channel="email").pk


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("reply+", "reply+1"),
        lambda address: address[:12] + ("b" if address[12] == "a" else "a") + address[13:],
        lambda address: address.replace("@", "x@"),
        lambda address: address.replace("talk.", "walk."),
        lambda address: "reply@talk.example.org",
        lambda address: "reply+٣-x@talk.example.org",
        lambda address: "reply+" + "9" * 40 + "-x@talk.example.org",
    ],
)
def test_a_changed_address_is_nobodys(change, told, thread):
    message = letter(told)
    message.replace_header("To", change(told.reply_to[0]))
    assert take(message) == "unknown"
    assert posts(thread) == [] and not mail.outbox


def test_an_e_mail_of_long_ago_is_said_to_be_too_old(told, thread):
    raw = letter(told).as_bytes()
    Notification.objects.all().delete()
    mail.outbox.clear()
    assert (take(raw), take(raw)) == ("unknown", "unknown")
    assert not posts(thread)
    assert "more than six months old" in refusal()
    assert take(letter(told, sender="stranger@example.org", key="<two@example.org>")) == "unknown"
    assert not mail.outbox


def test_off_unless_set(told, thread, settings):
    settings.REPLY_ADDRESS = ""
    assert take(letter(told)) == "unknown"
    actions.post_reply(thread=thread, author=thread.author, source="And you?")
    Notification.objects.update(read_at="2026-01-01T00:00Z")
    drain()
    assert not [sent for sent in mail.outbox if sent.reply_to]
    for options in ({}, {"mailbox": True}):
        with pytest.raises(CommandError, match="are off"):
            call_command("receive_mail", **options)


def test_only_the_owner_of_the_address_and_strangers_hear_nothing(told, thread, reader):
    assert take(letter(told, sender="mallory@example.net")) == "refused"
    assert "an address that is not yours" in refusal() and posts(thread) == []
    reader.emailaddress_set.create(email="ann@work.example", verified=False)
    assert take(letter(told, sender="ann@work.example", key="<two@x>")) == "refused"
    reader.emailaddress_set.update(verified=True)
    assert take(letter(told, sender="ANN@Work.example", key="<three@x>")) == "posted"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<x.example.org>"},
        {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "no-reply@example.org"},
    ],
)
def test_machines_are_not_answered(headers, told, thread):
    assert take(letter(told, **headers)) == "automatic"
    assert posts(thread) == [] and not mail.outbox and not ReceivedMail.objects.exists()


def test_a_bounce_is_not_answered(told):
    message = letter(told)
    message.make_mixed()
    message.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"')
    assert take(message) == "automatic"
    assert take(letter(told, Auto_Submitted="no")) == "posted"


def test_what_is_found_in_it_waits_for_a_moderator(told, thread):
    assert take(letter(told, "Ring 07700 900123 about her.")) == "posted"
    assert "a moderator looks at it first" in refusal()
    post = Post.objects.get(number=3)
    assert post.hidden_at is not None and Decision.objects.about(post).exists()


def lock(thread, reader):
    actions.set_locked(thread=thread, actor=thread.author, locked=True)


def archive(thread, reader):
    type(thread.space).objects.update(is_archived=True)


def leave(thread, reader):
    actions.leave_space(space=thread.space, person=reader)


def hide(thread, reader):
    actions.hide_thread(thread=thread, actor=None)


@pytest.mark.parametrize(
    ("event", "words"),
    [(lock, "closed for replies"), (archive, "closed for replies"), (leave, "no longer"), (hide, "no longer")],
)
def test_where_one_may_not_write_one_is_told_once(event, words, told, thread, reader):
    event(thread, reader)
    mail.outbox.clear()
    assert (take(letter(told)), take(letter(told))) == ("refused", "again")
    assert words in refusal() and posts(thread) == []


def move_into_the_open(thread, reader):
    actions.move_thread(thread=thread, space=factories.make_space(visibility="public"), actor=thread.author)


def open_the_space(thread, reader):
    thread.space.visibility = "public"
    actions.save_space(space=thread.space, actor=None)


def merge_into_another(thread, reader):
    into = factories.make_thread(factories.make_space(visibility="public"))
    actions.merge_threads(thread=thread, into=into, actor=thread.author)


@pytest.mark.parametrize("event", [move_into_the_open, open_the_space, merge_into_another])
def test_who_would_read_it_is_who_the_e_mail_said(event, told, thread, reader):
    event(thread, reader)
    drain()
    mail.outbox.clear()
    assert take(letter(told)) == "refused"
    assert "others can read it now" in refusal()
    assert not Post.objects.filter(source="I think so too.").exists()


def test_suspended_people_post_nothing(told, thread, reader):
    reader.groups.clear()
    assert take(letter(told)) == "refused" and posts(thread) == []
    type(reader).objects.update(is_active=False)
    mail.outbox.clear()
    assert take(letter(told, key="<two@x>")) == "refused" and not mail.outbox


def test_whoever_is_suspended_while_their_letter_is_read_posts_nothing(told, thread, reader, monkeypatch):
    can_reply = permissions.can_reply

    def suspend_then(person, thread):
        type(reader).objects.filter(pk=reader.pk).update(is_active=False)
        return can_reply(person, thread)

    monkeypatch.setattr(permissions, "can_reply", suspend_then)
    assert take(letter(told)) == "refused" and posts(thread) == []


def test_nothing_but_a_quotation(told, thread):
    assert take(letter(told, "> Open it\n> https://x\n")) == "refused"
    assert "no words" in refusal()


def test_too_big(told, thread, monkeypatch):
    monkeypatch.setattr(letters, "MOST_BYTES", 2000)
    assert take(letter(told, "x" * 3000)) == "refused"
    assert "larger than 25 MB" in refusal()


def test_too_long_for_a_post(told, thread):
    assert take(letter(told, "word " * 5000)) == "refused"
    assert "at most 20000 characters" in refusal() and posts(thread) == []


def test_too_many(told, thread, monkeypatch):
    monkeypatch.setattr(receiving, "REPLIES", 1)
    assert [take(letter(told, key=f"<{n}@x>")) for n in range(2)] == ["posted", "refused"]
    assert "very many replies" in refusal()
    monkeypatch.setattr(receiving, "MOST_NOTES", 1)
    assert take(letter(told, key="<9@x>")) == "refused" and not mail.outbox
