"""The search page beside a plain view that sends the same engine requests: python -m bench.search_speed

Both are asked in turns by one reader and by four at once, so that every figure is a ratio and a busy machine slows
both. The database is one that bench/search_seed.py filled; with ELASTICSEARCH_URL its cluster answers, else its own
index. See docs/search-quality.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tqdm import tqdm

from bench.client import Browser, at_once, timed
from bench.report import Pair
from bench.server import Server

PAGE_GOAL, COMPLETION_GOAL, MEMORY_GOAL = 1.6, 0.3, 300
TOGETHER = 4
ELASTICSEARCH, ON_THIS_MACHINE = "elasticsearch", "http://127.0.0.1:9200"


class SearchServer(Server):
    """The site with the plain search beside it, on either database."""

    TARGETS = "bench.search_targets"

    @staticmethod
    def settings(database: str, folder: str, port: int) -> dict[str, str]:
        given = {name: os.environ[name] for name in ("ELASTICSEARCH_URL", "ELASTICSEARCH_INDEX") if name in os.environ}
        return {**Server.settings(database, folder, port), **given}

    def peak(self) -> float:
        """The most megabytes that a worker was ever resident with."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = [Path(f"/proc/{pid}/status").read_text().splitlines() for pid in children]
        return max(int(line.split()[1]) / 1024 for each in lines for line in each if line.startswith("VmHWM"))


def compare(server: SearchServer, readers: int) -> tuple[Pair, Pair]:
    """The page beside the plain view, and what completes the first letters of the same questions beside the page."""
    pages, completions = Pair(), Pair()
    browsers = [Browser(server) for _ in range(readers)]
    for question in tqdm(server.targets["questions"], desc=f"{readers} at once", ncols=80):
        asked = urlencode({"q": question})
        site = f"/search/?{asked}"
        size = len(browsers[0].get(site).body)
        plain = f"/plain/find/?{asked}&bytes={size}"
        begun = f"/search/complete/?{urlencode({'q': question[: len(question) // 2 + 1]})}"
        times = {
            address: at_once([_visit(browser, address) for browser in browsers]) for address in (plain, site, begun)
        }
        pages.add(times[site], times[plain])
        completions.add(times[begun], times[site])
    return pages, completions


def _visit(browser: Browser, address: str) -> Callable[[], list[float]]:
    return lambda: [timed(browser, address)]


def table(found: dict[int, tuple[Pair, Pair]], documents: int, engine: str, peak: float) -> str:
    lines = [
        f"{documents:,} documents, {engine}:",
        "",
        "| at once | what | ms, median / p95 | beside | ratio of medians | of p95 | goal | met |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for readers, (pages, completions) in found.items():
        for name, pair, goal in (("page", pages, PAGE_GOAL), ("completion", completions, COMPLETION_GOAL)):
            # One question is asked once of each: a median of their ratios would forget the slow ones.
            middle = median(sum(pair.first, [])) / median(sum(pair.second, []))
            met = "yes" if max(middle, pair.p95_ratio) <= goal else "**no**"
            lines.append(
                f"| {readers} | {name} | {pair.times} | {middle:.2f} | {pair.p95_ratio:.2f} | {goal} | {met} |"
            )
    met = "yes" if peak <= MEMORY_GOAL else "**no**"
    return "\n".join([*lines, "", f"Peak memory of a worker: {peak:.0f} MB (goal {MEMORY_GOAL}: {met})."])


def _engine(database: str) -> str:
    if os.environ.get("ELASTICSEARCH_URL"):
        return "Elasticsearch"
    return "SQLite" if database.startswith("sqlite") else "PostgreSQL"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the search page beside a plain view.")
    parser.add_argument("--database", default=os.environ.get("DATABASE", ""), help="filled by bench/search_seed.py")
    parser.add_argument("--engine", choices=["embedded", ELASTICSEARCH], help="default: as ELASTICSEARCH_URL says")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    options = parser.parse_args()
    if not options.database:
        print("Say which database: --database or DATABASE. python -m bench.search_seed fills one.")
        return 2
    if options.engine == ELASTICSEARCH:
        os.environ.setdefault("ELASTICSEARCH_URL", ON_THIS_MACHINE)
    elif options.engine:
        os.environ.pop("ELASTICSEARCH_URL", None)
    with SearchServer(options.database, options.port) as server:
        found = {readers: compare(server, readers) for readers in (1, TOGETHER)}
        print(table(found, server.targets["documents"], _engine(options.database), server.peak()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
