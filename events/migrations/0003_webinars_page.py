"""The page at /webinars/, beneath the home page."""

from django.db import migrations

STEP = 4  # treebeard: four characters a level of the tree, counted in base 36
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def step(number):
    digits = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits.rjust(STEP, "0")


def make_page(apps, schema_editor):
    WebinarIndexPage = apps.get_model("events", "WebinarIndexPage")
    home = apps.get_model("knowledge", "HomePage").objects.order_by("path").first()
    if home is None or WebinarIndexPage.objects.exists():
        return
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="events", model="webinarindexpage"
    )
    Page = apps.get_model("wagtailcore", "Page")
    last = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1).order_by("path").last()
    WebinarIndexPage.objects.create(
        path=home.path + step(int(last.path[-STEP:], 36) + 1 if last else 1),
        depth=home.depth + 1,
        numchild=0,
        title="Webinars",
        draft_title="Webinars",
        slug="webinars",
        url_path=f"{home.url_path}webinars/",
        introduction="An hour with people who know, live or as a recording. Free for everybody here.",
        content_type=content_type,
        locale=apps.get_model("wagtailcore", "Locale").objects.first(),
        live=True,
        show_in_menus=True,
    )
    home.numchild += 1
    home.save()


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_session_ends_and_line"),
        ("knowledge", "0002_pages"),
    ]
    operations = [migrations.RunPython(make_page, migrations.RunPython.noop)]
