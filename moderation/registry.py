"""What can be reported and hidden, and what else waits on the desk. Higher rooms register in their `apps.ready()`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from django.db import models
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from vocabulary.models import Place

    Text: TypeAlias = str | Promise
    Reader: TypeAlias = User | AnonymousUser


class Urgency(models.IntegerChoices):
    URGENT = 1, _("Urgent")
    THIS_WEEK = 2, _("This week")
    CAN_WAIT = 3, _("Can wait")


@dataclass(frozen=True, slots=True)
class Summary:
    """A thing in a few words, for the person who reports it and for the desk.

    `text` is plain (the desk shortens it), `audience` says who can read it, `changed_at` when its words last changed,
    `place` where it belongs, if anywhere; `inside` the name and desk address of the space that it stands in.
    `writer_url` leads to where a moderator can ask who wrote without a name.
    """

    title: Text
    text: str
    url: str
    author: User | None
    audience: Text
    changed_at: dt.datetime | None = None
    place: Place | None = None
    # Posted without a name: the author counts for the rules, such as who decides and who is told, and is never shown.
    is_nameless: bool = False
    writer_url: str = ""
    inside: tuple[Text, str] | None = None


def _has_hidden_at(subject: Any) -> bool:
    return subject.hidden_at is not None


def _is_never(subject: Any) -> bool:
    return False


def _is_nowhere(pk: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One kind of thing that can be reported.

    `visible_to(user)` is a QuerySet of what that reader may see, moderators seeing hidden things too; it brings along
    (`select_related`) whatever `summary` reads, because the desk asks for many at once. `hide` and `restore` are
    called as `hide(subject, actor)` inside the transaction of the decision, with the subject's row locked; the actor
    is None where a report hides at once. Of what `is_gone`, deleted by its author, only reports can be closed.
    `edit(subject, actor, text)` writes other words, `unedit(subject, actor)` takes that actor's last change back;
    `erase(subject)` takes the words of something hidden away for good. `is_place`: hiding it means closing a space.
    `hold_first(pk)` locks whatever its room locks before rows of this model, so that nobody waits in a circle.
    `closed_url(pk)` leads to where moderators may ask to see what stands in a place that is closed to them, if to any.
    """

    model: type[models.Model]
    kind: str
    label: Text
    visible_to: Callable[[Reader], models.QuerySet]
    hide: Callable[[Any, User | None], object]
    restore: Callable[[Any, User | None], object]
    summary: Callable[[Any], Summary]
    is_hidden: Callable[[Any], bool] = _has_hidden_at
    is_gone: Callable[[Any], bool] = _is_never
    edit: Callable[[Any, User, str], object] | None = None
    unedit: Callable[[Any, User], object] | None = None
    erase: Callable[[Any], object] | None = None
    is_place: bool = False
    closed_url: Callable[[int], str] = _is_nowhere
    hold_first: Callable[[int], object] | None = None


class DeskItem(NamedTuple):
    """Something of another queue that waits for a moderator; it is dealt with on its own page, `url`."""

    title: Text
    text: str
    url: str
    who: str
    when: dt.datetime
    urgency: Urgency = Urgency.CAN_WAIT


class Queue(NamedTuple):
    """`items(user)`: at most a page of what waits, oldest first, in a number of queries that does not grow."""

    key: str
    label: Text
    items: Callable[[User], list[DeskItem]]


_by_kind: dict[str, Adapter] = {}
_by_model: dict[type[models.Model], Adapter] = {}
_queues: dict[str, Queue] = {}


def register(
    model: type[models.Model],
    *,
    kind: str,
    visible_to: Callable[[Reader], models.QuerySet],
    hide: Callable[[Any, User | None], object],
    restore: Callable[[Any, User | None], object],
    summary: Callable[[Any], Summary],
    label: Text = "",
    is_hidden: Callable[[Any], bool] = _has_hidden_at,
    is_gone: Callable[[Any], bool] = _is_never,
    **more: Any,
) -> Adapter:
    """Make a model reportable. `kind` is its word in addresses, `label` what people call it ("Post").

    `more`: what else an Adapter knows (edit, unedit, erase, is_place, closed_url, hold_first).
    """
    label = label or model._meta.verbose_name or kind
    adapter = Adapter(model, kind, label, visible_to, hide, restore, summary, is_hidden, is_gone, **more)
    _by_kind[kind] = _by_model[model] = adapter
    return adapter


def register_queue(key: str, label: Text, *, items: Callable[[User], list[DeskItem]]) -> None:
    """Show a queue of another room (people who ask to join, suggestions) on the desk."""
    _queues[key] = Queue(key, label, items)


def of_kind(kind: str) -> Adapter:
    """The adapter that an address names; Http404 for a word that names none."""
    try:
        return _by_kind[kind]
    except KeyError:
        raise Http404 from None


def of(subject: models.Model) -> Adapter:
    """The adapter of a thing; LookupError where its model cannot be reported."""
    return of_model(type(subject))


def of_model(model: type[models.Model]) -> Adapter:
    return _by_model[model]


def summary_of(subject: models.Model | None) -> Summary | None:
    """None for a thing that is gone, or that no room registers any more."""
    return of(subject).summary(subject) if subject is not None and is_known(type(subject)) else None


def visible_subject(model: type[models.Model] | None, pk: int, user: Reader) -> models.Model | None:
    """The thing that a report or a decision points at, if it is still there and this reader may see it."""
    if model is None or not is_known(model):
        return None
    return of_model(model).visible_to(user).filter(pk=pk).first()


def is_known(model: type[models.Model]) -> bool:
    return model in _by_model


def queues() -> list[Queue]:
    return list(_queues.values())
