"""Numbers and addresses that lead to one person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.screening.reading import Readable

Spans = Iterator[tuple[int, int]]

_TEN_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[.,/ -])\d(?:\d{2}[ .-]{0,2}\d{3}[ .-]{0,2}\d{4}|(?: \d){9}|(?:[ .-]?\d){9})(?![ ./-]?\d)"
)
_USUAL_GROUPS = re.compile(r"\d{3}[ .-]{0,2}\d{3}[ .-]{0,2}\d{4}$|\d(?: \d){9}$")
_NHS = re.compile(r"\bnhs\b|\bred book\b", re.IGNORECASE)
_BOOK = re.compile(r"isbn(?:-1[03])?:?\s*$", re.IGNORECASE)

# Two letters at most, one or two digits or a digit and a letter; then a digit and two letters that are none of CIKMOV.
_POSTCODE = re.compile(
    r"(?<![\w/])(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ -]{0,2}\d[ABD-HJLNP-UW-Z]{2})(?![\w/])", re.IGNORECASE
)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)$")

_SEPARATED = r"(?:[ .\-()]{0,3}\d)"
# 03, 08 and 09 belong to organisations and helplines, which people must be able to pass on.
_PHONE = re.compile(
    rf"(?<![\d+.])(?:\(?(?:\+|00 ?)44\)?[ .-]?(?:\(0\))?[ .-]?|\(?0 ?)[127]{_SEPARATED}{{8,9}}(?![.\-]?\d)"
    rf"|(?<![\d+])\+(?!44)[1-9]{_SEPARATED}{{7,13}}(?![.\-]?\d)"
)

_AT = r"(?:@|\s?[\[({]\s?at\s?[\])}]\s?)"
_DOT = r"(?:\.|\s?[\[({]\s?dot\s?[\])}]\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+'-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}}(?![\w-])"
    r"|(?<![\w.+-])[\w.+-]{1,64} at [\w-]{1,63}(?: dot [\w-]{1,63}){1,4}(?![\w-])",
    re.IGNORECASE,
)

_STRONG = re.compile(
    r"\b(?:case|crime|incident|client|patient|hospital|court|child|pupil|family|tenancy|rent|referral|safeguarding|police|"
    r"social (?:care|work|services)|early help|log|cad|urn|upn|mosaic|liquid ?logic|lcs|eclipse|"
    r"care ?first|rio|system ?one|emis|nhs|athena|niche)\b"
    r"(?:['’]s)?(?:[ '-]?(?:record|account|social care|services?|care))?"
    r"[ -]{0,2}(?:numbers?|no|nos|ref|refs|references?|id|i\.d|#)?\b[.:#]{0,2}"
    r"(?: (?:is|was|of))?[ :#]{1,3}(?P<number>(?=[A-Z/.-]*\d)[A-Z0-9][A-Z0-9/.-]{2,24})",
    re.IGNORECASE,
)
_NAMED = re.compile(r"numbers?|\bnos?\b|\brefs?\b|references?|\bid\b|i\.d|#|\b(?:urn|upn|cad)\b", re.IGNORECASE)
_WEAK = re.compile(
    r"\b(?:our |your |my )?ref(?:erence)?(?: (?:number|no))?[.:#]{0,2}(?: is)?[ :#]{1,3}"
    r"(?P<number>(?:[A-Z]{2,6} )?[A-Z0-9][A-Z0-9/-]{3,24})",
    re.IGNORECASE,
)
# A family court's case, a pupil's number, a National Insurance number.
_OF_ITS_OWN = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{2}[A-Z]\d{5}|[A-HJ-NP-Z]\d{11}[\dA-Z]|"
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![\w-])"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-]\d{2,4})?$")


def nhs_numbers(text: Readable) -> Spans:
    """Ten digits of which the last checks the others, unless they are said to be a book's."""
    for found in text.each(_TEN_DIGITS):
        digits = [int(letter) for letter in found[0] if letter.isdigit()]
        if is_nhs_number(digits) and _may_be_nhs(text.text, found):
            yield text.span(*found.span())


def _may_be_nhs(text: str, found: re.Match[str]) -> bool:
    """Grouped in another way than the NHS does, it must be called one: some other number in eleven passes the check."""
    if _BOOK.search(text, max(0, found.start() - 12), found.start()):
        return False
    around = text[max(0, found.start() - 30) : found.end() + 30]
    return bool(_USUAL_GROUPS.match(found[0]) or _NHS.search(around))


def is_nhs_number(digits: list[int]) -> bool:
    """Modulus 11, as the NHS Data Dictionary has it. Ten of one digit pass the sum and are nobody's."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and digits[9] == check % 11


def postcodes(text: Readable) -> Spans:
    for found in text.each(_POSTCODE):
        is_typed_so = " " in found[0] or found[0].isupper() or found[0].islower()
        if is_typed_so and not _ORDINAL.search(found[0]):
            yield text.span(*found.span())


def phone_numbers(text: Readable) -> Spans:
    return (text.span(*found.span()) for found in text.each(_PHONE))


def email_addresses(text: Readable) -> Spans:
    return (text.span(*found.span()) for found in text.each(_EMAIL))


def case_numbers(text: Readable) -> Spans:
    """A number that is called a case's or a person's, or has the form of one."""
    for found in text.each(_STRONG):
        number = found["number"].rstrip(".-/")
        if _NAMED.search(found[0][: found.start("number") - found.start()]) and _digits(number) >= 3:
            yield text.span(found.start("number"), found.start("number") + len(number))
    for found in text.each(_WEAK):
        number = found["number"].rstrip("-/")
        if _digits(number) >= 4 and not _YEAR.match(number):
            yield text.span(found.start("number"), found.start("number") + len(number))
    for found in text.each(_OF_ITS_OWN):
        yield text.span(*found.span())


def _digits(number: str) -> int:
    return sum(map(str.isdigit, number))
