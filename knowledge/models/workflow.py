"""The two steps of Wagtail's workflow through which a resource comes into the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, PageLogEntry, TaskState, WorkflowState

from accounts.models import ADMINISTRATOR, EDITOR, MODERATOR, User
from knowledge.models.kinds import Kind

if TYPE_CHECKING:
    from wagtail.models import Page

# What people act upon because it stands here: somebody else reads it before it is published.
NEEDS_SECOND_PERSON = frozenset({Kind.GUIDANCE.value, Kind.LEGAL.value})
KEEPERS = (MODERATOR, EDITOR, ADMINISTRATOR)


class ReadingTask(AbstractGroupApprovalTask):
    """Somebody who looks after the library reads it."""

    class Meta:
        verbose_name = _("Reading")


class SecondPersonTask(AbstractGroupApprovalTask):
    """Somebody else reads it too; skipped for the kinds that do not need it."""

    class Meta:
        verbose_name = _("A second person")

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        page = workflow_state.content_object
        if getattr(page.get_latest_revision_as_object(), "kind", "") in NEEDS_SECOND_PERSON:
            return super().start(workflow_state, user=user)
        return TaskState.objects.create(
            workflow_state=workflow_state,
            task=self,
            revision=page.get_latest_revision(),
            status=TaskState.STATUS_SKIPPED,
            finished_at=timezone.now(),
        )

    def get_actions(self, obj: Page, user: User) -> list[Any]:
        found = super().get_actions(obj, user)
        if is_second_person(obj, user):
            return found
        return [action for action in found if action[0] != "approve"]


def is_second_person(page: Page, user: User) -> bool:
    """Whether somebody else has written or approved what this person would now publish, or nobody else could."""
    return bool(_others_at_work(page, user)) or not _other_keepers(user).exists()


def _others_at_work(page: Page, user: User) -> set[int]:
    """Who wrote it since it was published last, and who approved it as it is now."""
    revisions = page.revisions.all()
    states = TaskState.objects.filter(
        workflow_state__in=page.workflow_states,
        status=TaskState.STATUS_APPROVED,
        finished_by__isnull=False,
        revision__pk=page.latest_revision_id,
    )
    if page.live and page.live_revision_id:
        revisions = revisions.filter(pk__gt=page.live_revision_id)
    # A copy brings the revisions of its original along, and with them the names of those who wrote that one.
    copied = PageLogEntry.objects.filter(page=page.pk, action="wagtail.copy").aggregate(at=Max("timestamp"))["at"]
    if copied:
        revisions = revisions.filter(created_at__gt=copied)
    writers = set(revisions.exclude(user=None).values_list("user", flat=True))
    return (writers | set(states.values_list("finished_by", flat=True))) - {user.pk}


def _other_keepers(user: User) -> Any:
    groups = Group.objects.filter(name__in=KEEPERS)
    return User.objects.filter(is_active=True, groups__in=groups).exclude(pk=user.pk)
