"""What people type into a report, and moderators into their desk."""

from moderation.forms.appeals import AppealForm, HearingForm
from moderation.forms.assessing import AssessmentForm
from moderation.forms.decisions import LABELS, DecisionForm, decision_form
from moderation.forms.desk import LogForm, TakenUpForm
from moderation.forms.reports import MemberReportForm, OutsideReportForm
from moderation.forms.screening import ScreenedForm, listed
from moderation.forms.standing import RulesForm, WordingForm

__all__ = [
    "LABELS",
    "AppealForm",
    "AssessmentForm",
    "DecisionForm",
    "HearingForm",
    "LogForm",
    "MemberReportForm",
    "OutsideReportForm",
    "RulesForm",
    "ScreenedForm",
    "TakenUpForm",
    "WordingForm",
    "decision_form",
    "listed",
]
