"""What people follow, so that they hear of it, and what they have muted, so that they do not.

Whom somebody follows or mutes is known to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.models import Following
from vocabulary.models import Topic

Wish = Following.Wish
NEITHER = ""
MOST_FOLLOWED = 500


class TooMany(Exception):
    """The person follows and mutes `MOST_FOLLOWED` things already."""


@dataclass(frozen=True)
class Followable:
    """One kind of thing that people follow.

    `visible_to(person)` are those that this person may follow or mute. `follow` and `mute` are the words on the
    buttons, `told` and `untold` say in a sentence what comes of them; `untold` and `mute` are empty for what cannot
    be muted. `set_wish(person, thing, wish)` stands in for the table here, where a room keeps its own, and
    `followed_by(person)` says what stands there, by number.
    """

    key: str
    label: str | Promise
    model: type[Model]
    visible_to: Callable[[User], Any]
    url: Callable[[Any], str]
    follow: str | Promise
    told: str | Promise
    mute: str | Promise = ""
    untold: str | Promise = ""
    set_wish: Callable[[User, Any, str], None] | None = None
    followed_by: Callable[[User], Iterable[int]] | None = None


TOPICS = Followable(
    key="topic",
    label=gettext_lazy("Topics"),
    model=Topic,
    visible_to=lambda person: Topic.objects.all(),
    url=lambda topic: reverse("topic", args=[topic.slug]),
    follow=gettext_lazy("Follow this topic"),
    told=gettext_lazy("You hear of new threads about it."),
)
PEOPLE = Followable(
    key="person",
    label=gettext_lazy("People"),
    model=User,
    visible_to=lambda person: User.objects.visible_to(person).exclude(pk=person.pk),
    url=lambda person: reverse("accounts:profile", args=[person.handle]),
    follow=gettext_lazy("Follow this person"),
    told=gettext_lazy("You hear of what they write where you can read it. They are not told."),
    mute=gettext_lazy("Mute this person"),
    untold=gettext_lazy("You hear of nothing that they write. They are not told."),
)
_followables: dict[str, Followable] = {}


def register(followable: Followable) -> None:
    """Make a kind of thing known. The last one registered under a key counts."""
    _followables[followable.key] = followable


def get(key: str) -> Followable | None:
    return _followables.get(key)


def register_own() -> None:
    """Topics and people belong to rooms beneath this one."""
    register(TOPICS)
    register(PEOPLE)


def wish_of(person: User, key: str, pk: int) -> str:
    """What this person wants to hear of a thing; one query."""
    return Following.objects.filter(person=person, kind=key, object_id=pk).values_list("wish", flat=True).first() or ""


def set_wish(*, person: User, key: str, thing: Model, wish: str) -> None:
    """Follow, mute, or neither. Errors: TooMany."""
    followable = _followables[key]
    if followable.set_wish is not None:
        followable.set_wish(person, thing, wish)
    else:
        keep_wish(person=person, key=key, pk=thing.pk, wish=wish)


def keep_wish(*, person: User, key: str, pk: int, wish: str) -> None:
    """As `set_wish`, in the table here. Errors: TooMany."""
    mine = Following.objects.filter(person=person)
    if wish == NEITHER:
        mine.filter(kind=key, object_id=pk).delete()
        return
    if mine.exclude(kind=key, object_id=pk).count() >= MOST_FOLLOWED:
        raise TooMany
    Following.objects.update_or_create(person=person, kind=key, object_id=pk, defaults={"wish": wish})


def followers(*things: tuple[str, int | None]) -> set[int]:
    """The ids of those who follow any of these things, given as kind and number."""
    return set(Following.objects.of_any(things).wishing(Wish.FOLLOW).values_list("person", flat=True))


def muters(*things: tuple[str, int | None]) -> set[int]:
    """The ids of those who have muted any of these things."""
    return set(Following.objects.of_any(things).wishing(Wish.MUTE).values_list("person", flat=True))


def everything_of(person: User) -> list[tuple[Followable, list[tuple[Model, str]]]]:
    """By kind, what this person follows or has muted and may still see; two queries a kind at most, and one."""
    chosen: dict[str, dict[int, str]] = {}
    for row in Following.objects.filter(person=person).order_by("-pk"):
        chosen.setdefault(row.kind, {})[row.object_id] = row.wish
    found = []
    for followable in _followables.values():
        wishes = chosen.get(followable.key, {})
        if followable.followed_by:
            wishes = dict.fromkeys(followable.followed_by(person), Wish.FOLLOW.value)
        things = followable.visible_to(person).in_bulk(list(wishes)) if wishes else {}
        found.append((followable, [(things[pk], wish) for pk, wish in wishes.items() if pk in things]))
    return found


def forget_gone() -> None:
    """Takes away rows about what no longer exists."""
    for followable in _followables.values():
        known = followable.model._default_manager.values("pk")
        Following.objects.filter(kind=followable.key).exclude(object_id__in=known).delete()
