"""The site's own processes, started by tests with an environment of their own."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "docs" / "production.env.example"
HOST = "forum.example.org"
# What a process needs of the machine, and nothing of the settings of whoever runs the tests.
KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}


def example(name: Path = EXAMPLE) -> dict[str, str]:
    """The variables of the operator's example, without those that are commented out."""
    return dict(re.findall(r'^([A-Z_]+)="(.*)"$', name.read_text(), re.MULTILINE))


def production(state: Path, **changes: str) -> dict[str, str]:
    """The operator's example with the files in a folder of the test's; "" takes a variable away."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    own = {"STATE_DIR": str(state), "STORAGE_URL": f"file://{state}/files"}
    return {name: value for name, value in {**kept, **example(), **own, **changes}.items() if value}


def python(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def policy(self) -> dict[str, list[str]]:
        """The content security policy, sources by directive."""
        parts = [part.split() for part in self.headers["Content-Security-Policy"].split(";")]
        return {name: sources for name, *sources in parts}


@dataclass
class Running:
    """gunicorn (and, if asked for, the worker) of a site in production mode, behind a proxy that ends TLS."""

    env: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        with open(self.log, "ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def start_web(self, workers: int = 1) -> None:
        numbers = ["--workers", str(workers), "--threads", "4", "--bind", f"127.0.0.1:{self.port}"]
        self.start("web", "-m", "gunicorn", "config.wsgi", "--preload", *numbers)
        wait_for(lambda: self.get("/healthz").status == 200, self.told)

    def told(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def login(self, shown: str) -> tuple[str, str]:
        """E-mail address and password of the demo person who shows a role."""
        logins = json.loads((Path(self.env["STATE_DIR"]) / "demo_logins.json").read_text())
        return next((email, password) for what, email, password in logins if what == shown)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, typed: dict[str, str], **headers: str) -> Answer:
        """A form with the token of the page that shows it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(headers.pop("page", path)).text)
        assert token, f"no form on {path}"
        form = urlencode({**typed, "csrfmiddlewaretoken": token[1]})
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}", **headers}
        return self.ask("POST", path, form, sent)

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", **({"Cookie": cookies} if cookies else {}), **headers}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers, text)

    def stop(self) -> dict[str, int]:
        """Ends every process as a server does. Returns their exit codes."""
        for process in self.processes.values():
            process.terminate()
        return {name: process.wait(timeout=30) for name, process in self.processes.items()}


def wait_for(condition: Callable[[], object], told: Callable[[], str] = str, seconds: float = 90) -> None:
    """Until the condition holds; a site that does not answer yet is waited for too."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"It did not happen within {seconds} seconds. {told()}")
