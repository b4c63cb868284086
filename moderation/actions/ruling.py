"""Changing the rules for holding posts, and what decisions say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.standing import by_active
from audit.actions import record
from moderation import watching, wording
from moderation.models import Rules, Wording

if TYPE_CHECKING:
    from accounts.models import User


@by_active("actor")
def change_rules(*, rules: Rules, actor: User) -> None:
    """What was posted before is not looked at again."""
    rules.pk = 1
    rules.save()
    numbers = {"words": len(rules.words.split()), "links": rules.most_links, "days": rules.new_for_days}
    numbers |= {"same": rules.most_same, "an_hour": rules.most_an_hour}
    record(actor=actor, verb="moderation.rules_changed", subject=rules, detail=numbers)
    transaction.on_commit(watching.forget)


@by_active("actor")
def change_wording(*, words: Wording, actor: User) -> None:
    """What was decided before keeps the reason that it had."""
    words.save()
    record(actor=actor, verb="moderation.wording_changed", subject=words, detail={"verb": words.verb})
    transaction.on_commit(wording.forget)
