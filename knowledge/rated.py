"""What bodies say of a resource, each body and each study once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from knowledge.models.evidence import Evidence


class Finding(NamedTuple):
    """A rating of one study, or of what has none, with every outcome that is rated so."""

    rating: Evidence
    outcomes: list[str]


class Assessment(NamedTuple):
    """One body's findings. `source` is any of them: who assessed, when, where to read it and the note are the same."""

    source: Evidence
    findings: list[Finding]


def assessments(ratings: Iterable[Evidence]) -> list[Assessment]:
    """In the order of the first rating of each; nothing is left out but what would be said twice."""
    found: dict[tuple, tuple[Evidence, dict[tuple, Finding]]] = {}
    for each in ratings:
        source = (each.scheme, each.assessed_by, each.assessed_on, each.url, each.note)
        _source, findings = found.setdefault(source, (each, {}))
        finding = findings.setdefault((each.value, each.about), Finding(each, []))
        if each.outcome and each.outcome not in finding.outcomes:
            finding.outcomes.append(each.outcome)
    return [Assessment(source, list(findings.values())) for source, findings in found.values()]
