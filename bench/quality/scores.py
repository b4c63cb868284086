"""How good a ranking is beside the judgements, as trec_eval counts: gains are the grades themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

Run = Mapping[str, Sequence[str]]
Grades = Mapping[str, Mapping[str, int]]

DEPTH, WIDE = 10, 100


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Normalised discounted cumulative gain of the first `depth`."""
    gained = _discounted([grades.get(key, 0) for key in ranked[:depth]])
    return gained / _discounted(sorted(grades.values(), reverse=True)[:depth])


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int = WIDE) -> float:
    """The share of relevant documents that are among the first `depth`."""
    return len(grades.keys() & set(ranked[:depth])) / len(grades)


def mean_ndcg(run: Run, grades: Grades) -> float:
    """Over the queries of the run; one that found nothing counts as 0."""
    return fmean(ndcg(ranked, grades[query]) for query, ranked in run.items())


def mean_recall(run: Run, grades: Grades) -> float:
    return fmean(recall(ranked, grades[query]) for query, ranked in run.items())


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
