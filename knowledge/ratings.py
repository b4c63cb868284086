"""The scales of the bodies that rate evidence, cost and impact: each in its own words, none turned into another's.

Sources: the Early Intervention Foundation's Guidebook, the Education Endowment Foundation's Toolkit, Nesta's Standards
of Evidence, the GRADE handbook, A Better Start, the What Works Clearinghouse.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(NamedTuple):
    """One place on a scale: what stands in the graphic, what it means, and what else bodies call it."""

    label: str
    meaning: str | Promise
    names: tuple[str, ...] = ()


class Reading(NamedTuple):
    """Where a rating stands on its body's scale. `label` is the level's own, with the "+" that the body gave it."""

    levels: tuple[Level, ...]
    place: int
    label: str

    @property
    def level(self) -> Level:
        return self.levels[self.place]

    @property
    def last(self) -> str:
        return self.levels[-1].label

    @property
    def steps(self) -> list[tuple[str, bool]]:
        """What the graphic shows, from left to right, and which of it is meant."""
        return [
            (self.label if place == self.place else level.label, place == self.place)
            for place, level in enumerate(self.levels)
        ]


_EIF_STRENGTH = (
    Level("NE", _("a rigorous evaluation found no effect"), ("no effect", "found not to be effective")),
    Level("NL2", _("the evidence does not reach level 2"), ("not level 2",)),
    Level("2", _("preliminary evidence")),
    Level("3", _("short-term impact, shown by at least one rigorous evaluation")),
    Level("4", _("long-term impact, shown by several rigorous evaluations, one of them over a year or longer")),
)
_EIF_COST = (
    Level("1", _("under £100 for each child or family")),
    Level("2", _("£100 to £499 for each child or family")),
    Level("3", _("£500 to £999 for each child or family")),
    Level("4", _("£1,000 to £2,000 for each child or family")),
    Level("5", _("over £2,000 for each child or family")),
)
_EEF_STRENGTH = (
    Level("0", _("no padlock: too little evidence to say")),
    Level("1", _("very limited evidence"), ("very limited",)),
    Level("2", _("limited evidence"), ("limited",)),
    Level("3", _("moderate evidence"), ("moderate",)),
    Level("4", _("extensive evidence"), ("extensive",)),
    Level("5", _("very extensive evidence"), ("very extensive",)),
)
_EEF_COST = (
    Level("£", _("very low cost"), ("very low",)),
    Level("££", _("low cost"), ("low",)),
    Level("£££", _("moderate cost"), ("moderate",)),
    Level("££££", _("high cost"), ("high",)),
    Level("£££££", _("very high cost"), ("very high",)),
)
_NESTA = (
    Level("1", _("you can say what you do and why it matters"), ("account of impact",)),
    Level("2", _("data show some change among those who took part"), ("correlation",)),
    Level("3", _("a comparison shows that you caused it"), ("causation",)),
    Level("4", _("somebody independent found the same"), ("independent replication",)),
    Level("5", _("it still works when others do it in many places"), ("scaled",)),
)
_GRADE = (
    Level("very low", _("the true effect is probably very different")),
    Level("low", _("the true effect may be very different")),
    Level("moderate", _("the true effect is probably close")),
    Level("high", _("the true effect is very likely close")),
)
_ABS = (
    Level("innovation", _("new, and being tested")),
    Level("evidence-based", _("studies of the programme itself support it"), ("evidence based",)),
    Level("science-based", _("built on what is known of how children develop"), ("science based",)),
)
_WWC = (
    Level("not met", _("the study does not meet the standards"), ("does not meet wwc standards",)),
    Level(
        "with reservations",
        _("the study meets the standards with reservations"),
        ("meets wwc standards with reservations", "meets standards with reservations"),
    ),
    Level(
        "without reservations",
        _("the study meets the standards without reservations"),
        ("meets wwc standards without reservations", "meets standards without reservations"),
    ),
)
SCALES: dict[tuple[str, str], tuple[Level, ...]] = {
    ("eif", "strength"): _EIF_STRENGTH,
    ("eif", "cost"): _EIF_COST,
    ("eef", "strength"): _EEF_STRENGTH,
    ("eef", "cost"): _EEF_COST,
    ("nesta", "strength"): _NESTA,
    ("grade", "strength"): _GRADE,
    ("abs", "strength"): _ABS,
    ("wwc", "strength"): _WWC,
}
# Around the word that counts: "Level 3+", "4 padlocks", "Cost rating 2".
_AROUND = re.compile(r"^(?:(?:strength|cost|evidence)? ?rating |level |standard )+|(?: padlocks?| certainty| quality)$")
_MONTHS = re.compile(r"([+−-]?)(\d{1,2})(?: months?.*)?")
_MONTHS_SHOWN = range(-3, 9)


def read(scheme: str, measure: str, value: str) -> Reading | None:
    """Where a rating stands on its body's scale; None for what the body's scale does not know."""
    if (scheme, measure) == ("eef", "impact"):
        return _months(value)
    levels = SCALES.get((scheme, measure), ())
    text = _AROUND.sub("", " ".join(value.lower().split()))
    has_plus = levels is _EIF_STRENGTH and text in ("2+", "3+", "4+")
    text = text.removesuffix("+") if has_plus else text
    for place, level in enumerate(levels):
        if text in (level.label.lower(), *level.names):
            return Reading(levels, place, f"{level.label}+" if has_plus else level.label)
    return None


def _months(value: str) -> Reading | None:
    """Months of progress, from a few fewer to many more."""
    found = _MONTHS.fullmatch(value.strip().lower())
    number = int(found[2]) * (-1 if found[1] in ("-", "−") else 1) if found else None
    if number is None or number not in _MONTHS_SHOWN:
        return None
    meaning = _("months of progress within a year, more or fewer than other children made")
    levels = tuple(Level(f"{each:+d}".replace("-", "−") if each else "0", meaning) for each in _MONTHS_SHOWN)
    return Reading(levels, _MONTHS_SHOWN.index(number), levels[_MONTHS_SHOWN.index(number)].label)


def order(scheme: str, measure: str, value: str) -> int:
    """For sorting the ratings of one scheme; what its scale does not know stands last."""
    reading = read(scheme, measure, value)
    return reading.place if reading else 99
