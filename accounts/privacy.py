"""What the site holds about a person: handed out to them, and seen to when they leave. Rooms add what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User

Rows = Callable[[User], Iterable[Mapping[str, Any]]]

_holdings: dict[str, Rows] = {}
_farewells: list[Callable[[User], object]] = []


def register(name: str, rows: Rows) -> None:
    """`rows(person)` gives what a room holds about that person: plain values, and nothing about anybody else."""
    _holdings[name] = rows


def before_leaving(action: Callable[[User], object]) -> None:
    """`action(person)` is called, in the transaction, before the person's account is deleted."""
    _farewells.append(action)


def say_farewell(person: User) -> None:
    for action in _farewells:
        action(person)


def everything_about(person: User) -> dict[str, Any]:
    """All that the site holds about somebody, room by room."""
    return {"account": _account(person)} | {name: list(rows(person)) for name, rows in _holdings.items()}


def _account(person: User) -> dict[str, Any]:
    plain = (
        "email", "display_name", "handle", "role", "job_title", "about_source", "time_zone", "is_listed",
        "date_joined", "last_login", "privacy_agreed_at",
    )  # fmt: skip
    hidden = person.hidden_profile or {}
    return {name: getattr(person, name) for name in plain} | {
        "hidden_by_moderators": {name: hidden[name] for name in ("job_title", "about_source") if hidden.get(name)},
        "waiting_for_moderators": list(
            person.profile_changes.waiting().values("display_name", "job_title", "about_source", "asked_at")
        ),
        "sector": str(person.sector or ""),
        "organisation": str(person.organisation or ""),
        "place": str(person.place or ""),
        "photo": person.photo.file.name if person.photo else "",
        "rights": sorted(person.rights),
        "addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
    }
