"""Open pages in a real Chromium, touch everything on them, and tell whether anything ran."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Route, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ORIGIN = "http://probe.test"
ASSETS = f"{ORIGIN}/static/"
# Where member HTML stands on a page.
MEMBER_HTML = ".prose"
_SCRIPT = (Path(__file__).parent / "probe.js").read_text()


@dataclass(frozen=True)
class ProbedPage:
    """A whole page. `parts` is how many elements with `data-part` it holds, if none of them breaks out."""

    name: str
    html: str
    parts: int


@dataclass(frozen=True)
class Finding:
    """Something that a page did although nothing on it should do anything."""

    page: str
    what: str

    def __str__(self) -> str:
        return f"{self.page}: {self.what}"


class Chromium:
    """A running browser: `with Chromium() as browser: browser.probe(pages)`.

    It lives on a thread of its own, because Playwright's event loop would keep Django from its database.
    """

    def __enter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._start).result()
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def _start(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])

    def _stop(self) -> None:
        self._browser.close()
        self._playwright.stop()

    def probe(self, pages: Iterable[ProbedPage]) -> list[Finding]:
        """What ran, was asked for, or lies where it must not, on any of `pages`.

        The pages get no content security policy: what is tested is the HTML alone. Nothing reaches a network.
        """
        return [found for page in pages for found in self._thread.submit(self._probe, page).result()]

    def _probe(self, page: ProbedPage) -> list[Finding]:
        return list(_probe(page, self._browser))


def _probe(page: ProbedPage, browser: Browser) -> Iterator[Finding]:
    context = browser.new_context(service_workers="block")
    try:
        asked: list[str] = []
        context.add_init_script(_SCRIPT)
        context.route("**/*", _router(page, asked))
        context.on("dialog", _dismisser(asked))
        yield from (Finding(page.name, what) for what in _touch(page, context))
        yield from (Finding(page.name, f"asked for {what}") for what in asked)
    finally:
        context.close()


def _dismisser(asked: list[str]) -> Callable[[Dialog], None]:
    def dismiss(dialog: Dialog) -> None:
        asked.append(f"the dialog {dialog.message!r}")
        dialog.dismiss()

    return dismiss


def _router(page: ProbedPage, asked: list[str]) -> Callable[[Route], None]:
    served: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url == f"{ORIGIN}/" and not served:
            served.append(url)
            route.fulfill(body=page.html, content_type="text/html; charset=utf-8")
        elif url.startswith(ASSETS):
            route.fulfill(body="")
        else:
            asked.append(url)
            route.abort()

    return answer


def _touch(page: ProbedPage, context: BrowserContext) -> list[str]:
    tab = context.new_page()
    try:
        tab.goto(f"{ORIGIN}/", wait_until="load")
        result = tab.evaluate("member => window.__probe(member)", MEMBER_HTML)
    except Error as left:
        return [f"left the page or broke it: {left.message.splitlines()[0]}"]
    found: list[str] = result["found"]
    if tab.url != f"{ORIGIN}/":
        found.append(f"went to {tab.url}")
    if result["parts"] != page.parts:
        found.append(f"{result['parts']} parts instead of {page.parts}: one broke out of its place")
    return found + [f"opened {other.url}" for other in context.pages if other is not tab]
