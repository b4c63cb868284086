"""Making and changing spaces; editors do it in the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.standing import by_active
from audit.actions import record
from forum.models import Space
from web.signals import container_changed, content_changed

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def set_archived(*, space: Space, actor: User | None, wanted: bool) -> None:
    """Everybody reads on; nobody writes there any more, or people may again."""
    Space.objects.filter(pk=space.pk).update(is_archived=wanted)
    record(actor=actor, verb=_archiving(wanted), subject=space)
    content_changed.send(sender=Space, ids=[space.pk])


@by_active("actor")
def save_space(*, space: Space, actor: User | None) -> Space:
    """Saves a new or changed space with its texts rendered; the search index hears when who may read it changed.

    Errors: markup.markdown.SourceTooLong; ValidationError where it cannot stand beneath its parent.
    """
    # Whoever moves a space holds it and its parent, so that two at once cannot put each beneath the other.
    family = [pk for pk in (space.pk, space.parent_id) if pk]
    list(Space.objects.select_for_update().filter(pk__in=family).order_by("pk").values_list("pk"))
    if space.parent_id:
        space.parent = Space.objects.get(pk=space.parent_id)
    space.check_place()
    was = Space.objects.filter(pk=space.pk).values_list("visibility", "is_archived").first()
    before, was_archived = was or (None, False)
    space.write_welcome(space.welcome_source)
    space.write_rules(space.rules_source)
    space.save()
    if before != space.visibility:
        detail = {"from": before, "to": space.visibility}
        record(actor=actor, verb="space.visibility", subject=space, detail=detail)
        container_changed.send(sender=Space, container=space.container)
    if was_archived != space.is_archived:
        record(actor=actor, verb=_archiving(space.is_archived), subject=space)
    content_changed.send(sender=Space, ids=[space.pk])
    return space


def _archiving(wanted: bool) -> str:
    return "space.archived" if wanted else "space.opened"
