"""Who looks at a report, so that two moderators need not read and decide the same one. Nobody is kept from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from moderation.actions.case import Case, open_case
from moderation.models import Report

if TYPE_CHECKING:
    from accounts.models import User


class SomebodyLooksError(Exception):
    """Somebody else said first that they are looking; `report` knows who and since when."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


@by_active("actor")
def look(*, subject: models.Model, actor: User, instead_of: int | None = None) -> bool:
    """Say that one is looking at what waits about a thing; False where nothing does.

    `instead_of`: whom the moderator saw looking and takes it over from. Errors: SomebodyLooksError where it is
    somebody else by now.
    """
    case = open_case(subject)
    waiting = case.waiting().not_about(actor)
    taken = waiting.looked_at().exclude(looked_at_by=actor).select_related("looked_at_by").first()
    if taken is not None and taken.looked_at_by_id != instead_of:
        raise SomebodyLooksError(taken)
    return _mark(case, waiting, actor, "moderation.look", looked_at_by=actor, looking_since=timezone.now())


@transaction.atomic
def stop_looking(*, subject: models.Model, actor: User) -> bool:
    """Leave it to others again; False where one was not looking."""
    case = open_case(subject)
    mine = case.waiting().filter(looked_at_by=actor)
    return _mark(case, mine, actor, "moderation.look.stop", looked_at_by=None, looking_since=None)


def _mark(case: Case, reports: models.QuerySet[Report], actor: User, verb: str, **values: object) -> bool:
    first = reports.order_by("pk").values_list("reference", flat=True).first()
    if first is None:
        return False
    reports.update(**values)
    subject = case.row if case.row is not None else case.adapter.model(pk=case.pk)
    record(actor=actor, verb=verb, subject=subject, detail={"report": first})
    return True
