"""Profiles can be reported and hidden like anything else that members write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.actions import hide_profile, restore_profile
from accounts.models import User
from markup.text import plain_text
from moderation.registry import Summary, register


def _summary(person: User) -> Summary:
    kept = person.hidden_profile or {"job_title": person.job_title, "about_source": person.about_source}
    words = (kept["job_title"], plain_text(kept["about_source"]))
    return Summary(
        title=person.display_name,
        text="\n".join(filter(None, words)),
        url=person.get_absolute_url(),
        author=person,
        audience=_("all members"),
        place=person.place,
    )


def register_profiles() -> None:
    register(
        User,
        kind="profile",
        label=_("Profile"),
        visible_to=lambda user: User.objects.visible_to(user).select_related("place"),
        hide=lambda person, actor: hide_profile(person=person),
        restore=lambda person, actor: restore_profile(person=person),
        summary=_summary,
        is_hidden=lambda person: person.hidden_profile is not None,
    )
