import uuid

import pytest
from django.core.management import call_command

from audit.models import Entry
from forum import actions, permissions
from forum.models import Draft, Follow, Post, Space, SpaceMembership, Thread, ThreadRead
from markup.markdown import MAX_SOURCE, SourceTooLong
from notifications.models import Event, Notification
from notifications.reading import items_for
from outbox.actions import drain
from tests import factories
from web.signals import container_changed, content_changed


@pytest.fixture
def changed():
    """What was announced to search: model and ids."""
    heard = []

    def hear(sender, ids, **_extra):
        heard.append((sender, sorted(ids)))

    content_changed.connect(hear)
    yield heard
    content_changed.disconnect(hear)


def start(author=None, space=None, **fields):
    fields = {"kind": "question", "title": "Who knows?", "source": "I do **not**.", **fields}
    return actions.start_thread(space=space or factories.make_space(), author=author or factories.make_user(), **fields)


def counts(space):
    space.refresh_from_db()
    return space.thread_count, space.post_count


def test_start_thread(member, changed):
    topic, sector, page = factories.make_topic(), factories.make_sector(), factories.make_resource()
    space = factories.make_space()
    thread = start(member, space, page=page, topics=[topic], sectors=[sector])
    thread.refresh_from_db()
    post = thread.posts.get()
    assert (post.number, post.html, post.author) == (1, "<p>I do <strong>not</strong>.</p>", member)
    assert (thread.slug, thread.last_number, thread.reply_count) == ("who-knows", 1, 0)
    assert (thread.page_id, list(thread.topics.all()), list(thread.sectors.all())) == (page.pk, [topic], [sector])
    assert (thread.last_post_at, thread.last_post_by) == (post.created_at, member)
    assert Follow.objects.filter(thread=thread, person=member).exists()
    assert ThreadRead.objects.get(thread=thread, person=member).last_number == 1
    assert counts(space) == (1, 1) and space.last_post_at == post.created_at
    assert (Thread, [thread.pk]) in changed and (Post, [post.pk]) in changed


@pytest.mark.parametrize(
    ("title", "tidy", "slug"),
    [
        ("  A\tlong \n title ", "A long title", "a-long-title"),
        ("\u202egpj.exe", "gpj.exe", "gpjexe"),
        ("\x00Null\x07", "Null", "null"),
        ("日本語の題", "日本語の題", "thread"),
        ("x" * 160, "x" * 160, "x" * 80),
    ],
)
def test_titles_are_tidied(db, title, tidy, slug):
    thread = start(title=title)
    assert (thread.title, thread.slug) == (tidy, slug)


def test_a_form_sent_twice_starts_one_thread(member):
    token = uuid.uuid4()
    space = factories.make_space()
    first = start(member, space, form_token=token)
    again = start(member, space, form_token=token)
    assert (first.pk, counts(space)) == (again.pk, (1, 1))
    assert start(factories.make_user(), space, form_token=token).pk != first.pk


def test_post_reply(member, changed):
    thread = start()
    post = actions.post_reply(thread=thread, author=member, source="Yes.")
    thread.refresh_from_db()
    assert (post.number, thread.last_number, thread.reply_count) == (2, 2, 1)
    assert (thread.last_post_at, thread.last_post_by) == (post.created_at, member)
    assert counts(thread.space) == (1, 2)
    assert Follow.objects.filter(thread=thread, person=member).exists()
    assert Event.objects.get(kind="reply").object_id == post.pk
    assert (Post, [post.pk]) in changed


def test_a_reply_sent_twice_posts_once(member):
    thread, token = start(), uuid.uuid4()
    first = actions.post_reply(thread=thread, author=member, source="Yes.", form_token=token)
    again = actions.post_reply(thread=thread, author=member, source="Yes.", form_token=token)
    assert (first.pk, thread.posts.count(), Event.objects.filter(kind="reply").count()) == (again.pk, 2, 1)


def test_posting_uses_up_the_draft(member):
    thread, token = start(), uuid.uuid4()
    actions.save_draft(person=member, key=f"reply:{thread.pk}", fields={"text": "Y"})
    actions.save_draft(person=member, key=f"thread:{token.hex}", fields={"text": "Y"})
    actions.save_draft(person=member, key="reply:999", fields={"text": "stays"})
    actions.post_reply(thread=thread, author=member, source="Yes.")
    start(member, form_token=token)
    assert [draft.key for draft in Draft.objects.filter(person=member)] == ["reply:999"]


def test_text_that_is_too_long_changes_nothing(member):
    thread = start()
    with pytest.raises(SourceTooLong):
        actions.post_reply(thread=thread, author=member, source="x" * (MAX_SOURCE + 1))
    thread.refresh_from_db()
    assert thread.last_number == 1


def test_mentions_are_announced_once(member):
    other = factories.make_user(display_name="Asha Patel")
    thread = start(member, source=f"Ask @{other.handle} and @{other.handle}.")
    event = Event.objects.get(kind="mention")
    assert event.data == {"handles": ["asha-patel"]}
    actions.edit_post(post=thread.posts.get(), editor=member, source="Ask @asha-patel or @nobody-else.")
    assert Event.objects.filter(kind="mention").order_by("pk").last().data == {"handles": ["nobody-else"]}


def test_a_post_that_calls_everybody_calls_twenty(member):
    start(member, source=" ".join(f"@person-{number}" for number in range(60)))
    assert len(Event.objects.get(kind="mention").data["handles"]) == 20


def test_edit_keeps_what_was_said(member, changed):
    thread = start(member, source="Before.")
    post = actions.edit_post(post=thread.posts.get(), editor=member, source="After.")
    post.refresh_from_db()
    assert (post.source, post.html, post.edited_at is not None) == ("After.", "<p>After.</p>", True)
    revision = post.revisions.get()
    assert (revision.source, revision.replaced_by) == ("Before.", member)
    assert changed[-1] == (Post, [post.pk])


def test_an_edit_that_changes_nothing_leaves_no_mark(member):
    thread = start(member, source="Same.")
    post = actions.edit_post(post=thread.posts.get(), editor=member, source="Same.")
    assert post.edited_at is None and not post.revisions.exists()


def test_edit_opening(member, changed):
    thread = start(member)
    topic = factories.make_topic()
    helped = actions.post_reply(thread=thread, author=member, source="This.")
    actions.choose_answer(thread=thread, post=helped, actor=member)
    actions.edit_opening(
        post=thread.posts.get(number=1), editor=member, kind="discussion", title="What now?", source="New.",
        topics=[topic],
    )  # fmt: skip
    thread.refresh_from_db()
    assert (thread.title, thread.slug, thread.kind, thread.answer) == ("What now?", "what-now", "discussion", None)
    assert list(thread.topics.all()) == [topic]
    assert thread.posts.get(number=1).revisions.get().title == "Who knows?"
    assert (Thread, [thread.pk]) in changed


def test_choose_and_clear_what_helped(member, changed):
    thread = start()
    post = actions.post_reply(thread=thread, author=member, source="Try this.")
    for _twice in range(2):
        actions.choose_answer(thread=thread, post=post, actor=thread.author)
    thread.refresh_from_db()
    assert thread.answer == post
    assert Event.objects.filter(kind="answer_chosen").count() == 1
    actions.choose_answer(thread=thread, post=None, actor=thread.author)
    thread.refresh_from_db()
    assert thread.answer is None
    assert changed[-1] == (Thread, [thread.pk])


def test_one_hears_nothing_of_ones_own_choice(member):
    thread = start(member)
    post = actions.post_reply(thread=thread, author=member, source="Found it.")
    actions.choose_answer(thread=thread, post=post, actor=member)
    assert not Event.objects.filter(kind="answer_chosen").exists()


def test_what_cannot_be_what_helped(member):
    thread, other = start(), start()
    reply = actions.post_reply(thread=other, author=member, source="Elsewhere.")
    hidden = actions.post_reply(thread=thread, author=member, source="Gone.")
    actions.hide_post(post=hidden, actor=member)
    hidden.refresh_from_db()
    for post in (thread.posts.get(number=1), reply, hidden):
        with pytest.raises(ValueError):
            actions.choose_answer(thread=thread, post=post, actor=member)


def test_hide_and_restore_a_post(member, moderator, changed):
    thread = start()
    before = Thread.objects.get(pk=thread.pk)
    post = actions.post_reply(thread=thread, author=member, source="Bad.")
    for _twice in range(2):
        actions.hide_post(post=post, actor=moderator)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.last_number, counts(thread.space)) == (0, 2, (1, 1))
    assert (thread.last_post_at, thread.last_post_by) == (before.last_post_at, before.author)
    assert thread.space.last_post_at == before.last_post_at
    assert changed[-1] == (Post, [post.pk])
    for _twice in range(2):
        actions.restore_post(post=post, actor=moderator)
    thread.refresh_from_db()
    assert (thread.reply_count, counts(thread.space)) == (1, (1, 2))
    assert (thread.last_post_at, thread.last_post_by) == (post.created_at, member)


def test_hide_and_restore_a_thread(member, moderator, changed):
    thread = start()
    first = actions.post_reply(thread=thread, author=member, source="A.")
    second = actions.post_reply(thread=thread, author=member, source="B.")
    actions.hide_post(post=first, actor=moderator)
    actions.hide_thread(thread=thread, actor=moderator)
    assert counts(thread.space) == (0, 0) and thread.space.last_post_at is None
    assert (Post, sorted(thread.posts.values_list("pk", flat=True))) in changed
    # Deciding about a post of a hidden thread leaves the space alone.
    actions.hide_post(post=second, actor=moderator)
    assert counts(thread.space) == (0, 0)
    actions.restore_thread(thread=thread, actor=moderator)
    assert counts(thread.space) == (1, 1)
    actions.restore_post(post=first, actor=moderator)
    actions.restore_post(post=second, actor=moderator)
    assert counts(thread.space) == (1, 3)


def test_pin_and_lock_are_written_down(moderator):
    thread = start()
    for _twice in range(2):
        actions.set_pinned(thread=thread, actor=moderator, pinned=True)
        actions.set_locked(thread=thread, actor=moderator, locked=True)
    actions.set_locked(thread=thread, actor=moderator, locked=False)
    thread.refresh_from_db()
    assert (thread.is_pinned, thread.is_locked) == (True, False)
    verbs = Entry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["thread.pinned", "thread.locked", "thread.unlocked"]


def test_reading_never_goes_back(member):
    thread = factories.make_thread(posts=5)
    for number in (3, 1, 3):
        actions.mark_read(thread=thread, person=member, number=number)
    assert ThreadRead.objects.get(person=member).last_number == 3
    assert list(Thread.objects.unread_by(member)) == [thread]
    actions.mark_read(thread=thread, person=member, number=5)
    assert not Thread.objects.unread_by(member).exists()


def test_follow_twice_and_stop(member):
    thread = factories.make_thread()
    for _twice in range(2):
        actions.set_follow(thread=thread, person=member, wanted=True)
    assert Follow.objects.count() == 1
    actions.set_follow(thread=thread, person=member, wanted=False)
    assert Follow.objects.count() == 0


def test_drafts_are_replaced_and_bounded(member):
    for text in ("one", "two"):
        actions.save_draft(person=member, key="reply:1", fields={"text": text})
    assert Draft.objects.get().fields == {"text": "two"}
    Draft.objects.bulk_create(Draft(person=member, key=f"reply:{n}") for n in range(2, actions.MOST_DRAFTS + 1))
    with pytest.raises(actions.TooManyDrafts):
        actions.save_draft(person=member, key="reply:1000", fields={})
    actions.save_draft(person=member, key="reply:1", fields={"text": "three"})


class TestMembership:
    @pytest.fixture
    def space(self, db):
        return factories.make_space(visibility="ask")

    def state(self, space, person):
        return SpaceMembership.objects.filter(space=space, person=person).values_list("state", flat=True).first()

    def test_ask_and_be_let_in(self, space, member, moderator):
        membership = actions.ask_to_join(space=space, person=member, message="I work there.")
        actions.ask_to_join(space=space, person=member, message="Again.")
        assert (membership.state, Event.objects.filter(kind="join_request").count()) == ("asked", 1)
        for _twice in range(2):
            actions.let_in(membership=membership, actor=moderator)
        assert self.state(space, member) == "joined"
        assert Event.objects.filter(kind="let_in").count() == 1
        assert Entry.objects.get(verb="space.let_in").detail == {"person": member.pk}
        # What somebody wrote to be let in has served its purpose.
        assert SpaceMembership.objects.get().message == ""

    def test_turn_down(self, space, member, moderator):
        membership = actions.ask_to_join(space=space, person=member)
        drain()
        assert Notification.objects.unread_count(moderator) == 1
        actions.turn_down(membership=membership, actor=moderator)
        assert self.state(space, member) is None
        # Settled for those who keep the space, and kindly told to the one who asked.
        assert Notification.objects.unread_count(moderator) == 0
        drain()
        (line,) = items_for(Notification.objects.inbox_of(member).select_related("event__actor"), member)
        assert space.name in line.description.title and "could not say yes" in line.description.text
        assert moderator.display_name not in line.description.title + line.description.text
        actions.ask_to_join(space=space, person=member)
        assert self.state(space, member) == "asked"

    def test_invite_and_accept(self, space, member, moderator):
        actions.invite(space=space, person=member, actor=moderator)
        actions.invite(space=space, person=member, actor=moderator)
        assert (self.state(space, member), Event.objects.filter(kind="invited").count()) == ("invited", 1)
        actions.join_space(space=space, person=member)
        assert self.state(space, member) == "joined"
        actions.invite(space=space, person=member, actor=moderator)
        assert self.state(space, member) == "joined"

    def test_nobody_says_yes_to_an_invitation_that_was_taken_back(self, client, space, member, moderator, monkeypatch):
        membership = actions.invite(space=space, person=member, actor=moderator)
        client.force_login(member)
        look = permissions.can_join

        def look_before_it_is_taken_back(user, space):
            may = look(user, space)
            actions.turn_down(membership=membership, actor=moderator)
            return may

        monkeypatch.setattr(permissions, "can_join", look_before_it_is_taken_back)
        answer = client.post(f"/community/{space.slug}/join/", follow=True)
        assert "does not work any more" in answer.content.decode()
        assert self.state(space, member) is None
        with pytest.raises(actions.NotInvitedError):
            actions.join_space(space=space, person=member)

    def test_inviting_who_has_asked_lets_in(self, space, member, moderator):
        actions.ask_to_join(space=space, person=member)
        assert actions.invite(space=space, person=member, actor=moderator).state == "joined"

    def test_leave(self, space, member):
        factories.join(space, member, is_keeper=True)
        actions.leave_space(space=space, person=member)
        assert self.state(space, member) is None

    def test_keepers(self, space, member, moderator):
        waiting = factories.join(space, member, state="asked")
        actions.set_keeper(membership=waiting, actor=moderator, wanted=True)
        waiting.refresh_from_db()
        assert not waiting.is_keeper
        actions.let_in(membership=waiting, actor=moderator)
        actions.set_keeper(membership=waiting, actor=moderator, wanted=True)
        waiting.refresh_from_db()
        assert waiting.is_keeper


def test_save_space_renders_and_announces(administrator):
    heard = []

    def hear(sender, container, **_extra):
        heard.append(container)

    container_changed.connect(hear)
    space = Space(name="New", slug="new-one", purpose="To talk.", welcome_source="**Hello** <script>")
    actions.save_space(space=space, actor=administrator)
    assert space.welcome_html == "<p><strong>Hello</strong> &lt;script&gt;</p>"
    actions.save_space(space=space, actor=administrator)
    space.visibility = Space.Visibility.ASK
    actions.save_space(space=space, actor=administrator)
    container_changed.disconnect(hear)
    assert heard == [f"space:{space.pk}"] * 2
    assert Entry.objects.filter(verb="space.visibility").count() == 2


def test_recount_mends_counts(member):
    thread = start(member)
    actions.post_reply(thread=thread, author=member, source="A.")
    hidden = actions.post_reply(thread=thread, author=member, source="B.")
    actions.hide_post(post=hidden, actor=member)
    empty = factories.make_space()
    right = (counts(thread.space), thread.space.last_post_at)
    Thread.objects.update(reply_count=70, last_number=1)
    Space.objects.update(thread_count=9, post_count=9)
    call_command("recount_forum", verbosity=0)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.last_number) == (1, 3)
    assert (counts(thread.space), thread.space.last_post_at) == right
    assert counts(empty) == (0, 0)


def test_recount_says_what_it_mended(member, capsys):
    start(member)
    call_command("recount_forum")
    assert capsys.readouterr().out == "Mended 0 threads, 0 spaces and 0 posts.\n"
