"""What moderation tells whom. No message names a reporter or a moderator, and none quotes what was reported."""

from moderation.notifications import appeals, decisions, escalations, reports
from moderation.notifications.appeals import appeal_heard, appeal_received
from moderation.notifications.decisions import author_told, outcome, reports_decided
from moderation.notifications.escalations import alleged, escalated, rule_rests
from moderation.notifications.reports import all_moderators_but, report_received, who_decides
from notifications.kinds import register

__all__ = [
    "alleged",
    "all_moderators_but",
    "appeal_heard",
    "appeal_received",
    "author_told",
    "escalated",
    "outcome",
    "register_kinds",
    "report_received",
    "reports_decided",
    "rule_rests",
    "who_decides",
]


def register_kinds() -> None:
    register(*reports.KINDS, *escalations.KINDS, *decisions.KINDS, *appeals.KINDS)
