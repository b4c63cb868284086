"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from web import navigation


def site(request: HttpRequest) -> dict:
    def nav() -> tuple[tuple[str, str, bool], ...]:
        """Title, address and whether the reader is there."""
        return tuple((title, url, _is_current(url, request.path)) for title, url in navigation.header_links())

    def footer_links() -> tuple[tuple[str, str], ...]:
        pages = ((str(link.title), link.url) for links in navigation.footer for link in links())
        return (*pages, (gettext("Write to us"), f"mailto:{settings.CONTACT_EMAIL}"))

    return {
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "nav": SimpleLazyObject(nav),
        "footer_links": SimpleLazyObject(footer_links),
        "child_page_url": SimpleLazyObject(navigation.child_page),
    }


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
