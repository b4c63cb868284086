"""One reported thing with its row locked, so that whoever comes second sees what the first one did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from audit.actions import record
from moderation import notifications, registry
from moderation.models import Decision, Report, is_about
from moderation.registry import Adapter, Summary

if TYPE_CHECKING:
    from accounts.models import User
    from moderation.models.report import ReportQuerySet

Verb = Decision.Verb


class AlreadyDecidedError(Exception):
    """What the moderator saw is no longer so; `decision` is the newest one, None where there never was one."""

    def __init__(self, decision: Decision | None) -> None:
        super().__init__()
        self.decision = decision


@dataclass(slots=True)
class Case:
    """One thing with its row locked; `row` and `summary` are None where it has been deleted since."""

    adapter: Adapter
    content_type: ContentType
    pk: int
    row: Any
    summary: Summary | None
    latest: Decision | None

    @property
    def is_hidden(self) -> bool:
        return self.row is not None and self.adapter.is_hidden(self.row)

    @property
    def is_gone(self) -> bool:
        return self.row is None or self.adapter.is_gone(self.row)

    @property
    def author(self) -> User | None:
        return self.summary.author if self.summary else None

    @property
    def is_removed(self) -> bool:
        return self.latest is not None and self.latest.verb == Verb.REMOVE

    def waiting(self) -> ReportQuerySet:
        """Without allegations against staff: those are the safeguarding lead's alone."""
        return Report.objects.ordinary().waiting().filter(is_about(self.content_type, self.pk))


def open_case(subject: models.Model) -> Case:
    """Locks the thing's row, so that whoever comes second sees what the first one did."""
    adapter = registry.of(subject)
    if adapter.hold_first:
        adapter.hold_first(subject.pk)
    rows = adapter.model._base_manager.select_for_update(no_key=True)
    row = rows.filter(pk=subject.pk).first()
    content_type = ContentType.objects.get_for_model(adapter.model)
    latest = Decision.objects.filter(is_about(content_type, subject.pk)).select_related("decided_by")
    return Case(
        adapter=adapter,
        content_type=content_type,
        pk=subject.pk,
        row=row,
        summary=adapter.summary(row) if row is not None else None,
        latest=latest.order_by("-pk").first(),
    )


def write_decision(
    case: Case, verb: Verb, *, reason: str, actor: User | None, reports: list[Report], **fields: Any
) -> Decision:
    """Into the log of decisions and the audit log, with the reports that it settles. `fields`: what else it keeps."""
    decision = Decision.objects.create(
        content_type=case.content_type,
        object_id=case.pk,
        verb=verb,
        reason=reason,
        author=case.author,
        is_nameless=case.summary is not None and case.summary.is_nameless,
        decided_by=actor,
        **fields,
    )
    decision.reports.set(reports)
    record(
        actor=actor,
        verb=f"moderation.{verb.value}",
        subject=case.row if case.row is not None else case.adapter.model(pk=case.pk),
        detail={"decision": decision.pk, "reports": [made.reference for made in reports]},
    )
    return decision


def hold_case(case: Case, made: Report) -> None:
    case.adapter.hide(case.row, None)
    reason = _(
        "Somebody told us that this may identify a child or a family. It is hidden until a moderator has looked."
    )
    notifications.author_told(write_decision(case, Verb.HOLD, reason=reason, actor=None, reports=[made]))
