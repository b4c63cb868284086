"""What member text points at on this site: the paths of its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from markup.mentions import own_words

# An address without its host is no link in Markdown; alone on its line it is meant as one.
_BARE = re.compile(r"/[a-z][\w./%-]*(?:\?[\w=&-]*)?(?:#[\w-]*)?", re.IGNORECASE)


def may_point_within(source: str, base_url: str) -> bool:
    """Whether member text can have such links at all: quickly said, sometimes wrongly yes."""
    return source.startswith("/") or "](/" in source or "\n/" in source or _host(base_url) in source.lower()


def paths_within(source: str, base_url: str) -> list[str]:
    """The paths of this site, whose address is `base_url`, that member text points at: each once, in order.

    Those in code do not count, nor those in quotations: they were somebody else's.
    Errors: markup.markdown.SourceTooLong.
    """
    if not may_point_within(source, base_url):
        return []
    return list(dict.fromkeys(path for address in _addresses(source) if (path := _path_within(address, base_url))))


def _addresses(source: str) -> Iterator[str]:
    for inline in own_words(source):
        for token in inline.children or []:
            if token.type == "link_open":
                yield str(token.attrs.get("href", ""))
            elif token.type == "text" and _BARE.fullmatch(token.content.strip()):
                yield token.content.strip()


def _path_within(address: str, base_url: str) -> str:
    try:
        found = urlsplit(address)
    except ValueError:
        return ""
    is_here = not found.netloc or (found.scheme in ("http", "https") and found.netloc.lower() == _host(base_url))
    return unquote(found.path) if is_here and found.path.startswith("/") else ""


def _host(base_url: str) -> str:
    return urlsplit(base_url).netloc.lower()
