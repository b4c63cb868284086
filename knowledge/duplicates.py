"""What the library has already: by DOI, by address, and by a title that is nearly the same."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knowledge.models import ResourcePage, Suggestion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User

NEARLY = 0.87
MOST_LOOKED_AT = 200
MOST_SHOWN = 5
WORDS_LOOKED_FOR = 3
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


class Known(NamedTuple):
    """A resource that may be the same, and what is alike."""

    page: ResourcePage
    why: str | Promise

    @property
    def url(self) -> str:
        """Where its reader finds it: of a draft, the page on which it is looked at before it is published."""
        if self.page.live:
            return self.page.url or ""
        return reverse("cite" if self.page.withdrawn_at else "resource_check", args=[self.page.pk])

    @property
    def said(self) -> str:
        """What is alike, and where it is if not in the library."""
        if self.page.live:
            return str(self.why)
        return f"{self.why} {_('It was withdrawn.') if self.page.withdrawn_at else _('It is not published yet.')}"


def bare_address(url: str) -> str:
    """Host and path as they are compared: without scheme, "www.", a slash at the end, fragment and trackers."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    asked = [pair for pair in parse_qsl(parts.query) if not pair[0].lower().startswith(TRACKING)]
    path = parts.path.rstrip("/").removesuffix("/index.html")
    return f"{host}{path}{'?' + urlencode(sorted(asked)) if asked else ''}" if host else ""


def bare_title(title: str) -> str:
    """Its words in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    letters = (character if character.isalnum() else " " for character in plain if not unicodedata.combining(character))
    return " ".join("".join(letters).split())


def find(
    *,
    reader: User | AnonymousUser,
    doi: str = "",
    address: str = "",
    title: str = "",
    apart_from: int | None = None,
    with_drafts: bool = False,
) -> list[Known]:
    """At most five that this reader may see, the certain ones first. Four queries at most.

    `with_drafts`: what is withdrawn or not published yet too, for those who decide what comes into the library.
    """
    pages = ResourcePage.objects.visible_to(reader)
    if with_drafts:
        pages = ResourcePage.objects.filter(Q(live=False) | Q(pk__in=pages.order_by().values("pk")))
    pages = pages.exclude(pk=apart_from or 0)
    found: dict[int, Known] = {}
    if doi:
        for page in _light(pages.filter(doi__iexact=doi)):
            found[page.pk] = Known(page, _("It has the same DOI."))
    bare = bare_address(address)
    if bare:
        # The longest piece that every way of writing the address has.
        for page in _light(pages.filter(source_url__icontains=bare.partition("?")[0])):
            if bare_address(page.source_url) == bare:
                found.setdefault(page.pk, Known(page, _("It is at the same address.")))
    for page in _titled_like(pages, bare_title(title)):
        found.setdefault(page.pk, Known(page, _("Its title is nearly the same.")))
    return list(found.values())[:MOST_SHOWN]


def _light(pages: QuerySet[ResourcePage]) -> QuerySet[ResourcePage]:
    light = ("title", "url_path", "kind", "source_url", "summary", "year", "publisher", "live", "withdrawn_at")
    return pages.only(*light)[:MOST_LOOKED_AT]


def _titled_like(pages: QuerySet[ResourcePage], wanted: str) -> list[ResourcePage]:
    longest = sorted(set(wanted.split()), key=len, reverse=True)[:WORDS_LOOKED_FOR]
    if not longest or len(longest[0]) < 3:
        return []
    # Two of its longest words are in a title that is nearly the same, whatever else was written otherwise.
    either = Q(title__icontains=longest[0]) if len(longest) == 1 else Q()
    for one, other in combinations(longest, 2):
        either |= Q(title__icontains=one) & Q(title__icontains=other)
    found = _closest(pages.filter(either), wanted)
    if found or len(longest) != 2:
        return found
    # Of two words one may be the one that was written otherwise.
    return _closest(pages.filter(Q(title__icontains=longest[0]) | Q(title__icontains=longest[1])), wanted)


def _closest(pages: QuerySet[ResourcePage], wanted: str) -> list[ResourcePage]:
    ranked = [(_alike_title(wanted, page.title), page) for page in _light(pages)]
    close = [(alike, page) for alike, page in ranked if alike >= NEARLY]
    return [page for _alike_so, page in sorted(close, key=lambda pair: -pair[0])]


def _alike_title(wanted: str, title: str) -> float:
    """People often leave out what stands after a colon."""
    main = bare_title(title.partition(":")[0])
    return max(_alike(wanted, bare_title(title)), _alike(wanted, main) if " " in main else 0.0)


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= NEARLY else 0.0


def suggested_too(suggestion: Suggestion) -> list[Suggestion]:
    """At most five other suggestions of the same thing that wait as well, for those who decide. One query."""
    others = Suggestion.objects.filter(state__in=Suggestion.OPEN).exclude(pk=suggestion.pk).order_by("pk")
    return [other for other in others[:MOST_LOOKED_AT] if _is_same(suggestion, other)][:MOST_SHOWN]


def _is_same(one: Suggestion, other: Suggestion) -> bool:
    address = bare_address(one.address)
    return (
        bool(one.doi and one.doi.lower() == other.doi.lower())
        or bool(address and address == bare_address(other.address))
        or _alike(bare_title(one.title), bare_title(other.title)) >= NEARLY
    )
