"""The forum's part of the summaries by e-mail, for many people at once.

Who may see what is asked of the same rules in Python (`Space.is_readable_by`) that `visible_to` has in SQL: for a batch
of people it costs no query a person. A test holds both against each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from forum.models import Follow, Space, SpaceMembership, Thread, ThreadRead
from forum.models.thread import thread_url
from forum.nameless import beginners
from notifications import digests
from notifications.digests import Line, Section, Window
from notifications.mail import absolute
from notifications.models import Following

# What more than so many threads have to say is for the site, not for an e-mail.
MOST_THREADS = 1000
MOST_NEW, MOST_WAITING = 8, 3
WAITING_WINDOWS = 2
COLUMNS = (
    "pk", "kind", "slug", "title", "space_id", "author_id", "created_at", "last_number", "reply_count", "is_nameless",
)  # fmt: skip
MOST_TOPICS = 2
# In place of the title of what every member reads: an e-mail says no word that somebody wrote there.
UNTITLED = {
    Thread.Kind.QUESTION: (gettext_lazy("A question"), gettext_lazy("A question about %(topics)s")),
    Thread.Kind.DISCUSSION: (gettext_lazy("A conversation"), gettext_lazy("A conversation about %(topics)s")),
    Thread.Kind.PROBLEM: (
        gettext_lazy("A problem to solve together"),
        gettext_lazy("A problem to solve together about %(topics)s"),
    ),
    Thread.Kind.ANNOUNCEMENT: (gettext_lazy("An announcement"), gettext_lazy("An announcement about %(topics)s")),
}


@dataclass
class Ears:
    """What one person may read, follows, and wants to hear nothing of."""

    spaces: set[int]
    followed: list[tuple[str, int]] = field(default_factory=list)
    muted: set[tuple[str, int]] = field(default_factory=set)

    def hears(self, thread: dict[str, Any], person: User) -> bool:
        """Whether the thread may be told of: readable, another's, and not muted in any way."""
        about = {("thread", thread["pk"]), ("space", thread["space_id"]), ("person", thread["author_id"])}
        return thread["space_id"] in self.spaces and thread["writer"] != person.pk and not about & self.muted


def register_all() -> None:
    digests.register(10, Section(gettext_lazy("New where you follow"), new_where_followed, _new_to_me))
    digests.register(20, Section(gettext_lazy("Waiting for an answer in your sector"), waiting, _unanswered))


def _new_to_me() -> str:
    return reverse("forum:new") + "?show=unread"


def _unanswered() -> str:
    return reverse("forum:new") + "?show=unanswered"


def new_where_followed(people: list[User], window: Window) -> dict[int, list[Line]]:
    """Threads that each follows with posts they have not read, and new ones where they follow; the newest first."""
    threads = _threads(Thread.objects.filter(last_post_at__gt=window.since))
    places = _places(threads, window)
    ears = ears_of(people)
    by_person = _rows(Follow.objects, people, threads)
    read = {
        (person, thread): number
        for person, thread, number in ThreadRead.objects.filter(person__in=people, thread__in=threads).values_list(
            "person", "thread", "last_number"
        )
    }
    found = {}
    for person in people:
        mine = ears[person.pk]
        ids = set(by_person[person.pk]).union(*(places[key] for key in mine.followed))
        new = [
            threads[pk]
            for pk in threads
            if pk in ids
            and threads[pk]["last_number"] > read.get((person.pk, pk), 0)
            and mine.hears(threads[pk], person)
        ]
        found[person.pk] = [_line(thread) for thread in new[:MOST_NEW]]
    return found


def waiting(people: list[User], window: Window) -> dict[int, list[Line]]:
    """Questions and problems of each one's sector that nobody has replied to."""
    sectors = {person.sector_id for person in people if person.sector_id}
    if not sectors:
        return {}
    recent = Thread.objects.unanswered().filter(last_post_at__gt=window.longer(WAITING_WINDOWS))
    threads = _threads(recent.filter(sectors__in=sectors).distinct())
    by_sector = defaultdict(list)
    for sector, pk in _of(threads, Thread.sectors.through, "sector"):
        by_sector[sector].append(pk)
    ears = ears_of(people)
    found = {}
    for person in people:
        own = sorted(by_sector[person.sector_id], key=list(threads).index) if person.sector_id else []
        lines = [_line(threads[pk]) for pk in own if ears[person.pk].hears(threads[pk], person)]
        found[person.pk] = lines[:MOST_WAITING]
    return found


def ears_of(people: list[User]) -> dict[int, Ears]:
    """Three queries, and one for everybody's rights."""
    spaces = {
        space.pk: space for space in Space.objects.filter(is_reflective=False).only("visibility", "is_reflective")
    }
    memberships = defaultdict(list)
    for row in SpaceMembership.objects.filter(person__in=people).values_list("person", "space", "state", "is_keeper"):
        memberships[row[0]].append(row[1:])
    _give_rights(people)
    without: dict[tuple[frozenset[str], bool], set[int]] = {}
    ears = {}
    for person in people:
        alike = (person.rights, person.is_superuser)
        if alike not in without:
            without[alike] = _readable(person, spaces, ((pk, None, False) for pk in spaces))
        mine = [row for row in memberships[person.pk] if row[0] in spaces]
        ears[person.pk] = Ears(without[alike] | _readable(person, spaces, mine))
    for chosen in Following.objects.filter(person__in=people):
        if chosen.wish == Following.Wish.FOLLOW:
            ears[chosen.person_id].followed.append((chosen.kind, chosen.object_id))
        else:
            ears[chosen.person_id].muted.add((chosen.kind, chosen.object_id))
    return ears


def _readable(person: User, spaces: dict[int, Space], standings: Iterable[tuple[int, str | None, bool]]) -> set[int]:
    """Those of the spaces that this person may read, standing to them as given."""
    found = set()
    for pk, state, keeps in standings:
        spaces[pk].stand(state, keeps)
        if spaces[pk].is_readable_by(person):
            found.add(pk)
    return found


def _give_rights(people: list[User]) -> None:
    rights = defaultdict(set)
    rows = User.groups.through.objects.filter(user__in=people).values_list("user", "group__name")
    for pk, name in rows:
        rights[pk].add(name)
    for person in people:
        person.rights = frozenset(rights[person.pk])


def _threads(threads: Any) -> dict[int, dict[str, Any]]:
    """The newest first, each with what a line says of it."""
    rows = threads.listed().order_by("-last_post_at", "-id")
    named = rows.values(*COLUMNS, space_name=F("space__name"), visibility=F("space__visibility"))
    found = {row["pk"]: row for row in named[:MOST_THREADS]}
    nameless = [pk for pk, row in found.items() if row["is_nameless"]]
    own = beginners(nameless) if nameless else {}
    topics = _topics_of([pk for pk, row in found.items() if row["visibility"] == Space.Visibility.MEMBERS])
    for pk, row in found.items():
        row["writer"] = own.get(pk, row["author_id"])
        row["topics"] = topics[pk]
    return found


def _topics_of(threads: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    if threads:
        named = Thread.topics.through.objects.filter(thread__in=threads).order_by("topic__name")
        for pk, name in named.values_list("thread", "topic__name"):
            found[pk].append(name)
    return found


def _places(threads: dict[int, dict[str, Any]], window: Window) -> dict[tuple[str, int], list[int]]:
    """By space, topic and person, the threads that began in the window."""
    new = {pk: thread for pk, thread in threads.items() if thread["created_at"] > window.since}
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pk, thread in new.items():
        found["space", thread["space_id"]].append(pk)
        if thread["author_id"]:
            found["person", thread["author_id"]].append(pk)
    for topic, pk in _of(new, Thread.topics.through, "topic"):
        found["topic", topic].append(pk)
    return found


def _of(threads: Iterable[int], through: Any, name: str) -> list[tuple[int, int]]:
    return list(through.objects.filter(thread__in=threads).values_list(name, "thread"))


def _rows(follows: Any, people: list[User], threads: Iterable[int]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for person, thread in follows.filter(person__in=people, thread__in=threads).values_list("person", "thread"):
        found[person].append(thread)
    return found


def untitled(kind: str, topics: list[str]) -> str:
    """What a thread that every member may read is called where its title may not stand."""
    bare, about = UNTITLED[Thread.Kind(kind)]
    return str(about) % {"topics": _(" and ").join(topics[:MOST_TOPICS])} if topics else str(bare)


def _line(thread: dict[str, Any]) -> Line:
    """What everybody on the internet may read has its title; what every member may, its kind and topics; of the rest
    nothing is said."""
    replies = thread["reply_count"]
    said = ngettext("%(n)s reply", "%(n)s replies", replies) % {"n": replies}
    if thread["visibility"] == Space.Visibility.MEMBERS:
        title = untitled(thread["kind"], thread["topics"])
        return Line(title=title, url=absolute(thread_url(thread["pk"], "conversation")), text=said, is_public=False)
    if thread["visibility"] != Space.Visibility.PUBLIC:
        return Line()
    url = absolute(thread_url(thread["pk"], thread["slug"]))
    return Line(title=thread["title"], url=url, text=f"{thread['space_name']} · {said}")
