"""What is told about suggestions: to moderators that one waits, to whoever made it what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from knowledge.actions.suggestions import ANSWERED, MADE
from knowledge.models import Suggestion, SuggestionStep
from knowledge.models.suggestion import looks_after_library
from knowledge.models.workflow import KEEPERS
from notifications.kinds import Description, Kind, register

if TYPE_CHECKING:
    from notifications.models import Event

Verb = SuggestionStep.Verb
TITLES = {
    Verb.ASKED: gettext_lazy("About your suggestion “%(title)s”: a moderator asks for something"),
    Verb.ACCEPTED: gettext_lazy("Your suggestion “%(title)s” was accepted; its page is being written"),
    Verb.PUBLISHED: gettext_lazy("Your suggestion “%(title)s” is in the library"),
    Verb.DECLINED: gettext_lazy("Your suggestion “%(title)s” was not taken; here is why"),
}


def keepers() -> list[int]:
    """Everybody who looks after the library."""
    rows = User.objects.filter(is_active=True).filter(Q(groups__name__in=KEEPERS) | Q(is_superuser=True))
    return list(rows.values_list("pk", flat=True).distinct())


def _step(event: Event) -> SuggestionStep:
    return cast(SuggestionStep, event.subject)


def _waiting_for(event: Event) -> Iterable[int]:
    suggestion = _step(event).suggestion
    if suggestion.state != Suggestion.State.WAITING:
        return []
    return [pk for pk in keepers() if pk != suggestion.person_id]


def _describe_made(event: Event, person: User) -> Description | None:
    step = _step(event)
    if not looks_after_library(person):
        return None
    if step.verb == Verb.CHANGED:
        title = _("Your question about “%(title)s” was answered") % {"title": step.suggestion.title}
    else:
        title = _("Suggested for the library: %(title)s") % {"title": step.suggestion.title}
    return Description(title, step.get_absolute_url(), step.suggestion.reason)


def _suggester(event: Event) -> Iterable[int]:
    person = _step(event).suggestion.person_id
    return [person] if person else []


def _describe_answer(event: Event, person: User) -> Description | None:
    step = _step(event)
    if step.suggestion.person_id != person.pk or step.verb not in TITLES:
        return None
    title = str(TITLES[Verb(step.verb)]) % {"title": step.suggestion.title}
    return Description(title, step.get_absolute_url(), step.text)


def _with_suggestion(steps: Any) -> Any:
    return steps.select_related("suggestion")


KINDS = (
    Kind(
        key=MADE,
        label=gettext_lazy("Suggestions for the library"),
        description=gettext_lazy("For moderators and editors: somebody suggests a resource, or answers you."),
        news=gettext_lazy("Somebody suggests a resource for the library"),
        audience=_waiting_for,
        describe=_describe_made,
        prepare=_with_suggestion,
        asks=True,
        email=False,
        applies_to=looks_after_library,
    ),
    Kind(
        key=ANSWERED,
        label=gettext_lazy("What you suggested for the library"),
        description=gettext_lazy("What a moderator asks or decides about a resource that you suggested."),
        news=gettext_lazy("There is an answer to what you suggested for the library"),
        audience=_suggester,
        describe=_describe_answer,
        prepare=_with_suggestion,
        applies_to=lambda person: person.is_member,
    ),
)


def register_all() -> None:
    register(*KINDS)
