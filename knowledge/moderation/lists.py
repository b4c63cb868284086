"""Reading lists as the desk sees them: a public one can be reported and hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knowledge.actions import lists as actions
from knowledge.models import ReadingList
from moderation.registry import Summary, register

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def _visible(user: User | AnonymousUser) -> QuerySet[ReadingList]:
    return ReadingList.objects.visible_to(user).select_related("owner").prefetch_related("items")


def _summary(reading_list: ReadingList) -> Summary:
    notes = (item.note for item in reading_list.items.all() if item.note)
    return Summary(
        title=reading_list.title,
        text="\n\n".join([reading_list.note, *notes]).strip(),
        url=reading_list.get_absolute_url(),
        author=reading_list.owner,
        audience=_("everybody on the internet") if reading_list.is_public else _("whoever has its link"),
        changed_at=reading_list.changed_at,
    )


def register_all() -> None:
    register(
        ReadingList,
        kind="list",
        label=_("Reading list"),
        visible_to=_visible,
        hide=lambda reading_list, actor: actions.hide(reading_list=reading_list),
        restore=lambda reading_list, actor: actions.restore(reading_list=reading_list),
        summary=_summary,
    )
