"""To those who answer for safeguarding: what waited too long, and what no moderator may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.models import Duty, Escalation, Level, Report
from moderation.notifications.reports import all_moderators_but
from moderation.permissions import can_look_into, can_moderate
from notifications.actions import announce
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event

ESCALATED, ALLEGED, RULE_RESTS = "report_escalated", "allegation", "hiding_rests"


def escalated(escalation: Escalation) -> None:
    """To those whom a report went on to, because it waited too long."""
    announce(kind=ESCALATED, actor=None, subject=escalation)


def alleged(escalation: Escalation) -> None:
    """To the safeguarding lead at once, and to no moderator."""
    announce(kind=ALLEGED, actor=None, subject=escalation)


def rule_rests(report: Report) -> None:
    """To safeguarding leads and moderators: so many reports from outside hid something that the next ones do not."""
    announce(kind=RULE_RESTS, actor=None, subject=report)


def _escalation(event: Event) -> Escalation:
    return cast(Escalation, event.subject)


def _told(event: Event) -> Iterable[int]:
    return _escalation(event).told.values_list("pk", flat=True)


def _describe_escalation(event: Event, person: User) -> Description | None:
    escalation = _escalation(event)
    if not can_look_into(person, escalation):
        return None
    titles = {
        Level.LEAD: _("What may concern a child has waited for two hours (%(reference)s)"),
        Level.STAND_IN: _("Nobody has looked at this for a day (%(reference)s)"),
    }
    level = Level(escalation.level)
    alleged = _("About somebody who works or volunteers with children (%(reference)s)")
    waiting = _("Nobody has taken this up yet: about somebody who works or volunteers with children (%(reference)s)")
    if escalation.report.is_allegation:
        titles = dict.fromkeys(Level, waiting) | {Level.LEAD: alleged}
    title = titles[level] % {"reference": escalation.report.reference}
    return Description(title, escalation.get_absolute_url())


def _leads(event: Event) -> Iterable[int]:
    leads = Duty.objects.filter(level=Level.LEAD, person__is_active=True).values_list("person", flat=True)
    return [*leads, *all_moderators_but()]


def _describe_rest(event: Event, person: User) -> Description | None:
    text = _("Look at the desk: somebody may be misusing reports, or something is badly wrong.")
    title = _("Many reports without an account: they hide nothing by themselves for an hour")
    url = reverse("moderation:desk") if can_moderate(person) else reverse("notifications:inbox")
    return Description(title, url, text)


def _with_report(escalations: Any) -> Any:
    return escalations.select_related("report__content_type")


def _has_duty(person: User) -> bool:
    return Duty.objects.filter(person=person).exists()


KINDS = (
    Kind(
        key=ESCALATED,
        label=gettext_lazy("Reports that waited too long"),
        description=gettext_lazy("For safeguarding leads and stand-ins: nobody has decided about a report in time."),
        news=gettext_lazy("Something that was reported has waited too long"),
        audience=_told,
        asks=True,
        describe=_describe_escalation,
        prepare=_with_report,
        applies_to=_has_duty,
        repeat_safe=True,
    ),
    Kind(
        key=ALLEGED,
        label=gettext_lazy("Allegations"),
        description=gettext_lazy("For safeguarding leads: about somebody who works or volunteers with children."),
        news=gettext_lazy("Somebody has told us something that only you and other safeguarding leads can look into"),
        audience=_told,
        asks=True,
        describe=_describe_escalation,
        prepare=_with_report,
        applies_to=_has_duty,
        repeat_safe=True,
    ),
    Kind(
        key=RULE_RESTS,
        label=gettext_lazy("Many reports from outside"),
        description=gettext_lazy(
            "For safeguarding leads and moderators: reports without an account hide nothing more."
        ),
        news=gettext_lazy("Many reports came from outside within an hour"),
        audience=_leads,
        describe=_describe_rest,
        applies_to=lambda person: person.is_moderator or _has_duty(person),
        repeat_safe=True,
    ),
)
