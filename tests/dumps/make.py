"""Keep a release: a small seeded dump of both databases, and what tests/config/test_upgrade.py compares with.

    TEST_DATABASE_URL=postgres://… python -m tests.dumps.make 0.1

Writes <release>.sqlite3.xz, <release>.sql.xz (PostgreSQL) and <release>.json beside this file. Run it once, when the
release is made; a dump that is made anew later proves nothing.
"""

import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
DATABASE = "common_ground_dump"
# A public page of each kind and a text on it, by address.
CONTENT = """
import json
from events.models import WebinarPage
from forum.models import Thread
from knowledge.models import ResourcePage
from django.contrib.auth.models import AnonymousUser

thread = Thread.objects.visible_to(AnonymousUser()).order_by("pk").first()
pages = [page for kind in (ResourcePage, WebinarPage) for page in kind.objects.live().order_by("pk")[:2]]
shown = {page.url: page.title for page in pages}
print(json.dumps({**shown, thread.get_absolute_url(): thread.title, "/community/": thread.space.name}))
"""


def checksums() -> dict[str, str]:
    """Of every migration of ours, by its path."""
    paths = sorted(path for path in ROOT.glob("*/migrations/*.py") if path.name != "__init__.py")
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def manage(url: str, state: str, *arguments: str) -> str:
    env = {**os.environ, "DEBUG": "true", "STATE_DIR": state, "DATABASE_URL": url, "ELASTICSEARCH_URL": ""}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def fill(url: str, state: str) -> None:
    manage(url, state, "migrate", "--verbosity", "0")
    manage(url, state, "load_demo", "--verbosity", "0")


def sqlite(release: str, state: str) -> str:
    """Returns the content of the pages that the test asks for."""
    path = Path(state) / "site.sqlite3"
    url = f"sqlite:///{path}"
    fill(url, state)
    content = manage(url, state, "shell", "--no-imports", "-c", CONTENT)
    copy = path.with_suffix(".copy")
    with sqlite3.connect(path) as database:
        database.execute("VACUUM INTO ?", [str(copy)])
    (FOLDER / f"{release}.sqlite3.xz").write_bytes(lzma.compress(copy.read_bytes(), preset=9))
    return content


def postgresql(release: str, state: str, server: str) -> None:
    pg_dump = shutil.which("pg_dump") or str(sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1])
    url = urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    try:
        fill(url, state)
        # INSERT statements, so that a test can run them without psql.
        command = [pg_dump, "--no-owner", "--no-privileges", "--rows-per-insert=200", url]
        dumped = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    lines = [line for line in dumped.splitlines(keepends=True) if not line.startswith((b"\\restrict", b"\\unrestrict"))]
    (FOLDER / f"{release}.sql.xz").write_bytes(lzma.compress(b"".join(lines), preset=9))


def main() -> None:
    server = os.environ.get("TEST_DATABASE_URL", "")
    if len(sys.argv) != 2 or not server:
        sys.exit("Say: TEST_DATABASE_URL=postgres://… python -m tests.dumps.make RELEASE")
    release = sys.argv[1]
    with tempfile.TemporaryDirectory() as state:
        content = json.loads(sqlite(release, state))
    with tempfile.TemporaryDirectory() as state:
        postgresql(release, state, server)
    kept = {"content": content, "migrations": checksums()}
    (FOLDER / f"{release}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
