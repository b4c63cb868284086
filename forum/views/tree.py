"""The list of all spaces, those beneath others with them. Who sees a space is its own matter, never its parent's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum import permissions
from forum.models import Space, SpaceMembership, Thread
from forum.views.loading import for_robots

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Reader = User | AnonymousUser

FOR = ("place", "sector", "topic", "project")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All spaces that the reader may know of, in groups, each with its newest thread and those beneath it.

    `?place=`, `?sector=`, `?topic=` and `?project=` show those for one of them, in one list.
    """
    spaces = list(
        Space.objects.for_reader(request.user).with_newest().select_related("place", "sector", "topic", "parent")
    )
    newest = Thread.objects.listed().in_bulk([space.newest_id for space in spaces if space.newest_id])
    entries = [_entry(space, newest, request.user) for space in spaces]
    chosen = _chosen(request, spaces)
    if chosen:
        found = [entry for entry in entries if _is_for(entry["space"], *chosen)]
        known = {space.pk for space in spaces}
        for entry in found:
            entry["parent"] = entry["space"].parent if entry["space"].parent_id in known else None
        groups = [(_("Spaces for %(what)s") % {"what": _label(found[0]["space"], chosen[0])}, found)]
    else:
        groups = list(_in_groups(_as_tree(entries)).items())
    context = {"groups": groups, "chosen": chosen, "filters": _filters(spaces, chosen)}
    return for_robots(render(request, "forum/index.html", context))


def _entry(space: Space, newest: dict[int, Thread], user: Reader) -> dict[str, Any]:
    is_readable = permissions.can_read(user, space)
    thread = newest.get(space.newest_id or 0) if is_readable else None
    return {"space": space, "is_readable": is_readable, "newest": thread, "children": [], "parent": None}


def _as_tree(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those on their own, each with its children; one whose parent the reader does not know stands on its own.

    So does one that is still in use beneath one that is not, and the other way round.
    """
    by_key = {(entry["space"].pk, entry["space"].is_archived): entry for entry in entries}
    tops = []
    for entry in entries:
        space = entry["space"]
        parent = by_key.get((space.parent_id, space.is_archived))
        if parent is None:
            tops.append(entry)
        else:
            parent["children"].append(entry)
    return tops


def _in_groups(tops: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in tops:
        groups.setdefault(_group(entry), []).append(entry)
    first, last = _("Spaces that you have joined"), _("No longer in use")
    return dict(sorted(groups.items(), key=lambda group: (group[0] == last) - (group[0] == first)))


def _group(entry: dict[str, Any]) -> str:
    space = entry["space"]
    if space.is_archived:
        return _("No longer in use")
    states = [getattr(each["space"], "my_state", None) for each in (entry, *entry["children"])]
    if SpaceMembership.State.JOINED in states:
        return _("Spaces that you have joined")
    names = {
        "place": _("For one place"),
        "sector": _("For one sector"),
        "topic": _("For one topic"),
        "project": _("For one project"),
    }
    return next((name for what, name in names.items() if _value(space, what)), _("For everyone"))


def _value(space: Space, what: str) -> str:
    """For which place, sector, topic or project it is, as an address has it."""
    thing = getattr(space, what)
    return thing if isinstance(thing, str) else (thing.slug if thing else "")


def _label(space: Space, what: str) -> str:
    thing = getattr(space, what)
    return thing if isinstance(thing, str) else thing.name


def _is_for(space: Space, what: str, value: str) -> bool:
    return _value(space, what) == value


def _chosen(request: HttpRequest, spaces: list[Space]) -> tuple[str, str] | None:
    """What was asked for, where a space that the reader knows of is for it."""
    for what in FOR:
        value = request.GET.get(what, "")
        if value and any(_is_for(space, what, value) for space in spaces):
            return what, value
    return None


def _filters(spaces: list[Space], chosen: tuple[str, str] | None) -> list[dict[str, Any]]:
    found = {
        (what, _value(space, what)): _label(space, what) for what in FOR for space in spaces if _value(space, what)
    }
    rows = [
        {"title": label, "url": f"?{urlencode({what: value})}", "is_current": (what, value) == chosen}
        for (what, value), label in found.items()
    ]
    return [{"title": _("All"), "url": "?", "is_current": chosen is None}, *rows] if rows else []


def parent_of(space: Space, user: Reader) -> Space | None:
    """The space that this one stands beneath, where the reader may know of it."""
    parent = space.parent
    return parent if parent and parent.is_known_to(user) else None


def children_of(space: Space, user: Reader) -> list[Space]:
    """Those beneath it that the reader may know of and that are in use; no query where there are none."""
    if not space.has_children:
        return []
    return list(Space.objects.visible_to(user).filter(parent=space, is_archived=False))
