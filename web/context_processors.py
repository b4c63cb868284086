"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from web import navigation


def site(request: HttpRequest) -> dict:
    def nav() -> list[dict]:
        links = [link() for _, link in navigation.header]
        return [
            {"title": link.title, "url": link.url, "current": _is_current(link.url, request.path)} for link in links
        ]

    return {
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "nav": SimpleLazyObject(nav),
        "footer_links": SimpleLazyObject(lambda: [link for links in navigation.footer for link in links()]),
    }


def _is_current(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
