"""Test databases are copies of one migrated template, made again when a migration changes or with --create-db.

Running all migrations takes longer than most test runs, and each test process and database would do it anew. `python -m
tests.databases` makes the template of DATABASE_URL; tests/run.py has both made at once, before anything waits for them.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core import management
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from filelock import FileLock

FOLDER = settings.BASE_DIR / "var" / "tests"
PREFIX = "common_ground_template_"


def fingerprint() -> str:
    """Of all that decides what a migrated database looks like."""
    digest = hashlib.sha256(repr(settings.INSTALLED_APPS).encode())
    files = [settings.BASE_DIR / "requirements.txt", settings.BASE_DIR / "accounts" / "rights.py"]
    files += settings.BASE_DIR.glob("*/migrations/*.py")
    for path in sorted([*files, *settings.BASE_DIR.glob("*/data/*")]):
        if path.is_file():
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def sqlite_template() -> Path:
    return FOLDER / f"{PREFIX}{fingerprint()}.sqlite3"


def postgres_prefix(database: str) -> str:
    """Runs on one server that name databases of their own have templates of their own, and end nobody else's."""
    return f"{PREFIX}{hashlib.sha256(database.encode()).hexdigest()[:8]}_"


def postgres_template(database: str) -> str:
    return postgres_prefix(database) + fingerprint()


def migrate() -> None:
    management.call_command("migrate", verbosity=0, interactive=False)


class SqliteTemplate:
    """A file whose pages are copied into the (in-memory) database of each process."""

    def __init__(self) -> None:
        self.path = sqlite_template()

    def make(self, anew: bool) -> None:
        if self.path.exists() and not anew:
            return
        with self._opened() as template:
            for old in FOLDER.glob(f"{PREFIX}*.sqlite3"):
                old.unlink(missing_ok=True)
            making = self.path.with_suffix(".making")
            making.unlink(missing_ok=True)
            target = sqlite3.connect(making)
            template.backup(target)
            target.close()
            making.rename(self.path)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection to a database in memory, migrated."""
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = ":memory:"
        try:
            migrate()
            yield connection.connection
        finally:
            # Django never closes what it knows to be in memory.
            connection.settings_dict["NAME"] = name
            connection.close()

    def fill(self) -> None:
        source = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        connection.ensure_connection()
        source.backup(connection.connection)
        source.close()


class PostgresTemplate:
    """A database on the same server; PostgreSQL itself makes the copies."""

    def __init__(self) -> None:
        database = connection.settings_dict["NAME"]
        self.prefix, self.name = postgres_prefix(database), postgres_template(database)
        self.making = f"{self.prefix}making"

    def make(self, anew: bool) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix])
            found = {name for (name,) in cursor.fetchall()}
        if self.name not in found or anew:
            self._execute(*[f'DROP DATABASE IF EXISTS "{name}"' for name in found])
            self._execute(f'CREATE DATABASE "{self.making}"')
            self._migrate()
            self._execute(f'ALTER DATABASE "{self.making}" RENAME TO "{self.name}"')
        connection.settings_dict["TEST"]["TEMPLATE"] = self.name

    @staticmethod
    def _execute(*statements: str) -> None:
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _migrate(self) -> None:
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.making
        try:
            migrate()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name

    def fill(self) -> None:
        """Nothing: the database was created as a copy."""


def made_ready(anew: bool, run: str) -> SqliteTemplate | PostgresTemplate:
    FOLDER.mkdir(parents=True, exist_ok=True)
    template = SqliteTemplate() if connection.vendor == "sqlite" else PostgresTemplate()
    made = FOLDER / f"{connection.vendor}-made"
    with FileLock(FOLDER / f"{connection.vendor}.lock"):
        template.make(anew and not (made.exists() and made.read_text() == run))
        made.write_text(run)
    return template


@contextmanager
def prepared(anew: bool, run: str) -> Iterator[None]:
    """Within it, Django's set-up of test databases copies the template instead of migrating. `run` names the test
    run, whose processes make the template anew once."""
    template = made_ready(anew, run)
    call_command = management.call_command

    def without_migrating(command: str, *args, **options):
        return template.fill() if command == "migrate" else call_command(command, *args, **options)

    with mock.patch.object(management, "call_command", without_migrating):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_blocker, django_db_createdb, django_db_modify_db_settings
):
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with django_db_blocker.unblock(), prepared(django_db_createdb, run):
        databases = setup_databases(verbosity=0, interactive=False)
    # Blocked again: a test without the mark would write rows that nobody takes back.
    yield
    with django_db_blocker.unblock():
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    import django

    django.setup()
    made_ready(anew=False, run="")
