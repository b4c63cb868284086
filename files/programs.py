"""Finds out whether an HTML page holds programs, in a process of its own: some pages keep a parser busy for hours.

Run by limited.py, the page on its standard input. It writes `NONE` when it has read a page to its end and found nothing
that runs. Like reader.py it knows nothing of the site.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser

NONE = b"none"


class Programs(HTMLParser):
    """Whether a page holds anything that runs, loads or leads elsewhere by itself when somebody opens their copy."""

    UNSAFE = frozenset({"applet", "base", "embed", "form", "frame", "iframe", "object", "portal", "script"})
    found = is_page = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_page = True
        values = ["".join((value or "").split()).lower() for _name, value in attrs]
        self.found |= (
            tag in self.UNSAFE
            or any(name.startswith("on") or name == "srcdoc" for name, _value in attrs)
            or any(value.startswith(("javascript:", "vbscript:", "data:text")) for value in values)
            or (tag == "meta" and "refresh" in values)
        )


def has_none(content: bytes) -> bool:
    # Latin letters read every byte, and each of HTML's own signs is the same in all that counts as text.
    page = Programs()
    page.feed(content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"))
    page.close()
    return page.is_page and not page.found


def main() -> None:
    if has_none(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(NONE)


if __name__ == "__main__":
    main()
