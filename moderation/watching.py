"""Rules that moderators make themselves: words they watch, and of new members many links, repeats and haste."""

from __future__ import annotations

import datetime as dt
import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation import trust
from moderation.models import Rules
from moderation.screening.reading import Readable
from web.addresses import parts_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Trust, User

# "Thank you so much!" may be said to everybody.
LONG_ENOUGH = 40
A_DAY, AN_HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
# Rooms above say what a person posted since a time, with their name or without (True), each as (when, text).
recent_posts: list[Callable[[User, dt.datetime, bool], Iterable[tuple[dt.datetime, str]]]] = []
# A change counts in every process within this many seconds; each reply asks.
FRESH_SECONDS = 30
_LINK = re.compile(r"https?://[^\s<>\"']+|(?<![\w@./-])www\.[^\s<>\"']+", re.IGNORECASE)


class Caution(TextChoices):
    """Why a text waits, where no rule of `screening` found anything."""

    WORD = "word", _("a word that the moderators watch")
    LINKS = "links", _("many links by somebody who is new here")
    SAME = "same", _("the same text again, by somebody who is new here")
    FAST = "fast", _("many posts in an hour, by somebody who is new here")
    FACES = "faces", _("a photo in which somebody can be recognised")
    WATCHED = "watched", _("by somebody whose posts are looked at first")


ABOUT_THE_WRITER = frozenset({Caution.LINKS, Caution.SAME, Caution.FAST, Caution.WATCHED})


class _Kept(NamedTuple):
    read_at: float
    rules: Rules


_kept: _Kept | None = None


def rules() -> Rules:
    """As they are now, or were half a minute ago."""
    global _kept
    if _kept is None or time.monotonic() - _kept.read_at > FRESH_SECONDS:
        _kept = _Kept(time.monotonic(), Rules.objects.filter(pk=1).first() or Rules(pk=1))
    return _kept.rules


def forget() -> None:
    """Have this process read the rules anew."""
    global _kept
    _kept = None


def cautions(text: str, *, known: str = "", writer: User | None = None) -> tuple[Caution, ...]:
    """What in a text is against the rules. What stood in it already (`known`) has been looked at."""
    now = rules()
    found = []
    if _watched(now.words, text) - _watched(now.words, known):
        found.append(Caution.WORD)
    links = _links(text)
    if writer is not None:
        may = allowed(writer)
        if may.counts_links and links > max(now.most_links, _links(known)):
            found.append(Caution.LINKS)
        if may.is_held and text != known:
            found.append(Caution.WATCHED)
    return tuple(found)


def hurries(text: str, writer: User, *, is_nameless: bool = False) -> tuple[Caution, ...]:
    """Whether somebody who is new posts the same again and again, or very much in a short time.

    Posts with and without a name are counted apart: that one waits because of the other kind would say whose it is.
    """
    now = rules()
    if not allowed(writer).counts_links or not (now.most_same or now.most_an_hour):
        return ()
    today = [post for look in recent_posts for post in look(writer, timezone.now() - A_DAY, is_nameless)]
    found, folded = [], _folded(text)
    same = [each for _at, each in today if len(each) >= LONG_ENOUGH and _folded(each) in folded]
    if now.most_same and len(same) >= now.most_same:
        found.append(Caution.SAME)
    if now.most_an_hour and sum(at >= timezone.now() - AN_HOUR for at, _text in today) >= now.most_an_hour:
        found.append(Caution.FAST)
    return tuple(found)


def level(person: User) -> Trust:
    """How far somebody is trusted now."""
    return trust.level_of(person, new_for_days=rules().new_for_days)


def allowed(person: User) -> trust.Allowed:
    return trust.ALLOWED[level(person)]


def replies_of(request: HttpRequest) -> tuple[int, int]:
    """For `web.limits.limited`: how many replies in ten minutes."""
    return (allowed(request.user).replies if request.user.is_authenticated else 20), 600


def _watched(words: str, text: str) -> set[str]:
    """Among what was typed, and among what readers see of it."""
    pattern = _pattern(words)
    if not pattern or not text:
        return set()
    texts = (text, Readable(text, as_shown=True).text)
    return {word for each in texts for word in pattern.findall(_folded(each))}


@lru_cache(maxsize=4)
def _pattern(words: str) -> re.Pattern[str] | None:
    lines = (" ".join(_folded(line).split()) for line in words.splitlines())
    parts = [re.escape(line).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for line in lines if line.strip("* ")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _links(text: str) -> int:
    """Links that lead away from this site."""
    own = {parts_of(settings.BASE_URL).hostname, *settings.ALLOWED_HOSTS}
    links = (re.sub(r"[\[\]]", "", link) for link in _LINK.findall(text))  # brackets are Markdown's
    hosts = (parts_of(link if "://" in link else f"//{link}").hostname for link in links)
    return sum(host not in own for host in hosts)
