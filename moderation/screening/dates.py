"""Days on which somebody was born, told from the many other dates that people write."""

from __future__ import annotations

import re

from moderation.screening.numbers import Spans
from moderation.screening.reading import Readable

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:'?\d{2}|(?:19|20)\d{2})"
_DATE = (
    rf"(?:{_DAY}(?:st|nd|rd|th)?(?: of)?[ ./-]{{0,2}}{_MONTH}[ ,./-]{{1,3}}{_YEAR}"
    rf"|{_MONTH}[ ./-]{{1,2}}{_DAY}(?:st|nd|rd|th)?[ ,./-]{{1,3}}{_YEAR}"
    rf"|{_DAY} ?[./ -] ?(?:0?[1-9]|1[0-2]) ?[./ -] ?{_YEAR}"
    rf"|(?:19|20)\d{{2}}[./-](?:0?[1-9]|1[0-2])[./-]{_DAY}"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:(?:19|20)\d{2}|\d{2}))"
)
_BORN = (
    r"(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth\b|\bbirth ?(?:date|day)\b|\bborn\b|\bdelivered\b|\bb\.(?= ?\d)"
    r"|\b(?:turn(?:s|ed|ing)?|will be|was|is) (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten) on\b)"
)
_BIRTH = re.compile(
    rf"{_BORN}(?:[^\w\n]{{1,4}}(?:is|was|on|of|the|as|a|boy|girl|at|home|early|prematurely|in|hospital|her|his|their"
    rf"|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:given|recorded|down)"
    rf"))*[^\w\n]{{1,4}}(?P<date>{_DATE})(?![\w/])",
    re.IGNORECASE,
)
# The other way round: "12/03/2021 is her date of birth", "12.3.21 (DOB)".
_AFTERWARDS = re.compile(
    rf"(?<![\w/])(?P<date>{_DATE})[ ,(\[-]{{1,3}}(?:is |was )?(?:(?:his|her|their|the child's|my \w+'s) )?"
    r"(?:d\.? ?o\.? ?b\b|date of birth\b|birth ?(?:date|day)\b)",
    re.IGNORECASE,
)


def dates_of_birth(text: Readable) -> Spans:
    """Dates that the words around them call a birth."""
    for pattern in (_BIRTH, _AFTERWARDS):
        for found in text.each(pattern):
            yield text.span(*found.span("date"))
