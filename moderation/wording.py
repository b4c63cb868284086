"""What decisions say: standard reasons, what follows them, and what whoever reported it reads. Moderators edit it."""

from __future__ import annotations

from typing import NamedTuple

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.models import Decision, Wording

Verb = Decision.Verb
Choice = tuple[str, str | Promise]

# A change counts in every process within this many seconds.
KEY, FRESH_SECONDS = "moderation-wording", 30

IDENTIFIES_NOBODY = ("nobody", _("It does not identify anybody."))
KEEPS_RULES = ("rules", _("It keeps to the house rules."))
IDENTIFIES = ("identifies", _("It could identify a child or a family."))
HARM = ("harm", _("It could put somebody at risk."))
UNKIND = ("unkind", _("It is unkind, or treats people unfairly."))
ADVICE = ("advice", _("The advice may not be safe."))
ADVERT = ("advert", _("It is advertising, or does not belong here."))
REASONS: dict[str, list[Choice]] = {
    Verb.HIDE: [IDENTIFIES, HARM, UNKIND, ADVICE, ADVERT],
    Verb.RESTORE: [IDENTIFIES_NOBODY, KEEPS_RULES, ("changed", _("It has been changed and is fine now."))],
    Verb.DISMISS: [
        KEEPS_RULES,
        IDENTIFIES_NOBODY,
        ("differ", _("People may disagree here, as long as they are kind.")),
        ("settled", _("It has been settled in the conversation.")),
    ],
    Verb.EDIT: [
        ("details", _("It told more about a child or a family than others need to know.")),
        ("contact", _("It gave somebody’s address or number.")),
        ("link", _("It linked to something that does not belong here.")),
    ],
    Verb.REMOVE: [IDENTIFIES, HARM, ("unlawful", _("It may be against the law.")), UNKIND, ADVERT],
    Verb.WARN: [
        ("privacy", _("Please leave out whatever could tell others who a child or a family is.")),
        ("kind", _("Please write so that the person you answer could read it without being hurt.")),
        ("adverts", _("Please do not advertise here.")),
    ],
    Verb.SUSPEND: [
        ("again", _("You were warned, and it happened again.")),
        ("threat", _("You threatened or harassed somebody.")),
        ("families", _("You told things about families that identify them.")),
    ],
    Verb.EXPEL: [
        ("threat", _("You threatened or harassed somebody.")),
        ("child", _("We cannot be sure that families are safe with you here.")),
        ("false", _("You said that you were somebody else.")),
    ],
    Verb.LIFT: [("over", _("We have talked about it, and you are welcome back."))],
    Verb.CLOSE: [
        ("done", _("The work that this space was for is done.")),
        ("unkept", _("Nobody keeps this space any more.")),
        ("harmful", _("What was written here put people at risk.")),
    ],
    Verb.REOPEN: [("keeper", _("Somebody keeps this space again."))],
    Verb.TRUST: [
        ("links", _("You posted links that do not belong here.")),
        ("reports", _("You reported things that were not wrong.")),
        ("helpful", _("You have helped others here for a long time.")),
    ],
}
_AGAIN = _(
    "You are welcome to write about the same thing again, without what was wrong. The house rules, linked at the foot "
    "of each page, say what belongs here. A family is easily recognised: leave out names, ages, places, dates and "
    "anything unusual that happened."
)
LETTERS: dict[str, str | Promise] = {
    Verb.HIDE: _AGAIN,
    Verb.HOLD: _AGAIN,
    Verb.REMOVE: _AGAIN,
    Verb.EDIT: _("The rest of what you wrote stands as it was. “edited” beneath it shows what changed."),
    Verb.WARN: _("Nothing else happens now. If it happens again, we may close your account for some time."),
    Verb.SUSPEND: _("You cannot sign in, post or reply until then. What you wrote before stays where it is."),
    Verb.EXPEL: _("You cannot sign in any more, and please do not join under another name."),
    Verb.CLOSE: _("Everybody who could read it can still do so; nobody can write in it any more."),
    Verb.TRUST: _("What each level may do stands on the page about trust, linked from your profile."),
}
_CLOSED = _("A moderator agreed with you and spoke to the person who wrote it. Thank you.")
OUTCOMES: dict[str, str | Promise] = {
    Verb.HIDE: _("A moderator agreed with you and it is hidden now. Thank you."),
    Verb.REMOVE: _("A moderator agreed with you and it is removed. Thank you."),
    Verb.EDIT: _("A moderator agreed with you and took out what was wrong. Thank you."),
    Verb.WARN: _CLOSED,
    Verb.CLOSE: _("A moderator agreed with you, and nobody can write there any more. Thank you."),
    Verb.DISMISS: _("A moderator looked at it carefully and it stays where it is. Thank you for telling us."),
    Verb.RESTORE: _("A moderator looked at it carefully and it stays where it is. Thank you for telling us."),
    Verb.REOPEN: _("A moderator looked at it carefully and it stays where it is. Thank you for telling us."),
}
_TITLES = {
    Verb.HOLD: _("Something you wrote is hidden until a moderator has looked"),
    Verb.HIDE: _("A moderator has hidden something you wrote"),
    Verb.REMOVE: _("A moderator has removed something you wrote"),
    Verb.RESTORE: _("Others can read what you wrote"),
    Verb.EDIT: _("A moderator has changed something you wrote"),
    Verb.WARN: _("A warning from a moderator"),
    Verb.CLOSE: _("A space that you keep was closed"),
    Verb.REOPEN: _("A space that you keep is open again"),
    Verb.SUSPEND: _("Your account is closed for now"),
    Verb.EXPEL: _("Your account is closed"),
    Verb.LIFT: _("Your account is open again"),
    Verb.TRUST: _("A moderator has changed what you may do"),
}
EDITABLE = tuple(verb for verb in Verb if verb in REASONS)


class Words(NamedTuple):
    reasons: list[Choice]
    letter: str | Promise
    outcome: str | Promise


def words_for(verb: str) -> Words:
    """As moderators want it, else as the site came."""
    reasons, letter, outcome = _edited().get(verb, ("", "", ""))
    lines = [line.strip() for line in reasons.splitlines() if line.strip()]
    return Words(
        [(str(number), line) for number, line in enumerate(lines, 1)] or REASONS.get(verb, []),
        letter or LETTERS.get(verb, ""),
        outcome or OUTCOMES.get(verb, ""),
    )


def as_it_came(verb: str) -> Words:
    """What stands where moderators have written nothing."""
    return Words(REASONS.get(verb, []), LETTERS.get(verb, ""), OUTCOMES.get(verb, ""))


def title_for_author(verb: str) -> str | Promise:
    """What a decision means for the person whom it concerns, in one line."""
    return _TITLES.get(Verb(verb), "")


def _edited() -> dict[str, tuple[str, str, str]]:
    found = cache.get(KEY)
    if found is None:
        rows = Wording.objects.values_list("verb", "reasons", "letter", "outcome")
        found = {verb: (reasons, letter, outcome) for verb, reasons, letter, outcome in rows}
        cache.set(KEY, found, FRESH_SECONDS)
    return found


def forget() -> None:
    """Read the wording anew; other processes follow within half a minute."""
    cache.delete(KEY)
