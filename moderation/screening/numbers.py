"""Numbers and addresses that lead to one person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.screening.organisations import is_given_out, is_shared_inbox
from moderation.screening.reading import Readable

Spans = Iterator[tuple[int, int]]

_TEN_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[.,/ -])\d(?:\d{2}[ ./-]{0,2}\d{3}[ ./-]{0,2}\d{4}|(?: \d){9}|(?:[ .-]?\d){9})(?![ ./-]?\d)"
)
_USUAL_GROUPS = re.compile(r"\d{3}[ ./-]{0,2}\d{3}[ ./-]{0,2}\d{4}$|\d(?: \d){9}$|\d{5} \d{5}$")
_NHS = re.compile(
    r"n\.?h\.?s\b|\b(?:red book|patient|baby|child|twin|mum|his|her|systm ?one|emis|rio|notification)\b", re.IGNORECASE
)
_BOOK = re.compile(r"is[bs]n(?:[ -]?1[03])?:?[\d -]*$", re.IGNORECASE)

# Royal Mail's areas, for what would otherwise be too much like other words.
_AREA = (
    r"(?:A[BL]|B[ABDHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|"
    r"L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGK-PRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)"
)
# Two letters at most, one or two digits or a digit and a letter; then a digit and two letters that are none of CIKMOV.
_POSTCODE = re.compile(
    rf"(?<![\w/])(?:GIR ?0AA|[A-Z]{{1,2}}\d[A-Z\d]?[ .-]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}}"
    # Spaces where none belong: "M 14 5RQ", "SK14 1 AB". In small letters that could be "e1 2 us".
    rf"|(?-i:{_AREA} \d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{{2}}|{_AREA}\d[A-Z\d]? \d [ABD-HJLNP-UW-Z]{{2}}))(?![\w/])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:1st|2nd|3rd|[04-9]th)$")

_SEPARATED = r"(?:[ .\-()/]{0,3}\d)"
# 03, 08 and 09 belong to organisations and helplines, which people must be able to pass on.
_PHONE = re.compile(
    rf"(?<![\d+.])(?:\(?(?:\+|00 ?)44\)?[ .-]?(?:\(0\))?[ .-]?|\(?(?:0|(?<!\w)O(?=7)) ?)[127]"
    rf"{_SEPARATED}{{8,9}}(?![.\-]?\d)"
    rf"|(?<![\d+])\+(?!44)[1-9]{_SEPARATED}{{7,13}}(?![.\-]?\d)"
    # The first nought left out.
    r"|(?<=\b(?:call|ring|text) )7[1-9]\d{2} ?\d{3} ?\d{3}(?!\d)|(?<=\bmobile )7[1-9]\d{2} ?\d{3} ?\d{3}(?!\d)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?:\D*44\D*|\D*)0?\D*7")

_AT = r"(?:@|\s?[\[({<*|【]\s?(?:at|@)\s?[\])}>*|】]\s?)"
_DOT = r"(?:\.|\s\.(?=com\b|co\b|org\b|net\b)|\s?[\[({<*|]\s?dot\s?[\])}>*|]\s?)"
_ANY_AT = r"(?:\s?[\[({<]?\s?@\s?[\])}>]?\s?|\s?[\[({<]\s?at\s?[\])}>]\s?|[\s_-]at[\s_-])"
_ANY_DOT = r"(?:\s?\.\s?|[\s_-]{1,3}dot[\s_-]{1,3})"
_LAST = r"(?:com|co|org|net|uk|gov|nhs|ac|info|me|ie|eu)"
_PROVIDER = (
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|btinternet|sky|virginmedia|talktalk|ntlworld|"
    r"blueyonder|proton|protonmail|gmx|nhs)"
)
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+'-]{{1,64}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,5}}(?![\w-])"
    # Said aloud, or pulled apart: "k dot jones at sky dot com", "kjones @ gmail . com", "kjones_at_gmail_dot_com".
    r"|(?<![\w.+-])[\w.+-]{1,64}[\s_-]{1,2}at[\s_-]{1,2}[^\W_]{1,63}(?:[\s_-]{1,2}dot[\s_-]{1,2}[^\W_]{1,63}){1,4}(?![\w-])"
    rf"|(?<![\w.+-])[\w.+-]{{1,64}}{_ANY_AT}{_PROVIDER}(?:{_ANY_DOT}[a-z]{{2,10}}){{1,2}}(?![\w-])"
    rf"|(?<![\w.+-])[\w.+-]{{1,64}}\s?@\s?[\w-]{{1,63}}(?:\s?(?:\.|\bdot\b)\s?{_LAST}\b){{1,3}}"
    rf"|(?<![\w.+-])[\w+-]{{0,40}}[\d._+-][\w.+-]{{0,40}}\s?(?:@|\bat\b)\s?{_PROVIDER}\b",
    re.IGNORECASE,
)

# What a number may belong to, and the systems that give it out.
_WHOSE = (
    r"(?:case ?file|case|crime|incident|occurrence|client|patient|hospital|court|child|"
    r"pupil|family|tenan(?:cy|t)|rent|referral|"
    r"safeguarding|police|child protection|social (?:care|work|services)|early help|log|home office|passport|district|"
    r"service user|housing|homeless(?:ness)?|unit|ehcp?(?: plan)?|send?|"
    r"cin|cp|lac|marac|mash|lado|cafcass|caf|assessment)"
)
_SYSTEM = (
    r"(?:cad|urn|upn|mrn|crn|mosaic|liquid ?logic|lcs|ehm|eclipse|care ?first|rio|syste?m ?one|emis|athena|niche|"
    r"connect|azeus|capita one)"
)
_LABEL = r"(?:ref(?:erence)?\.? (?:number|no)|numbers?|num|no|nos|nr|refs?|references?|id|i\.d|#|urn|file)"
_NUMBER = r"(?P<number>(?=[A-Z/.*-]*\d)[A-Z0-9][A-Z0-9/.*-]{2,24})"
_STRONG = re.compile(
    rf"\b(?P<whose>{_WHOSE}|{_SYSTEM})\b(?:['’]s)?"
    rf"(?P<thing>[ '-]{{0,2}}(?:plan|record|account|case|file|unit|services?|care))?"
    rf"(?:[ -]{{0,2}}(?P<label>{_LABEL}))?\b[.:#]{{0,2}}(?: (?:is|was|of|given as))?[ :#=(]{{1,3}}{_NUMBER}",
    re.IGNORECASE,
)
_GIVES_NUMBERS = re.compile(
    rf"{_SYSTEM}|case ?file|case|crime|incident|log|client|patient|tenancy|referral", re.IGNORECASE
)
_OF_A_DAY = re.compile(
    r"\b(?P<number>(?:incident|log|cad)(?: (?:no|number))?\.? \d{1,6}) (?:of|on|dated) \d", re.IGNORECASE
)
_WEAK = re.compile(
    r"\b(?:our |your |my )?ref(?:erence)?(?: (?:number|no))?[.:#]{0,2}(?: is)?[ :#]{1,3}"
    r"(?P<number>(?:[A-Z]{2,6} )?[A-Z0-9][A-Z0-9/-]{3,24})",
    re.IGNORECASE,
)
# Money, jobs, research, goods and schools have numbers too, and those name nobody.
_OF_NO_PERSON = re.compile(
    r"\b(?:grants?|fund(?:ing|er|ed)?|bids?|jobs?|vacanc(?:y|ies)|posts?|advert|ethics|irb|contract|tender|invoice|order|purchase|"
    r"course|booking|projects?|programme|papers?|documents?|polic(?:y|ies)|forms?|leaflet|products?|catalogue|stock|"
    r"awards?|charity|company|licen[cs]e|standards?|guid(?:ance|eline)s?|nice|report|registration|registered|ofsted|schools?|"
    r"settings?|dfe|gias|provider|websites?|statistics?|dataset|library|book|poster|event|webinar|planning|insurance|"
    r"parcel|delivery|ticket|voucher|module|certificate)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
# A family court's case, a pupil's number, a National Insurance number.
_OF_ITS_OWN = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{2}[A-Z]\d{5}|[A-HJ-NP-Z]\d{11}[\dA-Z]|"
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)(?:QQ|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]) ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![\w-])"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-](?:\d\d|(?:19|20)\d\d))?$")


def nhs_numbers(text: Readable) -> Spans:
    """Ten digits of which the last checks the others, unless they are said to be a book's."""
    for found in text.each(_TEN_DIGITS):
        digits = [int(letter) for letter in found[0] if letter.isdigit()]
        if is_nhs_number(digits) and _may_be_nhs(text.text, found):
            yield text.span(*found.span())


def _may_be_nhs(text: str, found: re.Match[str]) -> bool:
    """Grouped in another way than the NHS does, it must be called one: some other number in eleven passes the check."""
    if _BOOK.search(text, max(0, found.start() - 24), found.start()):
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
        # A telephone begins a line with a capital: "Fy38ab is hers".
        is_typed_so = " " in found[0] or found[0].isupper() or found[0][1:].islower()
        if is_typed_so and not _ORDINAL.search(found[0]) and not is_given_out(text, *found.span()):
            yield text.span(*found.span())


def phone_numbers(text: Readable) -> Spans:
    """A mobile is somebody's own; a landline may be an office's."""
    for found in text.each(_PHONE):
        is_mobile = _MOBILE.match(found[0])
        is_book = _BOOK.search(text.text, max(0, found.start() - 24), found.start())
        if not is_book and (is_mobile or not is_given_out(text, *found.span())):
            yield text.span(*found.span())


def email_addresses(text: Readable) -> Spans:
    return (text.span(*found.span()) for found in text.each(_EMAIL) if not is_shared_inbox(found[0]))


def case_numbers(text: Readable) -> Spans:
    """A number that is called a case's or a person's, or has the form of one."""
    for found in text.each(_STRONG):
        start, number = found.start("number"), found["number"].rstrip(".-/")
        if _is_numbered(found, number) and not _is_of_no_person(text.text, found):
            yield text.span(start, start + len(number))
    for found in text.each(_OF_A_DAY):
        yield text.span(*found.span("number"))
    for found in text.each(_WEAK):
        number = found["number"].rstrip("-/")
        if _digits(number) >= 4 and not _YEAR.match(number) and not _is_of_no_person(text.text, found):
            yield text.span(found.start("number"), found.start("number") + len(number))
    for found in text.each(_OF_ITS_OWN):
        yield text.span(*found.span())


def _is_numbered(found: re.Match[str], number: str) -> bool:
    """Called a number, or long enough for one: "case 12" is the twelfth, "case 7781204" a family's."""
    if found["label"] or re.fullmatch("urn|upn|cad|mrn|crn", found["whose"], re.IGNORECASE):
        return _digits(number) >= 3
    is_case = (found["thing"] or "").strip(" -").lower() == "case"
    gives = _GIVES_NUMBERS.fullmatch(found["whose"]) or is_case
    return bool(gives) and _digits(number) >= (4 if ("/" in number or is_case) and not _YEAR.match(number) else 5)


def _is_of_no_person(text: str, found: re.Match[str]) -> bool:
    return bool(_OF_NO_PERSON.search(text, max(0, found.start() - 60), found.start()))


def _digits(number: str) -> int:
    return sum(map(str.isdigit, number))
