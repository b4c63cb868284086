"""What the random worlds of test_no_leak.py are made of: each kind of thing, what becomes of it, and who may see it.

Each thing has two words that are nobody else's: `name` stands in its title and in the slug of its topic or sector,
`part` in what it holds: the text of a post or a profile, the passage of a file, what was said in a recording. Who may
see them is taken from the pages' own rules (`visible_to`), never from search.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import User
from forum import actions as forum
from forum.models import Post, Space, Thread
from tests import factories
from tests.search.community import announce

if TYPE_CHECKING:
    from tests.search.worlds import World

Reader = User | AnonymousUser

WORD, WRITER = "zebrafinch", "quetzalcoatl"
SYLLABLES = ("bo", "ka", "lu", "mi", "no", "pe", "ri", "su", "ta", "vo")
_NAME = re.compile(rf"q(?:{'|'.join(SYLLABLES)}){{5}}x")
_PARTS = 40


def name_of(number: int) -> str:
    """A word that is nobody else's, more than two letters away from every other."""
    return "q" + SYLLABLES[number // 10] * 2 + SYLLABLES[number % 10] * 3 + "x"


def names_in(text: object) -> set[str]:
    """All of these words in a text, marked or not, in a slug or the name of a file as well."""
    return set(_NAME.findall(str(text).lower().replace("<mark>", "").replace("</mark>", "")))


class Thing:
    """Something that can be found. `changes`: what may become of it, by name."""

    kind: ClassVar[str]
    changes: ClassVar[tuple[str, ...]]

    def __init__(self, number: int, drawn: dict, world: World) -> None:
        self.name, self.part = name_of(number), name_of(number + _PARTS)
        self.world = world
        self.make(drawn)

    def make(self, drawn: dict) -> None:
        raise NotImplementedError

    def change(self, what: str) -> None:
        """What happens to it later, told to the index as the site tells it."""
        raise NotImplementedError

    @property
    def keys(self) -> list[str]:
        """Of its documents, the one that is its whole first."""
        raise NotImplementedError

    def seen_by(self, user: Reader) -> set[str]:
        """Which of its two words this reader may be told by search."""
        raise NotImplementedError

    def found_by(self, user: Reader) -> set[str]:
        """Which of them the reader finds, as soon as the worker has caught up."""
        return self.seen_by(user)

    def left_to(self, user: Reader) -> set[str]:
        """Which of them an index that was told nothing may go on telling."""
        return {self.name, self.part} if self.name in self.seen_by(user) else set()


class Talk(Thing):
    """A thread, or a reply to one."""

    changes = ("hide", "hide_thread", "move")

    def make(self, drawn: dict) -> None:
        # Topics are for everybody to read, so that only their slugs tell: they are counted.
        topic = factories.make_topic(slug=f"of-{self.name}")
        space = self.world.spaces[drawn["space"]]
        if drawn["is_nameless"]:
            self.post = self._write_without_name(space, topic)
            return
        thread = factories.make_thread(space, title=f"{self.name} {WORD}", text=self._text(is_opening=True))
        thread.topics.set([topic])
        announce(Thread, thread)
        self.post = thread.posts.get(number=1)
        if self.kind == "reply":
            self.post = factories.make_post(thread, source=self._text())
            announce(Post, self.post)

    def _text(self, is_opening: bool = False) -> str:
        return "Nothing." if is_opening and self.kind == "reply" else f"{WORD} {self.part} said"

    def _write_without_name(self, space: Space, topic: Any) -> Post:
        """The same by somebody who does not say who they are."""
        space.allows_nameless = True
        is_thread, title = self.kind == "thread", f"{self.name} {WORD}"
        made = forum.start_thread(
            space=space, author=self.world.writer, kind="question", title=title, source=self._text(is_opening=True),
            topics=[topic], is_nameless=is_thread,
        )  # fmt: skip
        if is_thread:
            return made.posts.get(number=1)
        # A thread under the writer's name would be found by it, and rightly.
        Thread.objects.filter(pk=made.pk).update(author=None)
        made.posts.update(author=None)
        return forum.post_reply(thread=made, author=self.world.writer, source=self._text(), is_nameless=True)

    def change(self, what: str) -> None:
        self.post.refresh_from_db()
        thread = self.post.thread
        if what == "hide":
            self.post.hidden_at = timezone.now()
            self.post.save()
            announce(Post, self.post)
            return
        thread.hidden_at = timezone.now() if what == "hide_thread" else None
        thread.space = self.world.spaces[-1] if what == "move" else thread.space
        thread.save()
        announce(Thread, thread)
        announce(Post, *thread.posts.all())

    @property
    def keys(self) -> list[str]:
        opening = f"thread:{self.post.thread_id}"
        return [opening] if self.kind == "thread" else [opening, f"post:{self.post.pk}"]

    def seen_by(self, user: Reader) -> set[str]:
        # What is hidden is not in search at all, for moderators neither. Nor is what is said in a circle, for its own
        # people neither. A thread's title is seen where its first post is not, and the other way round never.
        threads = Thread.objects.visible_to(user).filter(hidden_at__isnull=True, space__is_reflective=False)
        if not threads.filter(pk=self.post.thread_id).exists():
            return set()
        is_shown = Post.objects.visible_to(user).filter(pk=self.post.pk, hidden_at__isnull=True).exists()
        return {self.name, self.part} if is_shown else {self.name}

    def found_by(self, user: Reader) -> set[str]:
        seen = self.seen_by(user)
        return seen if self.part in seen else set()


class Opening(Talk):
    kind = "thread"


class Reply(Talk):
    kind = "reply"


class Person(Thing):
    """Somebody who chose to be listed. The part is what they say about themselves."""

    kind = "person"
    changes = ("unlist", "suspend", "leave", "hide", "rename")

    def make(self, drawn: dict) -> None:
        said = f"{WORD} is what {self.part} is about."
        self.person = factories.make_user(
            display_name=f"{self.name} {WORD}", is_listed=True, about_source=said, about_html=f"<p>{said}</p>",
            job_title=f"Keeper of {self.part}", sector=factories.make_sector(slug=f"of-{self.name}"),
        )  # fmt: skip
        self.number = self.person.pk
        announce(User, self.person)

    def change(self, what: str) -> None:
        person = User.objects.get(pk=self.number)
        if what == "unlist":
            accounts.update_profile(person=person, changes={"is_listed": False})
        elif what == "suspend":
            accounts.suspend(actor=self.world.moderator, person=person)
        elif what == "leave":
            accounts.delete_account(person=person)
        elif what == "hide":
            accounts.hide_profile(person=person)
        else:
            accounts.update_profile(person=person, changes={"display_name": "Somebody", "job_title": "Keeper"})

    @property
    def keys(self) -> list[str]:
        return [f"person:{self.number}"]

    def seen_by(self, user: Reader) -> set[str]:
        person = User.objects.visible_to(user).listed().filter(pk=self.number).first()
        # An address and a sector keep their slugs when a name changes.
        said = f"{person.display_name} {person.handle} {person.job_title} {person.about_html}" if person else ""
        return names_in(said)

    def found_by(self, user: Reader) -> set[str]:
        person = User.objects.filter(pk=self.number).first()
        return names_in(f"{person.display_name} {person.about_html}") & self.seen_by(user) if person else set()
