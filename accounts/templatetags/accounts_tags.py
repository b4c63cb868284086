"""How a person is shown. No query where `select_related("sector", "place")` has been asked for."""

from __future__ import annotations

from django import template
from django.urls import reverse

from accounts.models import User

register = template.Library()


@register.inclusion_tag("accounts/byline.html")
def byline(person: User | None) -> dict:
    """Name, role or job, sector and place in one line; "Somebody who has left" without a person."""
    return {"person": person}


@register.inclusion_tag("components/avatar.html")
def avatar(person: User | None, size: str = "") -> dict:
    """The photo or the initials. `size` is "small", "large" or empty."""
    name = person.display_name if person else ""
    return {"name": name, "photo": photo_url(person), "size": size}


@register.filter
def photo_url(person: User | None) -> str:
    """The address of the photo in the size of an avatar; empty without one."""
    if person is None or not person.photo_id:
        return ""
    return reverse("files:sized", args=[person.photo_id, "avatar"])


@register.inclusion_tag("components/avatar.html")
def portrait(person: User) -> dict:
    """The large photo of a profile, or the initials."""
    photo = reverse("files:sized", args=[person.photo_id, "portrait"]) if person.photo_id else ""
    return {"name": person.display_name, "photo": photo, "size": "large"}
