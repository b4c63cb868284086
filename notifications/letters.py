"""E-mails as they arrive: who sent them, to which address, whether a person wrote them, and what stands in them.

Everything here is written by strangers: broken headers, unknown charsets and endless lines must not stop anything.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

import nh3

from markup.characters import clean_characters

# A photo of 15 MB takes 20 in an e-mail, and few servers let more than this pass.
MOST_BYTES = 25 * 1024 * 1024
# Of a longer text the rest is quoted: nobody types so much into an e-mail.
MOST_TEXT = 30_000
MOST_PARTS = 50
# Of HTML, which says much before it says something; and not so much that reading it could take long.
MOST_HTML = 4 * MOST_TEXT
MOST_FILES = 12
# What stands inside the text and is smaller is the logo of a signature.
SMALLEST_INLINE = 30_000
# Where mail servers write the address for which a message came in, beside those that its sender wrote.
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
# A group ("parents: one, two;"), and no colon within quotation marks, as in a name.
_UNQUOTED_COLON = re.compile(r'^(?:[^":]|"(?:[^"\\]|\\.)*")*+:')


class Unreadable(Exception):
    """It is no e-mail, or one that was made to stop whoever reads it. Named after the error that it caused."""


@dataclass(frozen=True)
class File:
    """What came with an e-mail, as it came: neither its name nor its kind is to be believed."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Letter:
    """One e-mail. `key` is the same whenever the same message comes again."""

    key: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    is_automatic: bool
    is_too_big: bool
    files: tuple[File, ...] = ()


def read(raw: bytes) -> Letter:
    """Raises nothing but Unreadable, whatever the bytes are."""
    try:
        return _read(raw)
    # Python's own library fails in many ways: parts in parts beyond its depth, file names in pieces of two kinds.
    except Exception as error:
        raise Unreadable(type(error).__name__) from None


def _read(raw: bytes) -> Letter:
    is_too_big = len(raw) > MOST_BYTES
    message = email.message_from_bytes(raw[:MOST_BYTES], policy=email.policy.compat32)
    written = _header(message, "message-id").strip()
    return Letter(
        key=hashlib.sha256(written.encode() or raw).hexdigest(),
        sender=_sender(message),
        recipients=tuple(address for name in RECIPIENTS for address in _addresses(message, name)),
        text="" if is_too_big else _text(message)[:MOST_TEXT],
        is_automatic=_is_automatic(message),
        is_too_big=is_too_big,
        files=() if is_too_big else tuple(_files(message))[:MOST_FILES],
    )


def _header(message: Message, name: str) -> str:
    return " ".join(str(value) for value in message.get_all(name, []))[:10_000]


def _addresses(message: Message, name: str) -> list[str]:
    values = [str(value)[:10_000] for value in message.get_all(name, [])[:20]]
    return [address.strip().lower() for _name, address in getaddresses(values) if "@" in address]


def _sender(message: Message) -> str:
    """None where it names several or a group: mail servers that look for forged senders may have looked at another one,
    or at none."""
    found = set(_addresses(message, "from"))
    is_group = _UNQUOTED_COLON.search(_header(message, "from")) is not None
    return found.pop() if len(found) == 1 and not is_group else ""


def _is_automatic(message: Message) -> bool:
    """Bounces, out-of-office notes, lists, and whatever else was not written by a person (RFC 3834)."""
    said = _header(message, "auto-submitted").partition(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or _header(message, "precedence").strip().lower() in BULK
        or "<>" in _header(message, "return-path").replace(" ", "")
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or any(name in message for name in ("x-autoreply", "x-autorespond", "x-loop", "list-id"))
        or _header(message, "x-auto-response-suppress").strip().lower() == "all"
        or re.match(r"(mailer-daemon|postmaster|no-?reply)@", next(iter(_addresses(message, "from")), "")) is not None
    )


def _text(message: Message) -> str:
    """What was written as plain text, else the words of the HTML without what it quotes."""
    plain: list[str] = []
    html: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        is_file = part.get_filename() or part.get_content_disposition() == "attachment"
        if part.get_content_maintype() != "text" or is_file:
            continue
        (html if part.get_content_subtype() == "html" else plain).append(_decoded(part))
    words = "\n".join(plain)
    return clean_characters(words if words.strip() else "\n".join(_words(source) for source in html))


def _files(message: Message) -> Iterator[File]:
    """Attached files, and pictures within the text as telephones put them there."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        name = _filename(part)
        is_attached = part.get_content_disposition() == "attachment"
        if part.is_multipart() or not (name or is_attached):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content and (is_attached or len(content) >= SMALLEST_INLINE):
            yield File(name or "file", content, part.get_content_type())


def _filename(part: Message) -> str:
    written = part.get_filename() or ""
    with contextlib.suppress(HeaderParseError, LookupError, UnicodeError, ValueError):
        written = str(make_header(decode_header(written)))
    return clean_characters(written)[:200]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
        return payload.decode(charset)
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return payload.decode("cp1252", errors="replace")


class _Words(HTMLParser):
    """Words of HTML, paragraph by paragraph, up to what the mail program quotes."""

    BREAKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "pre", "hr"}
    UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
    KEPT = {*BREAKS, "blockquote", "a", "span", "section"}
    QUOTED = re.compile(
        r"gmail_quote|gmail_extra|moz-cite-prefix|divRplyFwdMsg|OLK_SRC_BODY_SECTION|yahoo_quoted|appendonsend|"
        r"protonmail_quote|zmail_extra|WordSection_quote|reply-intro"
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        # The tag that began what is left out, and how deep in it the reader is.
        self.skipped, self.depth = "", 0
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            self.depth += tag == self.skipped
            return
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        if tag == "blockquote":
            self.skipped, self.depth = tag, 1
        elif self.QUOTED.search(marks):
            # All of what these programs write after it is quoted.
            self.is_over = True
        elif tag in self.BREAKS:
            self.said.append("\n- " if tag == "li" else "\n\n" if tag == "p" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.depth -= tag == self.skipped
            if not self.depth:
                self.skipped = ""
        elif tag in self.BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipped and not self.is_over:
            self.said.append(re.sub(r"\s+", " ", data))


def _words(source: str) -> str:
    """Put in order first: Python's own parser takes minutes for a few thousand tags that are never closed."""
    attributes = {tag: {"class", "id"} for tag in _Words.KEPT}
    whole = nh3.clean(
        source[:MOST_HTML], tags=_Words.KEPT, clean_content_tags=_Words.UNSEEN, attributes=attributes, link_rel=None
    )
    reader = _Words()
    reader.feed(whole)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.said)).strip()
