import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="checked_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="When it was last made sure that this person may still see it.",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["content_type", "object_id"], name="event_subject"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("channel", "inbox"), ("read_at__isnull", True)),
                fields=["checked_at"],
                name="notification_unchecked",
            ),
        ),
    ]
