"""What people of a name wrote or said, for `by:`."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.models import User
from events.models import WebinarPage
from forum.models import Post
from knowledge.models import ResourcePage
from search.words import read

MOST_KEYS = 3000
# An apostrophe as phones and word processors write it.
CURLED = "\u2019"

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Writings:
    """Everything that one reader may see, by who wrote or said it. A name is looked up once."""

    def __init__(self, reader: User | AnonymousUser) -> None:
        self.reader = reader
        self.keys_by = cache(self._keys_by)

    def _keys_by(self, name: str) -> tuple[str, ...]:
        """Keys of what people of this name wrote or said. Two queries, and one more for the first name.

        Only from posts that carry their author's name: who wrote without it cannot be asked for.
        """
        parts = [part for part in name.split() if read(part)]
        if not parts:
            return ()
        posts = Post.objects.signed().visible_to(self.reader).filter(author__in=self._people(name, parts).values("pk"))
        rows = posts.order_by("-pk").values_list("pk", "number", "thread")[:MOST_KEYS]
        found = [f"thread:{thread}" if number == 1 else f"post:{pk}" for pk, number, thread in rows]
        pages = ResourcePage.objects.visible_to(self.reader).filter(
            _all_of("authors", parts) | _all_of("publisher", parts)
        )
        found += [f"resource:{pk}" for pk in pages.order_by().values_list("pk", flat=True)[:MOST_KEYS]]
        wanted = {word for part in parts for word in read(part)}
        return (*found, *(f"webinar:{pk}" for pk, names in self._speakers if any(wanted <= words for words in names)))

    def _people(self, name: str, parts: list[str]) -> QuerySet[User]:
        """Of this name; by the one in an address only for those who see it, as it tells what somebody was called."""
        listed = User.objects.visible_to(self.reader).filter(handle__iexact=name)
        return User.objects.filter(_all_of("display_name", parts) | Q(pk__in=listed.values("pk")), is_active=True)

    @cached_property
    def _speakers(self) -> list[tuple[int, list[set[str]]]]:
        """Webinars with the words of each speaker's name, which stand in blocks that a database cannot look into."""
        pages = WebinarPage.objects.visible_to(self.reader).order_by().only("pk", "speakers")
        return [(page.pk, [{*read(block.value["name"])} for block in page.speakers]) for page in pages]


def _all_of(field: str, parts: list[str]) -> Q:
    """Names are typed with a plain apostrophe, or made so, and kept with either."""
    spelt = ({part, part.replace("'", CURLED)} for part in parts)
    return Q(*(Q(*((f"{field}__icontains", one) for one in either), _connector=Q.OR) for either in spelt))
