"""The eighty invented members, and the five of them who can log in."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import ADMINISTRATOR, EDITOR, MEMBER, MODERATOR, Organisation, User
from config.demo.source import read
from markup.render import RENDERER_VERSION, render
from moderation.models import Duty, Level
from vocabulary.actions import add_wards
from vocabulary.models import Place, Sector
from web.signals import content_changed

LOGINS_FILE = settings.STATE_DIR / "demo_logins.json"
# What each shows: key of the member, and the groups besides "member".
SHOWN = {
    "practitioner": ("amina-yusuf", ()),
    "volunteer": ("pat-lowndes", ()),
    "moderator": ("alison-penrose", (MODERATOR,)),
    "editor": ("colin-tasker", (EDITOR,)),
    "administrator": ("jo-rennick", (ADMINISTRATOR,)),
}


class Login(NamedTuple):
    what: str
    email: str
    password: str


# What an editor says of a place on its help page.
HELP = ("child_contacts", "child_contacts_night", "safeguarding_lead", "designated_officer")


def address(key: str) -> str:
    return f"{key.replace('-', '.')}@example.org"


def read_logins() -> list[Login]:
    """Who can log in to the demo on this machine; empty where there is none."""
    if not LOGINS_FILE.exists():
        return []
    return [Login(*row) for row in json.loads(LOGINS_FILE.read_text())]


def load_places() -> None:
    """The five partnerships with their wards."""
    for row in read("places"):
        council = Place.objects.get(gss=row["gss"])
        add_wards(council=council, wards=row["wards"])
        Place.objects.filter(pk=council.pk).update(is_partnership=True)
        for field in HELP:
            Place.objects.filter(pk=council.pk, **{field: ""}).update(**{field: row[field]})


def load(now: datetime) -> dict[str, User]:
    """Add the members that are missing. Returns all of them by key."""
    rows = read("members")
    known = set(User.objects.filter(is_demo=True).values_list("handle", flat=True))
    organisations = _organisations(rows)
    sectors = {sector.slug: sector for sector in Sector.objects.all()}
    places = {place.slug: place for place in Place.objects.filter(is_partnership=True)}
    wards = {place.gss: place for place in Place.objects.filter(kind=Place.Kind.WARD)}
    User.objects.bulk_create(
        _member(row, sectors, organisations, wards.get(row["ward"]) or places[row["place"]], now)
        for row in rows
        if row["key"] not in known
    )
    people = {person.handle: person for person in User.objects.filter(is_demo=True).select_related("sector", "place")}
    _confirm(people)
    _give_rights(people)
    # A moderator for want of anybody else: a real site names its safeguarding lead.
    Duty.objects.get_or_create(person=people[SHOWN[MODERATOR][0]], level=Level.LEAD, place=None)
    content_changed.send(sender=User, ids=[person.pk for person in people.values()])
    if not known:
        _make_logins(people)
    return people


def _organisations(rows: list[dict]) -> dict[str, Organisation]:
    names = sorted({row["organisation"] for row in rows if row["organisation"]})
    Organisation.objects.bulk_create((Organisation(name=name) for name in names), ignore_conflicts=True)
    return {organisation.name: organisation for organisation in Organisation.objects.filter(name__in=names)}


def _member(row: dict, sectors: dict, organisations: dict, place: Place, now: datetime) -> User:
    return User(
        email=address(row["key"]),
        handle=row["key"],
        display_name=row["name"],
        role=row["role"],
        job_title=row["job"],
        sector=sectors.get(row["sector"]),
        organisation=organisations.get(row["organisation"]),
        place=place,
        about_source=row["about"],
        about_html=render(row["about"], profile="about"),
        about_version=RENDERER_VERSION,
        is_listed=row["role"] == User.Role.PRACTITIONER,
        is_demo=True,
        password=make_password(None),
        privacy_agreed_at=now - timedelta(days=row["joined_days_ago"]),
        date_joined=now - timedelta(days=row["joined_days_ago"]),
    )


def _confirm(people: dict[str, User]) -> None:
    rows = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.values())
    known = set(EmailAddress.objects.filter(user__is_demo=True).values_list("user_id", flat=True))
    EmailAddress.objects.bulk_create(row for row in rows if row.user_id not in known)


def _give_rights(people: dict[str, User]) -> None:
    groups = {group.name: group for group in Group.objects.all()}
    memberships = [(person, MEMBER) for person in people.values()]
    memberships += [(people[key], MODERATOR) for key in _moderators()]
    memberships += [(people[key], right) for key, rights in SHOWN.values() for right in rights]
    staff = [person.pk for person, right in memberships if right == ADMINISTRATOR]
    User.objects.filter(pk__in=staff).update(is_staff=True)
    through = User.groups.through
    through.objects.bulk_create(
        (through(user_id=person.pk, group_id=groups[right].pk) for person, right in memberships), ignore_conflicts=True
    )


def _moderators() -> list[str]:
    """The people of the moderators' corner, but those who show another role."""
    corner = next(space for space in read("spaces") if space["visibility"] == "invited")
    others = {key for what, (key, _) in SHOWN.items() if what != MODERATOR}
    return [key for key in corner["members"] if key not in others]


def _make_logins(people: dict[str, User]) -> None:
    """Passwords made on this machine, kept in an ignored file that only its owner reads."""
    logins = []
    for what, (key, _) in SHOWN.items():
        person, password = people[key], secrets.token_urlsafe(9)
        person.set_password(password)
        person.save(update_fields=["password"])
        logins.append(Login(what, person.email, password))
    LOGINS_FILE.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(LOGINS_FILE, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        json.dump(logins, file)


def remove() -> None:
    """Take the members and what only they needed away. Whoever removes content does so before."""
    members = User.objects.filter(is_demo=True)
    gone = list(members.values_list("pk", flat=True))
    members.delete()
    content_changed.send(sender=User, ids=gone)
    names = {row["organisation"] for row in read("members")}
    Organisation.objects.filter(name__in=names, user__isnull=True).delete()
    partnerships = Place.objects.filter(gss__in=[row["gss"] for row in read("places")])
    for council in partnerships:
        council.get_children().filter(user__isnull=True).delete()
    partnerships.update(is_partnership=False)
    for field in HELP:
        invented = [row[field] for row in read("places")]
        partnerships.filter(**{f"{field}__in": invented}).update(**{field: ""})
    LOGINS_FILE.unlink(missing_ok=True)


def demo_time() -> datetime:
    """Now, to the minute: what is loaded in one run agrees with itself."""
    return timezone.now().replace(second=0, microsecond=0)
