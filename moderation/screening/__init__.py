"""What in a text may tell who a child or a family is: found before posting, shown as help and not as a wall."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from moderation.screening import dates, names, numbers
from moderation.screening.reading import Readable, has_marks


class Kind(TextChoices):
    NHS_NUMBER = "nhs_number", _("an NHS number")
    DATE_OF_BIRTH = "date_of_birth", _("a date of birth")
    POSTCODE = "postcode", _("a postcode")
    PHONE = "phone", _("a phone number")
    EMAIL = "email", _("an e-mail address")
    CHILD_NAME = "child_name", _("a child’s name beside an age or a school")
    CASE_NUMBER = "case_number", _("a case number or another number that stands for one person")


class Finding(NamedTuple):
    """Where in the text something stands, as it was typed."""

    kind: Kind
    start: int
    end: int
    text: str


# An earlier rule has the word where two find the same letters: an NHS number could pass for a telephone's.
_RULES = (
    (Kind.NHS_NUMBER, numbers.nhs_numbers),
    (Kind.CASE_NUMBER, numbers.case_numbers),
    (Kind.DATE_OF_BIRTH, dates.dates_of_birth),
    (Kind.EMAIL, numbers.email_addresses),
    (Kind.PHONE, numbers.phone_numbers),
    (Kind.POSTCODE, numbers.postcodes),
    (Kind.CHILD_NAME, names.names_of_children),
)


def screen(text: str) -> list[Finding]:
    """Everything in the text that may name somebody, in the order in which it stands there. Never raises.

    Read as it was typed, and where Markdown makes something else of that, as it stands on the page too.
    """
    found: list[Finding] = []
    for readable in (Readable(text), *([Readable(text, as_shown=True)] if has_marks(text) else [])):
        for kind, rule in _RULES:
            for start, end in rule(readable):
                _add(found, Finding(kind, start, end, text[start:end]))
    return found


def _add(found: list[Finding], new: Finding) -> None:
    """What is found lies apart and in order, so that only the neighbours can overlap."""
    at = bisect_right(found, new.start, key=_end_of)
    if at == len(found) or found[at].start >= new.end:
        found.insert(at, new)


def _end_of(finding: Finding) -> int:
    return finding.end
