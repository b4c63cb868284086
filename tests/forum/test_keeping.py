"""The forum as moderators and editors meet it: the desk's adapters and the CMS."""

import re

import pytest
from django.urls import reverse

from forum import actions
from forum.desk import people_asking
from forum.models import Post, Space, Thread
from markup.registry import registered
from moderation import registry
from tests import factories
from tests.conftest import signed_in


def test_posts_and_threads_can_be_reported_and_hidden(moderator):
    thread = factories.make_thread(posts=2, text="What was said.")
    post = thread.posts.get(number=2)
    for kind, subject in (("post", post), ("thread", thread)):
        adapter = registry.of_kind(kind)
        found = adapter.visible_to(moderator).get(pk=subject.pk)
        summary = adapter.summary(found)
        assert (summary.title, summary.text, summary.author) == (thread.title, "What was said.", thread.author)
        assert summary.url.startswith(thread.get_absolute_url())
        adapter.hide(found, None)
        assert type(subject).objects.get(pk=subject.pk).hidden_at is not None
        adapter.restore(found, moderator)
        assert type(subject).objects.get(pk=subject.pk).hidden_at is None


@pytest.mark.django_db
def test_every_post_has_a_report_link(client):
    thread = factories.make_thread(factories.make_space(visibility="public"), posts=2)
    html = client.get(thread.get_absolute_url()).content.decode()
    assert reverse("moderation:report", args=["thread", thread.pk]) in html
    assert reverse("moderation:report", args=["post", thread.posts.get(number=2).pk]) in html


def test_join_requests_wait_on_the_desk(moderator, django_assert_num_queries):
    space = factories.make_space(visibility="ask", name="Nook")
    for number in range(3):
        person = factories.make_user(display_name=f"Asker {number}")
        actions.ask_to_join(space=space, person=person, message="Because")
    assert moderator.is_moderator
    with django_assert_num_queries(1):
        items = people_asking(moderator)
    assert [item.who for item in items] == ["Asker 0", "Asker 1", "Asker 2"]
    assert str(items[0].title) == "Join request: Nook" and items[0].url == "/community/nook/people/".replace(
        "nook", space.slug
    )
    assert people_asking(factories.make_user()) == []


def test_member_text_can_be_rendered_again():
    assert {(stored.model, stored.html) for stored in registered()} >= {(Post, "html"), (Space, "welcome_html")}


@pytest.fixture
def rights(db):
    from django.core.management import call_command

    call_command("grant_rights", verbosity=0)


def space_form(**fields):
    return {
        "name": "New room", "slug": "new-room", "purpose": "To talk.", "welcome_source": "**Hello**",
        "visibility": "members", "position": "1", "expires_after_days": "90",
        "who_starts": "members", "who_replies": "members", **fields,
    }  # fmt: skip


def add_url():
    return reverse("wagtailsnippets_forum_space:add")


def test_editors_make_spaces_in_the_cms(rights, editor):
    response = signed_in(editor).post(add_url(), space_form())
    assert response.status_code == 302
    space = Space.objects.get()
    assert (space.name, space.welcome_html) == ("New room", "<p><strong>Hello</strong></p>")
    edit = reverse("wagtailsnippets_forum_space:edit", args=[space.pk])
    assert signed_in(editor).post(edit, space_form(visibility="ask")).status_code == 302
    space.refresh_from_db()
    assert space.visibility == "ask"
    assert "New room" in signed_in(editor).get(reverse("wagtailsnippets_forum_space:list")).content.decode()


@pytest.mark.parametrize(
    ("name", "slug"), [("Night Feeds & Sleep", "night-feeds-sleep"), ("Thread", ""), ("Сон", ""), ("Taken already", "")]
)
def test_an_address_that_is_left_empty_is_made_of_the_name_where_it_can_be(rights, editor, name, slug):
    factories.make_space(name="Another", slug="taken-already")
    answer = signed_in(editor).post(add_url(), space_form(name=name, slug=""))
    assert list(Space.objects.filter(name=name).values_list("slug", flat=True)) == ([slug] if slug else [])
    assert answer.status_code == (302 if slug else 200)


@pytest.mark.parametrize("name", ["choose", "choose_results", "chosen"])
def test_only_those_who_look_after_spaces_choose_one_in_the_cms(rights, editor, name):
    factories.make_space(name="Quiet circle", visibility="invited", is_reflective=True)
    other = factories.make_user("moderator")
    url = reverse(f"wagtailsnippetchoosers_forum_space:{name}", args=[1] if name == "chosen" else [])
    # Wagtail leads whoever may not to its first page.
    refused = signed_in(other).get(url)
    assert refused.status_code in (302, 403) and "Quiet circle" not in refused.content.decode()
    if name != "chosen":
        assert "Quiet circle" in signed_in(editor).get(url).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "thread"},
        {"slug": "with space"},
        {"name": " \u202e\u200b "},
        {"open_to_search_engines": "on"},
        {"welcome_source": "x" * 20001},
        {"visibility": "everyone"},
    ],
)
def test_the_cms_says_what_is_wrong_with_a_space(rights, editor, wrong):
    response = signed_in(editor).post(add_url(), space_form(**wrong))
    assert response.status_code == 200 and not Space.objects.exists()


def test_nobody_else_makes_spaces(rights, member, client):
    for viewer in (client, signed_in(member)):
        assert viewer.post(add_url(), space_form()).status_code == 302
    assert not Space.objects.exists()


def test_moderators_do_not_change_spaces(rights, moderator):
    signed_in(moderator).post(add_url(), space_form())
    assert not Space.objects.exists()


def test_posts_are_nowhere_in_the_cms(rights, editor):
    from django.urls import NoReverseMatch

    for model in ("post", "thread"):
        with pytest.raises(NoReverseMatch):
            reverse(f"wagtailsnippets_forum_{model}:list")
    assert Thread._meta.label not in signed_in(editor).get("/cms/").content.decode()


def test_a_reply_that_was_begun_for_fewer_readers_is_asked_about(member):
    space, other = factories.make_space(visibility="ask"), factories.make_space(visibility="public")
    factories.join(space, member)
    thread = factories.make_thread(space)
    client, url = signed_in(member), f"/community/reply/{thread.pk}/"

    def readers(page):
        return re.search(r'name="readers" value="([^"]+)"', page.content.decode())[1]

    typed = {"text": "Between us.", "wish": "post", "readers": readers(client.get(thread.get_absolute_url()))}
    actions.move_thread(thread=thread, space=other, actor=thread.author)
    page = client.post(url, typed)
    assert "Others can read this conversation now" in page.content.decode()
    assert "anyone on the internet" in page.content.decode()
    assert thread.posts.count() == 1
    assert client.post(url, {**typed, "readers": readers(page)}).status_code == 302
    assert thread.posts.count() == 2
