"""Which web and mail addresses member text may link to."""

import re

# A name and password before the host serve only to make https://bank.example@evil.example look honest.
_WEB = r"https?://(?![^/?#]*@)[^\s/?#\\\"<>]+(?:[/?#][^\s\"<>]*)?"
_MAIL = r"mailto:[^\s/?#\\\"<>]+@[^\s/?#\\\"<>]+(?:\?[^\s\"<>]*)?"
_OWN_PAGE = r"/(?![/\\])[^\s\"<>]*"
_ALLOWED = re.compile(f"{_WEB}|{_MAIL}|{_OWN_PAGE}", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    """Whether `address` is http, https or mailto with a host, or a path on this site.

    Other relative addresses would lead somewhere else on every page that shows the text.
    """
    return _ALLOWED.fullmatch(address) is not None


def is_own(address: str, base_url: str) -> bool:
    """Whether an allowed `address` leads to this site."""
    base_url = base_url.rstrip("/")
    return address.startswith(("/", f"{base_url}/")) or address == base_url
