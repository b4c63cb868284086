"""Posts without a name: no page, list or message says who wrote one."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.privacy import everything_about
from audit.models import Entry
from forum import actions, permissions
from forum.digests import new_where_followed
from forum.models import Nameless, Post, Thread
from moderation import actions as moderation
from moderation.models import Report
from notifications import digests, following
from notifications.models import Event
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.nameless.scene import NAME, WORD, surfaces

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["visitor", "member", "keeper", "moderator"])
def test_no_page_says_who_it_was(scene, who):
    type(scene.space).objects.update(open_to_search_engines=True)
    actions.save_post(post=scene.reply, person=scene.member, remind_at=None)
    moderation.report(subject=scene.reply, reporter=scene.keeper, reason=Report.Reason.IDENTIFIES)
    moderation.report(subject=scene.thread, reporter=scene.keeper, reason=Report.Reason.OTHER)
    drain()
    client = signed_in(getattr(scene, who)) if who != "visitor" else Client()
    answers = {url: client.get(url) for url in surfaces(scene)}
    # Moderators come everywhere, so that no address here is one that does not exist.
    assert who != "moderator" or {answer.status_code for answer in answers.values()} == {200}
    seen = [url for url, answer in answers.items() if NAME.lower() in answer.getvalue().decode().lower()]
    # Whom they follow they know.
    assert [url for url in seen if url != "/me/following/"] == []
    assert "A member" in text_of(client, scene.thread.get_absolute_url())
    assert WORD not in text_of(client, f"/search/?q=by:{NAME}")


def test_what_stands_in_the_tables_for_others_to_list(scene):
    for post in (scene.opening, scene.reply):
        assert (post.author_id, post.form_token) == (None, None)
    assert (scene.thread.author_id, scene.thread.last_post_by_id, scene.thread.is_last_nameless) == (None, None, True)
    assert not Post.objects.signed().filter(thread=scene.thread).exists()
    assert list(scene.reply.revisions.values_list("replaced_by", flat=True)) == [None]
    actions.delete_post(post=scene.reply, actor=scene.author)
    actions.undelete_post(post=scene.reply, actor=scene.author)
    actions.close_revision(revision=scene.reply.revisions.get(), actor=scene.author)
    assert not Entry.objects.filter(actor_id=scene.author.pk).exists()
    assert not Event.objects.filter(actor=scene.author).exists()


def test_who_follows_or_mutes_the_person_hears_as_of_any_member(scene):
    following.set_wish(person=scene.member, key="person", thing=scene.author, wish="mute")
    actions.set_follow(thread=scene.thread, person=scene.member, wanted=True)
    mail.outbox.clear()
    actions.post_reply(thread=scene.thread, author=scene.author, source="Third.", is_nameless=True)
    drain()
    told = {person for message in mail.outbox for person in message.to}
    # The follower of the thread alone: not the person's own followers, and not the person.
    assert told == {scene.member.email}
    assert all(NAME.lower() not in str(message.message()).lower() for message in mail.outbox)
    assert "A member replied" in mail.outbox[0].subject


def test_feeds_and_summaries_know_no_author(scene):
    Thread.objects.update(created_at=timezone.now(), last_post_at=timezone.now())
    window = digests.Window(timezone.now() - dt.timedelta(days=1), timezone.now())
    following.set_wish(person=scene.author, key="space", thing=scene.space, wish="follow")
    following.set_wish(person=scene.keeper, key="space", thing=scene.space, wish="follow")
    lines = new_where_followed([scene.member, scene.keeper, scene.author], window)
    assert lines[scene.member.pk] == [] == lines[scene.author.pk]
    assert len(lines[scene.keeper.pk]) == 1
    assert NAME not in str(lines)


def test_split_off_it_begins_a_thread_without_a_name(scene):
    made = actions.split_thread(thread=scene.thread, posts=[scene.reply], title="Apart", actor=scene.moderator)
    assert (made.thread.author_id, made.thread.is_nameless) == (None, True)
    assert permissions.can_mark_answer(scene.author, Thread.objects.get(pk=made.thread_id)) is False
    assert NAME not in text_of(Client(), "/community/aviary/")


def test_it_is_in_the_persons_own_copy_and_the_link_goes_with_them(scene):
    held = json.dumps(everything_about(scene.author), default=str)
    assert f"More {WORD}" in held
    assert "Xylophone lessons" in held
    assert WORD not in json.dumps(everything_about(scene.member), default=str)
    actions.take_name_off(person=scene.author)
    assert not Nameless.objects.exists()
    page = text_of(signed_in(scene.member), scene.thread.get_absolute_url())
    assert f"More {WORD}" in page
    assert "A member" in page
    shown = signed_in(scene.moderator).post(f"/community/post/{scene.reply.pk}/who/")
    assert "Nobody knows any more" in shown.content.decode()


def test_the_page_costs_the_same_however_many_there_are(scene):
    client = signed_in(scene.member)

    def cost() -> int:
        client.get(scene.thread.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            client.get(scene.thread.get_absolute_url())
        return len(found)

    few = cost()
    for number in range(8):
        actions.post_reply(thread=scene.thread, author=factories.make_user(), source=f"N{number}", is_nameless=True)
    client.post(f"/community/read/{scene.thread.pk}/", {"number": 10})
    assert cost() <= few <= 17
