"""Figures of a run, and the tables that tell them beside their goals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median, quantiles

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
PAGE_GOALS = {"visitor": 1.6}
SIGNED_IN_GOAL = 2.0
QUERY_GOALS = {"visitor": 10}
SIGNED_IN_QUERIES = 14
REPLY_GOAL, WRITERS_GOAL, LONG_GOAL, SIZE_GOAL = 2.0, 3.0, 1.1, 1.3
HTML_GOAL, VISIT_GOAL, MEMORY_GOAL = 60, 120, 150


@dataclass
class Pair:
    """Times of two things measured in turns: a list of seconds a round, of each."""

    first: list[list[float]] = field(default_factory=list)
    second: list[list[float]] = field(default_factory=list)

    def add(self, first: list[float], second: list[float]) -> None:
        self.first.append(first)
        self.second.append(second)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios of medians: a round in which the machine was busy counts once."""
        return median(median(one) / median(two) for one, two in zip(self.first, self.second, strict=True))

    @property
    def p95_ratio(self) -> float:
        return _p95(_all(self.first)) / _p95(_all(self.second))

    @property
    def times(self) -> str:
        """Median and p95 of the first, median and p95 of the second, in milliseconds."""
        cells = []
        for rounds in (self.first, self.second):
            every = _all(rounds)
            cells.append(f"{median(every) * 1000:.1f} / {_p95(every) * 1000:.1f}")
        return " | ".join(cells)


def _all(rounds: Iterable[list[float]]) -> list[float]:
    return [seconds for times in rounds for seconds in times]


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@dataclass
class Figures:
    """What one run found. Keys are page, reader ("visitor", "member") and how many asked at once."""

    posts: int
    larger: int = 0
    pages: dict[tuple[str, str, int], Pair] = field(default_factory=dict)
    queries: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    bytes: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    replies: dict[int, Pair] = field(default_factory=dict)
    long: Pair = field(default_factory=Pair)
    sizes: dict[str, Pair] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    deadlocks: int = 0
    memory: float = 0


def _verdict(figure: float, goal: float) -> str:
    return "yes" if figure <= goal else "**no**"


def _ratio_row(name: str, pair: Pair, goal: float, ratio: float | None = None) -> str:
    found = pair.ratio if ratio is None else ratio
    return f"| {name} | {pair.times} | {found:.2f} | {goal} | {_verdict(found, goal)} |"


def table(figures: Figures) -> str:
    """All tables, in Markdown."""
    lines = [
        "| page, reader, at once | site ms, median / p95 | plain ms, median / p95 | ratio | goal | met |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for (page, reader, together), pair in figures.pages.items():
        lines.append(_ratio_row(f"{page}, {reader}, {together}", pair, PAGE_GOALS.get(reader, SIGNED_IN_GOAL)))
    for together, pair in figures.replies.items():
        if together == 1:
            lines.append(_ratio_row("reply, 1 writer", pair, REPLY_GOAL))
        else:
            lines.append(_ratio_row(f"reply, {together} writers, p95", pair, WRITERS_GOAL, pair.p95_ratio))
    if figures.long.first:
        lines.append(_ratio_row("page 50 of a thread beside its page 1", figures.long, LONG_GOAL))
    for page, pair in figures.sizes.items():
        name = f"{page}: {figures.larger:,} posts beside {figures.posts:,}"
        lines.append(_ratio_row(name, pair, SIZE_GOAL))
    return "\n".join([*lines, "", *_counts(figures)])


def _counts(figures: Figures) -> list[str]:
    lines = [
        "| page, reader | SQL queries (plain) | goal | met | HTML kB | met | first visit kB | met |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (page, reader), (site, plain) in figures.queries.items():
        goal, size = QUERY_GOALS.get(reader, SIGNED_IN_QUERIES), figures.bytes[page, reader][0] / 1000
        visit = figures.visits[page] / 1000
        lines.append(
            f"| {page}, {reader} | {site} ({plain}) | {goal} | {_verdict(site, goal)} | {size:.1f} "
            f"| {_verdict(size, HTML_GOAL)} | {visit:.1f} | {_verdict(visit, VISIT_GOAL)} |"
        )
    lines += [
        "",
        f"Memory of the larger worker: {figures.memory:.0f} MB (goal {MEMORY_GOAL}: "
        f"{_verdict(figures.memory, MEMORY_GOAL)}). "
        f"Replies that failed: {len(figures.errors)}. Deadlocks: {figures.deadlocks}.",
        *sorted(set(figures.errors)),
    ]
    return lines


def document(figures: Figures, text: str) -> str:
    """The document with its figures replaced by those of this run; what people wrote around them stays."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table(figures)}\n{END}{after}"
