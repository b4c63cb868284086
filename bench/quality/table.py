"""The figures of a run as tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from bench.quality.scores import Grades, mean_ndcg, mean_recall
from bench.quality.timed import Measured

LUCENE = "Lucene BM25"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
HEAD = """| set | engine | nDCG@10 | recall@100 | × Lucene | query ms, median |
| --- | --- | --- | --- | --- | --- |"""
FIELD_HEAD = """| field, engine | nDCG@10 without the thesaurus | with it | × without | goal | met |
| --- | --- | --- | --- | --- | --- |"""
FIELD_GOAL = 1.25
ENGINES = {"embedded": "SQLite", "elasticsearch": "Elasticsearch", "postgres": "PostgreSQL"}
AVERAGE_HEAD = """| engine | × Lucene, average | goal | least | goal | met |
| --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True)
class Row:
    """One engine and one set. `ratio` is None where there is no Lucene to compare with."""

    of: str
    engine: str
    ndcg: float
    recall: float
    ratio: float | None
    milliseconds: float

    def __str__(self) -> str:
        ratio = "–" if self.ratio is None else f"{self.ratio:.3f}"
        return (
            f"| {self.of} | {self.engine} | {self.ndcg:.4f} | {self.recall:.3f} | {ratio} | {self.milliseconds:.1f} |"
        )


def row(of: str, engine: str, measured: Measured, grades: Grades, lucene: Measured | None) -> Row:
    ndcg = mean_ndcg(measured.run, grades)
    beside = mean_ndcg(lucene.run, grades) if lucene else 0.0
    return Row(
        of=of,
        engine=engine,
        ndcg=ndcg,
        recall=mean_recall(measured.run, grades),
        ratio=ndcg / beside if beside else None,
        milliseconds=median(measured.seconds) * 1000,
    )


def whole(rows: Sequence[Row], goals: Mapping[str, tuple[float, float]]) -> str:
    """Every row, then each engine's average and least ratio beside their goals."""
    lines = [HEAD, *map(str, rows)]
    ratios: dict[str, list[float]] = {}
    for each in rows:
        if each.engine in goals and each.ratio is not None:
            ratios.setdefault(each.engine, []).append(each.ratio)
    if ratios:
        lines += ["", AVERAGE_HEAD]
    for engine, found in ratios.items():
        average, least = goals[engine]
        is_met = fmean(found) >= average and min(found) >= least
        floor = f"{least:.2f}" if least else "–"
        met = "yes" if is_met else "**no**"
        lines.append(f"| {engine} | {fmean(found):.3f} | {average:.2f} | {min(found):.3f} | {floor} | {met} |")
    return "\n".join(lines)


def field(measured: Mapping[str, Measured], grades: Grades) -> str:
    """Questions of this field, with the thesaurus and without it, in each engine."""
    lines = [FIELD_HEAD]
    for engine, name in ENGINES.items():
        if f"{engine} with" in measured:
            without, found = (mean_ndcg(measured[f"{engine} {words}"].run, grades) for words in ("without", "with"))
            ratio = found / without if without else 0
            met = "yes" if ratio >= FIELD_GOAL else "**no**"
            lines.append(f"| {name} | {without:.4f} | {found:.4f} | {ratio:.3f} | {FIELD_GOAL} | {met} |")
    return "\n".join(lines)


def document(figures: str, text: str) -> str:
    """The document with its figures replaced by these; what people wrote around them stays."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{figures}\n{END}{rest.partition(END)[2]}"
