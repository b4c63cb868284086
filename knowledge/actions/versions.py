"""The public history of a resource: one row each time it is published, with what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from knowledge.models import ResourcePage, Version

if TYPE_CHECKING:
    from wagtail.models import Revision

RELATED = ("people", "evidence", "documents", "practice_notes", "steps", "relations")
# Of a page: where it stands and who has it in hand. Nobody reads these.
LEFT_OUT = {
    "id", "page_ptr", "path", "depth", "numchild", "translation_key", "locale", "latest_revision", "live",
    "has_unpublished_changes", "first_published_at", "last_published_at", "live_revision", "draft_title", "owner",
    "locked", "locked_at", "locked_by", "expired", "expire_at", "go_live_at", "content_type", "url_path",
    "show_in_menus", "seo_title", "search_description", "latest_revision_created_at", "alias_of", "is_demo",
    "change_note", "withdrawn_at", "withdrawn_reason", "shown_anew_at", "review_by", "csl",
}  # fmt: skip


def read_parts() -> list[str]:
    """Names of the columns and related rows that readers see."""
    columns = [field.name for field in ResourcePage._meta.get_fields() if field.concrete]
    return [name for name in columns if name not in LEFT_OUT] + list(RELATED)


@transaction.atomic
def keep_version(*, page: ResourcePage, revision: Revision | None) -> Version:
    """Write down that a page was published, and in what it differs from the time before."""
    before = page.versions.order_by("-number").select_related("revision").first()
    parts = _changed(before.revision, revision) if before and before.revision and revision else []
    return Version.objects.create(
        page=page,
        number=before.number + 1 if before else 1,
        revision=revision,
        note=page.change_note,
        parts=parts,
        published_at=page.last_published_at or timezone.now(),
    )


def _changed(old: Revision, new: Revision) -> list[str]:
    return [name for name in read_parts() if _plain(old.content.get(name)) != _plain(new.content.get(name))]


def _plain(value: Any) -> Any:
    """Related rows without their numbers: a row that was only saved again is the same."""
    if isinstance(value, list):
        return [
            {key: part for key, part in row.items() if key not in ("pk", "page")} if isinstance(row, dict) else row
            for row in value
        ]
    return value or ""
