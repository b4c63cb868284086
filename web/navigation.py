"""What the header and the footer link. Higher rooms add their entries when they are ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.functional import Promise


class Link(NamedTuple):
    title: str | Promise
    url: str


header: list[tuple[int, Callable[[], Link]]] = []
footer: list[Callable[[], Iterable[Link]]] = []


def add_to_header(position: int, link: Callable[[], Link]) -> None:
    header.append((position, link))
    header.sort(key=lambda entry: entry[0])


def add_to_footer(links: Callable[[], Iterable[Link]]) -> None:
    footer.append(links)
