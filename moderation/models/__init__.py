from moderation.models.appeal import Appeal, Outsider
from moderation.models.decision import Decision
from moderation.models.duty import Duty, Escalation, Level, not_yet
from moderation.models.report import URGENCY, Report, is_about
from moderation.models.rules import Rules

__all__ = [
    "URGENCY",
    "Appeal",
    "Decision",
    "Duty",
    "Escalation",
    "Level",
    "Outsider",
    "Report",
    "Rules",
    "is_about",
    "not_yet",
]
