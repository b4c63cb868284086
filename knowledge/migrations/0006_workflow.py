"""The workflow of the library: somebody reads it; guidelines and legal updates are read by a second person too."""

from django.db import migrations

NAME = "Into the library"
GROUPS = ("moderator", "editor", "administrator")
TASKS = (("readingtask", "ReadingTask", "Somebody reads it"), ("secondpersontask", "SecondPersonTask", "A second person"))


def seed(apps, schema_editor):
    library = apps.get_model("knowledge", "LibraryPage").objects.first()
    Workflow = apps.get_model("wagtailcore", "Workflow")
    if Workflow.objects.filter(name=NAME).exists():
        return
    workflow = Workflow.objects.create(name=NAME)
    groups = [apps.get_model("auth", "Group").objects.get_or_create(name=name)[0] for name in GROUPS]
    for position, (model, name, title) in enumerate(TASKS):
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="knowledge", model=model
        )
        task = apps.get_model("knowledge", name).objects.create(name=title, content_type=content_type)
        task.groups.set(groups)
        apps.get_model("wagtailcore", "WorkflowTask").objects.create(
            workflow=workflow, task_id=task.pk, sort_order=position
        )
    if library and not apps.get_model("wagtailcore", "WorkflowPage").objects.filter(page_id=library.pk).exists():
        apps.get_model("wagtailcore", "WorkflowPage").objects.create(workflow=workflow, page_id=library.pk)


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0005_suggestions_and_looking_after"),
        ("accounts", "0003_groups"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
