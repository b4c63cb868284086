"""The quick way to a resource; every other page of the CMS is found by Wagtail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from wagtail.models import Site
from wagtail.views import serve

from accounts.prepared import PreparedForReader
from knowledge.models import ResourcePage
from knowledge.views.persistent import tombstone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from knowledge.models.resource import ResourceQuerySet


def _at(reader: User | AnonymousUser, address: str) -> ResourceQuerySet:
    return ResourcePage.objects.visible_to(reader).filter(url_path=address)


OPEN = PreparedForReader[ResourcePage](_at, texts=("address",))


def resource(request: HttpRequest, path: str) -> HttpResponse:
    """A resource that this reader may see, found and let through by one query where Wagtail asks six.

    Whatever else is at the address is Wagtail's: drafts, privacy with its way to sign in, other sites, redirects.
    """
    address = f"library/{path}/"
    roots = Site.get_site_root_paths()
    if request.method in ("GET", "HEAD") and len(roots) == 1:
        for page in OPEN.rows(request.user, address=roots[0].root_path + address):
            return page.serve(request)
        stone = tombstone(request, url_path=roots[0].root_path + address)
        if stone is not None:
            return stone
    return serve(request, address)
