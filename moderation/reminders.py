"""What reminds moderators of assessments that are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Assessment
from moderation.notifications import all_moderators_but
from moderation.permissions import can_moderate
from notifications.actions import announce
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Event

REVIEW_DUE = "assessment_due"


def review_due(assessment: Assessment) -> None:
    """To those who look after the site: an assessment is to be looked at again."""
    announce(kind=REVIEW_DUE, actor=None, subject=assessment)


def _keepers(event: Event) -> Iterable[int]:
    return all_moderators_but()


def _describe_review(event: Event, person: User) -> Description | None:
    """Nothing any more once a newer version is kept."""
    assessment = cast(Assessment, event.subject)
    if (
        not can_moderate(person)
        or Assessment.objects.filter(kind=assessment.kind, version__gt=assessment.version).exists()
    ):
        return None
    title = _("To be looked at again: %(what)s") % {"what": assessment.get_kind_display()}
    return Description(title, assessment.get_absolute_url())


def register_kind() -> None:
    register(
        Kind(
            key=REVIEW_DUE,
            label=gettext_lazy("Assessments"),
            description=gettext_lazy("For moderators: a record for the Online Safety Act is to be looked at again."),
            news=gettext_lazy("An assessment of the site is to be looked at again"),
            audience=_keepers,
            asks=True,
            describe=_describe_review,
            applies_to=lambda person: person.is_moderator,
        )
    )
