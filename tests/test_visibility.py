"""What each kind of reader sees of a conversation, on every surface of the site, for every kind of space.

One secret word stands in the thread's title, another in its text. A surface either shows one of them or does not; what
must be seen is stated in one table, and no surface may disagree with it.
"""

import copy
import datetime as dt
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from accounts.models import User
from forum import actions
from forum.digests import new_where_followed
from forum.models import Attachment, Draft, Follow, PollVote, Post, SavedPost, Space, SpaceMembership, Thread
from moderation import actions as moderation
from moderation.models import Duty, Level, Report
from notifications import digests, following
from outbox.actions import drain
from search.models import Entry
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TITLE, TEXT = "Xylophone", "marmalade"
BASE_URL = settings.BASE_URL
READERS = ["visitor", "member", "joined", "invited", "moderator", "suspended"]
SEEN = {
    "public": {"visitor", "member", "joined", "invited", "moderator", "suspended"},
    "members": {"member", "joined", "invited", "moderator"},
    "ask": {"joined", "moderator"},
    "invited": {"joined", "moderator"},
    "reflective": {"joined"},
}
KNOWN = {
    "public": set(READERS),
    "members": {"member", "joined", "invited", "moderator"},
    "ask": {"member", "joined", "invited", "moderator"},
    "invited": {"joined", "invited", "moderator"},
    "reflective": {"joined", "invited", "moderator"},
}
# What is written in a reflective space is on its own pages and nowhere else, for its own people neither.
ONLY_IN_THE_CIRCLE = {
    "thread",
    "thread, quoting",
    "earlier words of the reply",
    "space",
    "newest",
    "file",
    "name of a file",
    "report of a file",
    "poll",
    "who voted in the poll",
    "report of the thread",
    "report of the reply",
    "page of a reply",
    "saving a post",
    "who said thank you",
    "names of those who wrote",
    "the poll, in words",
    "what one follows",
    "what one saved",
    "what one has begun to write",
    "messages",
}

# Whoever may see the conversation does see it there; elsewhere it is for its people, its moderators or its followers.
FOR_ALL_WHO_MAY = {
    "thread",
    "space",
    "search",
    "resource",
    "file",
    "name of a file",
    "poll",
    "card in another thread",
    "mentioned in, of a thread",
    "mentioned in, of a resource",
    "topic",
    "results to take along",
    "suggestions while typing",
    "similar while writing",
}


class Scene:
    """A space of one kind, a thread in it about a resource, and one reader of each kind."""

    def __init__(self, visibility: str) -> None:
        self.kind, is_reflective = visibility, visibility == "reflective"
        self.space = factories.make_space(
            name="Quokka room",
            slug="quokka",
            visibility="invited" if is_reflective else visibility,
            is_reflective=is_reflective,
            open_to_search_engines=visibility == "public",
        )
        self.author = factories.make_user(display_name="Author")
        factories.join(self.space, self.author)
        self.page = factories.make_resource()
        self.topic = factories.make_topic(name="Quince")
        self.thread = actions.start_thread(
            space=self.space,
            author=self.author,
            kind=Thread.Kind.QUESTION,
            title=f"{TITLE} lessons",
            source=f"All about {TEXT}.",
            page=self.page.page_ptr,
            topics=[self.topic],
        )
        upload = SimpleUploadedFile("quince.txt", f"Mostly {TEXT}.".encode(), "text/plain")
        self.file = actions.add_upload(person=self.author, token=uuid4(), upload=upload)
        self.file.text = "Quoll cake"
        words = f"More {TEXT} followed."
        reply = actions.post_reply(thread=self.thread, author=self.author, source=words, attachments=[self.file])
        Attachment.objects.update(waits_for="")
        post = self.thread.posts.get(number=1)
        self.poll = actions.save_poll(post=post, question="Which quiche?", options=[f"With {TEXT}", "Without"])
        actions.vote(poll=self.poll, person=self.author, options=[self.poll.options.get(position=1).pk])
        actions.close_poll(poll=self.poll, actor=self.author)
        # Open to all, and each points at the other.
        lobby = factories.make_space(name="Lobby", slug="lobby", visibility="public", open_to_search_engines=True)
        self.open = factories.make_thread(lobby, title="In the lobby")
        self.other_page = factories.make_resource()
        words = f"More {TEXT} follows: {BASE_URL}{self.open.get_absolute_url()} {BASE_URL}{self.other_page.url}"
        self.reply = actions.edit_post(post=reply, editor=self.author, source=words)
        pointing = f"Have you seen {BASE_URL}{self.thread.get_absolute_url().replace('xylophone-lessons', 'x')}?"
        actions.post_reply(thread=self.open, author=self.author, source=pointing)
        self.people: dict[str, User] = {
            "member": factories.make_user(),
            "joined": factories.make_user(),
            "invited": factories.make_user(),
            "moderator": factories.make_user("moderator"),
            "suspended": factories.make_user(is_active=False),
        }
        factories.join(self.space, self.people["joined"])
        factories.join(self.space, self.people["invited"], state=SpaceMembership.State.INVITED)
        for person in self.people.values():
            # As if each had been in it once: what they keep to themselves must not bring it back.
            Follow.objects.create(thread=self.thread, person=person)
            SavedPost.objects.create(post=self.reply, person=person)
            Draft.objects.create(person=person, key=f"reply:{self.thread.pk}", fields={"text": "Begun."})

    def shows(self, who: str, name: str) -> bool:
        return who in SEEN[self.kind] and (self.kind != "reflective" or name in ONLY_IN_THE_CIRCLE)

    def client(self, who: str) -> Client:
        return signed_in(self.people[who]) if who in self.people else Client()

    def text(self, who: str, url: str) -> str:
        answer = self.client(who).get(url)
        return answer.getvalue().decode() if answer.status_code == 200 else ""


@pytest.fixture(scope="module", params=list(SEEN))
def made(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """A scene and the folder of its files, made once for all tests of its kind, in a transaction around theirs."""
    folder = tmp_path_factory.mktemp("scene")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            yield Scene(request.param), folder
        transaction.set_rollback(True)


@pytest.fixture
def scene(made, settings) -> Scene:
    """What a test changes in it is its own: the rows are rolled back, the rest is a copy."""
    scene, settings.MEDIA_ROOT = made
    return copy.deepcopy(scene)


def surfaces(scene: Scene) -> dict[str, tuple[str, str]]:
    """Address of each surface, and the words that show that it gives the conversation away."""
    thread, reply = scene.thread, scene.reply
    return {
        "thread": (thread.get_absolute_url(), TEXT),
        "thread, quoting": (f"{thread.get_absolute_url()}?quote=1", TEXT),
        "earlier words of the reply": (f"/community/post/{reply.pk}/earlier/", TEXT),
        "space": (f"/community/{scene.space.slug}/", TITLE),
        "newest": ("/community/new/", TITLE),
        "home": ("/", TITLE),
        "resource": (scene.page.url, TITLE),
        "file": (scene.file.document.url, TEXT),
        "name of a file": (thread.get_absolute_url(), "Quoll cake"),
        "report of a file": (f"/report/attachment/{scene.file.pk}/", "Quoll cake"),
        "poll": (thread.get_absolute_url(), "1 vote, 100%"),
        "card in another thread": (scene.open.get_absolute_url(), f"{TITLE} lessons</a></p>"),
        "mentioned in, of a thread": (scene.open.get_absolute_url(), f"{TITLE} lessons</a></li>"),
        "mentioned in, of a resource": (scene.other_page.url, f"{TITLE} lessons</a>"),
        "topic": (f"/topics/{scene.topic.slug}/", TITLE),
        "search": (f"/search/?q={TEXT}", TITLE),
        "search by title": (f"/search/?q={TITLE}", " lessons</a>"),
        "search, filtered": (f"/search/?q={TEXT}&topic={scene.topic.slug}", TITLE),
        "results to take along": (f"/search/results.csv?q={TEXT}", TITLE),
        "suggestions while typing": (f"/search/complete/?q={TITLE[:5]}", f"{TITLE} lessons"),
        "similar while writing": (f"/search/similar/?title={TITLE}+lessons", f"{TITLE} lessons"),
        "who voted in the poll": (f"/community/poll/{scene.poll.pk}/voters/", TEXT),
        "report of the thread": (f"/report/thread/{thread.pk}/", TITLE),
        "report of the reply": (f"/report/post/{reply.pk}/", TEXT),
        "starting about it": (f"/community/start/?space={scene.space.slug}", f"{TITLE} lessons"),
        "page of a reply": (f"/community/reply/{thread.pk}/", TITLE),
        "saving a post": (f"/community/post/{reply.pk}/save/", TITLE),
        "who said thank you": (f"/community/post/{reply.pk}/reactions/", TITLE),
        "names of those who wrote": (f"/community/names/?q=Auth&thread={thread.pk}", '"Author"'),
        "the poll, in words": (thread.get_absolute_url(), "Which quiche?"),
        "what one follows": ("/me/following/", TITLE),
        "what one saved": ("/me/saved/", TITLE),
        "what one has begun to write": ("/me/drafts/", TITLE),
        "messages": ("/inbox/", TITLE),
    }


def for_keepers(scene: Scene) -> dict[str, tuple[str, str]]:
    """What only those see who look after the space: it, and who is in it, which in a closed one its people see too."""
    thread, space = scene.thread.pk, f"/community/{scene.space.slug}"
    return {
        "moving it": (f"/community/move/{thread}/", TITLE),
        "merging it": (f"/community/merge/{thread}/", TITLE),
        "splitting it": (f"/community/split/{thread}/", TITLE),
        "who is in it": (f"{space}/people/", "Author"),
    }


@pytest.mark.parametrize("who", READERS)
def test_no_surface_disagrees_with_the_table(scene, who):
    for name, (url, words) in surfaces(scene).items():
        shown, may_see = words in scene.text(who, url), scene.shows(who, name)
        assert may_see or not shown, f"{who} sees {name} of a space that is {scene.kind}"
        assert shown or not may_see or name not in FOR_ALL_WHO_MAY, f"{who} does not see {name} of {scene.kind}"


@pytest.mark.parametrize("who", READERS)
def test_counts_and_facets_tell_nothing(scene, who):
    text = scene.text(who, f"/search/?q={TEXT}")
    assert ("Quince" in text) == scene.shows(who, "search")


@pytest.mark.parametrize("who", READERS)
def test_the_list_of_spaces_names_only_those_that_are_known(scene, who):
    assert ("Quokka room" in scene.text(who, "/community/")) == (who in KNOWN[scene.kind])


def test_the_feed_shows_only_public_spaces_that_are_open_to_it(scene):
    if scene.space.visibility == "public":
        assert TITLE in scene.text("visitor", "/community/feed/")
        Space.objects.filter(pk=scene.space.pk).update(open_to_search_engines=False)
    assert TITLE not in scene.text("moderator", "/community/feed/")


@pytest.mark.parametrize("who", ["member", "joined", "invited", "moderator"])
def test_ones_own_feed_and_summary_say_nothing_of_what_is_not_public(scene, who):
    person = scene.people[who]
    following.set_wish(person=person, key="person", thing=scene.author, wish="follow")
    Thread.objects.update(created_at=timezone.now(), last_post_at=timezone.now())
    actions.set_feed(person=person, wanted=True)
    text = scene.text("visitor", f"/feeds/{person.feed_key.key}/")
    window = digests.Window(timezone.now() - dt.timedelta(days=1), timezone.now())
    lines = new_where_followed([person], window)[person.pk]
    allowed = scene.shows(who, "feed")
    assert ("<entry>" in text) == bool(lines) == allowed
    is_public = scene.space.visibility == "public"
    assert (TITLE in text) == (TEXT in text) == any(TITLE in line.title for line in lines) == is_public
    assert any(line.is_public for line in lines if line.title) == is_public


@pytest.mark.parametrize("who", READERS)
def test_keepers_pages_are_for_those_who_keep_the_space(scene, who):
    is_open = scene.kind in ("public", "members")
    for name, (url, words) in for_keepers(scene).items():
        keeps = who == "moderator" and scene.kind != "reflective"
        is_seen = keeps or (name == "who is in it" and not is_open and who == "joined")
        assert (words in scene.text(who, url)) == is_seen, f"{who}, {name}, of a space that is {scene.kind}"


def test_reports_decisions_and_allegations_are_for_those_whom_they_are_for(scene):
    """Each has a word of its own; who reported, whom it concerns and the safeguarding lead are among the readers."""
    people = scene.people | {"author": scene.author, "lead": factories.make_user(), "other": factories.make_user()}
    scene.people = people
    Duty.objects.create(person=people["lead"], level=Level.LEAD)
    reported = moderation.report(
        subject=scene.reply, reporter=people["joined"], reason=Report.Reason.ABUSE, details="Wombat."
    )
    alleged = moderation.report(
        subject=scene.reply, reporter=people["joined"], reason=Report.Reason.STAFF, details="Numbat."
    )
    concern = alleged.escalations.get().get_absolute_url()
    post, person = f"/desk/post/{scene.reply.pk}/", f"/desk/person/{scene.author.pk}/"
    before = {
        ("report, to whoever made it", reported.get_absolute_url(), "Wombat"): {"joined"},
        ("report, on the desk", "/desk/", "Wombat"): {"moderator"},
        ("report, beside the thing", post, "Wombat"): {"moderator"},
        ("allegation, to whoever made it", alleged.get_absolute_url(), "Numbat"): {"joined"},
        ("allegation, to the lead", concern, "Numbat"): {"lead"},
        ("allegation, on the desk", "/desk/", "Numbat"): set(),
        ("allegation, beside the thing", post, "Numbat"): set(),
        ("allegation, in the log", f"/desk/log/?reference={alleged.reference}", post): set(),
        ("report, in the log", f"/desk/log/?reference={reported.reference}", post): {"moderator"},
        ("thing, on the desk", post, TEXT): {"moderator"} if scene.kind != "reflective" else set(),
        ("the file, on the desk", f"/desk/attachment/{scene.file.pk}/", "Quoll cake"): (
            {"moderator"} if scene.kind != "reflective" else set()
        ),
        ("the lead, of the thing", concern, TEXT): {"lead"},
    }
    _agree(scene, before)
    seen = moderation.Seen(report=reported.pk)
    decided = moderation.hide(subject=scene.reply, actor=people["moderator"], reason="Quagga.", seen=seen)
    appealed = moderation.appeal(decision=decided, author=scene.author, text="Bilby.")
    people["second"] = factories.make_user("moderator")
    after = {
        ("decision, to the author", decided.get_absolute_url(), "Quagga"): {"author"},
        ("decision, in the log", "/desk/log/", "Quagga"): {"moderator", "second"},
        ("decision, beside the person", person, "Quagga"): {"moderator", "second"},
        ("appeal, to whoever made it", decided.get_absolute_url(), "Bilby"): {"author"},
        ("appeal, to another moderator", appealed.get_absolute_url(), "Bilby"): {"second"},
        ("wording", "/desk/wording/hide/", 'name="reasons"'): {"moderator", "second"},
        ("rules", "/desk/rules/", 'name="words"'): {"moderator", "second"},
        ("assessments", "/desk/assessments/", "risk assessment"): {"moderator", "second"},
        ("a new assessment", "/desk/assessments/illegal/", "<form"): {"moderator", "second"},
        ("the year", "/desk/yearly/", "What was reported"): {"moderator", "second"},
    }
    _agree(scene, after)


def _agree(scene: Scene, table: dict[tuple[str, str, str], set[str]]) -> None:
    for (name, url, words), seen_by in table.items():
        found = {who for who in ("visitor", *scene.people) if words in scene.text(who, url)}
        assert found == seen_by, f"{name}, of a space that is {scene.kind}"


def test_rules_of_the_rows_agree_with_the_table(scene):
    for who in READERS:
        if who == "suspended":
            continue  # nobody can be signed in as a suspended person
        reader = scene.people.get(who, AnonymousUser())
        allowed = who in SEEN[scene.kind]
        assert Thread.objects.visible_to(reader).filter(pk=scene.thread.pk).exists() == allowed
        assert Post.objects.visible_to(reader).filter(pk=scene.reply.pk).exists() == allowed


def test_mail_about_what_is_not_public_carries_no_text(scene):
    actions.set_follow(thread=scene.thread, person=scene.people["joined"], wanted=True)
    actions.post_reply(thread=scene.thread, author=scene.author, source=f"Yet more {TEXT}.")
    drain()
    told = [message for message in mail.outbox if scene.people["joined"].email in message.to]
    assert told
    if scene.space.visibility != "public":
        assert not [message for message in told if TEXT in str(message.message())]


def test_votes_name_their_people_to_members_alone(scene):
    for who in READERS:
        allowed = who in SEEN[scene.kind] - {"visitor", "suspended"}
        if who != "suspended":  # nobody can be signed in as a suspended person
            reader = scene.people.get(who, AnonymousUser())
            assert PollVote.objects.visible_to(reader).exists() == allowed
        text = scene.text(who, f"/community/poll/{scene.poll.pk}/voters/")
        assert ("Author" in text) == allowed


def test_somebody_who_left_a_space_sees_nothing_of_it_any_more(scene):
    person = scene.people["joined"]
    actions.set_follow(thread=scene.thread, person=person, wanted=True)
    SpaceMembership.objects.filter(space=scene.space, person=person).delete()
    mail.outbox.clear()
    actions.post_reply(thread=scene.thread, author=scene.author, source=f"Later {TEXT}.")
    drain()
    told = [message for message in mail.outbox if person.email in message.to]
    if "member" not in SEEN[scene.kind]:
        assert told == []
        assert TITLE not in scene.text("joined", "/inbox/")
        assert TITLE not in scene.text("joined", "/")


def test_a_hidden_post_is_gone_from_every_surface(scene):
    actions.hide_post(post=scene.reply, actor=scene.people["moderator"])
    for who in ("visitor", "member", "joined"):
        assert f"More {TEXT}" not in scene.text(who, scene.thread.get_absolute_url())
        assert f"More <mark>{TEXT}" not in scene.text(who, f"/search/?q={TEXT}")
    assert not Entry.objects.filter(key=f"post:{scene.reply.pk}").exists()
