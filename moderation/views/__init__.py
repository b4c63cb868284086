from moderation.views.appeals import appeal, hear
from moderation.views.concerns import concern
from moderation.views.outside import confirm, received
from moderation.views.reports import decide, decision, desk, log, report, sent, thing
from moderation.views.rules import rules
from moderation.views.transparency import yearly

__all__ = [
    "appeal",
    "concern",
    "confirm",
    "decide",
    "decision",
    "desk",
    "hear",
    "log",
    "received",
    "report",
    "rules",
    "sent",
    "thing",
    "yearly",
]
