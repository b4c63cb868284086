"""Counting what is searched for and what is chosen, for editors, without keeping who.

Words are kept only when a second member searches for them on the same day: until then there is a digest of them,
keyed, beside a digest of who it was, and the night takes both. See docs/decisions/what-searches-leave.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from search import words
from search.models import AskedDay, AskedQuery, PositionDay, Trace
from search.personal import looks_personal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Reader = User | AnonymousUser

ENOUGH = 2
LONGEST = 100
SHORTEST_CLOSED = 7
KEPT = dt.timedelta(days=400)


def today() -> dt.date:
    """The site's day, and not that of a reader elsewhere: two people's searches of one day are counted together."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def normal(text: str) -> str:
    """The words alone: what differs in marks, accents and capitals is the same question."""
    return " ".join(words.WORD.findall(words.fold(words.clean(text))))


def note_search(*, text: str, reader: Reader, found: int, shown: int, promoted: bool) -> None:
    """Count one search whose first page showed `shown` of what was found, and what editors chose where `promoted`."""
    day = today()
    # It may read everybody's name: not while rows are locked that every search counts on.
    query = _known(text, reader, day)
    with transaction.atomic():
        if shown:
            _count_position(day, shown, "shown")
        if promoted:
            _count_position(day, 0, "shown")
        if query is not None:
            _count_query(query, day, searches=1, without_results=0 if found else 1)


@transaction.atomic
def note_click(*, text: str, position: int, is_first: bool) -> None:
    """Count that the result at this position was opened; `is_first` of its page."""
    day = today()
    _count_position(day, position, "clicks")
    query = AskedQuery.objects.filter(text=normal(text)).first() if is_first else None
    if query is not None:
        _count_query(query, day, with_click=1)


def _known(text: str, reader: Reader, day: dt.date) -> AskedQuery | None:
    """The words' row, made when the second member of the day searches for them."""
    plain = normal(text)
    if not plain or len(plain) > LONGEST or looks_personal(text):
        return None
    found = AskedQuery.objects.filter(text=plain).first()
    # Two visitors may be one person on two networks; only accounts are known to be different people.
    if found is not None or not reader.is_authenticated:
        return found
    query = digest_of(text)
    trace = Trace(day=day, query=query, person=_digest(f"{day}:{plain}:{reader.pk}"))
    Trace.objects.bulk_create([trace], ignore_conflicts=True)
    if Trace.objects.filter(day=day, query=query).count() < ENOUGH or names_among([plain]):
        return None
    return AskedQuery.objects.get_or_create(text=plain)[0]


def names_among(texts: Iterable[str]) -> set[str]:
    """Those of these normal texts that say a member's name: somebody looked for a colleague, whatever else they typed.

    A name of one word may be any word: it is a name only where it stands alone. Of more words it is one closed up too,
    "zoe obrien": apostrophes and spaces are what people leave out.
    """
    left = {text: (set(text.split()), text.replace(" ", "")) for text in texts}
    found: set[str] = set()
    for name in map(normal, User.objects.values_list("display_name", flat=True).iterator()):
        parts = name.split()
        found.update(text for text, (said, closed) in left.items() if text == name or _says(name, parts, said, closed))
    return found


def _says(name: str, parts: list[str], said: set[str], closed: str) -> bool:
    """Short names are parts of words: "An Li" of cleanliness."""
    return len(parts) > 1 and (said.issuperset(parts) or (len(name) > SHORTEST_CLOSED and "".join(parts) in closed))


def digest_of(text: str) -> str:
    """The same for all who search for these words today, and another tomorrow."""
    return _digest(f"{today()}:{normal(text)}")


def _digest(value: str) -> str:
    return salted_hmac("search.asked", value, algorithm="sha256").hexdigest()


def _count_query(query: AskedQuery, day: dt.date, **numbers: int) -> None:
    row = AskedDay.objects.get_or_create(query=query, day=day)[0]
    AskedDay.objects.filter(pk=row.pk).update(**{name: F(name) + number for name, number in numbers.items()})


def _count_position(day: dt.date, position: int, column: str) -> None:
    row = PositionDay.objects.get_or_create(day=day, position=position)[0]
    PositionDay.objects.filter(pk=row.pk).update(**{column: F(column) + 1})


def forget() -> None:
    """Each hour: traces of other days, and counts that are older than thirteen months."""
    day = today()
    Trace.objects.exclude(day=day).delete()
    since = day - KEPT
    days = AskedDay.objects.filter(query=OuterRef("pk"))
    # Not those that have no day yet: somebody is about to count the first search for them.
    AskedQuery.objects.filter(Exists(days.filter(day__lt=since)), ~Exists(days.filter(day__gte=since))).delete()
    AskedDay.objects.filter(day__lt=since).delete()
    PositionDay.objects.filter(day__lt=since).delete()
