"""Reading a resource before it is published: Wagtail's workflow, driven from the moderator's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import Comment, TaskState, WorkflowState

from audit.actions import record
from knowledge.models import ResourcePage
from knowledge.models.workflow import NEEDS_SECOND_PERSON, SecondPersonTask, is_second_person
from notifications.actions import announce, settle

if TYPE_CHECKING:
    from accounts.models import User

SECOND, CHANGES, APPROVED = "second_person", "resource_changes", "resource_approved"
APPROVE, REJECT = "approve", "reject"


class AlreadyDoneError(Exception):
    """It is published, or nothing waits any more: somebody was quicker."""


def draft_of(page: ResourcePage) -> ResourcePage:
    """The page as its newest revision has it: what would be published now."""
    return page.get_latest_revision_as_object()


def may_publish(page: ResourcePage, actor: User) -> bool:
    """Whether this person may publish what the newest revision says, or somebody else has to read it first."""
    return draft_of(page).kind not in NEEDS_SECOND_PERSON or is_second_person(page, actor)


def waits_for_other(page: ResourcePage, actor: User) -> bool:
    """Whether a second person has been told already, and this one can only wait for them."""
    task_state = page.current_workflow_task_state
    if task_state is None or not isinstance(task_state.task.specific, SecondPersonTask):
        return False
    return not _can(APPROVE, page, actor, task_state)


@transaction.atomic
def submit(*, page: ResourcePage, actor: User) -> None:
    """Have it wait for somebody else, unless it does already."""
    workflow = page.get_workflow()
    state = page.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=actor)
    elif state is None and workflow is not None:
        workflow.start(page, actor)


@transaction.atomic
def hand_on(*, page: ResourcePage, actor: User, text: str = "") -> bool:
    """Approve what this person may approve. False: it waits for somebody else, who is told."""
    submit(page=page, actor=actor)
    while (task_state := page.current_workflow_task_state) is not None:
        if not _can(APPROVE, page, actor, task_state):
            return False
        task_state.approve(user=actor, comment=text)
        settle(task_state)
        text = ""
    return True


@transaction.atomic
def publish(*, page: ResourcePage, actor: User, text: str = "") -> bool:
    """Approve what waits, and publish it when nobody else has to read it. False: a second person is wanted.

    Raises ValidationError where something is missing, AlreadyDoneError where there is nothing to publish.
    """
    page = ResourcePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if page.live and not page.has_unpublished_changes:
        raise AlreadyDoneError
    draft_of(page).full_clean()
    if not hand_on(page=page, actor=actor, text=text) or not may_publish(page, actor):
        return False
    page.get_latest_revision().publish(user=actor)
    record(actor=actor, verb="resource.published", subject=page)
    return True


@transaction.atomic
def ask_for_changes(*, page: ResourcePage, actor: User, text: str) -> None:
    """It goes back to whoever submitted it, with a word. Raises AlreadyDoneError."""
    page = ResourcePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    task_state = page.current_workflow_task_state
    if task_state is None:
        raise AlreadyDoneError
    if not _can(REJECT, page, actor, task_state):
        raise PermissionDenied
    task_state.reject(user=actor, comment=text)
    settle(task_state)


@transaction.atomic
def comment(*, page: ResourcePage, actor: User, text: str) -> None:
    """A word beside the title in Wagtail's editor, where whoever writes the page finds it."""
    Comment.objects.create(page=page, user=actor, text=text, contentpath="title")


def _can(action: str, page: ResourcePage, actor: User, task_state: TaskState) -> bool:
    return any(name == action for name, *_rest in task_state.task.specific.get_actions(page, actor))


def waiting_states(most: int) -> list[tuple[WorkflowState, ResourcePage]]:
    """What waits to be read, the longest waiting first. Two queries."""
    states = WorkflowState.objects.filter(
        content_type=ContentType.objects.get_for_model(ResourcePage), status=WorkflowState.STATUS_IN_PROGRESS
    )
    rows = list(states.select_related("requested_by", "current_task_state__task").order_by("created_at", "pk")[:most])
    pages = ResourcePage.objects.only("draft_title", "title").in_bulk([int(row.object_id) for row in rows])
    return [(row, pages[int(row.object_id)]) for row in rows if int(row.object_id) in pages]


def tell_second_person(task_state: TaskState) -> None:
    announce(kind=SECOND, actor=None, subject=task_state)


def tell_of_changes(task_state: TaskState) -> None:
    announce(kind=CHANGES, actor=task_state.finished_by, subject=task_state)


def tell_of_approval(task_state: TaskState, *, actor: User | None) -> None:
    announce(kind=APPROVED, actor=actor, subject=task_state)
