"""Every view that changes something: works, stranger, too weak a role, bad id, wrong verb, forged CSRF."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.models import Draft, Follow, Post, Space, SpaceMembership, Thread, ThreadRead
from tests import factories
from tests.conftest import signed_in
from tests.forum.conftest import NO_SUCH


def opening(where, **fields):
    return {
        "wish": "post", "kind": "question", "space": where.slug, "title": "Who knows?", "text": "I do not.",
        "form_token": uuid.uuid4().hex, **fields,
    }  # fmt: skip


# Each write: name of the address, whether its argument is a thread, post, space or draft, and what to send.
WRITES = {
    "reply": ("thread", {"wish": "post", "text": "A reply."}),
    "follow": ("thread", {"wanted": "yes"}),
    "read": ("thread", {"number": "2"}),
    "helped": ("thread", {"post": ""}),
    "edit": ("post", {"wish": "post", "text": "Edited.", "kind": "question", "title": "T"}),
    "join": ("space", {}),
    "leave": ("space", {}),
    "invite": ("space", {"handle": "nobody"}),
    "draft": (None, {"draft_key": "reply:1", "text": "x"}),
    "start": (None, {"wish": "post"}),
}


def address(name, thread, bad=False):
    kind = WRITES[name][0]
    found = {"thread": thread.pk, "post": thread.posts.get(number=1).pk, "space": thread.space.slug}
    if kind is None:
        return reverse(f"forum:{name}")
    wrong = "no-such-space" if kind == "space" else NO_SUCH
    return reverse(f"forum:{name}", args=[wrong if bad else found[kind]])


def state():
    models = (Post, Follow, ThreadRead, SpaceMembership, Draft, Thread)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("name", WRITES)
def test_a_visitor_is_led_to_sign_in(name, thread, client):
    before = state()
    response = client.post(address(name, thread), WRITES[name][1])
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert state() == before


@pytest.mark.parametrize("name", [name for name, (kind, _) in WRITES.items() if kind])
def test_a_stranger_finds_nothing_or_may_not(name, thread, as_member):
    before = state()
    status = as_member.post(address(name, thread), WRITES[name][1]).status_code
    # The space itself may be known; what is in it may not.
    expected = {"space": {302, 403}}.get(WRITES[name][0], {404})
    assert status in expected
    if name != "join":
        assert state() == before


@pytest.mark.parametrize("name", WRITES)
def test_suspended_people_may_not(name, thread):
    person = thread.author
    person.groups.clear()
    before = state()
    assert signed_in(person).post(address(name, thread), WRITES[name][1]).status_code == 403
    assert state() == before


@pytest.mark.parametrize("name", [name for name, (kind, _) in WRITES.items() if kind])
def test_bad_ids(name, thread, as_member):
    assert as_member.post(address(name, thread, bad=True), WRITES[name][1]).status_code == 404


@pytest.mark.parametrize("name", WRITES)
def test_wrong_verbs(name, thread, author):
    shows_a_page = name in ("reply", "edit", "start", "leave")
    before = state()
    assert author.get(address(name, thread)).status_code == (200 if shows_a_page else 405)
    assert author.put(address(name, thread)).status_code == 405
    assert author.delete(address(name, thread)).status_code == 405
    assert state() == before


@pytest.mark.parametrize("name", WRITES)
def test_forged_forms(name, thread, forged):
    before = state()
    assert forged(thread.author).post(address(name, thread), WRITES[name][1]).status_code == 403
    assert state() == before


@pytest.mark.parametrize("name", ["index", "new", "drafts", "start"])
def test_looking_changes_nothing(name, thread, author):
    before = state()
    assert author.get(reverse(f"forum:{name}")).status_code == 200
    author.get(thread.get_absolute_url())
    author.get(thread.space.get_absolute_url())
    assert state() == before


class TestStart:
    def test_works(self, as_member, member):
        space, topic, sector, page = (
            factories.make_space(), factories.make_topic(), factories.make_sector(), factories.make_resource(),
        )  # fmt: skip
        data = opening(space, topics=[topic.pk], sectors=[sector.pk], page=page.pk)
        response = as_member.post(reverse("forum:start"), data)
        thread = Thread.objects.get()
        assert (response.status_code, response["Location"]) == (302, thread.get_absolute_url())
        assert (thread.author, thread.page_id, thread.topics.get()) == (member, page.pk, topic)
        again = as_member.post(reverse("forum:start"), data)
        assert again["Location"] == thread.get_absolute_url() and Thread.objects.count() == 1

    def test_is_filled_in_by_its_address(self, as_member):
        space, page = factories.make_space(), factories.make_resource(title="On sleep")
        html = as_member.get(reverse("forum:start"), {"space": space.slug, "page": page.pk}).content.decode()
        assert f'<option value="{space.slug}" selected>' in html
        assert "On sleep" in html and "everyone who has joined this site" in html

    def test_offers_only_spaces_to_write_in(self, as_member, member):
        closed = factories.make_space(visibility="ask", name="Closed room")
        factories.make_space(is_archived=True, name="Old room")
        data = opening(closed)
        html = as_member.get(reverse("forum:start")).content.decode()
        assert "Closed room" not in html and "Old room" not in html
        response = as_member.post(reverse("forum:start"), data)
        assert "You cannot post in that space" in response.content.decode() and not Thread.objects.exists()
        factories.join(closed, member)
        assert as_member.post(reverse("forum:start"), data).status_code == 302

    def test_says_nothing_of_a_page_out_of_sight(self, as_member):
        page = factories.make_resource(title="Not yet public", live=False)
        html = as_member.get(reverse("forum:start"), {"page": page.pk}).content.decode()
        assert "Not yet public" not in html
        as_member.post(reverse("forum:start"), opening(factories.make_space(), page=page.pk))
        assert Thread.objects.get().page is None

    def test_previews_without_posting(self, as_member):
        data = opening(factories.make_space(), wish="preview", text="**Bold** <script>alert(1)</script>")
        html = as_member.post(reverse("forum:start"), data).content.decode()
        assert "<strong>Bold</strong> &lt;script&gt;" in html and not Thread.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("title", "   ", "Give it a title."),
            ("title", "\u202e\u200b!?", "Write a few words"),
            ("title", "x" * 161, "at most 160"),
            ("text", " \n\t\x00 ", "Write a sentence or two."),
            ("text", "x" * 20001, "at most 20000"),
            ("kind", "poll", "Select a valid choice"),
            ("space", "nowhere", "You cannot post in that space"),
            ("topics", ["1", "x"], "is not a valid value"),
        ],
    )
    def test_says_what_is_wrong(self, as_member, field, value, said):
        response = as_member.post(reverse("forum:start"), opening(factories.make_space(), **{field: value}))
        assert response.status_code == 200 and said in response.content.decode()
        assert not Thread.objects.exists()

    def test_at_most_five_topics(self, as_member):
        topics = [factories.make_topic().pk for _ in range(6)]
        response = as_member.post(reverse("forum:start"), opening(factories.make_space(), topics=topics))
        assert "at most five" in response.content.decode() and not Thread.objects.exists()

    def test_keeps_a_draft_and_goes_on_with_it(self, as_member, member):
        space, topic = factories.make_space(), factories.make_topic()
        data = opening(space, wish="draft", title="Half a", text="", topics=[topic.pk])
        assert as_member.post(reverse("forum:start"), data)["Location"] == reverse("forum:drafts")
        draft = Draft.objects.get()
        html = as_member.get(reverse("forum:start"), {"draft": draft.pk}).content.decode()
        assert 'value="Half a"' in html and f'<option value="{space.slug}" selected>' in html
        assert str(uuid.UUID(data["form_token"])) in html
        stranger = signed_in(factories.make_user()).get(reverse("forum:start"), {"draft": draft.pk})
        assert "Half a" not in stranger.content.decode()

    @pytest.mark.parametrize("query", ["?draft=x", "?draft=99999999999999999999", "?page=x&space=%00", "?page=-1"])
    def test_nonsense_in_its_address(self, as_member, query):
        assert as_member.get(reverse("forum:start") + query).status_code == 200


class TestReply:
    def test_works_once(self, thread, author):
        data = {"wish": "post", "text": "A reply.", "form_token": uuid.uuid4().hex}
        addresses = {author.post(address("reply", thread), data)["Location"] for _ in range(2)}
        assert addresses == {f"{thread.get_absolute_url()}#post-4"}
        assert thread.posts.count() == 4

    def test_twenty_first_post_leads_to_page_two(self, author, thread):
        for _ in range(17):
            factories.make_post(thread)
        response = author.post(address("reply", thread), {"text": "The next."})
        assert response["Location"].endswith("?page=2#post-21")

    def test_previews_and_keeps(self, thread, author):
        html = author.post(address("reply", thread), {"wish": "preview", "text": "*So*"}).content.decode()
        assert "<em>So</em>" in html and thread.posts.count() == 3
        author.post(address("reply", thread), {"wish": "draft", "text": "Half a reply"})
        assert "Half a reply" in author.get(thread.get_absolute_url()).content.decode()
        assert "Half a reply" in author.get(address("reply", thread)).content.decode()

    @pytest.mark.parametrize("change", [{"is_locked": True}, {"space__is_archived": True}])
    def test_is_refused_when_closed(self, thread, author, change):
        Thread.objects.filter(pk=thread.pk).update(is_locked="is_locked" in change)
        Space.objects.update(is_archived="is_locked" not in change)
        assert author.post(address("reply", thread), {"text": "Late."}).status_code == 403
        html = author.get(thread.get_absolute_url()).content.decode()
        assert "closed for replies" in html or "archived" in html

    def test_huge_and_empty(self, thread, author):
        for text in ("", " \u200b\n", "\x00\x01", "x" * 20001):
            response = author.post(address("reply", thread), {"text": text})
            assert response.status_code == 200 and "Please check your answers" in response.content.decode()
        assert thread.posts.count() == 3

    def test_control_characters_are_taken_out(self, thread, author):
        author.post(address("reply", thread), {"text": "a\x00b\u202ec\r\nd"})
        assert thread.posts.get(number=4).source == "abc\nd"

    def test_what_was_typed_survives_the_end_of_a_session(self, thread, author):
        page = author.get(thread.get_absolute_url()).content.decode()
        marker = page.split('name="typed_by" value="')[1].split('"')[0]
        author.logout()
        data = {"text": "Typed for an hour", "typed_by": marker, "wish": "post"}
        assert author.post(address("reply", thread), data).status_code == 302
        assert thread.posts.count() == 3
        author.force_login(thread.author, backend="django.contrib.auth.backends.ModelBackend")
        assert "Typed for an hour" in author.get(thread.get_absolute_url()).content.decode()

    def test_quotes(self, thread, author):
        html = author.get(f"{thread.get_absolute_url()}?quote=2").content.decode()
        assert f"&gt; [**{thread.author.display_name}** wrote](/community/post/" in html
        for quote in ("99", "x", "-1", "9" * 30, "%00"):
            response = author.get(f"{thread.get_absolute_url()}?quote={quote}&page={quote}")
            assert response.status_code == 200 and "** wrote]" not in response.content.decode()

    def test_is_limited(self, thread, author):
        statuses = [author.post(address("reply", thread), {"text": f"No. {n}"}).status_code for n in range(21)]
        assert statuses == [302] * 20 + [429]


class TestEdit:
    def test_opening(self, thread, author):
        data = {"wish": "post", "kind": "problem", "title": "Better", "text": "Clearer."}
        assert author.post(address("edit", thread), data).status_code == 302
        thread.refresh_from_db()
        assert (thread.title, thread.kind, thread.posts.get(number=1).source) == ("Better", "problem", "Clearer.")
        html = author.get(thread.get_absolute_url()).content.decode()
        assert "edited" in html

    def test_reply_and_preview(self, thread, author):
        post = thread.posts.get(number=2)
        url = reverse("forum:edit", args=[post.pk])
        assert "Hello." in author.get(url).content.decode()
        assert "<p>Seen</p>" in author.post(url, {"wish": "preview", "text": "Seen"}).content.decode()
        assert author.post(url, {"wish": "post", "text": "New."})["Location"] == reverse("forum:post", args=[post.pk])
        assert author.post(url, {"wish": "post", "text": ""}).status_code == 200
        post.refresh_from_db()
        assert post.source == "New."

    def test_nobody_else(self, thread, as_moderator, as_administrator):
        for client in (as_moderator, as_administrator):
            assert client.get(address("edit", thread)).status_code == 403
            data = {"wish": "post", "kind": "question", "title": "T", "text": "Not mine."}
            assert client.post(address("edit", thread), data).status_code == 403
        assert thread.posts.get(number=1).source == "Hello."


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["index", "space", "thread", "post", "new", "people", "drafts"])
def test_what_only_shows_takes_no_post(name, as_moderator):
    thread = factories.make_thread(factories.make_space(visibility="ask"))
    arguments = {
        "space": [thread.space.slug], "people": [thread.space.slug],
        "thread": [thread.pk, thread.slug], "post": [thread.posts.get().pk],
    }  # fmt: skip
    url = reverse(f"forum:{name}", args=arguments.get(name, []))
    assert as_moderator.get(url).status_code in (200, 302)
    assert as_moderator.post(url).status_code == 405


def test_a_list_does_not_say_that_what_helped_is_marked_while_it_is_hidden(as_member, db):
    thread = factories.make_thread(posts=2)
    thread.answer = thread.posts.get(number=2)
    thread.save(update_fields=["answer"])
    url = reverse("forum:space", args=[thread.space.slug])
    assert "What helped is marked" in as_member.get(url).content.decode()
    Post.objects.filter(pk=thread.answer_id).update(hidden_at=timezone.now())
    assert "What helped is marked" not in as_member.get(url).content.decode()
