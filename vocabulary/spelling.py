"""British and American spellings of one word, by rules, which hold for words that nobody has listed.

What comes out is a key to compare and to look up by, not a spelling to show: the same rules are applied to what is
searched and to what is asked, so a key need not be a word ("maestro" loses an a, and does no harm).
"""

from __future__ import annotations

import re
from functools import lru_cache

_OUR = (
    "behavi|col|fav|flav|hon|hum|lab|neighb|harb|rum|tum|vap|endeav|sav|od|vig|parl|arm|rig|splend|cand|glam|savi|ferv"
    "|clam|ranc|ard|demean|enam|succ|val|tremb"
)
_DOUBLED = (
    "counsel|travel|label|model|cancel|signal|channel|fuel|level|quarrel|total|dial|equal|tunnel|funnel|panel|pedal"
    "|rival|spiral|marvel|initial|bevel|libel|swivel|grovel|shovel|snivel|revel|trial|victual|parcel|tinsel"
)
_CENTRE = "cent|epicent|fib|theat|amphitheat|lit|millilit|calib|somb|spect|meag|lust|sab|goit|mit"
# In this order, each on what the one before left.
_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # s, not z: "organization" would have the stem of "organ".
        (r"^(\w{3,})iz(e|ed|es|er|ers|ing|able|ation|ations|ational)$", r"\1is\2"),
        (r"^(\w{2,})yz(e|ed|es|er|ers|ing)$", r"\1ys\2"),
        (rf"^((?:mis|un|dis|re|over|multi|non)?(?:{_OUR}))our", r"\1or"),
        (r"^(?!aer)(\w*?)ae(?!l)(?=\w{2})", r"\1e"),
        (r"foet", "fet"),
        (r"rrhoea", "rrhea"),
        (r"pnoea", "pnea"),
        (r"^oe(?=[dst])", "e"),
        (r"coeliac", "celiac"),
        (r"^homoeo", "homeo"),
        (r"amoeb", "ameb"),
        (r"^man(?:oeuvr|euver)(?:e?)", "maneuver"),
        (r"^cesari?[ae]n", "cesarean"),
        (rf"^({_CENTRE})re(s)?$", r"\1er\2"),
        (r"^(cent|fib)r(ing|ed)$", r"\1er\2"),
        (r"^(licen|defen|offen|preten)ce(s|d|less)?$", r"\1se\2"),
        (r"^(licen|defen)cing$", r"\1sing"),
        (r"^practi[sz](e|es|ed|ing)$", r"practic\1"),
        (rf"^({_DOUBLED})l(ed|ing|er|ers|or|ors|ous|able)$", r"\1\2"),
        (r"^(enrol|fulfil|instil|distil|appal|enthral|instal)(s|ment|ments)?$", r"\1l\2"),
        (r"^(skil|wil)ful", r"\1lful"),
        (r"^programme(s?)$", r"program\1"),
        (r"^(kilo|milli|micro)?gramme(s?)$", r"\1gram\2"),
        (r"^(cata|dia|ana|mono|pro|epi|homo)logue", r"\1log"),
        (r"^(judg|acknowledg|abridg)ement", r"\1ment"),
        (r"^ageing$", "aging"),
        (r"^grey(s|er|ed|ing|ish)?$", r"gray\1"),
        (r"^jewell(er|ery)", "jewelr"),
        (r"^sceptic", "skeptic"),
        (r"sulph", "sulf"),
        (r"^moul(d|t)", r"mol\1"),
        (r"^smould", "smold"),
        (r"^plough", "plow"),
        (r"^pyjama", "pajama"),
        (r"^mum(s|my|mies)?$", r"mom\1"),
        (r"^(whil|among|amid)st$", r"\1"),
        (r"^while$", "whil"),
        (r"^(to|after|back|up|down|for)wards$", r"\1ward"),
        (r"^(learn|burn|dream|spoil|spill|spell)t$", r"\1ed"),
        (r"^spelt$", "spelled"),
        (r"^cosi?y$", "cozy"),
        (r"^artefact", "artifact"),
        (r"^enquir", "inquir"),
        (r"^speciality$", "specialty"),
        (r"^specialities$", "specialties"),
        (r"^orientat(e|ed|es|ing)$", r"orient\1"),
        (r"^tyre(s?)$", r"tire\1"),
        (r"^aeroplane", "airplane"),
        (r"^maths$", "math"),
        (r"^nappies$", "nappy"),
    )
]
_SHORTEST = 4
# Most words follow no rule, and asking fifty of them one by one is most of what indexing costs. Those that begin with
# the word are asked at its beginning alone: search() tries them at each of its letters.
_AT_FIRST = re.compile("|".join(f"(?:{rule.pattern})" for rule, _ in _RULES if rule.pattern.startswith("^")))
_ANYWHERE = re.compile("|".join(f"(?:{rule.pattern})" for rule, _ in _RULES if not rule.pattern.startswith("^")))


@lru_cache(maxsize=100_000)
def one_spelling(word: str) -> str:
    """A folded word by the one spelling that stands for all of its spellings."""
    if len(word) < _SHORTEST and word != "mum":
        return word
    if not _AT_FIRST.match(word) and not _ANYWHERE.search(word):
        return word
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return word
