"""To moderators: something was reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation import registry
from moderation.models import Report
from moderation.permissions import can_moderate
from notifications.actions import announce
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event

RECEIVED, URGENT = "report_received", "report_urgent"


def report_received(report: Report, author: User | None) -> None:
    """To the moderators, but neither to the reporter nor to the author of what was reported."""
    kind = URGENT if report.is_urgent else RECEIVED
    announce(kind=kind, actor=None, subject=report, data={"author": author.pk if author else None})


def who_decides(report: Report, author: User | None) -> list[int]:
    """Moderators who have neither written nor reported it."""
    return all_moderators_but(report.reporter_id, author.pk if author else None)


def all_moderators_but(*spared: int | None) -> list[int]:
    return [pk for pk in User.objects.moderators().values_list("pk", flat=True).distinct() if pk not in spared]


def _report(event: Event) -> Report:
    return cast(Report, event.subject)


def _moderators(event: Event) -> Iterable[int]:
    if _report(event).state != Report.State.OPEN:
        return []
    return all_moderators_but(_report(event).reporter_id, event.data.get("author"))


def _describe_report(event: Event, person: User) -> Description | None:
    report = _report(event)
    model = report.content_type.model_class()
    if model is None or not can_moderate(person) or person.pk == event.data.get("author"):
        return None
    pattern = _("Urgent: %(reason)s (%(reference)s)") if report.is_urgent else _("Reported: %(reason)s (%(reference)s)")
    title = pattern % {"reference": report.reference, "reason": report.get_reason_display()}
    return Description(title, reverse("moderation:thing", args=[registry.of_model(model).kind, report.object_id]))


def _with_content_type(reports: Any) -> Any:
    return reports.select_related("content_type")


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
)
