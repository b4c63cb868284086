"""Days on which somebody was born, told from the many other dates that people write."""

from __future__ import annotations

import re

from django.utils import timezone

from moderation.screening.lists import listed
from moderation.screening.numbers import Spans
from moderation.screening.reading import Readable

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_SPOKEN = (
    r"(?:(?:twenty[ -]|thirty[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|"
    r"twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:'?\d{2}|(?:19|20)\d{2})"
_DATE = (
    rf"(?:(?:the )?(?:{_DAY}(?:st|nd|rd|th)?|{_SPOKEN})(?: day)?(?: of)?(?: the)?[ ./-]{{0,2}}"
    rf"(?:{_MONTH}|(?:0?[1-9]|1[0-2])(?:st|nd|rd|th))"
    rf"[ ,./-]{{0,3}}{_YEAR}"
    rf"|{_MONTH}[ ./-]{{1,2}}{_DAY}(?:st|nd|rd|th)?[ ,./-]{{1,3}}{_YEAR}"
    rf"|{_DAY} ?[./ -] ?(?:0?[1-9]|1[0-2]) ?[./ -] ?{_YEAR}"
    rf"|(?:19|20)\d{{2}}[./-](?:0?[1-9]|1[0-2])[./-]{_DAY}"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)\d{2}|\d{2})"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
)
_BORN = (
    r"(?:\bd[./]? ?o[./]? ?b(?:\b|(?=\d))\.?|\bdate[ -]of[ -]birth\b|\bbirth[ -]?(?:date|day)\b|\bborn\b|\bdelivered\b"
    r"|\bb(?:\.(?= ?\d)| (?=\d{1,2}[/.-]\d))"
    r"|\b(?:turn(?:s|ed|ing)?|will be|was|is) (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten) on\b)"
    r"(?:['’]?s\b)?(?: ?\([^()\d\n]{1,30}\))?"
)
_BIRTH = re.compile(
    rf"{_BORN}(?:[^\w\n]{{1,4}}(?:is|was|on|of|the|as|a|boy|girl|at|home"
    r"|in (?-i:[A-Z]\w+(?: [A-Z]\w+)?)|early|prematurely|in|hospital|her|his|their|i|think"
    rf"|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:given|recorded|down)"
    rf"))*[^\w\n]{{0,4}}(?P<date>{_DATE})(?![\w/])",
    re.IGNORECASE,
)
# The other way round: "12/03/2021 is her date of birth", "12.3.21 (DOB)".
_AFTERWARDS = re.compile(
    rf"(?<![\w/])(?P<date>{_DATE})[ ,(\[-]{{1,3}}(?:is |was )?(?:(?:his|her|their|the child's|my \w+'s) )?"
    r"(?:d\.? ?o\.? ?b\b|date of birth\b|birth ?(?:date|day)\b)",
    re.IGNORECASE,
)


# Without a word for birth: right behind a child, between commas or in brackets, or behind an age.
_BESIDE = re.compile(
    rf"\b(?:(?P<child>child|baby|boy|girl|son|daughter|toddler|twin|sibling|brother|sister|patient|pupil|infant|"
    r"newborn|client|(?:years?|yrs?|months?|weeks?)[ -]old)(?: (?:[A-Z]|one|two|1|2)\b)?"
    r"|(?P<name>(?-i:[A-Z][^\W\d_]*|(?:[A-Z]\.? ?){1,3})))"
    rf"(?P<mark> ?[(,:;-]{{0,2}} ?)(?P<date>{_DATE})(?P<end>[),;]|(?= (?:was|is|has|had|referred|seen|not|did)\b)|$)",
    re.IGNORECASE | re.MULTILINE,
)
# "The NHS was born on 5 July 1948."
_IDEA = re.compile(
    r"\b(?:nhs|service|programme|project|charity|centre|hub|group|network|idea|scheme|partnership|movement|start|campaign|"
    r"state|union|trust|club|library|foundation)\b[^.\n]{0,20}$",
    re.IGNORECASE,
)
# Nobody born before is in anybody's care.
FIRST_YEAR = 1920


def dates_of_birth(text: Readable) -> Spans:
    """Dates that the words around them call a birth."""
    for pattern in (_BIRTH, _AFTERWARDS):
        for found in text.each(pattern):
            if not _IDEA.search(text.text, max(0, found.start() - 50), found.start()) and _may_live(found["date"]):
                yield text.span(*found.span("date"))
    for found in text.each(_BESIDE):
        if _is_beside_a_child(found) and _is_past(found["date"]):
            yield text.span(*found.span("date"))


def _is_beside_a_child(found: re.Match[str]) -> bool:
    """A first name or initials need the date in brackets or between commas: "Priya, 3 May 2024" signs a post."""
    if found["child"]:
        return True
    is_enclosed = ("(" in found["mark"] and found["end"] == ")") or ("," in found["mark"] and found["end"] == ",")
    is_somebody = len(found["name"]) == 1 or found["name"].isupper() or found["name"].lower() in listed("given_names")
    return is_enclosed and is_somebody


def _year(date: str) -> int | None:
    years = re.findall(r"(?:19|20)\d{2}", date)
    return int(years[-1]) if years else None


def _may_live(date: str) -> bool:
    year = _year(date)
    return year is None or year >= FIRST_YEAR


def _is_past(date: str) -> bool:
    year = _year(date)
    return year is None or FIRST_YEAR <= year <= timezone.localdate().year
