"""The allow-list for member HTML, enforced by two parsers that share no code."""

import re
import threading
from html import unescape

import nh3
from bleach.sanitizer import Cleaner

from markup.addresses import is_allowed, is_own

TAGS = frozenset(["a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"])
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
PROTOCOLS = frozenset(["http", "https", "mailto"])
REL = "nofollow ugc noopener noreferrer"

_START = re.compile(r"[0-9]{1,9}")
_LINK_TO_NOWHERE = re.compile(rf'<a(?: rel="{REL}")?>(.*?)</a>', re.DOTALL)
_LINK = re.compile(rf'<a href="([^"]*)" rel="{REL}">')


def attribute_allowed(tag: str, name: str, value: str) -> bool:
    """Whether member HTML may carry this attribute with this value."""
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    return is_allowed(unescape(value)) if name == "href" else _START.fullmatch(value) is not None


def _kept(tag: str, name: str, value: str) -> str | None:
    # nh3 asks about its own link_rel too.
    return value if attribute_allowed(tag, name, value) or (tag, name, value) == ("a", "rel", REL) else None


_nh3 = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_kept,
    url_schemes=PROTOCOLS,
    link_rel=REL,
)
# bleach's parser keeps its state on itself: one a thread.
_of_thread = threading.local()


def _bleach() -> Cleaner:
    if not hasattr(_of_thread, "cleaner"):
        _of_thread.cleaner = Cleaner(
            tags=TAGS, attributes=attribute_allowed, protocols=PROTOCOLS, strip=True, strip_comments=True
        )
    cleaner: Cleaner = _of_thread.cleaner
    return cleaner


def sanitise(html: str, base_url: str) -> str:
    """`html` with nothing but the allowed tags, attributes and addresses.

    Every link carries `REL`, but for those that lead to this site, whose address is `base_url`.
    """
    twice_cleaned = _LINK_TO_NOWHERE.sub(r"\1", _nh3.clean(_bleach().clean(html)))
    return _LINK.sub(
        lambda link: f'<a href="{link[1]}">' if is_own(unescape(link[1]), base_url) else link[0],
        twice_cleaned,
    )
