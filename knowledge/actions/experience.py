"""Lived experience: asked for, approved, withdrawn. Its text is in one row and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from knowledge.models import LivedExperience, ResourcePage
from notifications.actions import announce, settle

if TYPE_CHECKING:
    from accounts.models import User

ASKED, WISHED, WITHDRAWN = "experience_asked", "experience_wished", "experience_withdrawn"
TEXTS = ("aim", "method", "result")


@transaction.atomic
def save(*, experience: LivedExperience, editor: User) -> LivedExperience:
    """Keep what an editor wrote. Words that changed are to be approved anew; the contributor is asked.

    So is one who had asked for other words: saving is the editor's answer, whatever became of the words.
    """
    before = LivedExperience.objects.select_for_update().filter(pk=experience.pk).first()
    if before and before.contributor_id:
        # Whoever was asked can always withdraw the words, and the name is theirs to choose.
        experience.contributor_id, experience.name_shown = before.contributor_id, before.name_shown
    asked = ("contributor_id", "approval_note", *TEXTS)
    changed = (
        before is None or bool(before.wish) or any(getattr(before, name) != getattr(experience, name) for name in asked)
    )
    if changed:
        # Somebody without an account has approved it when the editor says how.
        is_approved = experience.contributor_id is None and bool(experience.approval_note)
        experience.approved_at = timezone.now() if is_approved else None
        experience.wish = ""
        settle(experience)
    experience.save()
    _show_anew(experience)
    if changed and experience.contributor_id:
        announce(kind=ASKED, actor=editor, subject=experience, data={"person": experience.contributor_id})
    return experience


@transaction.atomic
def approve(*, experience: LivedExperience, name_shown: str) -> bool:
    """The contributor agrees with the text and says under which name. False where it is withdrawn meanwhile."""
    row = LivedExperience.objects.select_for_update().get(pk=experience.pk)
    if row.withdrawn_at or any(getattr(row, name) != getattr(experience, name) for name in TEXTS):
        return False
    row.name_shown, row.approved_at, row.wish = name_shown, timezone.now(), ""
    row.save(update_fields=["name_shown", "approved_at", "wish"])
    _show_anew(row)
    settle(row)
    return True


@transaction.atomic
def wish(*, experience: LivedExperience, contributor: User, text: str) -> bool:
    """The contributor says what it should say instead; who looks after it hears. False where withdrawn."""
    row = LivedExperience.objects.select_for_update().get(pk=experience.pk)
    if row.withdrawn_at:
        return False
    row.wish = text
    row.save(update_fields=["wish"])
    settle(row)
    announce(kind=WISHED, actor=contributor, subject=row)
    return True


@transaction.atomic
def withdraw(*, experience: LivedExperience, actor: User | None) -> None:
    """Take it away everywhere: the words themselves go, so that nothing is left to show or to restore.

    `actor`: the contributor, or an editor whom somebody without an account asked for it.
    """
    row = LivedExperience.objects.select_for_update().get(pk=experience.pk)
    if row.withdrawn_at:
        return
    for name in (*TEXTS, "name_shown", "approval_note", "wish"):
        setattr(row, name, "")
    row.withdrawn_at, row.approved_at = timezone.now(), None
    row.save()
    _show_anew(row)
    settle(row)
    if actor is not None and row.page.owner_id:
        announce(kind=WITHDRAWN, actor=actor, subject=row.page, data={})


def withdraw_all_of(person: User) -> None:
    """Before somebody leaves: afterwards they could not ask for it any more."""
    for experience in LivedExperience.objects.filter(contributor=person, withdrawn_at=None):
        withdraw(experience=experience, actor=None)


def _show_anew(experience: LivedExperience) -> None:
    # No indexed word changes: these texts are not searched.
    ResourcePage.objects.filter(pk=experience.page_id).update(shown_anew_at=timezone.now())
