"""Which part of a text answers a query, its words marked. Text stays text: the parts are escaped here, nowhere else."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from search import words
from search.inflections import others, stem
from search.query import Query
from vocabulary.spelling import one_spelling

LENGTH = 240
# A long transcript says a common word hundreds of times; the first of them are enough to choose a passage.
MOST_MARKS = 60
MOST_LOOKED_AT = 300
_LEAD = 60

_FOLLOWING = re.compile(r"\s+([^\W_]+)")

Spans = list[tuple[int, int, str]]


class Marker:
    """Marks the words of one query in any text."""

    def __init__(self, query: Query) -> None:
        terms = [term.words for group in query.groups for term in group.alternatives]
        terms += [(form,) for term in terms if len(term) == 1 for form in others(*term)]
        # A phrase may stand with hyphens.
        self.alone = frozenset(stem(one_spelling("".join(term))) for term in terms)
        self.stems = self.alone.union(stem(word) for term in terms for word in term)
        self.phrases = frozenset(tuple(map(stem, term)) for term in terms if len(term) > 1)
        starts = {start for term in terms for word in term for start in words.beginnings(word)}
        self.pattern = _pattern(frozenset(starts)) if starts else None

    def spans(self, text: str) -> Spans:
        """Where the query's words stand: start, end and stem of each."""
        found: Spans = []
        if self.pattern is None:
            return found
        folded, end = words.fold(text), 0
        for match in self.pattern.finditer(folded):
            if match.start() < end:
                # The second half of "breast feeding", which was read as one word.
                continue
            root, end = self._root(match.group(), match.end(), folded)
            if root:
                found.append((match.start(), end, root))
                if len(found) == MOST_LOOKED_AT:
                    break
        return self._answering(found, folded)[:MOST_MARKS] if self.phrases else found[:MOST_MARKS]

    def _answering(self, found: Spans, folded: str) -> Spans:
        """Without words of phrases that stand alone: "health" is no answer to "health visitor"."""
        kept = {place for place, span in enumerate(found) if span[2] in self.alone}
        for place in range(len(found)):
            for phrase in self.phrases:
                run = found[place : place + len(phrase)]
                if tuple(root for _, _, root in run) == phrase and _is_unbroken(run, folded):
                    kept.update(range(place, place + len(phrase)))
        return [found[place] for place in sorted(kept)]

    def _root(self, written: str, end: int, folded: str) -> tuple[str, int]:
        """The stem by which this word answers, and where it ends: it may be one with the word after it."""
        if written in words.STARTS:
            following = _FOLLOWING.match(folded, end)
            one = words.together(written, following.group(1)) if following else ""
            if following and one and stem(one) in self.stems:
                return stem(one), following.end()
        roots = [root for root in map(stem, words.read_one(written)) if root in self.stems]
        return next(filter(self.alone.__contains__, roots), roots[0] if roots else ""), end

    def whole(self, text: str) -> SafeString:
        """All of a short text, marked."""
        return _marked(text, self.spans(text), 0, len(text))

    def place(self, text: str) -> int:
        """Where in a text the query's words begin, of the passage that has most of them; 0 where it has none."""
        return _best_start(self.spans(text))[0]

    def passage(self, *texts: str) -> SafeString:
        """Of all these texts, the passage with most of the query's words; the first text's where none has more."""
        best_text, best_spans, best_start, most = "", [], 0, -1
        for text in filter(None, texts):
            spans = self.spans(text)
            start, different = _best_start(spans)
            if different > most:
                best_text, best_spans, best_start, most = text, spans, start, different
            if most == len(self.stems):
                break
        start, end = _edges(best_text, best_start)
        inside = [span for span in best_spans if start <= span[0] and span[1] <= end]
        return _marked(best_text, inside, start, end)


def _is_unbroken(run: Spans, folded: str) -> bool:
    """Whether no other word stands between these."""
    gaps = (folded[before[1] : after[0]] for before, after in pairwise(run))
    return not any(sign.isalnum() for gap in gaps for sign in gap)


@lru_cache(maxsize=256)
def _pattern(starts: frozenset[str]) -> re.Pattern[str]:
    """Every word, as it is written, that begins with one of these: most of a text is passed over unread."""
    return re.compile(rf"(?<![^\W_])(?=(?:{'|'.join(map(re.escape, sorted(starts)))})){words.WRITTEN.pattern}")


def _best_start(spans: Spans) -> tuple[int, int]:
    best, most = 0, 0
    for number, (start, _, _) in enumerate(spans):
        different = len({root for begin, _, root in spans[number:] if begin < start + LENGTH - _LEAD})
        if different > most:
            best, most = start, different
    return best, most


def _edges(text: str, start: int) -> tuple[int, int]:
    """Where a passage around `start` begins and ends, between words."""
    begin = max(0, start - _LEAD)
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", begin, end)
        end = space if space > start else end
    return begin, end


def _marked(text: str, spans: Spans, start: int, end: int) -> SafeString:
    """The text from start to end, the spans inside <mark>, everything escaped."""
    parts: list[tuple[str, str]] = []
    at = start
    before = "…" if start else ""
    for begin, finish, _stem in spans:
        parts.append((before + text[at:begin], text[begin:finish]))
        before, at = "", finish
    rest = escape(before + text[at:end] + ("…" if end < len(text) else ""))
    return format_html_join("", "{}<mark>{}</mark>", parts) + rest if parts else rest
