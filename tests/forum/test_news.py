"""New replies announced while somebody reads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def thread():
    return factories.make_thread(factories.make_space(visibility="members"), posts=19)


def ask(client, thread, after):
    return client.get(reverse("forum:news", args=[thread.pk]), {"after": after})


def test_says_how_many_and_leads_to_the_first(as_member, thread):
    assert ask(as_member, thread, 19).status_code == 204
    for _ in range(2):
        factories.make_post(thread)
    said = ask(as_member, thread, 19).content.decode()
    assert "2 new replies – show them" in said and f'{thread.get_absolute_url()}?to=21#post-20"' in said
    said = ask(as_member, thread, 20).content.decode()
    assert "1 new reply – show it" in said and "?page=2&amp;to=21#post-21" in said


def test_neither_ones_own_nor_hidden_replies(as_member, member, thread):
    mine, hidden = factories.make_post(thread, author=member), factories.make_post(thread)
    actions.hide_post(post=hidden, actor=None)
    assert ask(as_member, thread, 19).status_code == 204
    left = factories.make_post(thread)
    type(left).objects.filter(pk=left.pk).update(author=None)
    assert "1 new reply" in ask(as_member, thread, 19).content.decode()
    assert mine.number == 20


def test_the_page_asks_for_members_only(as_member, client, thread):
    asked = f'hx-get="{reverse("forum:news", args=[thread.pk])}?after=19"'
    html = as_member.get(thread.get_absolute_url()).content.decode()
    assert asked in html and "js/news.js" in html and html.count('role="status" data-news') == 1
    type(thread.space).objects.update(visibility="public")
    html = client.get(thread.get_absolute_url()).content.decode()
    assert "data-news" not in html and "news.js" not in html


def test_unseen_wrong_numbers_and_verbs(as_member, client, thread):
    closed = factories.make_thread(factories.make_space(visibility="invited"))
    assert ask(as_member, closed, 0).status_code == ask(client, thread, 0).status_code == 404
    for after in ("", "x", "-1", "9" * 30):
        assert ask(as_member, thread, after).status_code == 404
    assert as_member.post(reverse("forum:news", args=[thread.pk])).status_code == 405
    assert as_member.get(reverse("forum:news", args=[10**15]), {"after": 1}).status_code == 404


@pytest.mark.parametrize(("new", "most"), [(0, 1), (1, 2), (30, 2)])
def test_costs_at_most_two_queries(new, most, thread):
    reader = factories.make_user()
    for _ in range(new):
        factories.make_post(thread, author=thread.author)
    client = signed_in(reader)
    ask(client, thread, 19)
    with CaptureQueriesContext(connection) as found:
        ask(client, thread, 19)
    own = [query["sql"] for query in found if '"forum_' in query["sql"]]
    assert len(own) == most
