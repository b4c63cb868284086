"""Thank you, and same here: one press each, counted once, told to the author, listed for members."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions
from forum.models import Post, Reaction
from notifications.models import Event
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in


@pytest.fixture
def post(db):
    thread = factories.make_thread(factories.make_space(visibility="public"), posts=2)
    return thread.posts.get(number=2)


def press(client, post, **said):
    return client.post(reverse("forum:react", args=[post.pk]), said)


def counts(post):
    post.refresh_from_db()
    return post.thanks, post.same


def test_one_press_says_it_another_takes_it_back(as_member, post):
    assert press(as_member, post, thanks="yes").url == post.get_absolute_url()
    press(as_member, post, same="yes")
    assert counts(post) == (1, 1)
    press(as_member, post, thanks="no")
    assert counts(post) == (0, 1)


def test_saying_it_twice_is_saying_it_once(as_member, post):
    for _ in range(2):
        press(as_member, post, thanks="yes")
    assert counts(post) == (1, 0) and Event.objects.filter(kind="thanked").count() == 1
    for _ in range(2):
        press(as_member, post, thanks="no")
    assert counts(post) == (0, 0)


def test_the_page_says_how_many_and_what_one_has_said_oneself(as_member, client, member, post):
    url = post.thread.get_absolute_url()
    press(as_member, post, thanks="yes")
    html = as_member.get(url).content.decode()
    assert "1 thank you" in html and 'name="thanks" value="no" aria-pressed="true"' in html
    assert 'name="same" value="yes" aria-pressed="false"' in html
    visitor = client.get(url).content.decode()
    assert "1 thank you" in visitor and "/reactions/" not in visitor and 'name="thanks"' not in visitor


def test_ones_own_words_have_no_buttons(post):
    client = signed_in(post.author)
    assert f"/post/{post.pk}/react/" not in client.get(post.thread.get_absolute_url()).content.decode()
    assert press(client, post, thanks="yes").status_code == 403


def test_who_may_not_press(client, as_member, post):
    assert press(client, post, thanks="yes").status_code == 302
    assert "/account/login/" in press(client, post, thanks="yes").url
    closed = factories.make_thread(factories.make_space(visibility="invited"))
    assert press(as_member, closed.posts.get(), thanks="yes").status_code == 404
    old = factories.make_thread(factories.make_space(visibility="public", is_archived=True))
    assert press(as_member, old.posts.get(), thanks="yes").status_code == 403
    actions.hide_post(post=post, actor=None)
    assert press(as_member, post, thanks="yes").status_code == 404
    assert not Reaction.objects.exists()


def test_wrong_words_numbers_verbs_and_forged_requests(as_member, member, post):
    assert press(as_member, post, love="yes").status_code == 404
    assert as_member.post(reverse("forum:react", args=[10**15]), {"thanks": "yes"}).status_code == 404
    assert as_member.get(reverse("forum:react", args=[post.pk])).status_code == 405
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(member)
    assert press(forged, post, thanks="yes").status_code == 403
    assert not Reaction.objects.exists()


def test_the_list_of_who_said_it_is_for_members_who_read_the_post(as_member, client, member, post):
    press(as_member, post, thanks="yes")
    url = reverse("forum:reactions", args=[post.pk])
    assert member.display_name in as_member.get(url).content.decode()
    assert client.get(url).status_code == 302
    closed = factories.make_thread(factories.make_space(visibility="invited"))
    assert as_member.get(reverse("forum:reactions", args=[closed.posts.get().pk])).status_code == 404
    empty = reverse("forum:reactions", args=[post.thread.posts.get(number=1).pk])
    assert "Nobody has said" in as_member.get(empty).content.decode()


def test_the_author_hears_of_it_in_the_inbox(as_member, member, post):
    press(as_member, post, thanks="yes")
    press(as_member, post, same="yes")
    drain()
    html = signed_in(post.author).get(reverse("notifications:inbox")).content.decode()
    assert f"{member.display_name} thanks you" in html


def test_queries_do_not_grow_with_what_was_said(as_member, member, post):
    def asked(url):
        as_member.get(url)
        with CaptureQueriesContext(connection) as found:
            assert as_member.get(url).status_code == 200
        return len(found)

    page, people = post.thread.get_absolute_url(), reverse("forum:reactions", args=[post.pk])
    for other in post.thread.posts.all():
        if other.author_id != member.pk:
            actions.set_reaction(post=other, person=member, kind="same", wanted=True)
    few = asked(page), asked(people)
    for _ in range(5):
        person = factories.make_user(sector=factories.make_sector(), place=factories.make_place())
        actions.set_reaction(post=post, person=person, kind="thanks", wanted=True)
    assert (asked(page), asked(people)) == few
    assert few[0] <= 14


def test_somebody_who_has_left_still_counts(member, post):
    actions.set_reaction(post=post, person=member, kind="thanks", wanted=True)
    member.delete()
    assert Reaction.objects.get().person is None
    assert Post.objects.get(pk=post.pk).thanks == 1
