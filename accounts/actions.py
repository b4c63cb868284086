"""What happens to people's accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from accounts import closing, emails, privacy
from accounts.models import ADMINISTRATOR, GROUPS, MEMBER, Organisation, Trust, User
from accounts.permissions import can_manage, can_suspend, needed_as
from accounts.standing import by_active
from audit.actions import record
from files.actions import delete_image, store_image
from files.models import SiteImage
from markup.render import RENDERER_VERSION, render
from web.signals import content_changed

PHOTO_SIDE = 640
PEOPLE_AT_ONCE = 500
HIDEABLE = ("job_title", "about_source", "photo_id")
PROFILE = frozenset(
    {
        "display_name",
        "role",
        "job_title",
        "sector",
        "organisation",
        "place",
        "about_source",
        "is_listed",
        "time_zone",
    }
)


@transaction.atomic
def confirm_member(*, person: User, forget_password: bool = False) -> bool:
    """Somebody has shown that the address is theirs: now they may take part. Whether a password was forgotten.

    `forget_password`: they have not shown that they know it, and whoever does could come in beside them.
    """
    if person.groups.filter(name=MEMBER).exists():
        return False
    person.groups.add(Group.objects.get_or_create(name=MEMBER)[0])
    _forget_rights(person)
    record(actor=person, verb="accounts.confirmed", subject=person)
    if not (forget_password and person.has_usable_password()):
        return False
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return True


@by_active("person")
def update_profile(
    *, person: User, changes: dict[str, Any], photo: UploadedFile | None = None, remove_photo: bool = False
) -> None:
    """Write what a member says about themselves.

    Errors: files.actions.UploadRefused for a photo; ValueError for what is not in PROFILE; PermissionDenied as
    `by_active` says.
    """
    write_profile(person=person, changes=changes, photo=photo, remove_photo=remove_photo)


@transaction.atomic
def write_profile(
    *, person: User, changes: dict[str, Any], photo: UploadedFile | None = None, remove_photo: bool = False
) -> None:
    """As `update_profile`, also of a closed account: a moderator let it through.

    Nothing else of the row is written: a moderator may have closed the account since it was read.
    """
    unknown = changes.keys() - PROFILE
    if unknown:
        raise ValueError(f"Not a part of the profile: {sorted(unknown)}")
    _keep_organisation(changes.get("organisation"))
    for name, value in changes.items():
        setattr(person, name, value)
    person.about_html = render(person.about_source, profile="about")
    person.about_version = RENDERER_VERSION
    old_photo = person.photo if photo or remove_photo else None
    if photo:
        title = f"Photo {person.handle}"
        person.photo = store_image(uploader=person, upload=photo, title=title, longest=PHOTO_SIDE, square=True)
    elif remove_photo:
        person.photo = None
    person.save(update_fields=[*changes, "about_html", "about_version", "photo"])
    if old_photo:
        delete_image(image=old_photo)
    content_changed.send(sender=User, ids=[person.pk])


@transaction.atomic
def set_rights(*, actor: User | None, person: User, rights: Collection[str]) -> None:
    """Put a person into exactly these groups. `actor` None is the machine's own operator.

    Raises PermissionDenied, and ValueError for a group that is none of ours.
    """
    _require_manager(actor, person)
    wanted = frozenset(rights)
    if wanted - GROUPS:
        raise ValueError(f"No such rights: {sorted(wanted - GROUPS)}")
    before = frozenset(person.groups.values_list("name", flat=True))
    person.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])
    _forget_rights(person)
    person.is_staff = person.is_superuser or ADMINISTRATOR in wanted
    person.save(update_fields=["is_staff"])
    detail = {"added": sorted(wanted - before), "removed": sorted(before - wanted)}
    record(actor=actor, verb="accounts.rights_set", subject=person, detail=detail)


@transaction.atomic
def suspend(*, actor: User | None, person: User, until: dt.datetime | None = None) -> None:
    """Close an account, for good or until then; every session of it ends at once. Raises PermissionDenied.

    What other rooms hold open in the person's name (invitations) is withdrawn: `accounts.closing`.
    """
    _require_suspender(actor, person)
    _set_active(person, False, until=until)
    closing.withdraw_all(person)
    detail = {"until": until.isoformat()} if until else {}
    record(actor=actor, verb="accounts.suspended", subject=person, detail=detail)


@transaction.atomic
def reinstate(*, actor: User | None, person: User) -> None:
    """Open a closed account again; the person signs in anew. Raises PermissionDenied."""
    _require_suspender(actor, person)
    _set_active(person, True)
    record(actor=actor, verb="accounts.reinstated", subject=person)


@transaction.atomic
def set_trust(*, actor: User | None, person: User, level: Trust | None) -> None:
    """Hold somebody at a level, or (None) let it follow again from how they take part. Raises PermissionDenied."""
    _require_suspender(actor, person)
    person.trust_is_set = level is not None
    person.trust = Trust.NEW if level is None else level
    person.save(update_fields=["trust", "trust_is_set"])
    detail = {"level": None if level is None else level.value}
    record(actor=actor, verb="accounts.trust_set", subject=person, detail=detail)


@transaction.atomic
def follow_taking_part(*, level: Trust, people: Collection[int]) -> int:
    """What they have earned, for those whom no moderator holds at a level. Returns how many have changed."""
    numbers = sorted(people)
    changed = 0
    for start in range(0, len(numbers), PEOPLE_AT_ONCE):
        some = User.objects.filter(pk__in=numbers[start : start + PEOPLE_AT_ONCE], trust_is_set=False)
        changed += some.exclude(trust=level).update(trust=level)
    return changed


@transaction.atomic
def end_sessions(*, person: User) -> None:
    """Sign somebody out everywhere, at their own wish."""
    _count_session_up(person)
    record(actor=person, verb="accounts.sessions_ended", subject=person)


@transaction.atomic
def delete_account(*, person: User) -> None:
    """Somebody leaves for good: the account goes, what they posted stays without a name. Raises PermissionDenied."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if needed_as(person):
        raise PermissionDenied
    privacy.say_farewell(person)
    record(actor=person, verb="accounts.deleted", subject=person)
    emails.account_deleted(person)
    hidden = (person.hidden_profile or {}).get("photo_id")
    photos = list(SiteImage.objects.filter(pk__in=[number for number in (person.photo_id, hidden) if number]))
    number = person.pk
    person.delete()
    for photo in photos:
        delete_image(image=photo)
    content_changed.send(sender=User, ids=[number])


def _set_active(person: User, is_active: bool, until: dt.datetime | None = None) -> None:
    person.is_active, person.suspended_until = is_active, until
    person.save(update_fields=["is_active", "suspended_until"])
    _count_session_up(person)
    content_changed.send(sender=User, ids=[person.pk])


def _count_session_up(person: User) -> None:
    User.objects.filter(pk=person.pk).update(session_number=F("session_number") + 1)
    person.refresh_from_db(fields=["session_number"])


def _keep_organisation(organisation: Organisation | None) -> None:
    if organisation is not None and organisation.pk is None:
        organisation.save()


def _require_manager(actor: User | None, person: User) -> None:
    if actor is not None and not can_manage(actor, person):
        raise PermissionDenied


def _require_suspender(actor: User | None, person: User) -> None:
    if actor is not None and not can_suspend(actor, person):
        raise PermissionDenied


def _forget_rights(person: User) -> None:
    """`rights` is read once for each object."""
    person.__dict__.pop("rights", None)


@transaction.atomic
def hide_profile(*, person: User) -> None:
    """Take what this person says about themselves, and the photo, out of sight; `moderation` decides and records."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.hidden_profile is None:
        person.hidden_profile = {name: getattr(person, name) for name in HIDEABLE}
        _say(person, {"job_title": "", "about_source": "", "photo_id": None})


@transaction.atomic
def restore_profile(*, person: User) -> None:
    """Put back what was hidden, but for what the person has written anew since."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.hidden_profile is None:
        return
    kept = {name: value for name, value in person.hidden_profile.items() if not getattr(person, name)}
    photo = SiteImage.objects.filter(pk=person.hidden_profile["photo_id"]).first()
    if photo is None:
        kept.pop("photo_id", None)
    elif "photo_id" not in kept:
        delete_image(image=photo)
    person.hidden_profile = None
    _say(person, kept)


@transaction.atomic
def erase_profile(*, person: User) -> None:
    """What a moderator has hidden of a profile goes for good."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.hidden_profile is None:
        return
    photo = SiteImage.objects.filter(pk=person.hidden_profile["photo_id"]).first()
    person.hidden_profile = None
    person.save(update_fields=["hidden_profile"])
    if photo is not None:
        delete_image(image=photo)


def _say(person: User, words: dict[str, Any]) -> None:
    for name, value in words.items():
        setattr(person, name, value)
    person.about_html, person.about_version = render(person.about_source, profile="about"), RENDERER_VERSION
    person.save(update_fields=["hidden_profile", "about_html", "about_version", "job_title", "about_source", "photo"])
    content_changed.send(sender=User, ids=[person.pk])
