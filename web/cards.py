"""What a page of the CMS says of itself where somebody points at it; each kind of page registers its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, Site

from web.privacy import pages_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Words(NamedTuple):
    """What kind of page it is, one line of what matters, and when it took place or was published."""

    kind: str
    text: str
    when: dt.datetime | None


class Card(NamedTuple):
    title: str
    url: str
    words: Words


Describe = Callable[[Iterable[int]], Mapping[int, Words]]

_registered: dict[type[Page], Describe] = {}
_numbered: set[str] = set()


def register(model: type[Page], describe: Describe, *, numbered: str = "") -> None:
    """`describe(ids)` gives the words of these pages in queries that do not grow with their number.

    `numbered` names the URL pattern, if there is one, whose `pk` is a page's number.
    """
    _registered[model] = describe
    if numbered:
        _numbered.add(numbered)


def is_numbered(url_name: str) -> bool:
    """Whether the pattern of this name leads to the page whose number is its `pk`."""
    return url_name in _numbered


def page_at(path: str) -> int | None:
    """The number of the page of the CMS at a path of this site, whoever may see it; None for the home page."""
    parts = path.strip("/").split("/")
    if not parts[-1] or len(path) > 500:
        return None
    addresses = [f"{root.root_path}{'/'.join(parts)}/" for root in Site.get_site_root_paths()]
    found = Page.objects.filter(slug=parts[-1], url_path__in=addresses)
    return found.values_list("pk", flat=True).first()


def of_pages(ids: Iterable[int], user: AbstractBaseUser | AnonymousUser) -> dict[int, Card]:
    """The cards of those of these pages that this reader may see; a query for all, and those of each kind's words."""
    pages = list(pages_visible_to(Page.objects.filter(pk__in=ids), user))
    by_model: dict[type, list[int]] = {}
    for page in pages:
        model = ContentType.objects.get_for_id(page.content_type_id).model_class()
        if model in _registered:
            by_model.setdefault(model, []).append(page.pk)
    words: dict[int, Words] = {}
    for model, these in by_model.items():
        words.update(_registered[model](these))
    return {page.pk: Card(page.title, page.url or "", words.get(page.pk) or _plain(page)) for page in pages}


def _plain(page: Page) -> Words:
    return Words("", page.search_description, None)
