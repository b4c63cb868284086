"""What the header and the footer link. Higher rooms add their entries when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.functional import Promise

from web.fragments import kept


class Link(NamedTuple):
    title: str | Promise
    url: str


header: list[tuple[int, Callable[[], Link]]] = []
footer: list[Callable[[], Iterable[Link]]] = []
_child_pages: list[Callable[[], str]] = []


def add_to_header(position: int, link: Callable[[], Link]) -> None:
    header.append((position, link))
    header.sort(key=lambda entry: entry[0])


@kept(10)
def header_links() -> tuple[tuple[str, str], ...]:
    """Titles and addresses: the same on every page, whose `reverse()` calls would cost each of them."""
    links = (link() for _position, link in header)
    return tuple((str(link.title), link.url) for link in links)


def add_to_footer(links: Callable[[], Iterable[Link]], *, may_change: bool = False) -> None:
    """Links that stay the same while the site runs are written out once, unless they `may_change`."""

    @kept(10)
    def written() -> tuple[Link, ...]:
        return tuple(Link(str(link.title), link.url) for link in links())

    footer.append(links if may_change else written)


def set_child_page(address: Callable[[], str]) -> None:
    """Where somebody reads whom to tell when they worry about a child; empty while there is no such page."""
    _child_pages.append(address)


def child_page() -> str:
    return next((url for url in (address() for address in _child_pages) if url), "")
