"""A real site for the browser tests: gunicorn and the worker in production mode, on a copy of the demo."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.databases import sqlite_template

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
PATIENCE = 15_000  # milliseconds: two test processes share two cores with the site and its worker


@dataclass
class Site:
    """One running site. `logins` holds e-mail address and password by what the person shows."""

    url: str
    state: Path
    logins: dict[str, tuple[str, str]]
    signed_in: dict[str, StorageState] = field(default_factory=dict)

    def mails(self) -> list[EmailMessage]:
        """What the worker has sent, oldest first."""
        folder = self.state / "mail"
        files = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime) if folder.exists() else []
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def wait_for_mail(self, to: str, words: str, seconds: float = 60) -> EmailMessage:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for mail in reversed(self.mails()):
                if to in str(mail["To"]) and words in str(mail["Subject"]) + mail.get_body(("plain",)).get_content():
                    return mail
            time.sleep(0.3)
        raise AssertionError(f"no mail to {to} with {words!r} within {seconds} seconds")


def environment(state: Path) -> dict[str, str]:
    """Production settings, but for TLS, which ends before the site."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": "a-key-for-the-tests-only-" * 3,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "TRUSTED_PROXIES": "none",
        "SECURE_SSL_REDIRECT": "false",
        "STATE_DIR": str(state),
        "DATABASE_URL": f"sqlite:///{state / 'site.sqlite3'}",
        "EMAIL_URL": f"filemail://{state / 'mail'}",
        "FROM_EMAIL": "Common Ground <hello@example.org>",
        "ELASTICSEARCH_URL": "",
    }


def manage(state: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(state), check=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with the demo loaded and static files collected, made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "prepared"
    with FileLock(f"{shared}.lock"):
        if not (shared / "ready").exists():
            shared.mkdir()
            if sqlite_template().exists():  # nothing is left to migrate then
                shutil.copy(sqlite_template(), shared / "site.sqlite3")
            manage(shared, "migrate", "--verbosity", "0")
            manage(shared, "load_demo", "--verbosity", "0")
            manage(shared, "collectstatic", "--noinput", "--verbosity", "0")
            (shared / "ready").touch()
    return shared


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = tmp_path_factory.mktemp("site") / "state"
    shutil.copytree(prepared, state)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {**environment(state), "BASE_URL": url}
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    log = open(state / "log", "wb")  # noqa: SIM115
    processes = [
        subprocess.Popen([*gunicorn, "--log-level", "warning"], cwd=ROOT, env=env, stderr=log),
        subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stderr=log),
    ]
    try:
        wait_for(f"{url}/healthz")
        logins = {what: (email, word) for what, email, word in json.loads((state / "demo_logins.json").read_text())}
        yield Site(url, state, logins)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)
        log.close()


def wait_for(url: str, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    # Playwright keeps an event loop in this thread; Django would then refuse the database to every later test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture
def open_as(browser: Browser, site: Site) -> Iterator:
    """Gives `open_as(who, **context options) -> Page`: a page of its own, signed in as one of the demo's logins."""
    contexts: list[BrowserContext] = []

    def make(who: str | None = None, **options) -> Page:
        options.setdefault("viewport", DESK)
        if who:
            options["storage_state"] = signed_in_state(browser, site, who)
        context = browser.new_context(base_url=site.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield make
    for context in contexts:
        context.close()


def signed_in_state(browser: Browser, site: Site, who: str) -> StorageState:
    """Cookies of a person who signed in through the form, once a run."""
    if who not in site.signed_in:
        context = browser.new_context(base_url=site.url)
        page = context.new_page()
        email, password = site.logins[who]
        page.goto("/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", password)
        page.click("main form button[type=submit]")
        page.wait_for_url(f"{site.url}/")
        site.signed_in[who] = context.storage_state()
        context.close()
    return site.signed_in[who]
