from django.db import migrations, models

# In SQLite what is searched was also what is shown. Now words are made alike before they are searched, so the texts
# get a table of their own. What was indexed so far stays, and is found as it stands until `manage.py reindex`.
SQLITE = [
    "ALTER TABLE search_words RENAME TO search_index",
    """
    CREATE TABLE search_words (
        rowid integer PRIMARY KEY, title text NOT NULL, keywords text NOT NULL, summary text NOT NULL,
        body text NOT NULL, context text NOT NULL
    )
    """,
    """
    INSERT INTO search_words (rowid, title, keywords, summary, body, context)
    SELECT rowid, title, keywords, summary, body, context FROM search_index
    """,
]
SQLITE_BACK = ["DROP TABLE search_words", "ALTER TABLE search_index RENAME TO search_words"]
# A vector that lies in its row need not be unpacked for each word that is looked up in it.
POSTGRESQL = [
    "ALTER TABLE search_words ALTER vector SET STORAGE MAIN",
    "ALTER TABLE search_words SET (toast_tuple_target = 8160)",
]


def make(apps, editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(editor.connection.vendor, []):
        editor.execute(statement)


def take_away(apps, editor):
    for statement in {"sqlite": SQLITE_BACK}.get(editor.connection.vendor, []):
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0005_rebuilds")]

    operations = [
        migrations.RunPython(make, take_away, elidable=False),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("text", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("length", models.PositiveSmallIntegerField(db_index=True)),
            ],
        ),
    ]
