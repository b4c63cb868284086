"""Which group may do what: one table, granted after every migration and by `manage.py grant_rights`.

Permissions stand here as strings, so that this room need not know the rooms above it; what does not exist yet
(a page that is still to be made, a model of a later release) is left out and granted the next time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import ADMINISTRATOR, EDITOR, MEMBER, MODERATOR
from files.models import library_collection

CURATE = ("add", "change", "publish")
KEEP_STRUCTURE = (*CURATE, "lock", "unlock", "bulk_delete")
FILES = (
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
)
ALL_FILES = (*FILES, "wagtailimages.change_image", "wagtaildocs.change_document")
ALL_PAGES = "wagtailcore.page"


def _all_of(*models: str) -> tuple[str, ...]:
    """Every one of Django's four permissions on these models, each given as "app.model"."""
    pairs = [model.split(".") for model in models]
    return tuple(f"{app}.{verb}_{name}" for app, name in pairs for verb in ("add", "change", "delete", "view"))


class Rights(NamedTuple):
    """`pages`: "app.model" of the pages under which the page permissions hold; ALL_PAGES is the whole tree."""

    permissions: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    page_permissions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


EDITORS = (
    "wagtailadmin.access_admin",
    *_all_of("vocabulary.sector", "vocabulary.place", "vocabulary.topic"),
    # Not deleted: a concept has a permanent address, and can be taken out of use.
    *(f"vocabulary.{verb}_concept" for verb in ("add", "change", "view")),
    *_all_of("forum.space", "search.promotedresult", "wagtailredirects.redirect"),
    "search.read_report",
    "knowledge.view_resourcemonth",
)
TABLE = {
    MEMBER: Rights(),
    MODERATOR: Rights(
        permissions=("wagtailadmin.access_admin",),
        pages=("knowledge.librarypage", "events.webinarindexpage"),
        page_permissions=CURATE,
        files=FILES,
    ),
    EDITOR: Rights(EDITORS, (ALL_PAGES,), KEEP_STRUCTURE, ALL_FILES),
    ADMINISTRATOR: Rights(
        (
            *EDITORS,
            "accounts.view_user",
            "accounts.change_user",
            *_all_of("accounts.organisation"),
            "audit.view_entry",
            "moderation.view_report",
            "moderation.view_decision",
            "moderation.view_escalation",
            *_all_of("moderation.duty", "moderation.outsider"),
            "outbox.view_job",
            "outbox.change_job",
        ),
        (ALL_PAGES,),
        KEEP_STRUCTURE,
        ALL_FILES,
    ),
}


@transaction.atomic
def grant() -> None:
    """Give every group exactly what the table says; running it again changes nothing."""
    for name, rights in TABLE.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.set(_permissions(rights.permissions))
        _grant_pages(group, rights)
        _grant_files(group, rights)


def _permissions(names: Iterable[str]) -> QuerySet[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app_label, codename = name.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    return Permission.objects.filter(wanted)


def _grant_pages(group: Group, rights: Rights) -> None:
    wanted = {
        (page.pk, permission.pk)
        for page in _pages(rights.pages)
        for permission in _permissions(f"wagtailcore.{verb}_page" for verb in rights.page_permissions)
    }
    held = GroupPagePermission.objects.filter(group=group)
    for row in held:
        if (row.page_id, row.permission_id) not in wanted:
            row.delete()
    missing = wanted - set(held.values_list("page_id", "permission_id"))
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission_id=permission) for page, permission in missing
    )


def _pages(names: Iterable[str]) -> list[Page]:
    found: list[Page] = []
    for name in names:
        app_label, model = name.split(".")
        if name == ALL_PAGES:
            found += Page.objects.filter(depth=1)
        else:
            found += Page.objects.filter(content_type__app_label=app_label, content_type__model=model)
    return found


def _grant_files(group: Group, rights: Rights) -> None:
    """Rights on the library's files only: members' photos are nobody's to choose."""
    wanted = {(library_collection().pk, permission.pk) for permission in _permissions(rights.files)}
    held = GroupCollectionPermission.objects.filter(group=group)
    for row in held:
        if (row.collection_id, row.permission_id) not in wanted:
            row.delete()
    missing = wanted - set(held.values_list("collection_id", "permission_id"))
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection_id=collection, permission_id=permission)
        for collection, permission in missing
    )
