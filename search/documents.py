"""What can be found, in the one shape that every engine stores."""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from search import words

PUBLIC = "public"
PEOPLE = "people"
# What nobody may find for now.
CLOSED = "closed"

# PostgreSQL refuses a document of more than a megabyte of words; the tail of a long transcript can go unfound.
LONGEST_BODY = 200_000
# Keys of documents that are part of another's group begin with these.
PARTS = ("post", "document", "session")
_TAG = re.compile(r"<[^>]*>")
# Inside a line: what stands around them is one word, or a word and its comma.
_IN_LINE = re.compile(r"</?(?:a|b|code|del|em|i|mark|s|span|strong|sub|sup|u)(?:\s[^>]*)?>", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """One thing that can be found. It never names who wrote a post.

    `key` is the row ("post:12"), `group` what it is shown under ("thread:5"), `container` what decides who may see it,
    `within` every container above it: what is pending for one of them is left out of results.
    """

    key: str
    kind: str
    group: str
    container: str
    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""
    context: str = ""
    within: tuple[str, ...] = ()
    type: str = ""
    topics: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    date: datetime | None = None
    year: int | None = None
    ratings: tuple[str, ...] = ()
    is_answered: bool | None = None
    is_open: bool = False
    replies: int = 0
    helpful: int = 0

    @property
    def owner(self) -> str:
        """The row it is made of. A part of a row, "session:5:120", belongs to the row that its group is named after."""
        return self.key if self.key.count(":") == 1 else self.group

    @cached_property
    def texts(self) -> dict[str, str]:
        """The fields that are searched, by name, in the order of `WEIGHTS`, as they are shown."""
        return {name: words.clean(getattr(self, name))[:LONGEST_BODY] for name in WEIGHTS}

    @property
    def alike(self) -> dict[str, words.Indexed]:
        """The same fields with words that are the same made alike, and the chunks of each."""
        return {name: words.indexed(text) for name, text in self.texts.items()}

    @property
    def indexed(self) -> dict[str, str]:
        """The same fields as they are searched by an analyser that joins the forms of a word."""
        return {name: alike.text for name, alike in self.alike.items()}

    @cached_property
    def tags(self) -> list[str]:
        """Everything that filters and counts ask for, as facet:value."""
        found = [f"kind:{self.kind}"]
        if self.type:
            found.append(f"type:{self.type}")
        lists = (("topic", self.topics), ("sector", self.sectors), ("place", self.places))
        found += [f"{facet}:{value}" for facet, values in lists for value in values]
        found += self.ratings
        if self.year:
            found.append(f"year:{self.year}")
        if self.is_answered is not None:
            found.append("is:answered" if self.is_answered else "is:unanswered")
        if self.is_open:
            found.append("is:open")
        return found

    @property
    def fingerprint(self) -> str:
        """Changes when something changes that every document of the group repeats."""
        return _digest(self.container, self.within, self.title, tuple(self.tags))


@lru_cache(maxsize=256)
def _digest(*shared: str | tuple[str, ...]) -> str:
    """The documents of a group come one after another."""
    return hashlib.md5(json.dumps(shared).encode(), usedforsecurity=False).hexdigest()


# How much a word counts, by the field in which it stands.
WEIGHTS = {"title": 8.0, "keywords": 4.0, "summary": 3.0, "body": 1.0, "context": 0.5}


def plain(markup: str) -> str:
    """The text of HTML that was made safe before; never shown as HTML."""
    return html.unescape(_TAG.sub(" ", _IN_LINE.sub("", markup)))
