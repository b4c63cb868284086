"""Recent searches: kept only for who asked for it, on the server, and gone when they sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from search.models import RecentSearch, RemembersSearches
from search.models.recent import LONGEST, MOST_RECENT
from search.personal import looks_personal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User


def are_kept_for(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and RemembersSearches.objects.filter(person=user).exists()


def searches_of(user: User | AnonymousUser) -> QuerySet[RecentSearch]:
    """The newest first. Nobody else's, and none of a person who turned this off."""
    if not user.is_authenticated:
        return RecentSearch.objects.none()
    wanted = RemembersSearches.objects.filter(person=user)
    return RecentSearch.objects.filter(person__in=wanted.values("person"))[:MOST_RECENT]


@transaction.atomic
def choose(*, person: User, keep: bool) -> None:
    """Turn it on, or off: then what was kept is gone at once."""
    if keep:
        RemembersSearches.objects.get_or_create(person=person)
    else:
        RemembersSearches.objects.filter(person=person).delete()
        forget(person=person)


@transaction.atomic
def remember(*, person: User, text: str) -> bool:
    """Note a search of somebody who wants that; the oldest beyond ten are forgotten. Whether it was one to keep."""
    if not 0 < len(text) <= LONGEST or looks_personal(text) or not are_kept_for(person):
        return False
    RecentSearch.objects.update_or_create(person=person, text=text, defaults={"searched_at": timezone.now()})
    kept = RecentSearch.objects.filter(person=person).values_list("pk", flat=True)[:MOST_RECENT]
    RecentSearch.objects.filter(person=person).exclude(pk__in=list(kept)).delete()
    return True


def forget(*, person: User, pk: int | None = None) -> int:
    """One search, or all. Returns how many there were."""
    found = RecentSearch.objects.filter(person=person, **({} if pk is None else {"pk": pk}))
    return found.delete()[0]
