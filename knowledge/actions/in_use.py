"""Whether anybody uses a resource by now, in whichever room: what may be deleted again, and what not."""

from __future__ import annotations

from django.db.models.fields.reverse_related import ForeignObjectRel

from knowledge.models import ResourcePage

# What a page has of itself, or what is noted about it. Whatever else points at it is somebody's use of it.
OWN = frozenset(
    (
        "knowledge.Author.page", "knowledge.ResourcePage_topics.resourcepage",
        "knowledge.ResourcePage_sectors.resourcepage", "knowledge.Evidence.page", "knowledge.PracticeNote.page",
        "knowledge.Step.page", "knowledge.Relation.page", "knowledge.ResourceDocument.page", "knowledge.Citation.page",
        "knowledge.Version.page", "knowledge.LinkUse.page", "knowledge.LinkReading.page",
        "knowledge.ResourceMonth.page",
        "knowledge.ReviewReminder.page", "knowledge.ImportLine.page", "knowledge.ImportLine.twin",
        "knowledge.Harvested.page", "wagtailcore.PageLogEntry.page", "wagtailcore.PageSubscription.page",
        "wagtailredirects.Redirect.redirect_page",
    )
)  # fmt: skip


def in_use(pages: list[int]) -> set[int]:
    """Those of the pages that a list, a discussion, a review or another page holds. A query for each kind of use."""
    found: set[int] = set()
    for relation in ResourcePage._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or isinstance(relation.related_model, str):
            continue
        model, name = relation.related_model, relation.field.name
        if not relation.parent_link and f"{model._meta.label}.{name}" not in OWN and name != "page_ptr":
            found.update(model._base_manager.filter(**{f"{name}__in": pages}).values_list(name, flat=True))
    return found
