"""Profiles can be reported and hidden like anything else that members write."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import closing
from accounts.actions import erase_profile, hide_profile, restore_profile
from accounts.holding import TEXTS, Rule, apply_change, erase_change, rules
from accounts.models import ProfileChange, User
from markup.text import plain_text
from moderation import actions, emails, watching
from moderation.actions import Hold
from moderation.forms import listed
from moderation.models import Decision
from moderation.registry import Summary, register
from moderation.screening import Kind, screen

OWN = (Kind.PHONE, Kind.EMAIL)


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


def screen_profile(cleaned: dict[str, Any], known: str, writer: User) -> Hold | None:
    """A rule for `accounts.holding`: what may tell who a child is has to go, or may stay for a reason.

    One's own name, telephone and e-mail address are one's own to give away. Raises ValidationError.
    """
    texts = [str(cleaned.get(name) or "") for name in TEXTS]
    found = [each for text in texts for each in screen(text) if each.kind not in OWN and each.text not in known]
    why = cleaned.get("why", "")
    if found and not why:
        raise ValidationError(
            _(
                "Look at this again: %(found)s. It may tell who a child or a family is, and every member reads your "
                "profile. Take it out, or say below why it has to stay: then a moderator looks at it first."
            ),
            code="screened",
            params={"found": listed(found)},
        )
    cautions = watching.cautions("\n".join(texts), known=known, writer=writer)
    ruled = tuple(each for each in cautions if each != watching.Caution.WATCHED)
    if not found:
        return Hold("", ruled) if ruled else None
    return Hold(why, (*dict.fromkeys(each.kind for each in found), *ruled))


def _summary_of_change(change: ProfileChange) -> Summary:
    words = (change.display_name, change.job_title, plain_text(change.about_source))
    return Summary(
        title=_("New words of %(name)s about themselves") % {"name": change.person.display_name},
        text="\n".join(filter(None, words)),
        url=change.person.get_absolute_url(),
        author=change.person,
        audience=_("all members"),
        place=change.person.place,
    )


def _hold(change: ProfileChange, why: Hold) -> str:
    return actions.hold(subject=change, hold=why).get_absolute_url()


def _hide_change(change: ProfileChange, actor: User | None) -> None:
    """What waits, nobody reads anyway."""
    if change.applied_at is not None:
        hide_profile(person=change.person)


def _show_change(change: ProfileChange, actor: User | None) -> None:
    if change.applied_at is None:
        apply_change(change=change)
    else:
        restore_profile(person=change.person)


_SCREENED = Rule(screen_profile, _hold)


def register_profiles() -> None:
    if _SCREENED not in rules:
        rules.append(_SCREENED)
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
    register(
        ProfileChange,
        kind="profile-change",
        label=_("Change of a profile"),
        visible_to=lambda user: ProfileChange.objects.visible_to(user).select_related("person__place"),
        hide=_hide_change,
        restore=_show_change,
        summary=_summary_of_change,
        is_hidden=lambda change: change.applied_at is None or change.person.hidden_profile is not None,
        is_gone=lambda change: change.dropped_at is not None,
        erase=lambda change: erase_change(change=change),
    )
