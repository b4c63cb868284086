from moderation.views.appeals import appeal, hear
from moderation.views.assessments import assess, assessment, assessments
from moderation.views.concerns import concern, decide_concern
from moderation.views.help import place, places
from moderation.views.looking import look
from moderation.views.outside import confirm, received
from moderation.views.people import closed, decide_person, person
from moderation.views.reports import decide, decision, desk, log, report, sent, thing
from moderation.views.rules import rules
from moderation.views.transparency import yearly
from moderation.views.trust import trust
from moderation.views.wording import edit_wording, wordings

__all__ = [
    "appeal",
    "assess",
    "assessment",
    "assessments",
    "closed",
    "concern",
    "decide_concern",
    "confirm",
    "decide",
    "decide_person",
    "decision",
    "desk",
    "edit_wording",
    "hear",
    "log",
    "look",
    "person",
    "place",
    "places",
    "received",
    "report",
    "rules",
    "sent",
    "thing",
    "trust",
    "wordings",
    "yearly",
]
