"""Posts without a name: nobody is shown who wrote one, but by the one button that leaves a trace."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Trust, User
from accounts.privacy import everything_about
from audit.models import Entry
from forum import actions, nameless, permissions
from forum.actions import erase_attachments_of
from forum.answering import answer, read_by
from forum.digests import new_where_followed
from forum.models import Nameless, Post, Space, SpaceMembership, Thread
from forum.permissions import can_delete, can_edit, can_mark_answer, can_react
from moderation import actions as moderation
from moderation.models import Decision, Report
from notifications import digests, following
from notifications.kinds import NotTaken
from notifications.models import Event, Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FEWEST = nameless.FEWEST_OF_A_SECTOR
NAME, WORD = "Quetzalcoatl", "marmalade"


class Scene:
    """A question and a reply without a name, both by one person who also wrote with theirs in another thread."""

    def __init__(self) -> None:
        self.sector = factories.make_sector(name="Falconry")
        self.author = factories.make_user(display_name=f"{NAME} Unnamed", handle="quetzalcoatl", sector=self.sector)
        self.space = factories.make_space(slug="aviary", visibility="public", allows_nameless=True)
        self.keeper, self.member = factories.make_user(), factories.make_user()
        self.moderator = factories.make_user("moderator")
        factories.join(self.space, self.keeper, is_keeper=True)
        for wish in (self.member, self.keeper):
            following.set_wish(person=wish, key="person", thing=self.author, wish="follow")
        self.thread = actions.start_thread(
            space=self.space, author=self.author, kind=Thread.Kind.QUESTION, title="Xylophone lessons",
            source=f"All about {WORD}.", is_nameless=True,
        )  # fmt: skip
        self.opening = self.thread.posts.get(number=1)
        reply = actions.post_reply(thread=self.thread, author=self.author, source=f"Mor {WORD}.", is_nameless=True)
        self.reply = actions.edit_post(post=reply, editor=self.author, source=f"More {WORD}.")
        self.thread.refresh_from_db()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def text_of(client: Client, url: str) -> str:
    page = client.get(url)
    return page.getvalue().decode() if page.status_code == 200 else ""


def surfaces(scene: Scene) -> list[str]:
    thread, reply = scene.thread.get_absolute_url(), scene.reply.pk
    return [
        thread, f"{thread}?quote=2", "/community/aviary/", "/community/new/", "/community/", "/", "/inbox/",
        f"/community/post/{reply}/earlier/", f"/community/post/{reply}/reactions/", f"/community/post/{reply}/who/",
        f"/search/?q={WORD}", f"/search/results.csv?q={WORD}", "/search/complete/?q=Xylo",
        "/search/similar/?title=Xylophone+lessons", f"/community/names/?q=quet&thread={scene.thread.pk}",
        f"/report/post/{reply}/", f"/report/thread/{scene.thread.pk}/", "/community/aviary/feed/", "/community/feed/",
        f"/community/split/{scene.thread.pk}/", "/desk/", f"/desk/post/{reply}/", "/me/following/", "/me/saved/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["visitor", "member", "keeper", "moderator"])
def test_no_page_says_who_it_was(scene, who):
    type(scene.space).objects.update(open_to_search_engines=True)
    actions.save_post(post=scene.reply, person=scene.member, remind_at=None)
    moderation.report(subject=scene.reply, reporter=scene.keeper, reason=Report.Reason.IDENTIFIES)
    moderation.report(subject=scene.thread, reporter=scene.keeper, reason=Report.Reason.OTHER)
    drain()
    client = signed_in(getattr(scene, who)) if who != "visitor" else Client()
    pages = {url: text_of(client, url) for url in surfaces(scene)}
    # Moderators come everywhere, so that no address here is one that does not exist.
    assert who != "moderator" or [url for url, text in pages.items() if not text] == []
    seen = [url for url, text in pages.items() if NAME.lower() in text.lower()]
    # Whom they follow they know.
    assert [url for url in seen if url != "/me/following/"] == []
    assert "A member" in text_of(client, scene.thread.get_absolute_url())
    assert WORD not in text_of(client, f"/search/?q=by:{NAME}")


def test_what_stands_in_the_tables_for_others_to_list(scene):
    for post in (scene.opening, scene.reply):
        assert (post.author_id, post.form_token) == (None, None)
    assert (scene.thread.author_id, scene.thread.last_post_by_id, scene.thread.is_last_nameless) == (None, None, True)
    assert not Post.objects.signed().filter(thread=scene.thread).exists()
    assert list(scene.reply.revisions.values_list("replaced_by", flat=True)) == [None]
    actions.delete_post(post=scene.reply, actor=scene.author)
    actions.undelete_post(post=scene.reply, actor=scene.author)
    actions.close_revision(revision=scene.reply.revisions.get(), actor=scene.author)
    assert not Entry.objects.filter(actor_id=scene.author.pk).exists()
    assert not Event.objects.filter(actor=scene.author).exists()


def test_who_follows_or_mutes_the_person_hears_as_of_any_member(scene):
    following.set_wish(person=scene.member, key="person", thing=scene.author, wish="mute")
    actions.set_follow(thread=scene.thread, person=scene.member, wanted=True)
    mail.outbox.clear()
    actions.post_reply(thread=scene.thread, author=scene.author, source="Third.", is_nameless=True)
    drain()
    told = {person for message in mail.outbox for person in message.to}
    # The follower of the thread alone: not the person's own followers, and not the person.
    assert told == {scene.member.email}
    assert all(NAME.lower() not in str(message.message()).lower() for message in mail.outbox)
    assert "A member replied" in mail.outbox[0].subject


def test_feeds_and_summaries_know_no_author(scene):
    Thread.objects.update(created_at=timezone.now(), last_post_at=timezone.now())
    window = digests.Window(timezone.now() - dt.timedelta(days=1), timezone.now())
    following.set_wish(person=scene.author, key="space", thing=scene.space, wish="follow")
    following.set_wish(person=scene.keeper, key="space", thing=scene.space, wish="follow")
    lines = new_where_followed([scene.member, scene.keeper, scene.author], window)
    assert lines[scene.member.pk] == [] == lines[scene.author.pk]
    assert len(lines[scene.keeper.pk]) == 1
    assert NAME not in str(lines)


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


def join_long_ago(space, person, days=15):
    factories.join(space, person)
    long_ago = timezone.now() - dt.timedelta(days=days)
    SpaceMembership.objects.filter(space=space, person=person).update(created_at=long_ago)


@pytest.mark.parametrize(("trust", "days"), [(Trust.NEW, 15), (Trust.WATCHED, 15), (Trust.MEMBER, 13)])
def test_accounts_made_to_find_out_do_not_count(scene, trust, days):
    """Whoever had the four others would know the fifth."""
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.MEMBER)
    join_long_ago(scene.space, scene.author)
    puppets = [factories.make_user(sector=scene.sector, trust=trust) for _ in range(FEWEST - 1)]
    for person in puppets:
        join_long_ago(scene.space, person, days)
    assert nameless.byline(scene.author, scene.space) == "A member"
    User.objects.filter(pk__in=[person.pk for person in puppets]).update(trust=Trust.MEMBER)
    SpaceMembership.objects.update(created_at=timezone.now() - dt.timedelta(days=15))
    assert nameless.byline(scene.author, scene.space) == "A member, Falconry"


def test_the_sector_stands_there_only_where_enough_have_it(scene):
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.MEMBER)
    others = [factories.make_user(sector=scene.sector, trust=Trust.MEMBER) for _ in range(FEWEST - 1)]
    for person in [scene.author, *others[1:]]:
        join_long_ago(scene.space, person)
    assert nameless.byline(scene.author, scene.space) == "A member"
    join_long_ago(scene.space, others[0])
    assert nameless.byline(scene.author, scene.space) == "A member, Falconry"
    actions.post_reply(thread=scene.thread, author=scene.author, source="Third.", is_nameless=True)
    assert "Falconry" in text_of(Client(), scene.thread.get_absolute_url())
    # What they were when they wrote, not what they are; and nothing once there are too few.
    User.objects.filter(pk=scene.author.pk).update(sector=factories.make_sector(name="Whaling"))
    User.objects.filter(pk=others[0].pk).update(sector=None)
    page = text_of(Client(), scene.thread.get_absolute_url())
    assert "Falconry" not in page
    assert "Whaling" not in page


def test_looking_is_one_button_that_leaves_a_trace(scene):
    url = f"/community/post/{scene.reply.pk}/who/"
    assert signed_in(scene.member).get(url).status_code == signed_in(scene.member).post(url).status_code == 403
    assert Client().get(url).status_code == 302
    assert signed_in(scene.keeper).get(url).status_code == 200
    assert not Entry.objects.filter(verb="post.writer_looked_at").exists()
    for reader in (scene.keeper, scene.moderator):
        shown = signed_in(reader).post(url)
        assert NAME in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
    assert list(Entry.objects.filter(verb="post.writer_looked_at").values_list("actor_id", "subject_id")) == [
        (reader.pk, str(scene.reply.pk)) for reader in (scene.moderator, scene.keeper)
    ]
    mail.outbox.clear()
    drain()
    told = [message for message in mail.outbox if scene.author.email in message.to]
    assert told
    assert scene.thread.title not in "".join(str(message.message()) for message in told)
    other = factories.make_post(factories.make_thread(scene.space))
    assert signed_in(scene.keeper).get(f"/community/post/{other.pk}/who/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.keeper)
    assert strict.post(url).status_code == 403


def test_keepers_of_the_space_to_which_it_moves_do_not_learn_it(scene):
    other, keeper = factories.make_space(visibility="public"), factories.make_user()
    factories.join(other, keeper, is_keeper=True)
    actions.move_thread(thread=scene.thread, space=other, actor=scene.moderator)
    post = Post.objects.get(pk=scene.reply.pk)
    assert post.is_nameless
    assert not permissions.can_look_at_writer(keeper, post)
    assert permissions.can_look_at_writer(scene.keeper, post)
    page = text_of(Client(), Thread.objects.get(pk=scene.thread.pk).get_absolute_url())
    assert "A member" in page
    assert NAME not in page


def test_split_off_it_begins_a_thread_without_a_name(scene):
    made = actions.split_thread(thread=scene.thread, posts=[scene.reply], title="Apart", actor=scene.moderator)
    assert (made.thread.author_id, made.thread.is_nameless) == (None, True)
    assert permissions.can_mark_answer(scene.author, Thread.objects.get(pk=made.thread_id)) is False
    assert NAME not in text_of(Client(), "/community/aviary/")


@pytest.mark.parametrize("is_nameless", [True, False])
def test_a_rule_about_its_writer_is_not_named_beside_what_waits(scene, is_nameless):
    """Often a single person's posts are looked at first."""
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.WATCHED, trust_is_set=True)
    form = {"text": "Something harmless.", "form_token": str(uuid4()), **({"nameless": "on"} if is_nameless else {})}
    signed_in(scene.author).post(f"/community/reply/{scene.thread.pk}/", form)
    made = Report.objects.get(reason=Report.Reason.RULED)
    page = text_of(signed_in(scene.moderator), made.thing_url)
    assert "Something harmless." in page
    assert ("looked at first" in made.details) == ("looked at first" in page) == (not is_nameless)


def test_a_report_never_reaches_whom_it_concerns(scene):
    User.objects.get(pk=scene.author.pk).groups.add(*scene.moderator.groups.all())
    moderation.report(subject=scene.reply, reporter=scene.keeper, reason=Report.Reason.OTHER, details="Rude marmot")
    drain()
    assert not Notification.objects.filter(person=scene.author, event__kind__contains="report").exists()
    assert Notification.objects.filter(person=scene.moderator, event__kind__contains="report").exists()
    assert "Rude marmot" not in text_of(signed_in(scene.author), f"/desk/post/{scene.reply.pk}/")
    decision = moderation.hide(
        subject=scene.reply, actor=scene.moderator, reason="Unkind.",
        seen=moderation.Seen(report=Report.objects.latest("pk").pk),
    )  # fmt: skip
    drain()
    assert decision.is_nameless
    assert Notification.objects.filter(person=scene.author, event__object_id=decision.pk).exists()
    moderation.appeal(decision=Decision.objects.get(pk=decision.pk), author=scene.author, text="Why?")
    assert not Entry.objects.filter(actor_id=scene.author.pk).exists()


def test_administrators_read_no_name_either(scene):
    moderation.report(subject=scene.reply, reporter=scene.member, reason=Report.Reason.IDENTIFIES)
    decision = Decision.objects.latest("pk")
    client = signed_in(factories.make_user("administrator", is_superuser=True, is_staff=True))
    page = text_of(client, f"/admin/moderation/decision/{decision.pk}/change/")
    assert "Hidden until a moderator looks" in page
    assert NAME.lower() not in page.lower()


def test_it_is_in_the_persons_own_copy_and_the_link_goes_with_them(scene):
    held = json.dumps(everything_about(scene.author), default=str)
    assert f"More {WORD}" in held
    assert "Xylophone lessons" in held
    assert WORD not in json.dumps(everything_about(scene.member), default=str)
    actions.take_name_off(person=scene.author)
    assert not Nameless.objects.exists()
    page = text_of(signed_in(scene.member), scene.thread.get_absolute_url())
    assert f"More {WORD}" in page
    assert "A member" in page
    shown = signed_in(scene.moderator).post(f"/community/post/{scene.reply.pk}/who/")
    assert "Nobody knows any more" in shown.content.decode()


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
    # Sent where it is not allowed, the tick counts for nothing that the page had not offered.
    client.post(f"/community/reply/{plain.pk}/", {**sent, "wish": "post", "form_token": str(uuid4())})
    assert plain.posts.latest("pk").author == scene.member


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


def test_the_page_costs_the_same_however_many_there_are(scene):
    client = signed_in(scene.member)

    def cost() -> int:
        client.get(scene.thread.get_absolute_url())
        with CaptureQueriesContext(connection) as found:
            client.get(scene.thread.get_absolute_url())
        return len(found)

    few = cost()
    for number in range(8):
        actions.post_reply(thread=scene.thread, author=factories.make_user(), source=f"N{number}", is_nameless=True)
    client.post(f"/community/read/{scene.thread.pk}/", {"number": 10})
    assert cost() <= few <= 17


def test_the_audit_log_names_nobody_for_what_they_do_with_it(scene):
    file = a_file_of(scene.author)
    actions.post_reply(
        thread=scene.thread, author=scene.author, source="See.", is_nameless=True, attachments=[file]
    )  # fmt: skip
    poll = actions.save_poll(post=scene.opening, question="Tea?", options=["Yes", "No"])
    actions.close_poll(poll=poll, actor=scene.author)
    erase_attachments_of(scene.author)
    assert Entry.objects.get(verb="poll.closed").actor_id is None
    assert not Entry.objects.filter(verb="attachments.erased").exists()
    other = actions.save_poll(post=scene.reply, question="Tea?", options=["Yes", "No"])
    actions.close_poll(poll=other, actor=scene.keeper)
    assert Entry.objects.filter(verb="poll.closed", actor_id=scene.keeper.pk).exists()


def a_file_of(person: User):
    upload = SimpleUploadedFile("plan.txt", b"A plan.", "text/plain")
    return actions.add_upload(person=person, token=uuid4(), upload=upload)


@pytest.mark.parametrize("how", ["moved", "merged"])
def test_among_other_people_it_says_no_sector(scene, how):
    Post.objects.filter(pk=scene.reply.pk).update(nameless_sector=scene.sector)
    other = factories.make_space(visibility="public")
    if how == "moved":
        actions.move_thread(thread=scene.thread, space=other, actor=scene.moderator)
    else:
        into = factories.make_thread(other)
        actions.merge_threads(thread=scene.thread, into=into, actor=scene.moderator)
    scene.reply.refresh_from_db()
    assert scene.reply.thread.space_id == other.pk
    assert scene.reply.nameless_sector_id is None


def test_where_only_a_few_may_write_posts_carry_names(scene):
    """ "A member" would be one of those who keep the space."""
    Space.objects.filter(pk=scene.space.pk).update(who_starts="keepers", who_replies="named")
    client, url = signed_in(scene.keeper), f"/community/reply/{scene.thread.pk}/"
    client.post(url, {"text": "Signed after all.", "nameless": "on", "wish": "post"})
    assert Post.objects.latest("pk").author == scene.keeper
    assert "Post without my name" not in text_of(client, "/community/start/?space=aviary")
    fields = {"space": "aviary", "kind": "question", "title": "New", "text": "So.", "nameless": "on", "wish": "post"}
    client.post("/community/start/", fields)
    assert not Thread.objects.filter(title="New", is_nameless=True).exists()
