"""A second look at a decision: to those who may take it, and to both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation import registry
from moderation.models import Appeal, Decision, Outsider
from moderation.notifications.reports import all_moderators_but
from moderation.permissions import can_hear, can_moderate
from notifications.actions import announce
from notifications.kinds import Description, Kind

if TYPE_CHECKING:
    from notifications.models import Event

APPEALED, HEARD = "appeal_received", "appeal_heard"


def appeal_received(appeal: Appeal) -> None:
    """To the other moderators; where there are none, to the outsiders named for that."""
    announce(kind=APPEALED, actor=None, subject=appeal)


def appeal_heard(appeal: Appeal) -> None:
    """To the author, and to the moderator who decided first."""
    announce(kind=HEARD, actor=None, subject=appeal)


def _appeal(event: Event) -> Appeal:
    return cast(Appeal, event.subject)


def _hearers(event: Event) -> Iterable[int]:
    first = _appeal(event).decision
    outsiders = Outsider.objects.exclude(person__in=[first.decided_by_id or 0, first.author_id or 0])
    found = all_moderators_but(first.decided_by_id, first.author_id)
    return found or outsiders.values_list("person", flat=True)


def _describe_appeal(event: Event, person: User) -> Description | None:
    appeal = _appeal(event)
    if not can_hear(person, appeal):
        return None
    return Description(_("Somebody asks for a second look at a decision"), appeal.get_absolute_url())


def _both_sides(event: Event) -> Iterable[int]:
    first = _appeal(event).decision
    return [pk for pk in (first.author_id, first.decided_by_id) if pk]


def _describe_hearing(event: Event, person: User) -> Description | None:
    appeal = _appeal(event)
    is_hidden = appeal.decision.verb in Decision.HIDING
    titles = {
        Appeal.State.GRANTED: _("On a second look, it is shown again")
        if is_hidden
        else _("On a second look, it was taken back"),
        Appeal.State.REFUSED: _("On a second look, it stays hidden")
        if is_hidden
        else _("On a second look, it stays as it was decided"),
    }
    title = titles.get(Appeal.State(appeal.state))
    if title is None:
        return None
    first = appeal.decision
    if person.pk == first.author_id:
        return Description(title, first.get_absolute_url(), appeal.answer)
    model = first.content_type.model_class()
    if model is None or not can_moderate(person):
        return None
    return Description(title, reverse("moderation:thing", args=[registry.of_model(model).kind, first.object_id]))


def _with_decision(appeals: Any) -> Any:
    return appeals.select_related("decision__content_type")


KINDS = (
    Kind(
        key=APPEALED,
        label=gettext_lazy("Appeals"),
        description=gettext_lazy("For moderators: somebody asks for a second look at what another moderator decided."),
        news=gettext_lazy("Somebody asks for a second look at a decision"),
        audience=_hearers,
        asks=True,
        describe=_describe_appeal,
        prepare=_with_decision,
        applies_to=lambda person: person.is_moderator,
    ),
    Kind(
        key=HEARD,
        label=gettext_lazy("Answers to appeals"),
        description=gettext_lazy("Somebody has taken a second look at a decision."),
        news=gettext_lazy("Somebody has taken a second look at a decision"),
        audience=_both_sides,
        describe=_describe_hearing,
        prepare=_with_decision,
    ),
)
