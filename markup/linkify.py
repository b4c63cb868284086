"""Bare web and e-mail addresses in member text become links."""

import re

from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it.rules_inline import StateInline

MAX_ADDRESS = 2000

# "At home.My daughter", "that is.so": most short endings are English words, and a full stop without a space
# is the commonest slip of the thumb. Any other ending still links after www. or https://.
_BARE_ENDINGS = ["com", "cymru", "edu", "eu", "gov", "int", "net", "org", "scot", "uk"]
_SCHEME = re.compile(r"(?<![a-z0-9.+-])https?\Z", re.IGNORECASE)


class Linkify(LinkifyIt):
    """The library's finder for http, https and e-mail addresses, with bounded work."""

    re: dict[str, str]

    def __init__(self) -> None:
        super().__init__({"ftp:": None, "//": None})
        self.tlds(_BARE_ENDINGS)
        host = f"(?:{self.re['src_domain']}\\.){{1,9}}{self.re['src_domain_root']}"
        tail = self.re["src_host_terminator"] + self.re["src_path"]
        self._after_www = re.compile(host + tail, re.IGNORECASE)
        self.add("www.", {"validate": self._validate_www})

    def _on_compile(self) -> None:
        # The library's pattern for one label of a host has two ways to match "xn--a", so that thirty in a row
        # would take until tomorrow; the second way alone matches them too. And no host has 20,000 labels.
        label = self.re["src_domain"] + ")\\."
        bounds = {
            f"{label})+": f"{label}){{1,9}}",
            f"{label})*": f"{label}){{0,9}}",
            f"{self.re['src_xn']}|": "",
        }
        for endless, bounded in bounds.items():
            self.re = {name: pattern.replace(endless, bounded) for name, pattern in self.re.items()}

    def _validate_www(self, text: str, pos: int) -> int:
        found = self._after_www.match(text, pos, pos + MAX_ADDRESS)
        return len(found[0]) if found else 0

    def normalize(self, match: Match) -> None:
        if match.schema in ("", "www."):
            match.url = f"https://{match.url}"
        else:
            super().normalize(match)


def web_address(state: StateInline, silent: bool) -> bool:
    """The library's inline rule for `https://…`, which walks back over all the text before each `://`."""
    scheme = _SCHEME.search(state.pending[-6:])
    if state.linkLevel or scheme is None or not state.src.startswith("://", state.pos):
        return False
    start = state.pos - len(scheme[0])
    finder = state.md.linkify
    link = finder.match_at_start(state.src[start : start + MAX_ADDRESS]) if finder else None
    if link is None:
        return False
    # A star at the end closes emphasis around the address, and "(see https://….)" ends a sentence.
    url = link.url.rstrip("*.,;:!?")
    href = state.md.normalizeLink(url)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos = start + len(url)
    return True
