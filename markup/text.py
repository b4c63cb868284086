"""Member text without its markup, and as a quotation."""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from markdown_it.token import Token

from markup.characters import clean_characters
from markup.markdown import parse

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
# Of what is shown, so much is read: markup and addresses of links take room.
PARSED_A_CHARACTER = 8
_LAST_WORD = re.compile(r"\s+\S*\Z")


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children is not None:
            yield from _words(token.children)
            yield " "
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline", "fence"):
            yield token.content


def _shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where it can be, the cut shown by an ellipsis."""
    if len(text) <= limit:
        return text
    start = text[:limit]
    return f"{_LAST_WORD.sub('', start) if len(start.split()) > 1 else start[:-1]}…"


def plain_text(source: str, limit: int | None = None) -> str:
    """Member text on one line without markup, for search, subjects and previews; not HTML, so escape it.

    Errors: markup.markdown.SourceTooLong.
    """
    if limit is not None:
        # A feed and an inbox show the beginnings of twenty texts: no reader waits while 20,000 characters are parsed.
        source = source[: limit * PARSED_A_CHARACTER]
    text = " ".join(clean_characters("".join(_words(parse(source)))).split())
    return text if limit is None else _shortened(text, limit)


def _without_quotations(source: str) -> str:
    lines = source.split("\n")
    for token in parse(source):
        if token.type == "blockquote_open" and token.level == 0 and token.map:
            start, end = token.map
            lines[start:end] = [""] * (end - start)
    return "\n".join(lines)


def quote(source: str, author_name: str, limit: int, *, url: str = "") -> str:
    """Markdown that quotes at most `limit` characters of member text, to stand at the top of a reply box.

    What the text itself quotes is left out, so that quotations of quotations do not pile up. Every line
    begins with `>` and an empty line follows: nothing in it can look like words of the person who replies.
    `url`, a path of this site, is where the whole text stands.
    Errors: markup.markdown.SourceTooLong.
    """
    source = clean_characters(source)
    body = _without_quotations(source)
    body = re.sub(r"\n{3,}", "\n\n", body).strip("\n") or source
    name = _MARKUP.sub(r"\\\1", " ".join(clean_characters(author_name).split()))
    if url:
        heading = _("[%(name)s wrote](%(url)s):") % {"name": f"**{name}**", "url": url}
    else:
        heading = _("%(name)s wrote:") % {"name": f"**{name}**"}
    lines = [heading, "", *_shortened(body, limit).split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
