import csv
import datetime as dt
import io

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import actions
from audit.models import Entry, Retention
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def write_old(days):
    """An entry as if written so many days ago."""
    moment = connection.ops.adapt_datetimefield_value(timezone.now() - dt.timedelta(days=days))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (at, actor_roles, verb, subject_kind, subject_id, detail)"
            " VALUES (%s, '', 'test.old', '', '', '{}')",
            [moment],
        )


def test_an_entry_says_who_as_what_did_what_to_what(moderator):
    subject = make_user()
    entry = actions.record(
        actor=moderator, verb="post.hide", subject=subject, detail={"report": 7, "because": "privacy"}
    )
    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_roles) == (moderator.pk, "member,moderator")
    assert (entry.subject_kind, entry.subject_id) == ("accounts.user", str(subject.pk))
    assert entry.detail == {"report": 7, "because": "privacy"}


def test_the_site_and_visitors_act_too_and_superusers_are_named_so():
    assert actions.record(actor=None, verb="x").actor_id is None
    assert actions.record(actor=AnonymousUser(), verb="x").actor_id is None
    assert actions.record(actor=make_user(is_superuser=True), verb="x").actor_roles == "member,superuser"


@pytest.mark.parametrize(
    "value", ["Anna Miller", "anna@example.org", "x" * 81, b"bytes", {"a": 1}, ["ok", "two words"], object()]
)
def test_names_texts_and_addresses_are_refused(value):
    with pytest.raises(ValueError, match="detail"):
        actions.record(actor=None, verb="x", detail={"what": value})
    assert not Entry.objects.exists()


@pytest.mark.parametrize("value", ["hide-post", "2026-03-03T13:00:00+00:00", 5, 1.5, None, True, [1, "a"], ""])
def test_ids_slugs_and_dates_are_taken(value):
    assert actions.record(actor=None, verb="x", detail={"what": value}).pk


CHANGES = [
    "UPDATE audit_entry SET verb = 'nothing'",
    "UPDATE audit_entry SET detail = '{}' WHERE id > 0",
    "DELETE FROM audit_entry",
]
BY_VENDOR = {
    "sqlite": "INSERT OR REPLACE INTO audit_entry (id, at, actor_roles, verb, subject_kind, subject_id, detail)"
    " SELECT id, at, actor_roles, 'nothing', subject_kind, subject_id, detail FROM audit_entry",
    "postgresql": "TRUNCATE audit_entry",
}


@pytest.mark.parametrize("number", range(len(CHANGES) + 1))
def test_the_database_refuses_changes(number):
    statement = [*CHANGES, BY_VENDOR[connection.vendor]][number]
    actions.record(actor=None, verb="post.hide")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().verb == "post.hide"


def test_the_orm_is_refused_too():
    entry = actions.record(actor=None, verb="post.hide")
    entry.verb = "nothing"
    for change in (entry.save, entry.delete, Entry.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Entry.objects.get().verb == "post.hide"


def test_forgetting_takes_what_is_older_and_says_so():
    write_old(days=400)
    write_old(days=10)
    day = timezone.localdate() - dt.timedelta(days=30)
    call_command("forget_audit", before=str(day), reason="retention schedule 4.2")
    assert Entry.objects.filter(verb="test.old").get().at > timezone.now() - dt.timedelta(days=11)
    note = Entry.objects.get(verb="audit.forget")
    assert (note.detail["rows"], note.detail["reason"]) == (1, "retention schedule 4.2")
    assert note.detail["before"].startswith(str(day))
    assert not Retention.objects.exists()


def test_what_is_forgotten_does_not_open_the_log_for_more():
    write_old(days=400)
    actions.forget(before=timezone.now() - dt.timedelta(days=500), reason="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(verb="test.old").delete()


@pytest.mark.parametrize(
    ("before", "reason", "words"),
    [("2999-01-01", "x", "past"), ("yesterday", "x", "isoformat"), ("2020-01-01", "  ", "reason")],
)
def test_forgetting_needs_a_past_day_and_a_reason(before, reason, words):
    actions.record(actor=None, verb="x")
    with pytest.raises(CommandError, match=f"Nothing was deleted.*{words}"):
        call_command("forget_audit", before=before, reason=reason)
    assert Entry.objects.count() == 1


def check_ids():
    return {message.id for message in run_checks(tags=["database"], databases=["default"])}


def test_the_check_is_content_with_a_fresh_database():
    assert not {"audit.E001", "audit.E002"} & check_ids()


def test_the_check_fails_where_a_trigger_is_missing():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_keep_delete")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_keep_row")
    assert "audit.E001" in check_ids()


def test_the_check_fails_where_the_gate_stands_open():
    Retention.objects.create(before=timezone.now())
    assert "audit.E002" in check_ids()


def test_administrators_read_the_log_and_nobody_writes_it(member):
    entry = actions.record(actor=member, verb="post.hide")
    reader = make_user(is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(content_type__app_label="audit"))
    client = signed_in(reader)
    assert "post.hide" in client.get("/admin/audit/entry/").content.decode()
    assert client.get(f"/admin/audit/entry/{entry.pk}/change/").status_code == 200
    assert client.post(f"/admin/audit/entry/{entry.pk}/change/", {"verb": "x"}).status_code == 403
    assert client.post(f"/admin/audit/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/audit/entry/add/").status_code == 403
    assert client.get("/admin/audit/entry/?verb=post.hide").status_code == 200
    # SQLite cannot look into JSON at all, and nobody needs to.
    assert client.get("/admin/audit/entry/?detail__contains=x").status_code == 400
    assert signed_in(make_user(is_staff=True)).get("/admin/audit/entry/").status_code == 403
    assert Entry.objects.get().verb == "post.hide"


def test_administrators_take_along_what_they_found(member, as_administrator, as_moderator):
    kept = actions.record(actor=member, verb="post.hide", subject=member, detail={"post": 7})
    actions.record(actor=member, verb="post.restore")
    page = as_administrator.get("/admin/audit/entry/?verb=post.hide").content.decode()
    assert '/admin/audit/entry/table/?verb=post.hide"' in page
    answer = as_administrator.get("/admin/audit/entry/table/?verb=post.hide")
    assert answer["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["id"], row["actor_id"], row["detail"]) for row in rows] == [
        (str(kept.pk), str(member.pk), '{"post": 7}')
    ]
    assert b"post.restore" in as_administrator.get("/admin/audit/entry/table/").getvalue()
    assert as_moderator.get("/admin/audit/entry/table/").status_code in (302, 403, 404)


def test_flush_says_what_to_do_instead():
    actions.record(actor=None, verb="test.flush")
    with pytest.raises(CommandError, match="never emptied.*manage.py migrate"):
        call_command("flush", interactive=False)
    assert Entry.objects.filter(verb="test.flush").exists()
