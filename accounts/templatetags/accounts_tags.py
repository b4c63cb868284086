"""How a person is shown. No query where `select_related("sector", "place")` has been asked for."""

from __future__ import annotations

from django import template
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from vocabulary.models import Place, Sector

register = template.Library()
WHO_IS_HERE_SECONDS = 600


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


@register.simple_tag
def who_is_here() -> dict[str, list]:
    """The partnerships of this site, and the sectors that have a member; public, so kept for ten minutes."""
    found = cache.get("who-is-here")
    if found is None:
        with_members = User.objects.filter(is_active=True, sector__isnull=False).values("sector")
        found = {
            "places": list(Place.objects.filter(is_partnership=True).order_by("name")),
            "sectors": list(Sector.objects.filter(pk__in=with_members)),
        }
        cache.set("who-is-here", found, WHO_IS_HERE_SECONDS)
    return found
