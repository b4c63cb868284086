"""What is told about reviews that are due, and about resources that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import TaskState

from accounts.models import User
from knowledge.actions.checking import APPROVED, CHANGES, SECOND
from knowledge.actions.reviews import DUE
from knowledge.models import ResourcePage, ReviewReminder
from knowledge.models.suggestion import looks_after_library
from knowledge.models.workflow import is_second_person
from knowledge.notifications.suggestions import keepers
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from notifications.models import Event


def _reminder(event: Event) -> ReviewReminder:
    return cast(ReviewReminder, event.subject)


def _owner(event: Event) -> Iterable[int]:
    """Who looks after it; where nobody does, everybody who could."""
    owner = _reminder(event).page.owner
    return [owner.pk] if owner is not None and looks_after_library(owner) else keepers()


def _describe_due(event: Event, person: User) -> Description | None:
    reminder = _reminder(event)
    if not looks_after_library(person) or not reminder.page.live:
        return None
    if reminder.days < 0:
        title = _("To be reviewed within a month: %(title)s")
    elif reminder.days == 0:
        title = _("To be reviewed now: %(title)s")
    else:
        title = _("The review is late: %(title)s")
    url = f"{reverse('looking_after')}?show=due"
    # `is_public` comes from `_with_page`.
    return Description(title % {"title": reminder.page.title}, url, is_public=reminder.is_public)  # type: ignore[attr-defined]


def _task_state(event: Event) -> TaskState:
    return cast(TaskState, event.subject)


def _page_of(task_state: TaskState) -> ResourcePage | None:
    return ResourcePage.objects.filter(pk=task_state.revision.object_id).first() if task_state.revision else None


def _second_people(event: Event) -> Iterable[int]:
    """Whoever could publish it and has not written it."""
    task_state = _task_state(event)
    page = _page_of(task_state)
    if page is None or task_state.status != TaskState.STATUS_IN_PROGRESS:
        return []
    people = User.objects.filter(pk__in=keepers())
    return [person.pk for person in people if is_second_person(page, person)]


def _describe_second(event: Event, person: User) -> Description | None:
    return _described(event, person, _("A second person is wanted: %(title)s"))


def _writer(event: Event) -> Iterable[int]:
    writer = _task_state(event).workflow_state.requested_by_id
    return [writer] if writer else []


def _describe_changes(event: Event, person: User) -> Description | None:
    return _described(event, person, _("Somebody asks for changes: %(title)s"))


def _describe_approved(event: Event, person: User) -> Description | None:
    return _describe_all_approved([event], person).get(event.pk)


def _describe_all_approved(events: list[Event], person: User) -> dict[int, Description]:
    """Of those whose page still waits to be published."""
    pages = {event.pk: revision.object_id for event in events if (revision := _task_state(event).revision)}
    rows = ResourcePage.objects.filter(pk__in=pages.values()).filter(Q(live=False) | Q(has_unpublished_changes=True))
    waiting = {str(pk) for pk in rows.values_list("pk", flat=True)}
    title = _("Approved, and yours to publish: %(title)s")
    described = {event.pk: _described(event, person, title) for event in events if pages.get(event.pk) in waiting}
    return {pk: description for pk, description in described.items() if description is not None}


def _described(event: Event, person: User, title: str) -> Description | None:
    task_state = _task_state(event)
    if not looks_after_library(person) or task_state.revision is None:
        return None
    url = reverse("resource_check", args=[int(task_state.revision.object_id)])
    return Description(title % {"title": task_state.revision.object_str}, url, task_state.comment)


def _with_revision(states: Any) -> Any:
    return states.select_related("revision", "workflow_state")


def _with_page(reminders: Any) -> Any:
    public = ResourcePage.objects.visible_to(AnonymousUser()).filter(pk=OuterRef("page")).order_by()
    return reminders.select_related("page").annotate(is_public=Exists(public))


KINDS = (
    Kind(
        key=DUE,
        label=gettext_lazy("Reviews of resources"),
        description=gettext_lazy("When a resource that you look after is to be read again."),
        news=gettext_lazy("A resource that you look after is to be reviewed"),
        audience=_owner,
        describe=_describe_due,
        prepare=_with_page,
        asks=True,
        bundle="owner",
        together=gettext_lazy("Several resources are to be reviewed"),
        applies_to=looks_after_library,
    ),
    Kind(
        key=SECOND,
        label=gettext_lazy("A second person is wanted"),
        description=gettext_lazy("A guideline or a legal update waits for somebody else to read it."),
        news=gettext_lazy("A guideline or a legal update waits for a second person"),
        audience=_second_people,
        describe=_describe_second,
        prepare=_with_revision,
        asks=True,
        applies_to=looks_after_library,
    ),
    Kind(
        key=CHANGES,
        label=gettext_lazy("Changes of what you submitted"),
        description=gettext_lazy("Somebody who read your page before it is published asks for changes."),
        news=gettext_lazy("Somebody asks for changes of a page that you submitted"),
        audience=_writer,
        describe=_describe_changes,
        prepare=_with_revision,
        asks=True,
        applies_to=looks_after_library,
    ),
    Kind(
        key=APPROVED,
        label=gettext_lazy("What you submitted is approved"),
        description=gettext_lazy("Whoever read your page found it right. You can publish it."),
        news=gettext_lazy("A page that you submitted is approved and can be published"),
        audience=_writer,
        describe=_describe_approved,
        describe_all=_describe_all_approved,
        prepare=_with_revision,
        asks=True,
        applies_to=looks_after_library,
    ),
)


def register_all() -> None:
    register(*KINDS)
