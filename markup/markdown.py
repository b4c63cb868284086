"""CommonMark as members type it: markdown-it-py with fewer rules, and linkify."""

import threading
from typing import Literal, get_args

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from markup.addresses import is_allowed
from markup.characters import clean_characters
from markup.linkify import Linkify, web_address

Profile = Literal["post", "about"]
MAX_SOURCE = 20_000
MAX_BLOCK_DEPTH = 12
# The library's own limit counts brackets within brackets too, each of which it reads to the end.
MAX_NESTING = MAX_BLOCK_DEPTH + 1
LONGEST_KEPT = 4000

_SWITCHED_OFF = ["code", "heading", "html_block", "html_inline", "image", "lheading", "reference"]
_SWITCHED_OFF_FOR: dict[Profile, list[str]] = {"post": [], "about": ["blockquote", "fence", "hr"]}


class SourceTooLong(ValueError):
    """Member text is longer than `MAX_SOURCE` characters."""


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        return is_allowed(url)

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return super().normalizeLink(f"https://{url}" if url.lower().startswith("www.") else url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        # Decoding %-escapes and punycode for show would let an address look like another one.
        return link


def _image_as_typed(state: StateInline, silent: bool) -> bool:
    """Keep `![` as text: with images off, the rest would otherwise become a link."""
    if not state.src.startswith("![", state.pos):
        return False
    if not silent:
        state.pending += "!["
    state.pos += 2
    return True


def _no_deeper(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """`rule`, but what would nest too deep stays text; the library's own limit drops it without a trace."""

    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < MAX_BLOCK_DEPTH and rule(state, start, end, silent)

    return limited


def _build(profile: Profile) -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True, "xhtmlOut": False, "maxNesting": MAX_NESTING}
    markdown = _Markdown("commonmark", options)
    markdown.linkify = Linkify()
    markdown.enable(["linkify", "strikethrough"])
    markdown.disable(_SWITCHED_OFF + _SWITCHED_OFF_FOR[profile])
    markdown.inline.ruler.at("linkify", web_address)
    markdown.inline.ruler.before("link", "image_as_typed", _image_as_typed)
    interrupts = ["paragraph", "reference", "blockquote"]
    markdown.block.ruler.at("blockquote", _no_deeper(blockquote), {"alt": [*interrupts, "list"]})
    markdown.block.ruler.at("list", _no_deeper(list_block), {"alt": interrupts})
    return markdown


# The linkifier keeps what it found on itself between two calls, so that threads cannot share one.
_of_thread = threading.local()


def engine(profile: Profile = "post") -> MarkdownIt:
    """This thread's Markdown engine for `profile`.

    Errors: ValueError for an unknown profile.
    """
    if profile not in get_args(Profile):
        raise ValueError(f"There is no profile {profile!r} of member text.")
    engines: dict[Profile, MarkdownIt] = _of_thread.__dict__.setdefault("engines", {})
    if profile not in engines:
        engines[profile] = _build(profile)
    return engines[profile]


def _checked(source: str) -> str:
    if len(source) > MAX_SOURCE:
        raise SourceTooLong(f"The text is {len(source)} characters long; at most {MAX_SOURCE} are allowed.")
    return clean_characters(source)


def parse(source: str, profile: Profile = "post") -> list[Token]:
    """The block tokens of member text, with inline tokens as their children. Change nothing in them.

    Errors: SourceTooLong beyond `MAX_SOURCE` characters.
    """
    key = (profile, _checked(source))
    # One reply is asked in turn for its words, whom it calls and its HTML.
    kept = _of_thread.__dict__.get("parsed")
    if kept and kept[0] == key:
        return kept[1]
    tokens = engine(profile).parse(key[1])
    if len(source) <= LONGEST_KEPT:
        _of_thread.parsed = (key, tokens)
    return tokens


def to_html(source: str, profile: Profile = "post") -> str:
    """Member text as HTML that no sanitiser has seen yet.

    Errors: SourceTooLong beyond `MAX_SOURCE` characters.
    """
    markdown = engine(profile)
    return str(markdown.renderer.render(parse(source, profile), markdown.options, {}))
