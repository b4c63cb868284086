"""Numbers that name a work or a person: brought into one form, and checked by their own check digits."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE)
_ISSN = re.compile(r"(?<![\d-])(\d{4})[-–‐]?(\d{3}[\dXx])(?![\d-])")
_ISSUED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# BCP 47 as far as it is used for works: a language, perhaps a script, perhaps a region or a variant.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-[A-Za-z0-9]{4,8})*")


def bare_doi(text: str) -> str:
    """The DOI within an address, or after "doi:"; lower case, since DOIs do not tell case apart. "" for none."""
    found = _DOI.search(text)
    return found.group().rstrip(".,;").lower() if found else ""


def bare_isbn(text: str) -> str:
    """Thirteen digits, whether ten or thirteen were given; "" for what is no ISBN."""
    digits = re.sub(r"[\s-]", "", text.upper().removeprefix("ISBN").lstrip(": "))
    if re.fullmatch(r"\d{9}[\dX]", digits):
        total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits))
        return _isbn_13("978" + digits[:9]) if total % 11 == 0 else ""
    if re.fullmatch(r"97[89]\d{10}", digits) and digits == _isbn_13(digits[:12]):
        return digits
    return ""


def first_isbn(text: str) -> str:
    """The first ISBN of a field that may hold several, and notes: "9781315735290 (ISBN); 0-19-853453-1 (pbk)"."""
    pieces = re.split(r"[;,|/]|\s(?=97[89])", re.sub(r"\([^()]*\)", " ", text))
    return next((found for piece in [text, *pieces] if (found := bare_isbn(piece.strip()))), "")


def bare_issn(text: str) -> str:
    """The first ISSN in a text, with its hyphen; "" for none."""
    found = _ISSN.search(text)
    return f"{found[1]}-{found[2].upper()}" if found else ""


def _isbn_13(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def bare_orcid(text: str) -> str:
    """ "0000-0002-1825-0097", from an address too; "" where the check digit (ISO 7064, 11-2) is not right."""
    found = _ORCID.search(text.strip())
    if not found:
        return ""
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(found.groups()).upper() if digits[15] == ("X" if check == 10 else str(check)) else ""


def validate_isbn(value: str) -> None:
    if not bare_isbn(value):
        raise ValidationError(_("This is no ISBN: its last digit does not fit the others. Please check it."))


def validate_orcid(value: str) -> None:
    if bare_orcid(value) != value:
        raise ValidationError(
            _("This is no ORCID: it looks like 0000-0002-1825-0097, and its last digit must fit the others.")
        )


def validate_language(value: str) -> None:
    if not _LANGUAGE.fullmatch(value):
        raise ValidationError(_("Write the language as a code: en, cy, pl, pt-BR."))


def validate_issued(value: str) -> None:
    """A year, a month or a day: "2019", "2019-03", "2019-03-21"."""
    found = _ISSUED.fullmatch(value)
    try:
        if not found:
            raise ValueError(value)
        year, month, day = (int(part) if part else 1 for part in found.groups())
        dt.date(year, month, day)
    except ValueError:
        raise ValidationError(_("Write a year, a month or a day: 2019, 2019-03 or 2019-03-21.")) from None
