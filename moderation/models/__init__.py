from moderation.models.appeal import Appeal, Outsider
from moderation.models.assessment import Assessment
from moderation.models.decision import Decision
from moderation.models.duty import Duty, Escalation, Level, not_yet
from moderation.models.report import URGENCY, Report, is_about
from moderation.models.rules import Rules
from moderation.models.wording import Wording

__all__ = [
    "URGENCY",
    "Appeal",
    "Assessment",
    "Decision",
    "Duty",
    "Escalation",
    "Level",
    "Outsider",
    "Report",
    "Rules",
    "Wording",
    "is_about",
    "not_yet",
]
