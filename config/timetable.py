"""What comes round that no room may put on the timetable itself: web and outbox are on one row."""

from django.core.management import call_command

from outbox import schedule
from web import limits, tokens

DAY = 24 * 60


def register() -> None:
    schedule.every(1, "publish-scheduled-pages", lambda: call_command("publish_scheduled", verbosity=0))
    schedule.every(60, "forget-limits", limits.forget_expired)
    schedule.every(60, "forget-used-tokens", tokens.forget_expired)
    schedule.every(DAY, "forget-sessions", lambda: call_command("clearsessions"))
