"""The forum's single buttons, memberships and drafts."""

import re

import pytest
from django.urls import reverse

from forum import actions
from forum.models import Draft, Follow, Space, SpaceMembership, Thread, ThreadRead
from tests import factories
from tests.conftest import signed_in
from tests.forum.conftest import NO_SUCH


def address(name, thread):
    by_space = name in ("join", "leave", "invite")
    return reverse(f"forum:{name}", args=[thread.space.slug if by_space else thread.pk])


class TestButtons:
    def test_follow_and_stop(self, thread, author):
        for wanted, number in (("yes", 1), ("no", 0)):
            assert author.post(address("follow", thread), {"wanted": wanted}).status_code == 302
            assert Follow.objects.count() == number

    def test_read(self, thread, author):
        assert "Mark as read" in author.get(thread.get_absolute_url()).content.decode()
        assert author.post(address("read", thread), {"number": "99"}).status_code == 302
        assert ThreadRead.objects.get().last_number == 3
        assert "Mark as read" not in author.get(thread.get_absolute_url()).content.decode()
        response = author.post(address("read", thread), {"number": "3"}, headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (200, b"")
        for number in ("", "x", "-1", "9" * 30):
            assert author.post(address("read", thread), {"number": number}).status_code == 404

    def test_first_unread(self, thread, author):
        ThreadRead.objects.create(thread=thread, person=thread.author, last_number=1)
        html = author.get(thread.get_absolute_url()).content.decode()
        assert f'href="{thread.get_absolute_url()}#post-2"' in html and "first of 2 new posts" in html

    def test_helped(self, thread, author):
        post = thread.posts.get(number=2)
        assert author.post(address("helped", thread), {"post": post.pk}).status_code == 302
        thread.refresh_from_db()
        assert thread.answer == post
        html = author.get(thread.get_absolute_url()).content.decode()
        assert "Read it in its place" in html and html.index("helped-title") < html.index('id="post-2"')
        author.post(address("helped", thread), {"post": ""})
        thread.refresh_from_db()
        assert thread.answer is None
        for wrong in (thread.posts.get(number=1).pk, NO_SUCH, "x", factories.make_thread(posts=2).posts.last().pk):
            assert author.post(address("helped", thread), {"post": wrong}).status_code == 404

    def test_only_some_say_what_helped(self, thread):
        other = factories.make_user()
        factories.join(thread.space, other)
        data = {"post": thread.posts.get(number=2).pk}
        assert signed_in(other).post(address("helped", thread), data).status_code == 403

    @pytest.mark.parametrize(("name", "field"), [("pin", "is_pinned"), ("lock", "is_locked")])
    def test_pin_and_lock(self, thread, author, as_moderator, client, forged, name, field):
        url = reverse(f"forum:{name}", args=[thread.pk])
        keeper = factories.make_user()
        factories.join(thread.space, keeper, is_keeper=True)
        assert client.post(url, {"wanted": "yes"}).status_code == 302
        assert author.post(url, {"wanted": "yes"}).status_code == 403
        assert signed_in(factories.make_user()).post(url, {"wanted": "yes"}).status_code == 404
        assert forged(keeper).post(url, {"wanted": "yes"}).status_code == 403
        assert as_moderator.get(url).status_code == 405
        assert as_moderator.post(reverse(f"forum:{name}", args=[NO_SUCH])).status_code == 404
        assert not getattr(Thread.objects.get(pk=thread.pk), field)
        for person, wanted in ((as_moderator, "yes"), (signed_in(keeper), "no")):
            assert person.post(url, {"wanted": wanted}).status_code == 302
            assert getattr(Thread.objects.get(pk=thread.pk), field) == (wanted == "yes")


class TestMembership:
    def test_join_and_leave_an_open_space(self, as_member, member):
        space = factories.make_space()
        as_member.post(reverse("forum:join", args=[space.slug]))
        assert SpaceMembership.objects.get().state == "joined"
        as_member.post(reverse("forum:leave", args=[space.slug]))
        assert not SpaceMembership.objects.exists()

    def test_a_closed_space_asks_before_somebody_leaves(self, thread, author):
        leave = reverse("forum:leave", args=[thread.space.slug])
        assert f'href="{leave}"' in author.get(thread.space.get_absolute_url()).text
        assert "come back only when" in author.get(leave).text
        mine = SpaceMembership.objects.filter(space=thread.space, person=thread.author)
        assert mine.exists()
        author.post(leave)
        assert not mine.exists()

    def test_ask_wait_and_take_back(self, thread, as_member, member):
        url = thread.space.get_absolute_url()
        assert "Why would you like to join?" in as_member.get(url).content.decode()
        as_member.post(reverse("forum:join", args=["nook"]), {"message": "I work\x00 there."})
        membership = SpaceMembership.objects.get(person=member)
        assert (membership.state, membership.message) == ("asked", "I work there.")
        assert "You have asked to join" in as_member.get(url).content.decode()
        as_member.post(reverse("forum:leave", args=["nook"]))
        assert not SpaceMembership.objects.filter(person=member).exists()
        assert as_member.post(reverse("forum:join", args=["nook"]), {"message": "x" * 501}).status_code == 200
        assert not SpaceMembership.objects.filter(person=member).exists()

    def test_an_archived_space_takes_nobody(self, thread, as_member):
        Space.objects.update(is_archived=True)
        assert "not open for new people" in as_member.get(thread.space.get_absolute_url()).content.decode()
        assert as_member.post(reverse("forum:join", args=["nook"])).status_code == 403

    def test_say_no_to_an_invitation(self, as_member, member):
        space = factories.make_space(visibility="invited", slug="secret")
        assert as_member.post(reverse("forum:join", args=["secret"])).status_code == 404
        factories.join(space, member, state="invited")
        assert "You are invited" in as_member.get(space.get_absolute_url()).content.decode()
        response = as_member.post(reverse("forum:leave", args=["secret"]))
        assert response["Location"] == reverse("forum:index")
        assert as_member.get(space.get_absolute_url()).status_code == 404

    def test_keepers_invite_by_handle(self, thread, member, author):
        keeper = factories.make_user()
        factories.join(thread.space, keeper, is_keeper=True)
        url = address("invite", thread)
        assert author.post(url, {"handle": member.handle}).status_code == 403
        client = signed_in(keeper)
        assert "We know nobody by that name" in client.post(url, {"handle": "no one"}).content.decode()
        assert client.post(url, {"handle": f" @{member.handle.upper()} "}).status_code == 302
        assert SpaceMembership.objects.get(person=member).state == "invited"

    def test_keepers_decide(self, thread, member, author, as_moderator, forged):
        keeper = factories.make_user()
        factories.join(thread.space, keeper, is_keeper=True)
        asked = factories.join(thread.space, member, state="asked", message="Please")
        url = reverse("forum:decide", args=["nook", asked.pk])
        client = signed_in(keeper)
        assert "Please" in client.get(reverse("forum:people", args=["nook"])).content.decode()
        assert "Please" not in author.get(reverse("forum:people", args=["nook"])).content.decode()
        for verdict in ("let-in", "turn-down", "keeper"):
            assert author.post(url, {"verdict": verdict}).status_code == 403
        assert client.post(url, {"verdict": "keeper"}).status_code == 403
        assert client.post(url, {"verdict": "other"}).status_code == 404
        assert client.get(url).status_code == 405
        assert forged(keeper).post(url, {"verdict": "let-in"}).status_code == 403
        other = factories.make_space(visibility="ask")
        elsewhere = factories.join(other, member, state="asked")
        assert client.post(reverse("forum:decide", args=["nook", elsewhere.pk])).status_code == 404
        client.post(url, {"verdict": "let-in"})
        as_moderator.post(url, {"verdict": "keeper"})
        asked.refresh_from_db()
        assert (asked.state, asked.is_keeper) == ("joined", True)
        as_moderator.post(url, {"verdict": "not-keeper"})
        late = client.post(url, {"verdict": "turn-down", "was": "asked"}, follow=True)
        assert "Somebody else was quicker" in late.content.decode()
        assert SpaceMembership.objects.filter(pk=asked.pk).exists()
        client.post(url, {"verdict": "turn-down", "was": "joined"})
        assert not SpaceMembership.objects.filter(pk=asked.pk).exists()


def opened_on(client, thread) -> str:
    """What tells this page of the thread from another one."""
    return re.search(r'name="opened" value="(\d+)"', client.get(thread.get_absolute_url()).content.decode())[1]


class TestDrafts:
    def test_kept_while_typing(self, thread, author):
        url = reverse("forum:draft")
        data = {"draft_key": f"reply:{thread.pk}", "text": "Half", "title": "x" * 999, "topics": ["1"] * 99}
        assert "Draft kept" in author.post(url, data).content.decode()
        fields = Draft.objects.get().fields
        assert (fields["text"], len(fields["title"]), len(fields["topics"])) == ("Half", 200, 50)
        for key in ("", "reply:", "reply:x", f"reply:{NO_SUCH}", "thread:short", "other:1"):
            assert author.post(url, {"draft_key": key, "text": "x"}).status_code == 404
        stranger = signed_in(factories.make_user())
        assert stranger.post(url, data).status_code == 404

    def test_nothing_typed_is_no_draft(self, author):
        url, key = reverse("forum:draft"), "thread:" + "0" * 32
        author.post(url, {"draft_key": key, "title": "A beginning", "text": ""})
        assert Draft.objects.exists()
        assert author.post(url, {"draft_key": key, "kind": "question", "title": " ", "text": ""}).content == b""
        assert not Draft.objects.exists()

    def test_what_was_typed_on_another_page_meanwhile_is_not_lost(self, thread, author):
        def type_on(page: str, text: str) -> str:
            data = {"draft_key": f"reply:{thread.pk}", "opened": page, "text": text}
            return author.post(reverse("forum:draft"), data).content.decode()

        def in_the_box() -> str:
            return author.get(thread.get_absolute_url()).context["draft"]

        phone, desk = opened_on(author, thread), opened_on(author, thread)
        assert phone != desk
        type_on(phone, "Half a")
        assert "elsewhere" in type_on(desk, "Typed at the desk")
        assert in_the_box() == "Typed at the desk\n\nHalf a"
        type_on(phone, "Half a thought")
        type_on(desk, "Typed at the desk, twice")
        type_on(desk, "Typed at the desk, three times")
        assert in_the_box() == "Typed at the desk, three times\n\nHalf a thought"
        type_on(phone, "")
        assert in_the_box() == "Typed at the desk, three times\n\nHalf a thought"
        type_on(desk, "")
        assert in_the_box() == "Half a thought"
        later = opened_on(author, thread)
        assert "elsewhere" not in type_on(later, "All of it is here")
        assert in_the_box() == "All of it is here"
        type_on(later, "")
        assert not Draft.objects.exists()

    def test_says_when_there_are_too_many(self, thread, author):
        Draft.objects.bulk_create(
            Draft(person=thread.author, key=f"reply:{n}00000") for n in range(actions.MOST_DRAFTS)
        )
        assert (
            "Not kept"
            in author.post(reverse("forum:draft"), {"draft_key": f"reply:{thread.pk}", "text": "x"}).content.decode()
        )
        response = author.post(address("reply", thread), {"wish": "draft", "text": "x"}, follow=True)
        assert "100 drafts already" in response.content.decode()

    def test_discard(self, thread, author, client, forged, as_member):
        draft = Draft.objects.create(person=thread.author, key="reply:1", fields={"text": "x"})
        url = reverse("forum:discard", args=[draft.pk])
        assert client.post(url).status_code == 302
        assert as_member.post(url).status_code == 404
        assert author.get(url).status_code == 405
        assert forged(thread.author).post(url).status_code == 403
        assert author.post(reverse("forum:discard", args=[NO_SUCH])).status_code == 404
        assert Draft.objects.exists()
        author.post(url)
        assert not Draft.objects.exists()
        assert "No drafts" in author.get(reverse("forum:drafts")).content.decode()
