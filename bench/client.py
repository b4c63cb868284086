"""Clients of a server on this machine: connections that stay open, times of answers."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.server import Server

_ASSET = re.compile(r'<(?:link[^>]+rel="(?:stylesheet|icon)"|script|use|img)[^>]*?(?:href|src)="(/static/[^"#]+)')
_ASSET_HREF_FIRST = re.compile(r'<link[^>]+href="(/static/[^"#]+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    status: int
    body: bytes
    seconds: float
    headers: http.client.HTTPMessage


class Browser:
    """One connection, with the cookies of one reader; `session` None is a visitor."""

    def __init__(self, server: Server, session: str | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.cookies = {server.targets["cookie"]: session} if session else {}
        self.token = ""

    def get(self, address: str, **headers: str) -> Answer:
        return self._ask("GET", address, None, headers)

    def learn_token(self, address: str) -> None:
        """Read the token against forged requests off a page with a form."""
        found = _TOKEN.search(self.get(address).body.decode())
        if found is None:
            raise SystemExit(f"{address} shows no form: is the session accepted?")
        self.token = found.group(1)

    def post(self, address: str, **fields: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        return self._ask("POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        self.connection.request(method, address, body, headers)
        response = self.connection.getresponse()
        text = response.read()
        seconds = time.perf_counter() - started
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text, seconds, response.headers)


def timed(browser: Browser, address: str) -> float:
    """Seconds of one answer, which must be a page."""
    answer = browser.get(address)
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}.")
    return answer.seconds


def at_once(work: list[Callable[[], list[float]]]) -> list[float]:
    """All of `work` side by side; every time that any of it took."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [seconds for times in pool.map(lambda one: one(), work) for seconds in times]


def first_visit(browser: Browser, address: str) -> int:
    """Bytes that a first visit transfers: the page as a compressing proxy sends it, and what it links, images aside."""
    page = browser.get(address).body
    total = len(gzip.compress(page, 6))
    text = page.decode()
    for asset in sorted({*_ASSET.findall(text), *_ASSET_HREF_FIRST.findall(text)}):
        total += len(browser.get(asset, **{"Accept-Encoding": "gzip"}).body)
    return total
