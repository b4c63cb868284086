"""The text of a file whose encoding nobody stated."""

from __future__ import annotations

import codecs

from django.utils.translation import gettext as _

from knowledge.exchange.record import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> str:
    """By its mark, else UTF-8, else UTF-16 without a mark, else what Windows wrote. Raises Unreadable."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _plain(content.decode(encoding, errors="replace"))
    if content[:1000].count(0) > len(content[:1000]) // 4:
        return _without_mark(content)
    try:
        return _plain(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _plain(content.decode("cp1252", errors="replace"))


def _without_mark(content: bytes) -> str:
    """Every other byte of Latin text is zero in UTF-16: which ones says in which order the bytes are."""
    head = content[:1000]
    order = "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
    text = content.decode(order, errors="replace")
    if "\0" in text:
        raise Unreadable(_("This is not a text file."))
    return _plain(text)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
