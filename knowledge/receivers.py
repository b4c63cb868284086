"""Answers to Wagtail's own signals."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Revision, TaskState, WorkflowState
from wagtail.signals import (
    page_published,
    page_unpublished,
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from knowledge import announcing, information
from knowledge.actions import checking, citations, reviews, suggestions, versions, withdrawal
from knowledge.models import InformationPage, ResourcePage, SecondPersonTask


@receiver([page_published, page_unpublished], sender=InformationPage)
def show_changed_page(sender: type, **kwargs: Any) -> None:
    information.forget()


@receiver(page_published, sender=ResourcePage)
def resource_published(sender: type, instance: ResourcePage, revision: Revision | None = None, **kwargs: Any) -> None:
    """Whatever publishes it, the CMS, the desk or the clock."""
    if instance.withdrawn_at is not None:
        withdrawal.forget_withdrawal(instance)
    reviews.set_first_date(page=instance)
    versions.keep_version(page=instance, revision=revision)
    suggestions.page_published(page=instance, actor=None)
    citations.record(page=instance)


@receiver(page_unpublished, sender=ResourcePage)
def resource_unpublished(sender: type, instance: ResourcePage, **kwargs: Any) -> None:
    """However it was taken out, by many at once or by the clock: its address says that it was here."""
    if instance.withdrawn_at is None:
        withdrawal.leave_stone(page=instance)


@receiver([page_published, page_unpublished], sender=ResourcePage)
def tell_catalogues(sender: type, instance: ResourcePage, **kwargs: Any) -> None:
    announcing.refresh([instance.pk])


# Wagtail's own e-mails about its workflow name pages that are not public. With the same name and the same sender,
# connected before, these take their place; who is told what is decided here.
@receiver(task_submitted, sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
def task_begun(sender: type, instance: TaskState, **kwargs: Any) -> None:
    if isinstance(instance.task.specific, SecondPersonTask):
        checking.tell_second_person(instance)


@receiver(workflow_rejected, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
def changes_asked(sender: type, instance: WorkflowState, **kwargs: Any) -> None:
    if instance.current_task_state is not None:
        checking.tell_of_changes(instance.current_task_state)


@receiver(workflow_submitted, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification")
def nobody_else_is_told(sender: type, **kwargs: Any) -> None:
    """What is submitted waits on the desk."""


@receiver(workflow_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")
def may_be_published(sender: type, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """Approved in the CMS it is not published yet; from the desk it is, before anybody is told."""
    if instance.current_task_state is not None:
        checking.tell_of_approval(instance.current_task_state, actor=user)
