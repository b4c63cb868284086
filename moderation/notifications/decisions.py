"""To who reported something and who wrote it: what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.models import Decision, Report
from moderation.wording import title_for_author, words_for
from notifications.actions import announce
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event

HIDE, DISMISS = Decision.Verb.HIDE, Decision.Verb.DISMISS
DECIDED = "report_decided"
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


def _reporter(event: Event) -> Iterable[int]:
    reporter = cast(Report, event.subject).reporter_id
    return [reporter] if reporter else []


def _describe_outcome(event: Event, person: User) -> Description | None:
    report = cast(Report, event.subject)
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


def _decision(event: Event) -> Decision:
    return cast(Decision, event.subject)


def _author(event: Event) -> Iterable[int]:
    author = _decision(event).author_id
    return [author] if author else []


def _describe_decision(event: Event, person: User) -> Description | None:
    """Nothing any more once it was decided otherwise."""
    decision = _decision(event)
    if decision.author_id != person.pk or decision.newest != decision.pk:
        return None
    return Description(str(title_for_author(decision.verb)), decision.get_absolute_url(), decision.reason)


def _with_decisions(reports: Any) -> Any:
    return reports.prefetch_related("decisions")


def _with_newest(decisions: Any) -> Any:
    return decisions.with_newest()


KINDS = (
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
        key=RESTORED,
        label=gettext_lazy("Something you wrote is shown again"),
        description=gettext_lazy("What had been hidden can be read again."),
        news=gettext_lazy("Something that you wrote is shown again"),
        audience=_author,
        describe=_describe_decision,
        prepare=_with_newest,
    ),
)
