"""What readers say of a resource: yes or no, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from audit.actions import record
from knowledge.models import Feedback, ResourcePage

if TYPE_CHECKING:
    from accounts.models import User

LATELY = 365
ENOUGH = 5


def say(*, page: ResourcePage, is_helpful: bool) -> Feedback:
    """One answer, with its day and nothing else."""
    return Feedback.objects.create(page=page, is_helpful=is_helpful)


def explain(*, feedback: Feedback, reason: str, text: str) -> None:
    """Why it was not helpful. Only the first reason is kept."""
    Feedback.objects.filter(pk=feedback.pk, is_helpful=False, reason="").update(reason=reason, text=text)


def settle_reasons(*, page: ResourcePage, actor: User) -> int:
    """The reasons given so far were read and dealt with: they leave the dashboard. Returns how many."""
    rows = Feedback.objects.filter(page=page, is_helpful=False, settled_at=None)
    settled = rows.update(settled_at=timezone.now())
    record(actor=actor, verb="resource.feedback", subject=page, detail={"settled": settled})
    return settled
