"""The pages that an operator edits and every footer links."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache

from knowledge.models import InformationPage
from web.navigation import Link

CACHE_KEY = "information-pages"
CACHE_SECONDS = 300


def _published() -> list[dict]:
    """Title, address, purpose and minimum age of the live pages without privacy; public, so they may be cached."""
    found = cache.get(CACHE_KEY)
    if found is None:
        pages = InformationPage.objects.live().public().order_by("path")
        found = [
            {
                "title": page.title,
                "url": page.url,
                "purpose": page.purpose,
                "in_footer": page.in_footer,
                "minimum_age": page.minimum_age,
            }
            for page in pages
        ]
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def footer_links() -> Iterable[Link]:
    return [Link(page["title"], page["url"]) for page in _published() if page["in_footer"]]


def child_page() -> str:
    """Address of the page for whoever worries about a child; empty while it is not published."""
    return next((page["url"] for page in _published() if page["purpose"] == InformationPage.Purpose.CHILD), "")


def agreement() -> tuple[str, int]:
    """Address of the privacy notice and the minimum age to join, for sign-up."""
    for page in _published():
        if page["purpose"] == InformationPage.Purpose.PRIVACY:
            return page["url"], page["minimum_age"] or 16
    return "", 16


def forget() -> None:
    """Read the pages anew at the next request; other processes follow when their copy runs out."""
    cache.delete(CACHE_KEY)
