"""Every change of moderation. All keyword-only and atomic; whether the actor may do it has been asked before.

What is named here is for the rest of moderation and the rooms above it; all else in these modules is for one another.
"""

from moderation.actions.alleging import Route, allege, pass_allegations_on, take_up
from moderation.actions.assessing import assess, remind_of_reviews
from moderation.actions.case import AlreadyDecidedError
from moderation.actions.deciding import (
    Seen,
    appeal,
    close,
    dismiss,
    edit,
    erase_removed,
    hear,
    hide,
    possible_verbs,
    remove,
    reopen,
    restore,
    warn,
)
from moderation.actions.escalating import escalate
from moderation.actions.looking import SomebodyLooksError, look, stop_looking
from moderation.actions.measures import expel, lift, lift_due, newest_about, set_trust, suspend
from moderation.actions.reporting import (
    AlreadyReportedError,
    Hold,
    confirm_sender,
    hold,
    pass_on,
    report,
    report_from_outside,
)
from moderation.actions.ruling import change_rules, change_wording

__all__ = [
    "AlreadyDecidedError",
    "AlreadyReportedError",
    "Hold",
    "Route",
    "Seen",
    "SomebodyLooksError",
    "allege",
    "appeal",
    "assess",
    "change_rules",
    "change_wording",
    "close",
    "confirm_sender",
    "dismiss",
    "edit",
    "erase_removed",
    "escalate",
    "expel",
    "hear",
    "hide",
    "hold",
    "lift",
    "lift_due",
    "look",
    "newest_about",
    "pass_allegations_on",
    "pass_on",
    "possible_verbs",
    "remind_of_reviews",
    "remove",
    "reopen",
    "report",
    "report_from_outside",
    "restore",
    "set_trust",
    "stop_looking",
    "suspend",
    "take_up",
    "warn",
]
