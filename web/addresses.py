"""Addresses: of the web, as strangers write them, and of this site's admins."""

from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest

# As in config.urls.
ADMINS = ("/cms/", "/admin/")
NO_ADDRESS = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """The parts of an address; all of them empty where it cannot be read (a lone bracket, “℀” in its host)."""
    try:
        return urlsplit(address)
    except ValueError:
        return NO_ADDRESS


def is_in_admin(request: HttpRequest) -> bool:
    """Whether it is for a page of Wagtail's admin or of Django's. Not reversed: errors in addresses pass here too."""
    return request.path.startswith(ADMINS)
