"""Posting without a name, where a space allows it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail

from audit.models import Entry
from forum import actions, nameless
from forum.answering import answer, read_by
from forum.models import Post, Space, Thread
from forum.permissions import can_delete, can_edit, can_mark_answer, can_react
from notifications.kinds import NotTaken
from notifications.models import Event, Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.nameless.scene import NAME

pytestmark = pytest.mark.django_db


def test_the_person_keeps_every_right_to_their_own(scene):
    for right in (can_edit, can_delete):
        assert right(scene.author, scene.reply)
        assert not right(scene.member, scene.reply)
        assert not right(scene.moderator, scene.reply)
    assert not can_react(scene.author, scene.reply)
    assert can_react(scene.member, scene.reply)
    assert can_mark_answer(scene.author, scene.thread)
    assert not can_mark_answer(scene.member, scene.thread)
    page = text_of(signed_in(scene.author), scene.thread.get_absolute_url())
    assert f"/community/post/{scene.reply.pk}/edit/" in page
    assert f"/community/post/{scene.reply.pk}/edit/" not in text_of(
        signed_in(scene.member), scene.thread.get_absolute_url()
    )
    deleted = signed_in(scene.author).post(f"/community/post/{scene.reply.pk}/delete/", follow=True)
    assert deleted.status_code == 200
    assert Post.objects.get(pk=scene.reply.pk).deleted_at


def test_thanks_reach_the_person_and_marking_names_nobody(scene):
    actions.set_reaction(post=scene.reply, person=scene.member, kind="thanks", wanted=True)
    helper = factories.make_user()
    post = actions.post_reply(thread=scene.thread, author=helper, source="Try this.")
    mail.outbox.clear()
    actions.choose_answer(thread=scene.thread, post=post, actor=scene.author)
    drain()
    assert Notification.objects.filter(person=scene.author, event__kind="thanked").exists()
    told = [message for message in mail.outbox if helper.email in message.to]
    assert [message.subject for message in told if message.subject.startswith("A member says that your reply")]
    assert NAME not in "".join(str(message.message()) for message in told)


def test_a_form_sent_twice_posts_once_with_or_without_the_tick(scene):
    token = uuid4()
    first = actions.post_reply(
        thread=scene.thread, author=scene.author, source="Once.", form_token=token, is_nameless=True
    )
    for is_nameless in (True, False):
        again = actions.post_reply(
            thread=scene.thread, author=scene.author, source="Once.", form_token=token, is_nameless=is_nameless
        )
        assert again == first
    one, two = (
        actions.start_thread(
            space=scene.space, author=scene.author, kind="question", title="Once", source="Once.",
            form_token=token, is_nameless=is_nameless,
        )
        for is_nameless in (True, False)
    )  # fmt: skip
    assert one == two == first.thread


def test_the_box_stands_only_where_it_is_allowed_and_says_what_others_read(scene):
    plain = factories.make_thread(factories.make_space(visibility="public"))
    client = signed_in(scene.member)
    assert "Post without my name" in text_of(client, scene.thread.get_absolute_url())
    assert "Post without my name" not in text_of(client, plain.get_absolute_url())
    sent = {"text": "Hello there.", "nameless": "on", "wish": "preview", "form_token": str(uuid4())}
    preview = client.post(f"/community/reply/{scene.thread.pk}/", sent).content.decode()
    assert '<p class="post-name">A member</p>' in preview
    client.post(f"/community/reply/{scene.thread.pk}/", {**sent, "wish": "post"})
    post = scene.thread.posts.latest("pk")
    assert (post.is_nameless, nameless.writer_of(post)) == (True, scene.member)
    # Who has begun so goes on so, unless they say otherwise.
    page = text_of(client, scene.thread.get_absolute_url())
    assert 'name="nameless" id="id_nameless" checked' in page.replace(' aria-describedby="id_nameless_helptext"', "")
    # Sent where it is not allowed, nothing is posted: not without a name, and not with it.
    client.post(f"/community/reply/{plain.pk}/", {**sent, "wish": "post", "form_token": str(uuid4())})
    assert not Post.objects.filter(thread=plain, source="Hello there.").exists()


def test_nothing_is_signed_that_was_to_carry_no_name(scene):
    """Whether it is allowed may change while somebody writes; whoever ticked the box decides anew."""
    writer = signed_in(scene.member)
    url = f"/community/reply/{scene.thread.pk}/"
    said = {"text": "Secret.", "wish": "post", "nameless": "on", "form_token": str(uuid4())}
    actions.allow_nameless(space=scene.space, actor=scene.keeper, wanted=False)
    page = writer.post(url, said)
    assert page.status_code == 200 and "posts carry a name here now" in page.content.decode()
    started = writer.post(
        "/community/start/", {**said, "title": "Secrets", "kind": "discussion", "space": scene.space.slug}
    )
    assert started.status_code == 200 and "posts carry a name here now" in started.content.decode()
    assert not Post.objects.filter(source="Secret.").exists()
    del said["nameless"]
    assert writer.post(url, said).status_code == 302
    assert Post.objects.get(source="Secret.").author == scene.member


def test_a_thread_is_begun_without_a_name_only_where_that_is_allowed(scene):
    factories.make_space(slug="plain", visibility="public")
    client = signed_in(scene.keeper)
    sent = {"kind": "question", "space": "plain", "title": "How?", "text": "Tell me.", "nameless": "on"}
    assert "In this space posts carry a name" in client.post("/community/start/", sent).content.decode()
    said = client.post("/community/start/", {**sent, "space": "aviary", "kind": "announcement"}).content.decode()
    assert "An announcement carries a name" in said
    assert client.post("/community/start/", {**sent, "space": "aviary"}).status_code == 302
    made = Thread.objects.get(title="How?")
    assert (made.author, made.is_nameless, nameless.began(scene.keeper, made)) == (None, True, True)


def test_the_choice_is_kept_with_the_draft(scene):
    client = signed_in(scene.member)
    client.post(f"/community/reply/{scene.thread.pk}/", {"text": "Half a", "nameless": "on", "wish": "draft"})
    page = text_of(client, f"/community/reply/{scene.thread.pk}/")
    assert "checked" in page.partition('name="nameless"')[2].partition(">")[0]


def test_keepers_say_whether_it_is_allowed(scene):
    url = "/community/aviary/names/"
    assert signed_in(scene.member).post(url, {"wanted": "no"}).status_code == 403
    client = signed_in(scene.keeper)
    assert url in text_of(client, "/community/aviary/")
    assert client.get(url).status_code == 200
    client.post(url, {"wanted": "no"})
    scene.space.refresh_from_db()
    assert not scene.space.allows_nameless
    assert Entry.objects.filter(verb="space.nameless_ended").count() == 1
    assert client.get("/community/nowhere/names/").status_code == 404


def test_a_reply_by_mail_would_carry_the_name_and_is_not_taken(scene):
    event = Event(kind="reply")
    event.subject = scene.reply
    assert read_by(event, scene.author) == ""
    assert read_by(event, scene.member)
    with pytest.raises(NotTaken):
        answer(event, scene.author, "By mail", uuid4())


def test_where_only_a_few_may_write_posts_carry_names(scene):
    """ "A member" would be one of those who keep the space."""
    Space.objects.filter(pk=scene.space.pk).update(who_starts="keepers", who_replies="named")
    client, url = signed_in(scene.keeper), f"/community/reply/{scene.thread.pk}/"
    client.post(url, {"text": "Not signed.", "nameless": "on", "wish": "post"})
    assert not Post.objects.filter(source="Not signed.").exists()
    client.post(url, {"text": "Signed after all.", "wish": "post"})
    assert Post.objects.latest("pk").author == scene.keeper
    assert "Post without my name" not in text_of(client, "/community/start/?space=aviary")
    fields = {"space": "aviary", "kind": "question", "title": "New", "text": "So.", "nameless": "on", "wish": "post"}
    client.post("/community/start/", fields)
    assert not Thread.objects.filter(title="New").exists()
