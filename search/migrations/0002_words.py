from django.db import migrations

# The same columns under the same names, so that most statements serve both databases.
SQLITE = """
CREATE VIRTUAL TABLE search_words USING fts5(
    title, keywords, summary, body, context, tokenize = 'porter unicode61 remove_diacritics 2'
)
"""
POSTGRESQL = [
    """
    CREATE TABLE search_words (
        rowid bigint PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        title text NOT NULL, keywords text NOT NULL, summary text NOT NULL, body text NOT NULL, context text NOT NULL,
        vector tsvector NOT NULL
    )
    """,
    "CREATE INDEX search_words_vector ON search_words USING gin (vector)",
    "CREATE INDEX search_entry_tags ON search_entry USING gin (tags)",
]


def make(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE)
    elif editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            editor.execute(statement)


def take_away(apps, editor):
    editor.execute("DROP TABLE search_words")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX search_entry_tags")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_entries")]

    operations = [migrations.RunPython(make, take_away, elidable=False)]
