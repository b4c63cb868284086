"""The site's engines that can be measured here, each in a process with a temporary database and index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench.quality.sets import JudgedSet
from bench.quality.timed import Measured

ROOT = Path(__file__).resolve().parent.parent.parent
# Questions of this field, whose documents are the demo's: it has no corpus of its own.
FIELD = ROOT / "bench" / "field"


# Times Lucene on average, and at least.
GOALS = {
    "SQLite": (1.0, 0.95),
    "PostgreSQL": (0.9, 0.0),
    "Elasticsearch": (1.03, 0.0),
    "SQLite, hybrid": (1.08, 0.98),
    "Elasticsearch, hybrid": (1.08, 0.98),
    "PostgreSQL, hybrid": (1.08, 0.98),
}


class Arrangement(NamedTuple):
    """A way to set the site up. `names` are what its engines are called in the table."""

    database: str
    settings: Mapping[str, str]
    names: Mapping[str, str]


class Failed(Exception):
    """A process that measures ended with an error, which it has told itself."""


def available(folder: Path, postgres: str, elasticsearch: str, model: str) -> Iterator[Arrangement]:
    """What can be measured with what was given. The databases must be made (see `databases`)."""
    sqlite, cluster = f"sqlite:///{folder / 'site.sqlite3'}", {}
    if elasticsearch:
        cluster = {"ELASTICSEARCH_URL": elasticsearch, "ELASTICSEARCH_INDEX": f"quality-{uuid.uuid4().hex[:12]}"}
    yield Arrangement(sqlite, cluster, {"embedded": "SQLite", "elasticsearch": "Elasticsearch"})
    if postgres:
        yield Arrangement(postgres, {}, {"embedded": "PostgreSQL"})
    if model:
        names = {"embedded": "SQLite, hybrid", "elasticsearch": "Elasticsearch, hybrid"}
        yield Arrangement(sqlite, {**cluster, "SEARCH_EMBEDDING_MODEL": model}, names)
        if postgres:
            yield Arrangement(postgres, {"SEARCH_EMBEDDING_MODEL": model}, {"embedded": "PostgreSQL, hybrid"})


@contextmanager
def databases(folder: Path, server: str) -> Iterator[str]:
    """Migrated temporary databases: SQLite's in the folder, and one on this PostgreSQL server, whose address it gives.

    Errors: Failed, psycopg.Error.
    """
    _prepare(folder, f"sqlite:///{folder / 'site.sqlite3'}")
    if not server:
        yield ""
        return
    with _database_on(server) as address:
        _prepare(folder, address)
        yield address


@contextmanager
def _database_on(server: str) -> Iterator[str]:
    name = f"quality_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def measure(arrangement: Arrangement, folder: Path, judged: Sequence[JudgedSet]) -> list[dict[str, Measured]]:
    """For each set what each engine found, by the table's names. Errors: Failed."""
    environment = {**_environment(folder, arrangement.database), **arrangement.settings}
    folders = [str(each.folder.absolute()) for each in judged]
    found = json.loads(_run(environment, "-m", "bench.quality.site", *folders))
    return [{arrangement.names[name]: Measured(**each) for name, each in one.items()} for one in found]


def measure_field(folder: Path, postgres: str, elasticsearch: str) -> dict[str, Measured]:
    """Questions of this field over the demo: "embedded with" the thesaurus and without, "postgres with", and so on.

    Errors: Failed, psycopg.Error.
    """
    found = _measure_field(folder, f"sqlite:///{folder / 'field.sqlite3'}", elasticsearch)
    if postgres:
        with _database_on(postgres) as database:
            measured = _measure_field(folder, database, "")
        found |= {name.replace("embedded", "postgres"): each for name, each in measured.items()}
    return found


def _measure_field(folder: Path, database: str, elasticsearch: str) -> dict[str, Measured]:
    _prepare(folder, database)
    environment = _environment(folder, database)
    if elasticsearch:
        environment |= {"ELASTICSEARCH_URL": elasticsearch, "ELASTICSEARCH_INDEX": f"quality-{uuid.uuid4().hex[:12]}"}
    found = json.loads(_run(environment, "-m", "bench.quality.field"))
    return {name: Measured(**each) for name, each in found.items()}


def _prepare(folder: Path, database: str) -> None:
    environment = _environment(folder, database)
    for command in ("migrate", "load_vocabulary"):
        _run(environment, "manage.py", command, "--verbosity", "0")


def _environment(folder: Path, database: str) -> dict[str, str]:
    """Nothing of the site that may be set up in this environment: its index is not to be touched."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DEBUG": "true", "DATABASE_URL": database, "STATE_DIR": str(folder)}


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failed(" ".join(arguments[:3]))
    return done.stdout
