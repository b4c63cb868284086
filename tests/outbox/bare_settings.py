"""The site's settings with the outbox's apps alone, so that the tests' processes start fast."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = ["outbox", "django_tasks_db"]
