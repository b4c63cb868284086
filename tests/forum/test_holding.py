"""What may tell who a child is: named before it is posted; with a reason it waits for a moderator, seen by nobody."""

import pytest
from django.urls import reverse

from forum import actions
from forum.models import Post, Space, Thread
from moderation.actions import Hold, Seen, restore
from moderation.models import Decision, Report
from moderation.screening import Kind
from notifications.models import Event
from tests import factories
from tests.conftest import signed_in

NUMBER = "Her mum is on 07700 900123, ring her."
HOLD = Hold("She asked me to.", (Kind.PHONE,))


@pytest.fixture
def thread():
    return factories.make_thread(factories.make_space(visibility="public"), posts=2)


def reply(client, thread, **typed):
    return client.post(reverse("forum:reply", args=[thread.pk]), typed)


def start(client, space, **typed):
    typed = {"kind": "question", "space": space.slug, "title": "What now?", "text": "What would you do?", **typed}
    return client.post(reverse("forum:start"), typed)


def test_what_is_found_is_named_and_what_was_typed_is_kept(as_member, thread):
    answer = reply(as_member, thread, text=NUMBER)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "“07700 900123” (a phone number)" in html
    assert NUMBER in html and 'name="why"' in html
    assert thread.posts.count() == 2


def test_the_box_asks_for_no_reason_as_long_as_nothing_is_found(as_member, thread):
    assert 'name="why"' not in as_member.get(thread.get_absolute_url()).content.decode()
    assert 'name="why"' not in reply(as_member, thread, text="").content.decode()


def test_what_is_found_cannot_carry_markup_into_the_page(as_member, thread):
    html = reply(as_member, thread, text='"<b>@x"@example.com <img src=x>a@example.com').content.decode()
    assert "<img src=x>" not in html and "<b>@x" not in html


def test_without_it_the_reply_is_posted(as_member, thread):
    reply(as_member, thread, text="Her mum rang me.", why="")
    post = thread.posts.get(number=3)
    assert (post.hidden_at, post.is_untold) == (None, False)
    assert not Report.objects.exists()


def test_with_a_reason_it_waits_and_nobody_is_told(as_member, member, thread, client):
    factories.make_user()
    answer = reply(as_member, thread, text=NUMBER, why="She asked me to.")
    post = thread.posts.get(number=3)
    decision = Decision.objects.get()
    assert answer.url == decision.get_absolute_url()
    assert "normally within 24 hours" in as_member.get(answer.url).content.decode()
    assert post.hidden_at and post.is_untold
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "07700" not in page
    assert "or will look at it first" in page, "nobody has taken it down"
    assert not Event.objects.filter(kind="reply").exists()
    assert Space.objects.get(pk=thread.space_id).post_count == thread.space.post_count


def test_the_desk_says_what_was_found_and_why_it_should_stay(as_moderator, member, thread):
    actions.post_reply(thread=thread, author=member, source=NUMBER, hold=HOLD)
    html = as_moderator.get(reverse("moderation:desk")).content.decode()
    for words in ("a phone number", "She asked me to.", "The site, by itself", "Held before it appeared"):
        assert words in html


def test_once_a_moderator_lets_it_through_everybody_hears(moderator, member, thread):
    post = actions.post_reply(thread=thread, author=member, source=f"@{moderator.handle} {NUMBER}", hold=HOLD)
    seen = Seen(Decision.objects.latest("pk").pk, Report.objects.latest("pk").pk)
    restore(subject=post, actor=moderator, reason="She did.", seen=seen)
    post.refresh_from_db()
    assert (post.hidden_at, post.is_untold) == (None, False)
    assert sorted(Event.objects.filter(kind__in=["reply", "mention"]).values_list("kind", flat=True)) == [
        "mention",
        "reply",
    ]


def test_hidden_later_and_shown_again_tells_nobody_twice(moderator, member, thread):
    post = actions.post_reply(thread=thread, author=member, source="Fine words.")
    actions.hide_post(post=post, actor=moderator)
    actions.restore_post(post=post, actor=moderator)
    assert Event.objects.filter(kind="reply").count() == 1


def test_a_held_thread_is_seen_by_nobody_until_it_is_let_through(as_member, member, moderator, client):
    space = factories.make_space(visibility="public")
    answer = start(as_member, space, title="Who knows SE23 2NF?", why="It is the clinic's.")
    thread = Thread.objects.get()
    assert answer.url == Decision.objects.get().get_absolute_url()
    assert client.get(thread.get_absolute_url()).status_code == 404
    actions.restore_thread(thread=thread, actor=moderator)
    assert client.get(thread.get_absolute_url()).status_code == 200
    assert not Post.objects.filter(is_untold=True).exists()


def test_title_and_text_of_a_new_thread_are_looked_through(as_member):
    space = factories.make_space(visibility="public")
    for typed in ({"title": "Who knows SE23 2NF?"}, {"text": NUMBER}):
        html = start(as_member, space, **typed).content.decode()
        assert 'name="why"' in html
    assert not Thread.objects.exists()


def test_an_edit_is_looked_through_but_not_for_what_stood_there_before(as_member, member, thread):
    post = factories.make_post(thread, author=member, source="Ring the clinic on 020 7946 0018.")
    url = reverse("forum:edit", args=[post.pk])
    as_member.post(url, {"text": "Please ring the clinic on 020 7946 0018."})
    post.refresh_from_db()
    assert post.source.startswith("Please") and post.hidden_at is None
    assert 'name="why"' in as_member.post(url, {"text": NUMBER}).content.decode()
    as_member.post(url, {"text": NUMBER, "why": "She asked me to."})
    post.refresh_from_db()
    assert post.source == NUMBER and post.hidden_at


def test_a_held_edit_of_the_first_post_holds_the_thread(member):
    thread = factories.make_thread(factories.make_space(visibility="public"), author=member)
    opening = thread.posts.get(number=1)
    Post.objects.filter(pk=opening.pk).update(author=member)
    client = signed_in(member)
    typed = {"kind": "question", "title": "Who knows SE23 2NF?", "text": "Hello.", "why": "It is the clinic's."}
    client.post(reverse("forum:edit", args=[opening.pk]), typed)
    thread.refresh_from_db()
    assert thread.title == "Who knows SE23 2NF?" and thread.hidden_at


def test_nobody_can_report_for_the_reason_that_is_the_sites_own(as_member, thread):
    post = thread.posts.get(number=2)
    as_member.post(reverse("moderation:report", args=["post", post.pk]), {"reason": "screened", "details": ""})
    assert not Report.objects.exists()
