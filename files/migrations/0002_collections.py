"""Two collections: what the CMS publishes, and what members upload, out of the CMS's reach."""

from django.db import migrations

NAMES = ("Library", "Members’ uploads")


def add_collections(apps, schema_editor):
    # The historical model has no tree methods; the real one has only columns that all later versions have too.
    from wagtail.models import Collection

    root = Collection.get_first_root_node()
    for name in NAMES:
        if not root.get_children().filter(name=name).exists():
            root.add_child(name=name)
            root.refresh_from_db()


class Migration(migrations.Migration):

    dependencies = [("files", "0001_initial"), ("wagtailcore", "0098_apitoken")]

    operations = [migrations.RunPython(add_collections, migrations.RunPython.noop)]
