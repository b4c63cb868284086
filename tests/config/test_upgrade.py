"""Every release that was kept in tests/dumps/ can still be brought up to date, with what it holds."""

import html
import json
import lzma
import os
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.config import site
from tests.dumps import make

RELEASES = sorted(path.stem for path in make.FOLDER.glob("*.json"))
DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
# As an operator does it; in one process, because starting one takes longer than some of these.
UPGRADE = """
import django
django.setup()
from django.core.management import call_command

call_command("migrate", verbosity=0, skip_checks=False)
call_command("migrate", check_unapplied=True, skip_checks=False)
call_command("load_vocabulary", verbosity=0, skip_checks=False)
"""
ASK = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client
from accounts.models import User

settings.ALLOWED_HOSTS = ["*"]
visitor, member = Client(), Client()
member.force_login(User.objects.filter(is_active=True).order_by("pk").first(), settings.AUTHENTICATION_BACKENDS[0])
for address in sys.argv[1:]:
    for client in (visitor, member):
        answer = client.get(address)
        print(json.dumps([answer.status_code, answer.content.decode()]))
"""


def kept(release: str) -> dict:
    return json.loads((make.FOLDER / f"{release}.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["sqlite", "postgresql"])
def restore(request, tmp_path):
    """Gives `restore(release) -> environment` of a site in development mode on the dump."""
    if request.param == "postgresql" and not DATABASE_URL:
        pytest.skip("needs PostgreSQL: set TEST_DATABASE_URL=postgres://user:password@127.0.0.1/postgres")
    name = f"common_ground_upgrade_{uuid.uuid4().hex[:12]}"

    def sqlite(release: str) -> str:
        path = tmp_path / "site.sqlite3"
        path.write_bytes(lzma.decompress((make.FOLDER / f"{release}.sqlite3.xz").read_bytes()))
        return f"sqlite:///{path}"

    def postgresql(release: str) -> str:
        url = urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))
        with psycopg.connect(DATABASE_URL, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(lzma.decompress((make.FOLDER / f"{release}.sql.xz").read_bytes()))
        return url

    load = {"sqlite": sqlite, "postgresql": postgresql}[request.param]
    yield lambda release: site.production(tmp_path, DEBUG="true", DATABASE_URL=load(release))
    if request.param == "postgresql":
        with psycopg.connect(DATABASE_URL, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_is_brought_up_to_date_with_what_it_holds(release, restore):
    env = {**restore(release), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = site.python(env, "-c", UPGRADE)
    assert done.returncode == 0, done.stderr
    content = {**kept(release)["content"], "/": "", "/library/": "", "/webinars/": "", "/search/?q=child": ""}
    done = site.python(env, "-c", ASK, *content)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for (address, words), visitor, member in zip(content.items(), answers[::2], answers[1::2], strict=True):
        assert (visitor[0], member[0]) == (200, 200), address
        assert all(html.escape(words) in text or words in text for _, text in (visitor, member)), address


@pytest.mark.parametrize("release", RELEASES)
def test_a_released_migration_is_never_edited(release):
    now = make.checksums()
    changed = [path for path, checksum in kept(release)["migrations"].items() if now.get(path) != checksum]
    assert changed == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_dump_is_small(release):
    for path in make.FOLDER.glob(f"{release}.*"):
        assert path.stat().st_size < 2 * 1024 * 1024, path.name


def test_a_release_is_kept():
    assert RELEASES
