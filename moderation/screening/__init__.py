"""What in a text may tell who a child or a family is: found before posting, shown as help and not as a wall."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from moderation.screening import dates, names, numbers
from moderation.screening.reading import Readable


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
    """Everything in the text that may name somebody, in the order in which it stands there. Never raises."""
    readable = Readable(text)
    found: list[Finding] = []
    for kind, rule in _RULES:
        for start, end in rule(readable):
            # What is found lies apart and in order, so that only the neighbours can overlap.
            at = bisect_right(found, start, key=_end_of)
            if at == len(found) or found[at].start >= end:
                found.insert(at, Finding(kind, start, end, text[start:end]))
    return found


def _end_of(finding: Finding) -> int:
    return finding.end
