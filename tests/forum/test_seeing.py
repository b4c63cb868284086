"""Who sees what, on every surface of the forum: visibility × standing × surface."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from forum import permissions
from forum.models import Draft, Post, Space, SpaceMembership, Thread
from tests import factories
from tests.conftest import signed_in
from tests.forum.conftest import VISIBILITIES

EVERYBODY = {
    "visitor", "suspended", "member", "asked", "invited", "joined", "keeper", "editor", "moderator", "administrator",
}  # fmt: skip
INSIDE = {"joined", "keeper", "moderator", "administrator"}
MEMBERS = EVERYBODY - {"visitor", "suspended"}
READS = {"public": EVERYBODY, "members": MEMBERS, "ask": INSIDE, "invited": INSIDE}
KNOWS = {"public": EVERYBODY, "members": MEMBERS, "ask": MEMBERS, "invited": INSIDE | {"invited"}}


def readable(name):
    return {visibility for visibility in READS if name in READS[visibility]}


@pytest.fixture(params=sorted(EVERYBODY))
def standing(request, people):
    return request.param, people[request.param]


def test_querysets(house, standing):
    name, person = standing
    user = person or AnonymousUser()
    assert {thread.space.visibility for thread in Thread.objects.visible_to(user)} == readable(name)
    assert {post.thread.space.visibility for post in Post.objects.visible_to(user)} == readable(name)
    assert {space.visibility for space in Space.objects.readable_by(user)} == readable(name)
    known = {visibility for visibility in KNOWS if name in KNOWS[visibility]}
    assert {space.visibility for space in Space.objects.visible_to(user)} == known


def test_one_thread_by_the_same_rule(house, standing):
    """`get_visible` asks in Python what `visible_to` asks in SQL."""
    name, person = standing
    user = person or AnonymousUser()
    hidden = factories.make_thread(house["public"].space, hidden_at="2026-01-01T00:00Z")
    for thread in [*house.values(), hidden]:
        by_sql = Thread.objects.visible_to(user).filter(pk=thread.pk).exists()
        assert (Thread.objects.get_visible(thread.pk, user) is not None) == by_sql, thread
        assert permissions.can_read(user, Space.objects.get(pk=thread.space_id)) == (
            thread.space.visibility in readable(name)
        )


def test_list_of_spaces(house, standing, browse):
    name, person = standing
    page = browse(person).get(reverse("forum:index")).content.decode()
    for visibility in house:
        assert (f"Name of {visibility}" in page) == (name in KNOWS[visibility]), visibility
        assert (f"Secret of {visibility}" in page) == (name in READS[visibility]), visibility


def test_counts_of_closed_spaces_are_not_shown(house, people):
    Space.objects.update(thread_count=4321)
    page = signed_in(people["member"]).get(reverse("forum:index")).content.decode()
    assert page.count("4321") == 2


def test_page_of_a_space(house, standing, browse):
    name, person = standing
    for visibility, thread in house.items():
        response = browse(person).get(thread.space.get_absolute_url())
        assert response.status_code == (200 if name in KNOWS[visibility] else 404), visibility
        assert (thread.title in response.content.decode()) == (name in READS[visibility]), visibility


def test_thread_quote_and_permalinks(house, standing, browse):
    name, person = standing
    for visibility, thread in house.items():
        post = thread.posts.get(number=2)
        expected = name in READS[visibility]
        client = browse(person)
        assert client.get(thread.get_absolute_url()).status_code == (200 if expected else 404)
        assert client.get(f"{thread.get_absolute_url()}?quote=2").status_code == (200 if expected else 404)
        assert client.get(reverse("forum:post", args=[post.pk])).status_code == (302 if expected else 404)


def test_a_wrong_slug_tells_nothing(house, client):
    address = reverse("forum:thread", args=[house["members"].pk, "wrong"])
    assert client.get(address).status_code == 404
    address = reverse("forum:thread", args=[house["public"].pk, "wrong"])
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, house["public"].get_absolute_url())


def test_newest_of_all(house, standing, browse):
    name, person = standing
    response = browse(person).get(reverse("forum:new"))
    if name in ("visitor", "suspended"):
        assert response.status_code == (302 if name == "visitor" else 403)
        return
    page = response.content.decode()
    assert {visibility for visibility in house if f"Secret of {visibility}" in page} == readable(name)


def test_template_tags(house, standing):
    name, person = standing
    request = RequestFactory().get("/")
    request.user = person or AnonymousUser()
    page = factories.make_resource()
    for thread in house.values():
        Thread.objects.filter(pk=thread.pk).update(page=page, reply_count=0)
        if person:
            thread.follows.create(person=person)
    about = "{% load forum_tags %}{% discussions_about page as t %}{% for x in t %}{{ x.title }};{% endfor %}"
    latest = "{% load forum_tags %}{% latest_threads 9 as t %}{% for x in t %}{{ x.title }};{% endfor %}"
    waiting = "{% load forum_tags %}{% unanswered_for user 9 as t %}{% for x in t %}{{ x.title }};{% endfor %}"
    followed = "{% load forum_tags %}{% new_in_followed user 9 as t %}{% for x in t %}{{ x.title }};{% endfor %}"
    for source in (about, latest, waiting, followed):
        shown = Template(source).render(Context({"request": request, "user": request.user, "page": page}))
        expected = set() if source == followed and person is None else readable(name)
        assert {visibility for visibility in house if f"Secret of {visibility}" in shown} == expected, source


def test_feeds_are_public_whoever_asks(house, standing, browse):
    _name, person = standing
    client = browse(person)
    for address in (reverse("forum:feed"), reverse("forum:space_feed", args=["room-public"])):
        feed = client.get(address).content.decode()
        assert {visibility for visibility in house if f"Secret of {visibility}" in feed} == {"public"}
    for visibility in ("members", "ask", "invited"):
        assert client.get(reverse("forum:space_feed", args=[f"room-{visibility}"])).status_code == 404


def test_a_public_space_may_stay_out_of_feeds(house, client):
    Space.objects.update(open_to_search_engines=False)
    assert "Secret" not in client.get(reverse("forum:feed")).content.decode()
    assert client.get(reverse("forum:space_feed", args=["room-public"])).status_code == 404


def test_drafts_name_no_thread_that_is_out_of_sight(house, people):
    person = people["joined"]
    for thread in house.values():
        Draft.objects.create(person=person, key=f"reply:{thread.pk}", fields={"text": "What I began"})
    client = signed_in(person)
    assert client.get(reverse("forum:drafts")).content.decode().count("Secret of") > 4
    SpaceMembership.objects.filter(person=person).delete()
    page = client.get(reverse("forum:drafts")).content.decode()
    assert "Secret of ask" not in page and "Secret of invited" not in page and "Secret of members" in page
    assert page.count("What I began") == 4
    assert "What I began" not in signed_in(people["member"]).get(reverse("forum:drafts")).content.decode()


def test_people_of_closed_spaces(house, standing, browse):
    name, person = standing
    client = browse(person)
    for visibility in house:
        response = client.get(reverse("forum:people", args=[f"room-{visibility}"]))
        if name == "visitor":
            assert response.status_code == 302
        elif name == "suspended":
            assert response.status_code == 403
        elif visibility in ("public", "members"):
            # Who has joined an open one only those know who keep it.
            assert response.status_code == (200 if name in ("keeper", "moderator", "administrator") else 403)
        else:
            seen = 403 if name in KNOWS[visibility] else 404
            assert response.status_code == (200 if name in READS[visibility] else seen)


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_robots(house, people, client, visibility):
    thread = house[visibility]
    viewer = client if visibility == "public" else signed_in(people["moderator"])
    for address in (thread.get_absolute_url(), thread.space.get_absolute_url()):
        response = viewer.get(address)
        assert ("X-Robots-Tag" in response) == (visibility != "public")
        assert ('rel="canonical"' in response.content.decode()) == (visibility == "public")
    Space.objects.filter(pk=thread.space_id).update(open_to_search_engines=False)
    assert viewer.get(thread.get_absolute_url())["X-Robots-Tag"] == "noindex"


def test_canonical_leaves_out_what_does_not_count(house, client, settings):
    url = house["public"].get_absolute_url()
    page = client.get(f"{url}?page=1&quote=2&x=1").content.decode()
    assert f'<link rel="canonical" href="{settings.BASE_URL}{url}">' in page


def test_hidden_posts_leave_a_trace(house, people, client):
    thread = house["public"]
    post = thread.posts.get(number=2)
    Post.objects.filter(pk=post.pk).update(hidden_at="2026-01-01T00:00Z", html="<p>gone words</p>")
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "gone words" not in page and "taken this post down" in page
    assert client.get(reverse("forum:post", args=[post.pk])).status_code == 404
    assert "gone words" in signed_in(people["moderator"]).get(thread.get_absolute_url()).content.decode()
    quoting = signed_in(people["member"]).get(f"{thread.get_absolute_url()}?quote=2")
    assert "wrote:" not in quoting.content.decode()


def test_hidden_threads_are_gone_for_all_but_moderators(house, people, client):
    thread = house["public"]
    Thread.objects.filter(pk=thread.pk).update(hidden_at="2026-01-01T00:00Z")
    for viewer in (client, signed_in(people["keeper"]), signed_in(thread.author)):
        assert viewer.get(thread.get_absolute_url()).status_code == 404
    assert signed_in(people["moderator"]).get(thread.get_absolute_url()).status_code == 200
    for viewer in (client, signed_in(people["moderator"])):
        assert thread.title not in viewer.get(thread.space.get_absolute_url()).content.decode()
        assert thread.title not in viewer.get(reverse("forum:feed")).content.decode()


def test_names_link_to_profiles_for_members_only(house, people, client):
    thread = house["public"]
    profile = f'href="{thread.author.get_absolute_url()}"'
    assert profile not in client.get(thread.get_absolute_url()).content.decode()
    assert profile not in signed_in(people["suspended"]).get(thread.get_absolute_url()).content.decode()
    assert profile in signed_in(people["member"]).get(thread.get_absolute_url()).content.decode()


def test_mentions_link_for_members_only(house, people, client):
    thread = house["public"]
    handle = people["keeper"].handle
    Post.objects.filter(thread=thread, number=2).update(html=f"<p>Ask @{handle}.</p>")
    link = f'<a class="mention" href="/people/{handle}/">'
    assert link not in client.get(thread.get_absolute_url()).content.decode()
    assert link in signed_in(people["member"]).get(thread.get_absolute_url()).content.decode()


def test_what_a_thread_is_about_shows_only_to_who_may_see_it(house, people, client):
    page = factories.make_resource(title="About sleep")
    thread = house["public"]
    Thread.objects.filter(pk=thread.pk).update(page=page)
    assert "About sleep" in client.get(thread.get_absolute_url()).content.decode()
    factories.for_members_only(page)
    assert "About sleep" not in client.get(thread.get_absolute_url()).content.decode()
    assert "About sleep" in signed_in(people["member"]).get(thread.get_absolute_url()).content.decode()
    page.live = False
    page.save(update_fields=["live"])
    assert "About sleep" not in signed_in(people["member"]).get(thread.get_absolute_url()).content.decode()
