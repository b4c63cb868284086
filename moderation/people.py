"""Profiles can be reported and hidden like anything else that members write."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import closing
from accounts.actions import erase_profile, hide_profile, restore_profile
from accounts.forms import profile_checks
from accounts.models import User
from markup.text import plain_text
from moderation import emails
from moderation.forms import screen_profile
from moderation.models import Decision
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


def closed_page_of(person: User) -> str:
    """Where somebody reads why their account is closed; empty where an administrator just closed it."""
    about = Decision.objects.filter(author=person, verb__in=Decision.ABOUT_ACCOUNTS).order_by("-pk").first()
    return emails.closed_page(about) if about and about.verb != Decision.Verb.LIFT else ""


def register_profiles() -> None:
    profile_checks.append(screen_profile)
    closing.set_page(closed_page_of)
    register(
        User,
        kind="profile",
        label=_("Profile"),
        visible_to=lambda user: User.objects.visible_to(user).select_related("place"),
        hide=lambda person, actor: hide_profile(person=person),
        restore=lambda person, actor: restore_profile(person=person),
        summary=_summary,
        is_hidden=lambda person: person.hidden_profile is not None,
        erase=lambda person: erase_profile(person=person),
    )
