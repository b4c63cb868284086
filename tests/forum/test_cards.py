"""Addresses of this site in posts: cards for each reader, and "mentioned in" on the other side."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.citations import posts_that_point
from forum.models import Post, PostLink, Thread
from forum.templatetags.forum_tags import discussions_about
from knowledge.actions import statistics
from knowledge.models import ResourceMonth
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return factories.make_space(visibility="public", open_to_search_engines=True)


@pytest.fixture
def thread(space):
    return factories.make_thread(space, title="Sleep at night")


@pytest.fixture
def page():
    return factories.make_resource(title="Brushing twice", summary="What helps with teeth.")


def write(space, text, **fields):
    author = factories.make_user()
    return actions.start_thread(
        space=space, author=author, kind="question", title="Look at this", source=text, **fields
    ).posts.get(number=1)


def targets(post):
    return [link.target_id and f"post {link.target_id}" or f"page {link.page_id}" for link in post.links.order_by("pk")]


def test_every_kind_of_address_is_known(space, thread, page):
    second = factories.make_post(thread)
    webinar = factories.make_webinar()
    base, first = settings.BASE_URL, thread.posts.get(number=1)
    text = (
        f"See {base}{thread.get_absolute_url()}?page=1#post-1 and [this]({page.url}).\n\n"
        f"/community/post/{second.pk}/\n\n"
        f"{base}/r/{page.pk}/ again, {base}{webinar.url}"
    )
    post = write(space, text)
    assert targets(post) == [f"post {first.pk}", f"page {page.pk}", f"post {second.pk}", f"page {webinar.pk}"]
    assert post.link_count == 4


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/community/post/1/",
        "> {base}{thread}",
        "`{base}{thread}`",
        "{base}/community/thread/999999/none/ {base}/community/post/999999/ {base}/library/none/ {base}/people/x/",
        "{base}/ {base}/%00/ {base}/r/99999999999999999999/ http://[x {base}/library/{long}/",
    ],
)
def test_what_is_no_address_of_ours_has_no_card(space, thread, text):
    words = {"base": settings.BASE_URL, "thread": thread.get_absolute_url(), "long": "x" * 600}
    post = write(space, text.format(**words))
    assert (targets(post), post.link_count) == ([], 0)


def test_a_post_has_five_cards_at_most(space):
    threads = [factories.make_thread(space) for _ in range(7)]
    post = write(space, "\n\n".join(settings.BASE_URL + each.get_absolute_url() for each in threads))
    assert post.link_count == post.links.count() == 5


def test_cards_say_what_stands_there(client, space, thread, page):
    webinar = factories.make_webinar(title="Teeth live")
    addresses = [thread.get_absolute_url(), page.url, webinar.url]
    post = write(space, "\n\n".join(f"{settings.BASE_URL}{address}" for address in addresses))
    cards = client.get(post.thread.get_absolute_url()).context["posts"][0]["cards"]
    assert [card.title for card in cards] == ["Sleep at night", "Brushing twice", "Teeth live"]
    assert cards[1].text == "What helps with teeth." and cards[2].kind == "Webinar"
    text = client.get(post.thread.get_absolute_url()).text
    assert text.count('<p class="row-title">') >= 3


def test_what_a_reader_may_not_see_stays_a_plain_link(client, space, page):
    closed = factories.make_thread(factories.make_space(visibility="ask"), title="Secret of the room")
    factories.for_members_only(page)
    post = write(space, f"{settings.BASE_URL}{closed.get_absolute_url()}\n\n{settings.BASE_URL}{page.url}")
    url = post.thread.get_absolute_url()
    assert client.get(url).context["posts"][0]["cards"] == ()
    for reader, titles in (
        (factories.make_user(), {page.title}),
        (factories.make_user("moderator"), {page.title, closed.title}),
    ):
        assert {card.title for card in signed_in(reader).get(url).context["posts"][0]["cards"]} == titles


def test_a_thread_says_where_it_is_mentioned(client, space, thread):
    url = settings.BASE_URL + thread.get_absolute_url()
    assert client.get(thread.get_absolute_url()).context["mentions"] == ()
    open_one, closed = write(space, url), write(factories.make_space(visibility="ask"), url)
    actions.post_reply(thread=open_one.thread, author=factories.make_user(), source=f"Again {url}")
    shown = client.get(thread.get_absolute_url())
    assert [title for title, _url in shown.context["mentions"]] == ["Look at this"]
    assert "Mentioned in" in shown.text
    moderator = signed_in(factories.make_user("moderator"))
    assert len(moderator.get(thread.get_absolute_url()).context["mentions"]) == 2
    actions.hide_thread(thread=open_one.thread, actor=None)
    actions.hide_post(post=closed, actor=None)
    assert moderator.get(thread.get_absolute_url()).context["mentions"] == ()


def test_a_page_says_where_it_is_mentioned(client, rf, space, page):
    about = factories.make_thread(space, page=page, title="About it")
    post = write(space, f"{settings.BASE_URL}{page.url}")
    actions.post_reply(thread=about, author=factories.make_user(), source=f"{settings.BASE_URL}{page.url}")
    text = client.get(page.url).text
    assert text.count("Look at this") == 1 and text.count("Mentioned in") == 1
    request = rf.get("/")
    request.user = factories.make_user()
    found = discussions_about({"request": request}, page)
    assert {(thread.title, thread.how) for thread in found} == {("About it", ""), ("Look at this", "Mentioned in")}
    actions.hide_post(post=post, actor=None)
    assert "Look at this" not in client.get(page.url).text


def test_an_edit_brings_the_links_up_to_date(space, thread, page):
    post = write(space, f"{settings.BASE_URL}{page.url}")
    author = post.author
    actions.edit_post(post=post, editor=author, source=f"{settings.BASE_URL}{thread.get_absolute_url()}")
    post.refresh_from_db()
    assert targets(post) == [f"post {thread.posts.get().pk}"] and post.link_count == 1
    actions.edit_post(post=post, editor=author, source="Nothing any more.")
    post.refresh_from_db()
    assert (targets(post), post.link_count) == ([], 0)


def test_links_to_ones_own_thread_have_no_card(space, thread):
    post = actions.post_reply(
        thread=thread, author=factories.make_user(), source=settings.BASE_URL + thread.get_absolute_url()
    )
    assert post.link_count == 0


def test_links_follow_the_posts_that_they_lead_to(client, space, thread):
    other, keeper = factories.make_thread(space, title="The other"), factories.make_user("moderator")
    third = factories.make_post(thread)
    post = write(
        space, f"{settings.BASE_URL}{thread.get_absolute_url()} {settings.BASE_URL}/community/post/{third.pk}/"
    )

    def cards():
        return {card.title for card in client.get(post.thread.get_absolute_url()).context["posts"][0]["cards"]}

    merged = actions.merge_threads(thread=thread, into=other, actor=keeper)
    assert cards() == {"The other"}
    assert client.get(other.get_absolute_url()).context["mentions"]
    later = write(space, settings.BASE_URL + thread.get_absolute_url())
    assert later.links.get().thread == other
    actions.undo(made=merged, actor=keeper)
    assert cards() == {"Sleep at night"}
    assert client.get(thread.get_absolute_url()).context["mentions"]
    made = actions.split_thread(thread=thread, posts=[third], title="By itself", actor=keeper)
    assert cards() == {"Sleep at night", "By itself"}
    assert client.get(made.thread.get_absolute_url()).context["mentions"]


def test_erasing_takes_the_links_along(space, page):
    post = write(space, f"{settings.BASE_URL}{page.url}")
    actions.delete_post(post=post, actor=post.author)
    Post.objects.update(deleted_at=timezone.now() - dt.timedelta(days=1))
    actions.erase_deleted()
    assert not PostLink.objects.exists() and Post.objects.get(pk=post.pk).link_count == 0


def test_old_posts_get_their_links_by_a_command(space, page, capsys):
    old = factories.make_post(factories.make_thread(space), source=f"Look: {settings.BASE_URL}{page.url}")
    for _ in range(2):
        call_command("link_posts")
        assert "1 posts point" in capsys.readouterr().out
    old.refresh_from_db()
    assert (targets(old), old.link_count) == ([f"page {page.pk}"], 1)


def test_the_library_counts_them_as_citations(space, page):
    address = f"{settings.BASE_URL}{page.url}"
    write(space, address)
    write(space, f"It is about {address} anyway.", page=page.page_ptr)
    hidden = write(space, address)
    actions.hide_post(post=hidden, actor=None)
    now = timezone.now()
    assert posts_that_point(now - dt.timedelta(days=1), now + dt.timedelta(days=1)).count() == 1
    statistics.gather()
    assert ResourceMonth.objects.filter(page=page).latest("month").cited == 2


def test_cards_cost_the_same_however_many_there_are(client, space, page):
    others = [factories.make_resource() for _ in range(4)]
    threads = [
        factories.make_thread(factories.make_space(visibility="public", open_to_search_engines=True)) for _ in range(5)
    ]
    few = write(space, f"{settings.BASE_URL}{page.url} {settings.BASE_URL}{threads[0].get_absolute_url()}")
    many = write(space, " ".join(settings.BASE_URL + each.url for each in others))
    for thread in threads:
        source = f"{settings.BASE_URL}{thread.get_absolute_url()} {settings.BASE_URL}{page.url}"
        actions.post_reply(thread=many.thread, author=factories.make_user(), source=source)
    counts = []
    for post in (few, many):
        Thread.objects.filter(pk=post.thread_id).update(last_number=post.thread.posts.count())
        client.get(post.thread.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            client.get(post.thread.get_absolute_url())
        counts.append(len(found))
    assert counts[0] == counts[1] <= 10


@pytest.mark.postgres
def test_nobody_waits_for_another_thread_that_is_mentioned(space, thread):
    """Writing a link takes no lock on the thread that it leads to: two that point at each other never wait."""
    with CaptureQueriesContext(connection) as found:
        write(space, settings.BASE_URL + thread.get_absolute_url())
    assert not [row["sql"] for row in found if row["sql"].startswith("UPDATE") and "forum_thread" in row["sql"]]
