"""The site's first pages: home, library, and the information pages that every footer links."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "information_pages.json"
STEP = 4  # treebeard: four characters a level of the tree


def add(apps, parent, position, model, **fields):
    Page = apps.get_model("knowledge", model)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="knowledge", model=model.lower()
    )
    return Page.objects.create(
        path=parent.path + f"{position:04d}",
        depth=parent.depth + 1,
        numchild=0,
        url_path=f"{parent.url_path}{fields['slug']}/",
        content_type=content_type,
        locale=apps.get_model("wagtailcore", "Locale").objects.first(),
        draft_title=fields["title"],
        live=True,
        show_in_menus=True,
        **fields,
    )


def make_pages(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2, slug="home").delete()
    root.numchild = Page.objects.filter(depth=2).count() + 1
    last = Page.objects.filter(depth=2).order_by("path").last()
    position = int(last.path[-STEP:], 36) + 1 if last else 1
    home = add(
        apps, root, position, "HomePage", title="Home", slug="home",
        lead="A place where everybody who works with young children and families learns from each other.",
    )
    root.save()
    apps.get_model("wagtailcore", "Site").objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page_id": home.pk}
    )
    add(
        apps, home, 1, "LibraryPage", title="Library", slug="library",
        introduction="Evidence and best practice, chosen by practitioners.",
    )
    pages = json.loads(DATA.read_text(encoding="utf-8"))
    for position, fields in enumerate(pages, start=2):
        add(apps, home, position, "InformationPage", **{**fields, "body": json.dumps(fields["body"])})
    home.numchild = len(pages) + 1
    home.save()


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_pages, migrations.RunPython.noop)]
