from moderation.actions.deciding import (
    AlreadyDecidedError,
    Seen,
    appeal,
    dismiss,
    hear,
    hide,
    possible_verbs,
    restore,
)
from moderation.actions.escalating import escalate
from moderation.actions.reporting import (
    AlreadyReportedError,
    Hold,
    confirm_sender,
    hold,
    pass_on,
    report,
    report_from_outside,
)
from moderation.actions.ruling import change_rules

__all__ = [
    "AlreadyDecidedError",
    "AlreadyReportedError",
    "Hold",
    "Seen",
    "appeal",
    "change_rules",
    "confirm_sender",
    "dismiss",
    "escalate",
    "hear",
    "hide",
    "hold",
    "pass_on",
    "possible_verbs",
    "report",
    "report_from_outside",
    "restore",
]
