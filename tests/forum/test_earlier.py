"""What a post said before it was edited: for all its readers, but for what only moderators may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Entry
from forum import actions
from forum.history import GONE, NEW, SAME, Part, compared
from forum.models import PostRevision
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
OPENING = {"kind": "question", "title": "New name", "source": "A <b>threat</b> is gone."}


@pytest.fixture
def post():
    """An edited first post in public."""
    space = factories.make_space(visibility="public")
    thread = factories.make_thread(space, text="A <b>threat</b> is here.", title="Old name")
    return actions.edit_opening(post=thread.posts.get(number=1), editor=thread.author, **OPENING)


@pytest.fixture
def author(post):
    return signed_in(post.author)


def address(post):
    return reverse("forum:earlier", args=[post.pk])


def close_url(revision):
    return reverse("forum:close_earlier", args=[revision.pk])


def remove_url(revision):
    return reverse("forum:remove_earlier", args=[revision.pk])


def test_its_author_goes_back_to_words_that_they_see_in_the_form(post, author, as_member):
    revision = post.revisions.get()
    edit = reverse("forum:edit", args=[post.pk])
    link = f"{edit}?version={revision.pk}"
    assert link in author.get(address(post)).content.decode()
    assert link not in as_member.get(address(post)).content.decode()
    form = author.get(link).context["form"]
    assert (form["text"].value(), form["title"].value()) == ("A <b>threat</b> is here.", "Old name")
    closed = PostRevision.objects.create(post=post, source="Secret")
    other = PostRevision.objects.create(post=factories.make_post(post.thread), source="Elsewhere", is_open=True)
    for number in (closed.pk, other.pk, 10**15, "x"):
        form = author.get(f"{edit}?version={number}").context["form"]
        assert form["text"].value() == OPENING["source"]
    assert as_member.get(link).status_code == 403


class TestReading:
    def test_every_reader_finds_it_from_the_thread_and_sees_what_changed(self, post, client, as_member, as_moderator):
        for reader in (client, as_member, as_moderator):
            assert f'href="{address(post)}"' in reader.get(post.thread.get_absolute_url()).content.decode()
            html = reader.get(address(post)).content.decode()
            assert "<del>here</del>" in html and "<ins>gone</ins>" in html
            assert "A &lt;b&gt;threat&lt;/b&gt; is" in html and "<b>threat" not in html
            assert "Old name" in html
        assert f"changed by {post.author.display_name}" in html

    def test_who_does_not_read_the_post_does_not_read_its_past(self, client, as_member, as_moderator):
        thread = factories.make_thread(factories.make_space(visibility="invited"), text="A secret.")
        post = actions.edit_post(post=thread.posts.get(), editor=thread.author, source="Nothing.")
        for reader in (client, as_member):
            assert reader.get(address(post)).status_code == 404
        assert "secret" in as_moderator.get(address(post)).content.decode()

    def test_nor_that_of_a_hidden_post(self, post, client, author, moderator):
        actions.hide_thread(thread=post.thread, actor=moderator)
        assert client.get(address(post)).status_code == author.get(address(post)).status_code == 404

    def test_what_was_kept_before_histories_were_open_stays_with_the_moderators(self, post, client, as_moderator):
        PostRevision.objects.create(post=post, source="Zanzibar")
        assert "Zanzibar" not in client.get(address(post)).content.decode()
        html = as_moderator.get(address(post)).content.decode()
        assert "Zanzibar" in html and "Only moderators can read this version." in html

    def test_what_stands_around_a_closed_version_is_laid_side_by_side(self, post, client, as_moderator):
        actions.edit_post(post=post, editor=post.author, source="Her name is Zelda.", is_open=True)
        actions.edit_post(post=post, editor=post.author, source="No name here.", is_open=False)
        html = client.get(address(post)).content.decode()
        assert "Zelda" not in html and "<ins>No</ins>" in html
        assert "Zelda" in as_moderator.get(address(post)).content.decode()

    def test_what_looks_like_a_childs_data_is_never_open(self, post, client, author):
        risky = "Her NHS number is 943 476 5919."
        actions.edit_post(post=post, editor=post.author, source=risky)
        actions.edit_post(post=post, editor=post.author, source="Taken out.")
        assert "943" not in client.get(address(post)).content.decode()

    def test_a_post_that_is_not_there_or_was_never_edited(self, post, as_moderator):
        assert as_moderator.get(reverse("forum:earlier", args=[10**15])).status_code == 404
        untouched = factories.make_post(post.thread)
        assert "has never been edited" in as_moderator.get(address(untouched)).content.decode()

    def test_it_only_reads(self, post, as_moderator):
        assert as_moderator.post(address(post)).status_code == 405

    def test_pages_go_on_where_the_one_before_ended(self, post, client):
        for number in range(12):
            actions.edit_post(post=post, editor=post.author, source=f"Version {number}.")
        first = client.get(address(post))
        later = client.get(address(post) + first.context["paging"]["older_url"]).content.decode()
        # The newest version on the second page stands beside the oldest one on the first.
        assert "<del>0</del>" in later and "<ins>1</ins>" in later

    @pytest.mark.parametrize("reader", ["visitor", "moderator"])
    def test_it_costs_the_same_whatever_it_shows(self, reader, post, client, as_moderator):
        browser = client if reader == "visitor" else as_moderator

        def queries():
            with CaptureQueriesContext(connection) as found:
                shown = browser.get(address(post)).content.count(b"<blockquote>")
            return shown, len(found)

        queries()
        assert queries()[0] == 1
        few = queries()[1]
        for number in range(5):
            actions.edit_post(post=post, editor=factories.make_user(), source=f"Version {number}.")
        assert queries() == (6, few)


class TestComparing:
    def test_word_by_word(self):
        assert compared("A red house.", "A blue house!") == [
            Part(SAME, "A "), Part(GONE, "red"), Part(NEW, "blue"), Part(SAME, " house"), Part(GONE, "."),
            Part(NEW, "!"),
        ]  # fmt: skip

    def test_long_texts_by_lines(self):
        line = "word " * 4000
        parts = compared(f"An old\n{line}\nold", f"A new\n{line}\nnew")
        assert [part.text for part in parts if part.kind != SAME] == ["An old\n", "A new\n", "old", "new"]

    def test_what_was_made_to_keep_the_site_busy_as_a_whole(self):
        before, after = ("".join(f"{chr(0x4E00 + n)}\n{mark}" for n in range(6000)) for mark in "xy")
        assert compared(f"Same. {before}", f"Same. {after}") == [
            Part(GONE, f"Same. {before}"), Part(NEW, f"Same. {after}"),
        ]  # fmt: skip

    @pytest.mark.parametrize(("before", "after"), [("", ""), ("", "a"), ("a", ""), ("a\n\nb", "a b")])
    def test_both_texts_can_be_put_together_from_the_parts(self, before, after):
        parts = compared(before, after)
        assert "".join(part.text for part in parts if part.kind != NEW) == before
        assert "".join(part.text for part in parts if part.kind != GONE) == after


class TestKeepingItForModerators:
    def test_the_author_says_so_while_editing(self, post, author, client):
        data = {**OPENING, "text": "Less.", "for_moderators": "on", "wish": "post"}
        assert author.post(reverse("forum:edit", args=[post.pk]), data).status_code == 302
        reply = factories.make_post(post.thread, author=post.author, source="Marmalade.")
        author.post(reverse("forum:edit", args=[reply.pk]), {"text": "Jam.", "for_moderators": "on"})
        assert [row.is_open for row in PostRevision.objects.order_by("pk")] == [True, False, False]
        assert "Marmalade" not in client.get(address(reply)).content.decode()

    def test_or_afterwards_and_so_does_a_moderator(self, post, author, client):
        assert author.post(close_url(post.revisions.get())).url == address(post)
        assert "here" not in client.get(address(post)).content.decode()
        assert Entry.objects.filter(verb="revision.closed").count() == 1

    def test_a_moderator_takes_words_away_for_good(self, post, as_moderator, client):
        revision = post.revisions.get()
        assert "This cannot be undone." in as_moderator.get(remove_url(revision)).content.decode()
        assert as_moderator.post(remove_url(revision)).url == address(post)
        revision.refresh_from_db()
        assert (revision.source, revision.title, revision.is_open) == ("", "", False)
        html = as_moderator.get(address(post)).content.decode()
        assert "taken these words away" in html and "here" not in html.split("<blockquote>")[0].split("<ul")[-1]
        assert "Old name" not in client.get(address(post)).content.decode()
        assert Entry.objects.filter(verb="revision.removed").count() == 1

    def test_who_may_not(self, post, client, as_member, author):
        revision = post.revisions.get()
        assert "/account/login/" in client.post(close_url(revision)).url
        assert as_member.post(close_url(revision)).status_code == 403
        for reader in (as_member, author):
            assert reader.post(remove_url(revision)).status_code == 403
        own = actions.edit_post(post=post, editor=post.author, source="Mine.")
        post.author.groups.add(*factories.make_user("moderator").groups.all())
        assert (
            signed_in(type(post.author).objects.get(pk=post.author_id))
            .post(remove_url(own.revisions.first()))
            .status_code
            == 403
        )
        assert PostRevision.objects.filter(is_open=True).count() == 2

    def test_wrong_numbers_verbs_and_forged_requests(self, post, author, as_moderator):
        revision = post.revisions.get()
        for name in ("close_earlier", "remove_earlier"):
            assert as_moderator.post(reverse(f"forum:{name}", args=[10**15])).status_code == 404
        assert author.get(close_url(revision)).status_code == 405
        assert as_moderator.put(remove_url(revision)).status_code == 405
        closed = PostRevision.objects.create(post=post, source="Secret")
        assert author.post(close_url(closed)).status_code == 404
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(post.author)
        assert forged.post(close_url(revision)).status_code == 403
        revision.refresh_from_db()
        assert revision.is_open
