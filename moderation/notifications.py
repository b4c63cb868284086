"""What moderation tells whom. No message names a reporter or a moderator, and none quotes what was reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation import registry
from moderation.models import Appeal, Decision, Duty, Escalation, Level, Outsider, Report
from moderation.permissions import can_hear, can_look_into, can_moderate
from moderation.wording import title_for_author, words_for
from notifications.actions import announce
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from notifications.models import Event

HIDE, DISMISS = Decision.Verb.HIDE, Decision.Verb.DISMISS
RECEIVED, URGENT, DECIDED = "report_received", "report_urgent", "report_decided"
ESCALATED, ALLEGED, RULE_RESTS = "report_escalated", "allegation", "hiding_rests"
APPEALED, HEARD = "appeal_received", "appeal_heard"
HIDDEN, RESTORED, DECIDED_ABOUT_YOU = "content_hidden", "content_restored", "moderator_decided"
_KIND_OF = {
    Decision.Verb.HOLD: HIDDEN,
    Decision.Verb.HIDE: HIDDEN,
    Decision.Verb.REMOVE: HIDDEN,
    Decision.Verb.RESTORE: RESTORED,
    Decision.Verb.EDIT: DECIDED_ABOUT_YOU,
    Decision.Verb.WARN: DECIDED_ABOUT_YOU,
    Decision.Verb.CLOSE: DECIDED_ABOUT_YOU,
    Decision.Verb.REOPEN: DECIDED_ABOUT_YOU,
    Decision.Verb.LIFT: DECIDED_ABOUT_YOU,
    Decision.Verb.TRUST: DECIDED_ABOUT_YOU,
}


def report_received(report: Report, author: User | None) -> None:
    """To the moderators, but neither to the reporter nor to the author of what was reported."""
    kind = URGENT if report.is_urgent else RECEIVED
    announce(kind=kind, actor=None, subject=report, data={"author": author.pk if author else None})


def who_decides(report: Report, author: User | None) -> list[int]:
    """Moderators who have neither written nor reported it."""
    return all_moderators_but(report.reporter_id, author.pk if author else None)


def escalated(escalation: Escalation) -> None:
    """To those whom a report went on to, because it waited too long."""
    announce(kind=ESCALATED, actor=None, subject=escalation)


def alleged(escalation: Escalation) -> None:
    """To the safeguarding lead at once, and to no moderator."""
    announce(kind=ALLEGED, actor=None, subject=escalation)


def rule_rests(report: Report) -> None:
    """To safeguarding leads and moderators: so many reports from outside hid something that the next ones do not."""
    announce(kind=RULE_RESTS, actor=None, subject=report)


def reports_decided(reports: Iterable[Report], *, decided_by: User) -> None:
    """To everybody whose report was decided, save a moderator who decided about their own report."""
    for report in reports:
        if report.reporter_id != decided_by.pk:
            announce(kind=DECIDED, actor=None, subject=report)


def author_told(decision: Decision) -> None:
    """To the author of what was decided about; who cannot sign in hears by e-mail (`emails.account_closed`)."""
    kind = _KIND_OF.get(Decision.Verb(decision.verb))
    if decision.author_id and kind:
        announce(kind=kind, actor=None, subject=decision)


def appeal_received(appeal: Appeal) -> None:
    """To the other moderators; where there are none, to the outsiders named for that."""
    announce(kind=APPEALED, actor=None, subject=appeal)


def appeal_heard(appeal: Appeal) -> None:
    """To the author, and to the moderator who decided first."""
    announce(kind=HEARD, actor=None, subject=appeal)


def _report(event: Event) -> Report:
    return cast(Report, event.subject)


def _decision(event: Event) -> Decision:
    return cast(Decision, event.subject)


def _moderators(event: Event) -> Iterable[int]:
    if _report(event).state != Report.State.OPEN:
        return []
    return all_moderators_but(_report(event).reporter_id, event.data.get("author"))


def all_moderators_but(*spared: int | None) -> list[int]:
    return [pk for pk in User.objects.moderators().values_list("pk", flat=True).distinct() if pk not in spared]


def _describe_report(event: Event, person: User) -> Description | None:
    report = _report(event)
    model = report.content_type.model_class()
    if model is None or not can_moderate(person) or person.pk == event.data.get("author"):
        return None
    pattern = _("Urgent: %(reason)s (%(reference)s)") if report.is_urgent else _("Reported: %(reason)s (%(reference)s)")
    title = pattern % {"reference": report.reference, "reason": report.get_reason_display()}
    return Description(title, reverse("moderation:thing", args=[registry.of_model(model).kind, report.object_id]))


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


def _reporter(event: Event) -> Iterable[int]:
    reporter = _report(event).reporter_id
    return [reporter] if reporter else []


def _describe_outcome(event: Event, person: User) -> Description | None:
    report = _report(event)
    if report.reporter_id != person.pk:
        return None
    title = _("We have looked at what you reported (%(reference)s)") % {"reference": report.reference}
    return Description(title, report.get_absolute_url(), outcome(report))


def outcome(report: Report) -> str:
    """What became of a report, for the person who made it."""
    if report.state == Report.State.OPEN:
        return _("Nobody has decided yet.")
    if report.state == Report.State.PASSED_ON:
        return _("The safeguarding lead has taken it up with those who look into such worries. Thank you.")
    by_people = [decided for decided in report.decisions.all() if decided.verb != Decision.Verb.HOLD]
    is_upheld = report.state == Report.State.UPHELD
    newest = max(by_people, key=lambda decided: decided.pk, default=None)
    return str(words_for(newest.verb if newest else HIDE if is_upheld else DISMISS).outcome)


def _author(event: Event) -> Iterable[int]:
    author = _decision(event).author_id
    return [author] if author else []


def _describe_decision(event: Event, person: User) -> Description | None:
    """Nothing any more once it was decided otherwise."""
    decision = _decision(event)
    if decision.author_id != person.pk or decision.newest != decision.pk:
        return None
    return Description(str(title_for_author(decision.verb)), decision.get_absolute_url(), decision.reason)


def _appeal(event: Event) -> Appeal:
    return cast(Appeal, event.subject)


def _hearers(event: Event) -> Iterable[int]:
    first = _appeal(event).decision
    outsiders = Outsider.objects.exclude(person__in=[first.decided_by_id or 0, first.author_id or 0])
    found = all_moderators_but(first.decided_by_id, first.author_id)
    return found or outsiders.values_list("person", flat=True)


def _describe_appeal(event: Event, person: User) -> Description | None:
    appeal = _appeal(event)
    if not can_hear(person, appeal):
        return None
    return Description(_("Somebody asks for a second look at a decision"), appeal.get_absolute_url())


def _both_sides(event: Event) -> Iterable[int]:
    first = _appeal(event).decision
    return [pk for pk in (first.author_id, first.decided_by_id) if pk]


def _describe_hearing(event: Event, person: User) -> Description | None:
    appeal = _appeal(event)
    is_hidden = appeal.decision.verb in Decision.HIDING
    titles = {
        Appeal.State.GRANTED: _("On a second look, it is shown again")
        if is_hidden
        else _("On a second look, it was taken back"),
        Appeal.State.REFUSED: _("On a second look, it stays hidden")
        if is_hidden
        else _("On a second look, it stays as it was decided"),
    }
    title = titles.get(Appeal.State(appeal.state))
    if title is None:
        return None
    first = appeal.decision
    if person.pk == first.author_id:
        return Description(title, first.get_absolute_url(), appeal.answer)
    model = first.content_type.model_class()
    if model is None or not can_moderate(person):
        return None
    return Description(title, reverse("moderation:thing", args=[registry.of_model(model).kind, first.object_id]))


def _with_report(escalations: Any) -> Any:
    return escalations.select_related("report__content_type")


def _has_duty(person: User) -> bool:
    return Duty.objects.filter(person=person).exists()


def _with_decision(appeals: Any) -> Any:
    return appeals.select_related("decision__content_type")


def _with_decisions(reports: Any) -> Any:
    return reports.prefetch_related("decisions")


def _with_content_type(reports: Any) -> Any:
    return reports.select_related("content_type")


def _with_newest(decisions: Any) -> Any:
    return decisions.with_newest()


KINDS = (
    Kind(
        key=URGENT,
        label=gettext_lazy("Urgent reports"),
        description=gettext_lazy("For moderators: somebody may be at risk, or a child or a family may be identified."),
        news=gettext_lazy("Urgent: something was reported that cannot wait"),
        audience=_moderators,
        asks=True,
        describe=_describe_report,
        prepare=_with_content_type,
        applies_to=lambda person: person.is_moderator,
        repeat_safe=True,
    ),
    Kind(
        key=RECEIVED,
        label=gettext_lazy("Other reports"),
        description=gettext_lazy("For moderators: something else was reported. It can wait for your next turn."),
        news=gettext_lazy("Something was reported; it can wait for your next turn"),
        audience=_moderators,
        asks=True,
        describe=_describe_report,
        prepare=_with_content_type,
        applies_to=lambda person: person.is_moderator,
        email=False,
    ),
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
    Kind(
        key=DECIDED,
        label=gettext_lazy("Your reports"),
        description=gettext_lazy("A moderator has decided about something that you reported."),
        news=gettext_lazy("A moderator has decided about your report"),
        audience=_reporter,
        describe=_describe_outcome,
        prepare=_with_decisions,
    ),
    Kind(
        key=HIDDEN,
        label=gettext_lazy("Something you wrote is hidden"),
        description=gettext_lazy("What you wrote was hidden, and why."),
        news=gettext_lazy("Something that you wrote is hidden"),
        audience=_author,
        describe=_describe_decision,
        prepare=_with_newest,
    ),
    Kind(
        key=DECIDED_ABOUT_YOU,
        label=gettext_lazy("What moderators decide about you"),
        description=gettext_lazy("A warning, a change in something you wrote, a space that was closed."),
        news=gettext_lazy("A moderator has decided about something that concerns you"),
        audience=_author,
        describe=_describe_decision,
        prepare=_with_newest,
    ),
    Kind(
        key=APPEALED,
        label=gettext_lazy("Appeals"),
        description=gettext_lazy("For moderators: somebody asks for a second look at what another moderator decided."),
        news=gettext_lazy("Somebody asks for a second look at what was hidden"),
        audience=_hearers,
        asks=True,
        describe=_describe_appeal,
        prepare=_with_decision,
        applies_to=lambda person: person.is_moderator,
    ),
    Kind(
        key=HEARD,
        label=gettext_lazy("Answers to appeals"),
        description=gettext_lazy("Somebody has looked again at what was hidden."),
        news=gettext_lazy("Somebody has looked again at what was hidden"),
        audience=_both_sides,
        describe=_describe_hearing,
        prepare=_with_decision,
    ),
    Kind(
        key=RESTORED,
        label=gettext_lazy("Something you wrote is shown again"),
        description=gettext_lazy("What had been hidden can be read again."),
        news=gettext_lazy("Something that you wrote is shown again"),
        audience=_author,
        describe=_describe_decision,
        prepare=_with_newest,
    ),
)


def register_kinds() -> None:
    register(*KINDS)
