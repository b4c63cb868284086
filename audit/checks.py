"""The audit log is append-only in the database too: this check fails where the triggers are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

INSTALLED_BY = ("audit", "0002_append_only")
TRIGGERS = {
    "sqlite": {"audit_entry_keep_update", "audit_entry_keep_delete", "audit_entry_keep_replace"},
    "postgresql": {"audit_entry_keep_row", "audit_entry_keep_table"},
}
QUERIES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND tgenabled IN ('O', 'A')",
}


@checks.register(checks.Tags.database)
def triggers_are_there(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """One error for each database that lets the audit log be changed, or that somebody left open for deleting."""
    return [message for alias in databases or () for message in _check(connections[alias])]


def _check(connection: BaseDatabaseWrapper) -> list[checks.CheckMessage]:
    # Before the migration has run (`migrate` itself runs this check) there is nothing to find.
    if INSTALLED_BY not in MigrationRecorder(connection).applied_migrations():
        return []
    with connection.cursor() as cursor:
        cursor.execute(QUERIES[connection.vendor])
        missing = TRIGGERS[connection.vendor] - {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT COUNT(*) FROM audit_retention")
        is_open = bool(cursor.fetchone()[0])
    found: list[checks.CheckMessage] = []
    if missing:
        found.append(
            checks.Error(
                f"The audit log can be changed: {', '.join(sorted(missing))} is missing or switched off.",
                hint="Run: manage.py migrate audit 0001 && manage.py migrate audit (keeps every entry).",
                id="audit.E001",
            )
        )
    if is_open:
        found.append(
            checks.Error(
                "Entries of the audit log can be deleted: audit_retention holds a row.",
                hint="Find out who wrote it, then delete the row.",
                id="audit.E002",
            )
        )
    return found
