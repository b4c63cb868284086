from django.db import migrations, models

SQLITE = {
    "audit_entry_keep_update": """
        CREATE TRIGGER audit_entry_keep_update BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    "audit_entry_keep_delete": """
        CREATE TRIGGER audit_entry_keep_delete BEFORE DELETE ON audit_entry
        WHEN NOT EXISTS (SELECT 1 FROM audit_retention WHERE OLD.at < audit_retention.before)
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
    # INSERT OR REPLACE would take a row away without a word to the trigger on DELETE.
    "audit_entry_keep_replace": """
        CREATE TRIGGER audit_entry_keep_replace BEFORE INSERT ON audit_entry
        WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END
    """,
}
POSTGRESQL = {
    "audit_entry_keep_row": """
        CREATE FUNCTION audit_entry_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM audit_retention WHERE OLD.at < audit_retention.before) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'The audit log is append-only.';
        END $$;
        CREATE TRIGGER audit_entry_keep_row BEFORE UPDATE OR DELETE ON audit_entry
            FOR EACH ROW EXECUTE FUNCTION audit_entry_keep_row();
    """,
    "audit_entry_keep_table": """
        CREATE FUNCTION audit_entry_keep_table() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM audit_entry) THEN
                RAISE EXCEPTION 'The audit log is append-only.';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER audit_entry_keep_table BEFORE TRUNCATE ON audit_entry
            FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_keep_table();
    """,
}


def install(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements.values():
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name in POSTGRESQL:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON audit_entry")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(install, remove),
    ]
