from django.db import migrations

# English stems, and no word left out: "after", "before" and "under" say something, and which small words do not is
# settled where a query is read, for all engines alike. What was indexed so far has none of them until
# `manage.py reindex`, which is noted as begun: until then search says that it is due.
EMBEDDED = "embedded"
MADE = [
    "CREATE TEXT SEARCH DICTIONARY search_english_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION search_english (COPY = english)",
    "ALTER TEXT SEARCH CONFIGURATION search_english ALTER MAPPING REPLACE english_stem WITH search_english_stem",
]
TAKEN_AWAY = [
    "DROP TEXT SEARCH CONFIGURATION search_english",
    "DROP TEXT SEARCH DICTIONARY search_english_stem",
]


def make(apps, editor):
    if editor.connection.vendor != "postgresql":
        return
    for statement in MADE:
        editor.execute(statement)
    if apps.get_model("search", "Entry").objects.exists():
        apps.get_model("search", "Rebuild").objects.create(engine=EMBEDDED)


def take_away(apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in TAKEN_AWAY:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0010_phrases_in_one_spelling")]

    operations = [migrations.RunPython(make, take_away, elidable=False)]
