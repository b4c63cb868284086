"""Whatever is written, hidden, moved, closed or suspended: nobody is shown, told or counted what they may not see.

Random worlds and random readers. Every text has a word of its own and a topic of its own, so that a leak shows in
whatever names or counts it. What a reader may see is taken from the pages' own rules (`visible_to`), never from search.
"""

from __future__ import annotations

import os

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from accounts.models import User
from forum import actions
from forum.models import Post, Space, SpaceMembership, Thread
from knowledge.models import ResourcePage
from outbox.actions import drain
from search import alerts, completion, engines, events, similar, spelling
from search.cards import cards
from search.exports import FORMATS, Export
from search.finding import find
from search.models import PromotedPhrase, PromotedResult, SavedSearch
from search.permissions import readable_containers
from search.promoted import chosen_for
from search.query import KINDS, Query
from tests import factories
from tests.search.community import announce, restrict

WORD, WRITER = "zebrafinch", "quetzalcoatl"
# Few, so that everybody runs them; more when asked for.
EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "5"))
REFLECTIVE = "reflective"
SYLLABLES = ("bo", "ka", "lu", "mi", "no", "pe", "ri", "su", "ta", "vo")

things = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["thread", "reply", "resource"]),
        "space": st.integers(0, 3),
        "change": st.sampled_from(["", "", "hide", "hide_thread", "move", "unpublish", "close", "close_group"]),
        "is_told": st.booleans(),
        "is_nameless": st.booleans(),
    }
)
worlds = st.fixed_dictionaries(
    {
        "spaces": st.lists(st.sampled_from([*Space.Visibility.values, REFLECTIVE]), min_size=4, max_size=4),
        "joined": st.sets(st.integers(0, 3)),
        "closed_later": st.sets(st.integers(0, 3)),
        "things": st.lists(things, min_size=2, max_size=4),
        "is_suspended": st.booleans(),
        "texts": st.lists(
            st.sampled_from([WORD, f"{WORD} OR x", f"-x {WORD}", f'"{WORD}"', "in:community", ""]), max_size=2
        ),
    }
)


def name_of(number: int) -> str:
    """A word that is nobody else's, more than two letters away from every other."""
    return "q" + SYLLABLES[number // 10] * 2 + SYLLABLES[number % 10] * 3 + "x"


class World:
    """Rows made of what hypothesis drew; each thing's word, and how to ask whether a reader may see it."""

    def __init__(self, drawn: dict) -> None:
        self.spaces = [
            factories.make_space(
                name=f"Room {name_of(90 + number)}",
                visibility=Space.Visibility.INVITED if visibility == REFLECTIVE else visibility,
                is_reflective=visibility == REFLECTIVE,
            )
            for number, visibility in enumerate(drawn["spaces"])
        ]
        self.member, self.moderator = factories.make_user(), factories.make_user("moderator")
        self.writer = factories.make_user(display_name=f"{WRITER.title()} Unnamed", handle=WRITER)
        for number in drawn["joined"]:
            factories.join(self.spaces[number], self.member)
        self.rows: dict[str, Post | ResourcePage] = {}
        for number, thing in enumerate(drawn["things"]):
            self.rows[name_of(number)] = self._make(name_of(number), thing)
        for number, thing in enumerate(drawn["things"]):
            self._change(self.rows[name_of(number)], thing)
        for number in drawn["closed_later"]:
            Space.objects.filter(pk=self.spaces[number].pk).update(visibility=Space.Visibility.INVITED)
            SpaceMembership.objects.filter(space=self.spaces[number]).delete()
        if drawn["is_suspended"]:
            self.member.groups.clear()

    def readers(self) -> list[User | AnonymousUser]:
        return [AnonymousUser(), *(User.objects.get(pk=each.pk) for each in (self.member, self.moderator))]

    def _make(self, name: str, thing: dict) -> Post | ResourcePage:
        # Topics are for everybody to read, so that only their slugs tell: they are counted.
        topic = factories.make_topic(slug=f"of-{name}")
        if thing["kind"] == "resource":
            page = factories.make_resource(title=f"{name} {WORD}", summary=f"About {name}", topics=[topic])
            announce(ResourcePage, page)
            PromotedResult(page=page, phrases=[PromotedPhrase(text=WORD)]).save()
            return page
        space = self.spaces[thing["space"]]
        if thing["is_nameless"]:
            return self._write(name, thing, space, topic)
        thread = factories.make_thread(space, title=f"{name} {WORD}", text=f"{WORD} {name}")
        thread.topics.set([topic])
        announce(Thread, thread)
        if thing["kind"] == "thread":
            return thread.posts.get(number=1)
        reply = factories.make_post(thread, source=f"{WORD} {name} said")
        announce(Post, reply)
        return reply

    def _write(self, name: str, thing: dict, space: Space, topic) -> Post:
        """The same by somebody who does not say who they are."""
        space.allows_nameless = True
        is_thread = thing["kind"] == "thread"
        made = actions.start_thread(
            space=space,
            author=self.writer,
            kind="question",
            title=f"{name} {WORD}",
            source=f"{WORD} {name}",
            topics=[topic],
            is_nameless=is_thread,
        )
        if is_thread:
            return made.posts.get(number=1)
        # A thread under the writer's name would be found by it, and rightly.
        Thread.objects.filter(pk=made.pk).update(author=None)
        made.posts.update(author=None)
        return actions.post_reply(thread=made, author=self.writer, source=f"{WORD} {name} said", is_nameless=True)

    def _change(self, row: Post | ResourcePage, thing: dict) -> None:
        """What happens to it later, told to the index as the actions tell it."""
        change = thing["change"]
        if isinstance(row, ResourcePage):
            if change == "unpublish":
                row.unpublish()
            elif change in ("close", "close_group"):
                restrict(row, PageViewRestriction.LOGIN if change == "close" else PageViewRestriction.GROUPS)
            return
        if change == "hide":
            row.hidden_at = timezone.now()
            row.save()
            announce(Post, row)
        elif change in ("hide_thread", "move"):
            thread = row.thread
            thread.hidden_at = timezone.now() if change == "hide_thread" else None
            thread.space = self.spaces[-1] if change == "move" else thread.space
            thread.save()
            announce(Thread, thread)
            announce(Post, *thread.posts.all())

    def may_see(self, name: str, user: User | AnonymousUser) -> bool:
        row = self.rows[name]
        if isinstance(row, ResourcePage):
            return ResourcePage.objects.visible_to(user).filter(pk=row.pk).exists()
        if not Post.objects.visible_to(user).filter(pk=row.pk).exists():
            return False
        # What is hidden is not in search at all, for moderators neither.
        row = Post.objects.select_related("thread__space").get(pk=row.pk)
        # Nor is what is said in a circle, for its own people neither.
        return row.hidden_at is None and row.thread.hidden_at is None and not row.thread.space.is_reflective


def check(world: World, texts: list[str]) -> None:
    for user in world.readers():
        seen = {name for name in world.rows if world.may_see(name, user)}
        threads = {name for name in world.rows if _thread_is_seen(world.rows[name], user)}
        for text in {WORD, *texts}:
            _check_results(find(Query(text=text, size=20), user), seen, threads)
        _check_what_is_taken_along(world, user, seen | threads)
        _check_writer(user)
        _check_rooms(world, user)
        for name in world.rows:
            if name not in seen and name not in threads:
                _check_nothing_says(name, world, user)


def _check_what_is_taken_along(world: World, user: User | AnonymousUser, allowed: set[str]) -> None:
    """Files, alerts, what editors chose and what is like something else: outside the page of results."""
    export = Export(Query(text=WORD), user, lambda path: path)
    told = ["".join(FORMATS[form].lines(export)) for form in ("csv", "ris")]
    told += [each.title for each in chosen_for(WORD, user)]
    told += [card.title for name in allowed for card in similar.more_like(_key(world.rows[name]), user)]
    if user.is_authenticated:
        row = SavedSearch(person=user, address=f"q={WORD}")
        found = alerts._matches(row, tuple(map(_key, world.rows.values())), readable_containers(user))
        assert {match.key for match in found} <= {_key(world.rows[name]) for name in allowed}
        # What was found a while ago is looked at again when it is told. People of a circle may hear of it there.
        outside = [_key(row) for row in world.rows.values() if not _is_in_circle(row)]
        told += [card.title for card in cards(outside, user).values()]
    assert {name for name in world.rows if name in " ".join(told)} <= allowed


def _is_in_circle(row: Post | ResourcePage) -> bool:
    return isinstance(row, Post) and Space.objects.filter(threads__posts=row, is_reflective=True).exists()


def _key(row: Post | ResourcePage) -> str:
    if isinstance(row, ResourcePage):
        return f"resource:{row.pk}"
    return f"thread:{row.thread_id}" if row.number == 1 else f"post:{row.pk}"


def _check_rooms(world: World, user: User | AnonymousUser) -> None:
    """A space that the reader cannot read has no name here, and a circle has none for its own people."""
    shown = str(find(Query(text=WORD, size=20), user).hits)
    for number, space in enumerate(world.spaces, start=90):
        name = name_of(number)
        if Space.objects.readable_by(user).filter(pk=space.pk, is_reflective=False).exists():
            continue
        assert name not in shown
        assert name not in str(completion.complete(name[:-1], user))
        asked = find(Query(text=f'in:"room {name}"'), user)
        assert asked.total == 0 and asked.misread


def _check_writer(user: User | AnonymousUser) -> None:
    """Nothing that was written without a name is found by it, and nothing that is found says it."""
    for text in (f"by:{WRITER}", f'by:"{WRITER} unnamed"', f"{WORD} by:{WRITER}", WRITER, f"{WRITER[:-1]}"):
        results = find(Query(text=text), user)
        assert results.total == 0 == len(results.hits)
    assert WRITER not in str(find(Query(text=WORD, size=20), user).hits).lower()
    assert WRITER not in str(completion.complete(WRITER[:5], user)).lower()
    assert WRITER not in str(list(Export(Query(text=WORD), user, str).hits())).lower()
    assert WRITER not in str(similar.similar_to(f"{WRITER} {WORD}", user)).lower()


def _thread_is_seen(row: Post | ResourcePage, user: User | AnonymousUser) -> bool:
    """A thread's title is seen where its first post is not, and the other way round never."""
    if isinstance(row, ResourcePage):
        return False
    threads = Thread.objects.visible_to(user).filter(hidden_at__isnull=True, space__is_reflective=False)
    return threads.filter(pk=row.thread_id).exists()


def _check_results(results, seen: set[str], threads: set[str]) -> None:
    shown = " ".join(f"{hit.title} {hit.snippet} {hit.where}" for hit in results.hits)
    counted = {
        value.value for facet in results.facets for value in (*facet.first, *facet.more) if facet.name == "topic"
    }
    allowed = seen | threads
    assert {word for word in _own_words(shown) if not word.startswith("qvovo")} <= allowed
    kinds = {value.value: value.number for facet in results.facets if facet.name == "kind" for value in facet.first}
    assert sum(kinds.values()) == results.total
    assert {topic.removeprefix("of-") for topic in counted} <= allowed
    assert results.total == len(results.hits) <= len(allowed)


def _own_words(text: str) -> set[str]:
    plain = text.replace("<mark>", "").replace("</mark>", "")
    return {word for word in plain.split() if word.startswith("q") and word.endswith("x")}


def _check_nothing_says(name: str, world: World, user: User | AnonymousUser) -> None:
    """By its own word, a misspelling of it, its beginning, or something like it."""
    for text in (name, name.replace("q", "qu"), f"by:{name}", f"topic:of-{name}"):
        results = find(Query(text=text), user)
        assert name not in str(results.hits)
        assert results.corrected != name != results.did_you_mean
    for kind in KINDS:
        # What a choice keeps away is counted too, where nothing is left.
        assert not find(Query(text=name, chosen={"kind": (kind,)}), user).looser
    containers = readable_containers(user)
    near = spelling.nearest([f"{name}e"])[f"{name}e"]
    assert not engines.embedded().known({name, *near}, containers).get(name)
    assert name not in str(completion.complete(name[:5], user))
    assert name not in str(similar.similar_to(f"{name} {WORD}", user))


def run(examples: int, settle, begin) -> None:
    @given(worlds)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def holds(drawn: dict) -> None:
        begin()
        with transaction.atomic():
            world = World(drawn)
            check(world, drawn["texts"])
            settle()
            check(world, drawn["texts"])
            transaction.set_rollback(True)

    holds()


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_embedded_index_tells_nobody_what_they_may_not_see():
    run(EXAMPLES, lambda: None, lambda: None)


@pytest.mark.django_db
@pytest.mark.elasticsearch
def test_a_cluster_tells_nobody_either_before_and_after_its_events(cluster):
    """Before its events are drained the cluster holds old states."""

    def empty() -> None:
        cluster.begin_rebuild()
        cluster.finish_rebuild()

    run(max(EXAMPLES // 2, 1), lambda: drain([events.KIND]), empty)
