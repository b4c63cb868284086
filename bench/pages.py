"""Measure pages over HTTP beside plain views: python -m bench.pages --database postgres://… [--database postgres://…]

The first database is measured throughout; with a second, larger one the same pages are compared between the two.
Site and plain view take turns in every round of the same run, so that every figure is a ratio and a busy machine
slows both. Requests go to this machine alone, and their number is fixed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

from tqdm import tqdm

from bench.client import Browser, at_once, first_visit, timed
from bench.report import Figures, Pair, document, table
from bench.server import Server

PAGES = ("thread", "space", "resource", "library", "search")
RARE = "search for what stands in few"
ALONE, TOGETHER, EACH = 12, 8, 5
REPLIES_ALONE, REPLIES_EACH = 8, 10
LONG_ROUNDS, LONG_REQUESTS = 5, 25
TEXT = "We had the same question last winter, and asked the housing officer to come along. It helped a great deal."


def readers(server: Server) -> dict[str, str | None]:
    """The session of each kind of reader; the database may have a member of forty spaces and a moderator too."""
    return {"visitor": None, **server.targets["readers"]}


class Measuring:
    """One run against one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sessions = readers(server)
        self.figures = Figures(posts=server.targets["posts"])

    def browser(self, reader: str) -> Browser:
        return Browser(self.server, self.sessions[reader])

    def looks(self) -> None:
        """Queries and bytes of each page, and the plain pages filled up to the same bytes."""
        self.addresses: dict[tuple[str, str], tuple[str, str]] = {}
        for page in PAGES:
            site, plain = self.server.targets["pages"][page]
            for reader in self.sessions:
                browser = self.browser(reader)
                # Both workers fill their caches before anything is counted.
                size = max(len(browser.get(site).body) for _ in range(20))
                answer = browser.get(site, **{"X-Count": "1"})
                filled = f"{plain}{'&' if '?' in plain else '?'}bytes={size}"
                self.addresses[page, reader] = (site, filled)
                self.figures.queries[page, reader] = (
                    int(answer.headers["X-Queries"]),
                    int(browser.get(filled, **{"X-Count": "1"}).headers["X-Queries"]),
                )
                self.figures.bytes[page, reader] = (size, len(browser.get(filled).body))
            self.figures.visits[page] = first_visit(self.browser("visitor"), site)

    def round(self, number: int) -> None:
        """Every page for every reader, alone and eight at once; who goes first changes with the round."""
        for (page, reader), addresses in self.addresses.items():
            self.server.forget_limits()
            turns = addresses if number % 2 == 0 else addresses[::-1]
            alone: dict[str, list[float]] = {address: [] for address in addresses}
            browser = self.browser(reader)
            browser.get(addresses[0])
            for _ in range(ALONE):
                for address in turns:
                    alone[address].append(timed(browser, address))
            together = {address: self._together(reader, address) for address in turns}
            for concurrency, found in ((1, alone), (TOGETHER, together)):
                pair = self.figures.pages.setdefault((page, reader, concurrency), Pair())
                pair.add(*(found[address] for address in addresses))

    def _together(self, reader: str, address: str) -> list[float]:
        def visit() -> list[float]:
            browser = self.browser(reader)
            browser.get(address)
            return [timed(browser, address) for _ in range(EACH)]

        return at_once([visit] * TOGETHER)

    def replies(self, number: int) -> None:
        """One writer, then eight at once in one space, each in a thread of their own and in turn in the same one."""
        targets = self.server.targets
        turns = (0, 1) if number % 2 == 0 else (1, 0)
        writer = self._writer(targets["sessions"][0])
        alone: dict[int, list[float]] = {0: [], 1: []}
        self.server.forget_limits()
        for _ in range(REPLIES_ALONE):
            for which in turns:
                alone[which].append(self._post(writer, targets["replies"][0][which]))
        self.figures.replies.setdefault(1, Pair()).add(alone[0], alone[1])
        together = {}
        for which in turns:
            self.server.forget_limits()
            together[which] = at_once([self._writing(session, which) for session in targets["sessions"][1:]])
        self.figures.replies.setdefault(TOGETHER, Pair()).add(together[0], together[1])

    def _writer(self, session: str) -> Browser:
        browser = Browser(self.server, session)
        browser.learn_token(self.server.targets["pages"]["thread"][0])
        return browser

    def _writing(self, session: str, which: int) -> Callable[[], list[float]]:
        browser, places = self._writer(session), self.server.targets["replies"]
        own = self.server.targets["sessions"].index(session)

        def write() -> list[float]:
            # Every other reply goes to one thread that all eight write in.
            return [
                self._post(browser, places[0 if turn % 2 else own % len(places)][which]) for turn in range(REPLIES_EACH)
            ]

        return write

    def _post(self, browser: Browser, address: str) -> float:
        answer = browser.post(address, text=TEXT, wish="post")
        if answer.status != 302:
            self.figures.errors.append(f"{address} answered {answer.status}")
        return answer.seconds

    def long_thread(self) -> None:
        """Page 50 of a long thread against its page 1, in turns."""
        if not self.server.targets["long"]:
            return
        first, fiftieth = self.server.targets["long"]
        browser = self.browser("visitor")
        for _ in range(LONG_ROUNDS):
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(LONG_REQUESTS):
                times[0].append(timed(browser, fiftieth))
                times[1].append(timed(browser, first))
            self.figures.long.add(*times)


def compare(small: Server, large: Server, rounds: int) -> dict[str, Pair]:
    """The same pages of two databases in turns: each Pair holds the larger beside the smaller."""
    found: dict[str, Pair] = {}
    servers = (large, small)
    for _ in range(rounds):
        for reader, page in product(readers(small), (*PAGES, RARE)):
            turns = []
            for server in servers:
                server.forget_limits()
                session = readers(server)[reader]
                address = server.targets["rare"] if page == RARE else server.targets["pages"][page][0]
                turns.append((Browser(server, session), address))
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(ALONE + 2):
                for which, (browser, address) in enumerate(turns):
                    times[which].append(timed(browser, address))
            found.setdefault(f"{page}, {reader}", Pair()).add(times[0][2:], times[1][2:])
    return found


def measure(databases: list[str], rounds: int, port: int) -> Figures:
    with Server(databases[0], port) as server:
        measuring = Measuring(server)
        measuring.looks()
        deadlocks = server.deadlocks()
        for number in tqdm(range(rounds), desc="rounds", ncols=80):
            measuring.round(number)
            measuring.replies(number)
        measuring.long_thread()
        figures = measuring.figures
        figures.deadlocks = server.deadlocks() - deadlocks
        if len(databases) > 1:
            with Server(databases[1]) as large:
                figures.sizes = compare(server, large, rounds)
                figures.larger = large.targets["posts"]
        figures.memory = max(server.memory())
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pages beside plain views.")
    parser.add_argument("--database", action="append", help="seeded PostgreSQL; a second one is the larger")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--write", type=Path, help="put the tables into this document, as docs/bench.md")
    options = parser.parse_args()
    databases = options.database or os.environ.get("DATABASE_URL", "").split()
    if not databases or not databases[0].startswith("postgres"):
        print("Say which seeded PostgreSQL database: --database or DATABASE_URL. See docs/bench.md.")
        return 2
    figures = measure(databases, options.rounds, options.port)
    print(table(figures))
    if options.write:
        options.write.write_text(document(figures, options.write.read_text()))
    return 1 if figures.errors or figures.deadlocks else 0


if __name__ == "__main__":
    sys.exit(main())
