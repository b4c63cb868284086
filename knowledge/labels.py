"""What a column of a resource is called, for its public history."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RELATED: dict[str, str | Promise] = {
    "people": _("authors"),
    "evidence": _("ratings of the evidence"),
    "documents": _("downloads"),
    "practice_notes": _("notes for sectors"),
    "steps": _("steps"),
    "relations": _("related resources"),
    "slug": _("address"),
}


def label_of(model: type[Model], name: str) -> str:
    """The name of a column or of related rows, as people read it; the bare name of one that there is no more."""
    if name in RELATED:
        return str(RELATED[name])
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name
