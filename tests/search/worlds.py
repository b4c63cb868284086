"""Random worlds for test_no_leak.py: rows made of what hypothesis drew, what becomes of them, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from accounts.models import User
from forum.models import Space, SpaceMembership
from tests import factories
from tests.search.community import restrict
from tests.search.things import WORD, WRITER, Opening, Person, Reader, Reply, Thing, name_of
from tests.search.things_library import Attached, Gathered, Resource, Webinar

REFLECTIVE = "reflective"
KINDS: dict[str, type[Thing]] = {
    each.kind: each for each in (Opening, Reply, Resource, Attached, Webinar, Person, Gathered)
}
FATES = [(kind, change) for kind, each in KINDS.items() for change in each.changes]
# As many as a page of results shows.
MOST = 20
ROOMS = 90

things = st.fixed_dictionaries(
    {
        "fate": st.one_of(st.sampled_from(FATES), st.tuples(st.sampled_from(list(KINDS)), st.just(""))),
        "space": st.integers(0, 3),
        "is_nameless": st.booleans(),
    }
)
TEXTS = (WORD, f"{WORD} OR x", f"-x {WORD}", f'"{WORD}"', "in:community", "in:webinars", "in:people", "is:open", "")
worlds = st.fixed_dictionaries(
    {
        "spaces": st.lists(st.sampled_from([*Space.Visibility.values, REFLECTIVE]), min_size=4, max_size=4),
        "joined": st.sets(st.integers(0, 3)),
        "closed_later": st.sets(st.integers(0, 3)),
        "closed_branch": st.sampled_from(["", "", "library", "webinars"]),
        "things": st.lists(things, min_size=2, max_size=5),
        "is_suspended": st.booleans(),
        "texts": st.lists(st.sampled_from(TEXTS), max_size=2),
    }
)


def every_fate() -> Iterator[dict]:
    """Worlds in which everything becomes of something, so that no run leaves that to chance."""
    spaces = [Space.Visibility.PUBLIC, Space.Visibility.MEMBERS, Space.Visibility.PUBLIC, Space.Visibility.INVITED]
    for first in (0, 1):
        some = [
            {"fate": fate, "space": number % 3, "is_nameless": number % 4 == 3}
            for number, fate in enumerate(FATES[first::2])
        ]
        yield {
            "spaces": spaces, "joined": {1}, "closed_later": set(), "closed_branch": "", "things": some,
            "is_suspended": False, "texts": [],
        }  # fmt: skip


class World:
    """Things, and their readers. Nothing has happened to them before `go_on`."""

    def __init__(self, drawn: dict) -> None:
        self.drawn = drawn
        self.spaces = [
            factories.make_space(
                name=f"Room {name_of(ROOMS + number)}",
                slug=f"room-{name_of(ROOMS + number)}",
                visibility=Space.Visibility.INVITED if visibility == REFLECTIVE else visibility,
                is_reflective=visibility == REFLECTIVE,
                open_to_search_engines=visibility == Space.Visibility.PUBLIC,
            )
            for number, visibility in enumerate(drawn["spaces"])
        ]
        self.member, self.moderator = factories.make_user(), factories.make_user("moderator")
        self.editor = factories.make_user("editor")
        self.writer = factories.make_user(display_name=f"{WRITER.title()} Unnamed", handle=WRITER)
        for number in drawn["joined"]:
            factories.join(self.spaces[number], self.member)
        self.things: list[Thing] = []
        for number, thing in enumerate(drawn["things"]):
            self.things.append(KINDS[thing["fate"][0]](number, thing, self))

    def go_on(self) -> None:
        """What happens to it later."""
        for made, thing in zip(self.things, self.drawn["things"], strict=True):
            if thing["fate"][1]:
                made.change(thing["fate"][1])
        for number in self.drawn["closed_later"]:
            space = Space.objects.filter(pk=self.spaces[number].pk)
            space.update(visibility=Space.Visibility.INVITED, open_to_search_engines=False)
            SpaceMembership.objects.filter(space=self.spaces[number]).delete()
        branches = {"library": factories.library_page, "webinars": factories.webinar_index}
        if self.drawn["closed_branch"]:
            restrict(branches[self.drawn["closed_branch"]](), PageViewRestriction.LOGIN)
        if self.drawn["is_suspended"]:
            self.member.groups.clear()

    def readers(self) -> list[Reader]:
        return [AnonymousUser(), *(User.objects.get(pk=each.pk) for each in (self.member, self.moderator))]

    @property
    def names(self) -> set[str]:
        return {name for thing in self.things for name in (thing.name, thing.part)}

    def names_for(self, user: Reader) -> set[str]:
        """Every word that this reader may be told."""
        return set().union(*(thing.seen_by(user) for thing in self.things))

    def rooms_closed_to(self, user: Reader) -> list[str]:
        """Names of spaces that the reader cannot read; a circle has none for its own people."""
        read = set(Space.objects.readable_by(user).filter(is_reflective=False).values_list("pk", flat=True))
        return [name_of(ROOMS + number) for number, space in enumerate(self.spaces) if space.pk not in read]
