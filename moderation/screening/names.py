"""A child's first and last name beside an age or a school. A name alone is nobody's secret, and neither is an age."""

from __future__ import annotations

import re
from bisect import bisect_right

from moderation.screening.lists import listed
from moderation.screening.numbers import Spans
from moderation.screening.reading import Readable

# How far from a name its age or school may stand, in letters.
REACH, CLOSE = 60, 25
_LARGE, _LITTLE = "[A-ZÀ-ÖØ-ÞĀĆČĐĒĞĪĶŁŃŅŌŘŚŞŠŪŻŽ]", r"[^\W\d_A-Z]"
_PART = rf"(?:(?:Mc|Mac|O'|D'|De|Le|La|Al-|El-)?{_LARGE}{_LITTLE}+(?:[-']{_LARGE}?{_LITTLE}+)*)"
_CAPITALISED = re.compile(
    rf"(?<![\w'@/-]){_PART}(?: (?:[A-Z]\.? |(?:bin|bint|van|de|der|da|dos|al|el|ur|ul) )?{_PART}){{1,3}}(?![\w@])"
)
_SMALL = re.compile(r"(?<![\w'@/-])(?P<given>[a-z]{2,20}) (?P<family>[a-z]{2,20}(?:-[a-z]{2,20})?)(?![\w@])")
_TURNED = re.compile(rf"(?<![\w'@/-]){_PART}, (?P<given>{_PART})(?![\w@])")
_LOUD = re.compile(r"(?<![\w'@/-])[A-Z]{2,20} [A-Z]{2,20}(?:-[A-Z]{2,20})?(?![\w@])")

_COUNT = (
    r"(?:1[0-7]|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:[1-9]\d|eighteen|twenty)(?=[ -]?(?:mo?|months?|mths?|weeks?|wks?|days?)\b))"
)
_UNIT = r"(?:(?i:years?|yrs?|months?|mths?|weeks?|wks?|days?|mo?|y))\b"
_OLD = rf"(?:{_COUNT}(?:\.5|½| and a half)?[ -]?{_UNIT}[ -]?(?:of age|old)\b|{_COUNT} ?(?:yo|y/o|y\.o)\b)"
_RANGE = r"(?! ?(?:-|–|to|and|or|/) ?\d|\+| (?:upwards?|(?:and|or) (?:over|under|up|above|older|younger))\b)"
_AGE = re.compile(
    rf"\b(?:aged? ?:? ?{_COUNT}\b(?:{_RANGE})|(?<!to )(?<!or )(?<![\d–-]){_OLD}"
    rf"|(?:is|was|hes|shes|turned|turns|turning|be|now|just|only|nearly|almost|'s) {_COUNT}(?: {_UNIT})?{_RANGE}"
    r"(?=\s*(?:[,.;!?)\n]|$|(?:and|in|on|now|next|last|this|yesterday|today|tomorrow|when|or|with|but|so|years?|months?)\b)))"
)
# What stands right behind a name, so that a bare number or date is that person's.
_RIGHT_AFTER = re.compile(
    rf",? ?(?:[(,:-] ?(?:now |just |nearly |almost |only |who is |age )?|(?=\d+[ -]?{_UNIT}))"
    rf"{_COUNT}(?:½|\.5)?(?:[ -]?{_UNIT}(?:,? ?(?:and )?{_COUNT}[ -]?{_UNIT})?)?(?: old)?{_RANGE}"
    r"(?= ?(?:[,;)!?\n]| [-–] |\.(?!\d)|$|(?:who|and|has|is|was|goes|at|from|in|with|cannot|does|did|had|"
    r"not|no|for|needs|still|can|came|will)\b))"
    rf"|['’]s (?:now |just |only )?{_COUNT}\b{_RANGE}(?= ?(?:[,;.)!?\n]|$|and\b))"
    rf"| (?:just|nearly|almost|only) {_COUNT}(?: {_UNIT})?(?= ?(?:[,;)!?\n]|\.(?!\d)|$|(?:and|has|is|was|with|at)\b))"
    rf"|,? ?[(,-] ?(?:Y(?:ea)?r? ?\d\b|[Rr]eception\b(?! (?:teach|class teach|lead)))"
    rf"|,? (?:nursery|school|pre-?school) (?:at|in|:)"
    rf"|['’]s (?:nursery|pre-?school|childminder|playgroup|key ?(?:worker|person)|school)\b"
    rf"|[,;]? [Aa]ge:? ?{_COUNT}\b|[,;]? ?[Ss]chool ?: ?[A-Z]"
    rf"|(?:['’]s?)? (?:{_COUNT}(?:st|nd|rd|th)|first|second|third|fourth|fifth) birthday\b"
    r"|,? ?[(-]? ?\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b"
)
_CLASS = re.compile(
    r"\b(?:[Ii]n|[Ss]tarts?|[Ss]tarted|[Ss]tarting|[Jj]oined|[Ii]nto|[Jj]ust|[Ff]rom) (?:(?:her|his|their|our|the) )?"
    r"(?:[Yy](?:ear|r)? ?(?:\d{1,2}|one|two|three|four|five|six)|[Rr]eception|[Nn]ursery|[Pp]re-?school|"
    r"Foundation Stage)\b"
    r"|\b[Ss]tart(?:s|ed|ing) (?:school|nursery|pre-?school|[Rr]eception)\b|, (?:Y(?:ea)?r? ?\d|Reception)(?=[,.;)]|$)"
)
_SCHOOL = (
    r"(?:(?:St\.? )?[A-Z][\w'.]+ (?:[A-Z&][\w'.]* |and |of |the ){0,4}"
    r"(?:[Pp]rimary|[Ii]nfants?|Juniors?|[Nn]ursery|[Pp]re-?[Ss]chool|[Pp]laygroup|Kindergarten|[Aa]cademy|High|Secondary|"
    r"Special|Childcare|[Ss]chools?)\b)"
)
_ATTENDS = re.compile(
    r"\b(?:(?:attend(?:s|ing|ed)?|go(?:es|ing) to|went to|enrolled (?:at|in)|start(?:s|ed|ing)? at|mov(?:ed|ing) to|"
    rf"pupil at|excluded from|place at|at|from|in) (?:the )?{_SCHOOL}|"
    r"(?:attends|goes to) (?:the )?(?:(?:nursery|school|pre-?school) at )?(?:St\.? )?[A-Z][\w'.]+|"
    r"at (?:the )?St\.? [A-Z][\w']+|"
    # All in small letters, as on a telephone.
    r"(?:attends|goes to|started at|starts at|is at) (?:[a-z']+ ){1,3}"
    r"(?:nursery|school|pre-?school|playgroup|primary|infants)\b)"
    rf"|@ ?{_SCHOOL}"
)
# Said right behind a name, but behind much else too: only where the name is known to be one.
_AFTER_KNOWN = re.compile(
    rf",? (?:[Yy](?:ea)?r ?\d\b|{_COUNT} and a half\b|{_COUNT} (?:and|&) {_COUNT}(?= ?(?:[;.)!?\n]|$)))"
    rf"| (?:{_COUNT}[ -]?(?:months?|mths?|mo|weeks?|wks?)\b|{_COUNT}\.5 ?{_UNIT}"
    rf"|{_COUNT} lives\b|are {_COUNT}\b{_RANGE})"
)
# What a form says before an age, which reads like part of the name.
_LABEL = re.compile(r"(?:Age|Aged|DOB|Dob|Born|School|Class)")
_RIGHT_BEFORE = re.compile(
    r"\b(?:[Yy](?:ea)?r? ?\d|[Rr]eception|[Nn]ursery|[Pp]re-?school) (?:pupil|child|boy|girl)s?,? $"
)
_GOES_ON = re.compile(r"[.!?] (?:S?[Hh]e|They|His|Her)(?:'s)?\b")
_CHILD = re.compile(
    r"\b(?:son|daughter|boy|girl|child|baby|toddler|twins?|nephew|niece|grand(?:son|daughter|child)|brother|sister|pupil|"
    r"lad|little one|infant|newborn|called|named)\b",
    re.IGNORECASE,
)
# Whoever is known to all is not told by a post, unless it speaks of somebody near by who has the same name.
_NEAR_BY = re.compile(
    r"\b(?:my|our|client|patient|pupil|refer(?:red|ral)|seen|saw|visited|met|today|"
    r"yesterday|lives|attends|goes to|mum|dad)\b",
    re.IGNORECASE,
)
_ADULT = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|prof(?:essor)?|rev|sir|dame|pc|dc|sgt|cllr|nurse|(?:head ?)?teachers?|teach(?:es|ing)|"
    r"senco|managers?|leads?|practitioner|therapist|visitor|midwife|co-?ordinator|worker|officer|trainer|speaker|author|director|"
    r"consultant|present(?:s|ing|ed)|wrote|runs|volunteers?|chair|governor|work(?:s|ed)|colleague|mayor|king|queen)\b",
    re.IGNORECASE,
)


def names_of_children(text: Readable) -> Spans:
    """First and last names that stand beside a child's age, class or school in the same sentence."""
    for begin, finish in _candidates(text):
        start, end = _sentence(text, begin, finish)
        if _is_of_a_child(text.text, begin, finish, start, end):
            yield text.span(begin, finish)


def _candidates(text: Readable) -> Spans:
    """Runs of two to four capitalised words without those that are no names, and known first names in any case."""
    for found in text.each(_CAPITALISED):
        words = [(word.start() + found.start(), word[0]) for word in re.finditer(r"\S+", found[0])]
        while words and _is_no_name(words[0][1]):
            words.pop(0)
        while words and _LABEL.fullmatch(words[-1][1]):
            words.pop()
        if (
            len(words) > 1
            and not any(_is_no_name(word) for _at, word in words[:-1])
            and _is_person([w for _at, w in words])
        ):
            yield words[0][0], words[-1][0] + len(re.sub(r"'s$", "", words[-1][1]))
    for pattern in (_SMALL, _LOUD):
        yield from _known_names(text, pattern)
    for found in text.each(_TURNED):
        if found["given"].lower() in listed("given_names") and not _is_no_name(found[0].split(",")[0]):
            yield found.span()


def _known_names(text: Readable, pattern: re.Pattern[str]) -> Spans:
    """Two words of which the first is a first name. They may overlap: "my son jayden smith" offers "my son" first."""
    found = pattern.search(text.text)
    while found:
        first, last = found[0].split(" ")
        is_surname = not _is_no_name(last) and last.lower() not in listed("not_surnames")
        if first.lower() in listed("given_names") and is_surname:
            yield found.span()
        found = pattern.search(text.text, found.start() + len(first))


def _is_person(words: list[str]) -> bool:
    """ "Oscar Green" is somebody, "Hackney Green" is not: a word that is a surname too needs a first name before it."""
    if _ADULT.fullmatch(words[0].rstrip(".")):
        return False
    if not _is_no_name(words[-1]):
        return True
    return _plain(words[-1]) in listed("also_surnames") and any(_is_given(word) for word in words[:-1])


def _is_given(word: str) -> bool:
    return any(part in listed("given_names") for part in _plain(word).split("-"))


def _is_public(name: str) -> bool:
    return "_".join(_plain(word) for word in name.split()) in listed("public_names")


def _plain(word: str) -> str:
    return word.lower().strip(".,'’").removesuffix("'s").removesuffix("’s")


def _is_no_name(word: str) -> bool:
    return _plain(word) in listed("not_names")


def _sentence(text: Readable, begin: int, finish: int) -> tuple[int, int]:
    """The name's sentence, and the next one where it goes on about her, as far as REACH goes to either side."""
    at = bisect_right(text.sentences, begin, key=_start_of) - 1
    start, end = text.sentences[at]
    if _GOES_ON.match(text.text, end - 1) and at + 1 < len(text.sentences):
        end = text.sentences[at + 1][1]
    return max(start, begin - REACH), min(max(end, finish), finish + REACH)


def _start_of(sentence: tuple[int, int]) -> int:
    return sentence[0]


def _is_of_a_child(text: str, begin: int, finish: int, start: int, end: int) -> bool:
    before, after = text[start:begin], text[finish:end]
    if _is_public(text[begin:finish]) and not _NEAR_BY.search(f"{before}|{after}"):
        return False
    if (_RIGHT_AFTER.match(after) or _RIGHT_BEFORE.search(before)) and not _ADULT.search(before[-12:]):
        return True
    if _ADULT.search(before[-30:]) or _ADULT.search(after):
        return False
    has_given = any(_is_given(word) for word in re.split("[ ,]+", text[begin:finish]))
    if has_given and _AFTER_KNOWN.match(after):
        return True
    # Any two words may be a name where the age stands close; further away they must be known to be one.
    reach = REACH if has_given or _CHILD.search(before[-40:]) else CLOSE
    return any(
        pattern.search(part) for part in (before[-reach:], after[:reach]) for pattern in (_AGE, _CLASS, _ATTENDS)
    )
