"""What must not be kept of a search: words that point to one person."""

from __future__ import annotations

import re

# Numbers of seven digits and more, however they are grouped: NHS numbers, telephones, dates of birth, case numbers.
_NUMBER = re.compile(r"\d(?:[\s().,/+–-]{0,3}\d){6,}")
# An address, or somebody's handle as it is written in posts.
_EMAIL = re.compile(r"@\S")
_INSURANCE = re.compile(r"\b[a-z]{2}\s?(?:\d\s?){6}[a-d]?\b")
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b")
# An author is a person.
_AUTHOR = re.compile(r"\bby:")


def looks_personal(text: str) -> bool:
    """Whether there is an e-mail address, a handle, a postcode or a long number in it, or an author is asked for."""
    small = text.lower()
    return any(pattern.search(small) for pattern in (_NUMBER, _EMAIL, _INSURANCE, _POSTCODE, _AUTHOR))
