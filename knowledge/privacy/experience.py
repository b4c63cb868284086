"""What the library holds of a person's lived experience. It is withdrawn when they leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts import privacy
from accounts.models import User
from knowledge.actions.experience import withdraw_all_of
from knowledge.models import LivedExperience


def contributions(person: User) -> Iterable[Mapping[str, Any]]:
    rows = LivedExperience.objects.filter(contributor=person).order_by("pk")
    return rows.values("page__title", "aim", "method", "result", "name_shown", "wish", "approved_at", "withdrawn_at")


def register_all() -> None:
    privacy.register("lived_experience", contributions)
    privacy.before_leaving(withdraw_all_of)
