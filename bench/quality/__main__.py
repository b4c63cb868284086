"""How good the site's search is beside plain Lucene BM25, on judged collections: make search-quality SETS='DIR …'"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import psycopg
from tqdm import tqdm

from bench.quality import arrangements, lucene, sets, table
from bench.quality.arrangements import FIELD, GOALS, ROOT
from bench.quality.sets import JudgedSet
from bench.quality.timed import Measured

OURS = ROOT.parent / "shared" / "data" / "ir"
ELASTICSEARCH = "http://127.0.0.1:9200"
LIKE_POSTGRES = ("postgres://", "postgresql://")


def folders(given: list[Path]) -> list[Path]:
    """Those that were given; else the four that lie beside the checkout."""
    return given or sorted(path for path in OURS.glob("*") if path.is_dir())


def measure(judged: list[JudgedSet], postgres: str, elasticsearch: str, model: str) -> str:
    """The tables of all sets and engines, and of the field's questions. Errors: arrangements.Failed, psycopg.Error."""
    found: list[dict[str, Measured]] = [{} for _ in judged]
    if elasticsearch:
        found = [{table.LUCENE: lucene.measure(elasticsearch, each)} for each in judged]
    with tempfile.TemporaryDirectory(prefix="quality-") as name:
        folder = Path(name)
        with arrangements.databases(folder, postgres) as database:
            every = list(arrangements.available(folder, database, elasticsearch, model))
            for arrangement in tqdm(every, desc="arrangements", ncols=80):
                for one, more in zip(found, arrangements.measure(arrangement, folder, judged), strict=True):
                    one.update(more)
        questions = sets.read(FIELD, has_corpus=False)
        field = table.field(arrangements.measure_field(folder, postgres, elasticsearch), questions.grades)
    rows = [
        table.row(each.name, engine, measured, each.grades, one.get(table.LUCENE))
        for each, one in zip(judged, found, strict=True)
        for engine, measured in one.items()
    ]
    return f"{table.whole(rows, GOALS)}\n\n{field}"


def _read(given: list[Path]) -> tuple[list[JudgedSet], list[str]]:
    """The sets, and what is wrong with those that cannot be read."""
    judged, problems = [], []
    for folder in given:
        try:
            judged.append(sets.read(folder))
        except sets.BadSet as error:
            problems.append(str(error))
    return judged, problems


def _postgres() -> str:
    """A PostgreSQL server on which a temporary database may be made, if one is named."""
    named = (os.environ.get(name, "") for name in ("DATABASE", "TEST_DATABASE_URL", "DATABASE_URL"))
    return next((address for address in named if address.startswith(LIKE_POSTGRES)), "")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the quality of search on judged collections.")
    parser.add_argument("folders", nargs="*", type=Path, help="each with corpus.jsonl, queries.jsonl and qrels.tsv")
    parser.add_argument("--write", type=Path, help="put the tables into this document, as docs/search-quality.md")
    options = parser.parse_args()
    judged, problems = _read(folders(options.folders))
    if problems:
        print("\n".join(problems))
        return 2
    if not judged:
        print("Say which: make search-quality SETS='DIR …'; each holds corpus.jsonl, queries.jsonl and qrels.tsv.")
        return 2
    cluster = os.environ.get("ELASTICSEARCH_URL") or ELASTICSEARCH
    if not lucene.answers(cluster):
        print(f"No Elasticsearch answers at {cluster}: nothing is compared with Lucene. (ELASTICSEARCH_URL names one.)")
        cluster = ""
    postgres, model = _postgres(), os.environ.get("SEARCH_EMBEDDING_MODEL", "")
    if not postgres:
        print("No PostgreSQL was named (DATABASE=postgres://…): it is left out.")
    if not model:
        print("No model was named (SEARCH_EMBEDDING_MODEL=FOLDER): hybrid search is left out.")
    try:
        figures = measure(judged, postgres, cluster, model)
    except (arrangements.Failed, psycopg.Error) as error:
        print(f"It could not be measured: {error}")
        return 1
    print(figures)
    if options.write:
        options.write.write_text(table.document(figures, options.write.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
