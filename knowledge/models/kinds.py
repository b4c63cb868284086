"""Kinds of resource, and what each has beside the core that all share."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    RESEARCH = "research", _("Research summary")
    GUIDANCE = "guidance", _("Guideline or guidance")
    CASE_STUDY = "case_study", _("Case study")
    PROGRAMME = "programme", _("Programme or intervention")
    TOOLKIT = "toolkit", _("Toolkit")
    POLICY = "policy", _("Policy and research analysis")
    LEGAL = "legal", _("Legal update")
    LEADERSHIP = "leadership", _("Leadership advice")
    SPOTLIGHT = "spotlight", _("Local area spotlight")
    RECORDING = "recording", _("Recording")
    TRAINING = "training", _("Training material")


class Suits(NamedTuple):
    """What a kind is for, in a sentence, and the parts that it has; `steps` is the heading of its steps."""

    purpose: str | Promise
    parts: frozenset[str] = frozenset()
    steps: str | Promise = ""


_STORY = frozenset({"challenge", "approach", "result", "lessons"})

SUITS: dict[str, Suits] = {
    Kind.RESEARCH: Suits(_("What a study or a review found, in plain English."), frozenset({"evidence", "study"})),
    Kind.GUIDANCE: Suits(
        _("What a body such as NICE or a department recommends."),
        frozenset({"evidence", "steps", "jurisdiction"}),
        _("Recommendations"),
    ),
    Kind.CASE_STUDY: Suits(
        _("What one service did, what changed, and how that is known."), _STORY | {"evidence", "contact"}
    ),
    Kind.PROGRAMME: Suits(
        _("Something that families are offered: for whom, by whom, at what cost, and whether it works."),
        frozenset({"evidence", "study", "delivery", "minutes"}),
    ),
    Kind.TOOLKIT: Suits(
        _("Something to use at once: steps, downloads, and how to make it yours."),
        frozenset({"steps", "make_it_yours", "minutes"}),
        _("Steps"),
    ),
    Kind.POLICY: Suits(
        _("What a policy or a body of research means, and for whom."), frozenset({"jurisdiction", "evidence", "study"})
    ),
    Kind.LEGAL: Suits(
        _("What changes in the law: where, from when, and what to do by when."),
        frozenset({"jurisdiction", "in_force_from", "steps"}),
        _("What to do, and by when"),
    ),
    Kind.LEADERSHIP: Suits(
        _("Advice for people who lead a service or a team."), frozenset({"steps"}), _("What you can do")
    ),
    Kind.SPOTLIGHT: Suits(_("What one area is doing together, and whom to ask about it."), _STORY | {"contact"}),
    Kind.RECORDING: Suits(
        _("A film or sound recording, with everything that is said in it to read."),
        frozenset({"video", "minutes"}),
    ),
    Kind.TRAINING: Suits(
        _("Something to learn from, alone or in a team."),
        frozenset({"steps", "minutes", "make_it_yours", "video"}),
        _("What you will learn"),
    ),
}
PARTS = frozenset().union(*(suits.parts for suits in SUITS.values()))


def has(kind: str, part: str) -> bool:
    """Whether a kind has a part; a page without a kind yet has them all."""
    return kind not in SUITS or part in SUITS[kind].parts
