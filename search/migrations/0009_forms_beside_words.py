from django.db import migrations

# The embedded index keeps a word beside each of its irregular forms. What was indexed before has none beside it, so a
# building anew is noted as begun: `manage.py reindex` does it, and until then search says that it is due.
EMBEDDED = "embedded"


def note(apps, editor):
    if apps.get_model("search", "Entry").objects.exists():
        apps.get_model("search", "Rebuild").objects.create(engine=EMBEDDED)


class Migration(migrations.Migration):
    dependencies = [("search", "0008_editions_of_the_library")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop, elidable=True)]
