"""Taking a resource out of the library. What stays at its address says why, and what replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from knowledge.actions.reviews import set_on_page
from knowledge.models import ResourcePage
from notifications.actions import settle

if TYPE_CHECKING:
    from accounts.models import User


class NotPossibleError(Exception):
    """It is not in the library, or not withdrawn: somebody was quicker."""


@transaction.atomic
def withdraw(*, page: ResourcePage, actor: User, reason: str, replaced_by: ResourcePage | None = None) -> None:
    """Out of every list, search and feed; its address and its number answer with the reason from now on.

    Errors: NotPossibleError.
    """
    page = _locked(page)
    if not page.live:
        raise NotPossibleError
    leave_stone(page=page, reason=reason)
    set_on_page(page, replaced_by=replaced_by)
    page.unpublish(user=actor, log_action=True)
    record(
        actor=actor,
        verb="resource.withdrawn",
        subject=page,
        detail={"replaced_by": replaced_by.pk if replaced_by else None},
    )


def leave_stone(*, page: ResourcePage, reason: str = "") -> None:
    """What its addresses answer from now on; without a reason they say only that it is not here any more."""
    page.withdrawn_at, page.withdrawn_reason = timezone.now(), reason
    ResourcePage.objects.filter(pk=page.pk).update(withdrawn_at=page.withdrawn_at, withdrawn_reason=reason)
    settle(*page.reminders.all())


@transaction.atomic
def bring_back(*, page: ResourcePage, actor: User) -> None:
    """As it was published last. What was written since then stays among its revisions. Errors: NotPossibleError."""
    page = _locked(page)
    if page.withdrawn_at is None:
        raise NotPossibleError
    page.replaced_by = None
    page.change_note = _("Back in the library.")
    forget_withdrawal(page)
    page.save_revision(user=actor, log_action=True, clean=False).publish(user=actor)
    record(actor=actor, verb="resource.brought_back", subject=page)


def forget_withdrawal(page: ResourcePage) -> None:
    page.withdrawn_at, page.withdrawn_reason = None, ""
    ResourcePage.objects.filter(pk=page.pk).update(withdrawn_at=None, withdrawn_reason="")


def _locked(page: ResourcePage) -> ResourcePage:
    return ResourcePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
