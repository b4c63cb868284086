"""What member HTML may hold, said a second time and read by a parser that the code does not use."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
EMPTY = {"br", "hr"}
REL = "nofollow ugc noopener noreferrer"
UNWANTED = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(9), *range(0x7F, 0xA0))]


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        if tag not in EMPTY:
            self.open.append(tag)
        for name, value in attributes:
            if not _attribute_allowed(tag, name, value or ""):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if tag == "a" and not dict(attributes).get("href"):
            self.wrong.append("<a> without href")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of order")

    def handle_comment(self, data):
        self.wrong.append(f"comment {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def _attribute_allowed(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("ol", "start"):
        return value.isdigit()
    if (tag, name) == ("a", "rel"):
        return value == REL
    if (tag, name) != ("a", "href"):
        return False
    parts = urlsplit(value)
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc) and "@" not in parts.netloc
    return parts.scheme == "mailto" or (not parts.scheme and not parts.netloc and value.startswith("/"))


def faults(html: str) -> list[str]:
    """Whatever member HTML must not hold; an empty list when all is well."""
    walk = _Walk()
    walk.feed(html)
    walk.close()
    left_open = [f"<{tag}> left open" for tag in walk.open]
    return walk.wrong + left_open + [f"character {c!r}" for c in UNWANTED if c in html]
