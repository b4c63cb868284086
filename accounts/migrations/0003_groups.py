"""Our four groups take the place of the two groups and the workflow that Wagtail seeds."""

from django.db import migrations

OURS = ("member", "moderator", "editor", "administrator")
WAGTAILS = ("Moderators", "Editors")
WAGTAILS_TASK = "Moderators approval"


def replace_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects
    for name in OURS:
        group.get_or_create(name=name)
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=WAGTAILS_TASK).delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name=WAGTAILS_TASK).delete()
    group.filter(name__in=WAGTAILS).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(replace_groups, migrations.RunPython.noop)]
