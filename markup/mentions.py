"""`@handle` in member text: who is called, and a link for those readers who may see that person."""

import re
from collections.abc import Iterator, Mapping

from django.utils.html import format_html
from markdown_it.token import Token

from markup.characters import clean_characters
from markup.markdown import parse

# Not within an e-mail address or a path; a dash or line at the end belongs to the sentence.
_MENTION = r"(?<![\w@.+/-])@([a-z0-9][a-z0-9_-]{0,59}[a-z0-9])(?![^\W_]|@)"
_IN_TEXT = re.compile(_MENTION, re.IGNORECASE | re.ASCII)
_IN_HTML = re.compile(rf"<(a|code)\b.*?</\1>|<[^>]*>|{_MENTION}", re.IGNORECASE | re.DOTALL)


def own_words(source: str) -> Iterator[Token]:
    """The inline tokens of member text that stand outside quotations.

    Errors: markup.markdown.SourceTooLong.
    """
    quotes = 0
    for token in parse(source):
        quotes += token.nesting if token.type in ("blockquote_open", "blockquote_close") else 0
        if token.type == "inline" and not quotes:
            yield token


def _texts(inline: Token) -> Iterator[str]:
    """The runs of text outside links and code."""
    links = 0
    for token in inline.children or []:
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and not links:
            yield token.content


def mentions(source: str) -> list[str]:
    """Handles that member text calls with `@handle`, in lower case, each once, in order.

    Those in links, code and e-mail addresses do not count, nor those in quotations: those were called before.
    Errors: markup.markdown.SourceTooLong.
    """
    if "@" not in source:
        return []
    texts = (text for inline in own_words(source) for text in _texts(inline))
    return list(dict.fromkeys(found.lower() for text in texts for found in _IN_TEXT.findall(text)))


def link_mentions(html: str, people: Mapping[str, tuple[str, str]]) -> str:
    """Rendered member HTML with `@handle` made a link, outside links and code, where `people` has it.

    `people` maps a handle in lower case to (name, address of the profile): those whom this reader may see.
    """

    def linked(match: re.Match[str]) -> str:
        person = people.get(match[2].lower()) if match[2] else None
        if person is None:
            return match[0]
        name, url = person
        return format_html('<a class="mention" href="{}">@{}</a>', url, clean_characters(name))

    return _IN_HTML.sub(linked, html)
