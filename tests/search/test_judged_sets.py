"""Judged collections are read as they come from elsewhere; what cannot be read is named."""

import json

import pytest

from bench.quality import sets

CORPUS = [{"_id": "a:1/ü", "title": "Sleep", "text": "At night"}, {"_id": 2, "text": None}, {"_id": "c", "title": 3}]
QUERIES = [{"_id": "q:1", "text": "sleep"}, {"_id": "q2", "text": "night"}, {"_id": "q3", "text": " "}]


@pytest.fixture
def folder(tmp_path):
    def made(qrels, corpus=CORPUS, queries=QUERIES, start="", end="\n"):
        for name, rows in (("corpus", corpus), ("queries", queries)):
            text = "".join(json.dumps(row) + end for row in rows)
            (tmp_path / f"{name}.jsonl").write_bytes((start + text).encode())
        (tmp_path / "qrels.tsv").write_bytes((start + qrels.replace("\n", end)).encode())
        return tmp_path

    return made


@pytest.mark.parametrize(
    ("qrels", "form"),
    [
        ("query-id\tcorpus-id\tscore\nq:1\ta:1/ü\t2\nq:1\tc\t0\n", {}),
        ("q:1\ta:1/ü\t2\nq:1\tc\t-1\nq2\tc\t0\n\n", {}),
        ("q:1\t0\ta:1/ü\t2\n", {}),
        ("q:1 0 a:1/ü 2", {}),
        ("query-id\tcorpus-id\tscore\nq:1\ta:1/ü\t2\n", {"start": "\ufeff", "end": "\r\n"}),
        ("q:1\ta:1/ü\t2.0\nq3\tc\t1\nunknown\tc\t1\n", {}),
    ],
)
def test_a_set_is_read_however_it_is_written(folder, qrels, form):
    judged = sets.read(folder(qrels, **form))
    assert judged.queries == {"q:1": "sleep"}
    assert judged.grades == {"q:1": {"a:1/ü": 2}}
    assert list(judged.documents()) == [("a:1/ü", "Sleep", "At night"), ("2", "", ""), ("c", "3", "")]


def test_what_is_judged_and_not_there_counts_as_not_found(folder):
    assert sets.read(folder("q:1\tc\t1\nq:1\tgone\t1\n")).grades == {"q:1": {"c": 1, "gone": 1}}


@pytest.mark.parametrize(
    ("qrels", "form", "said"),
    [
        ("q:1\tc\t0\n", {}, "no document is judged relevant"),
        ("q:1\tgone\t1\n", {}, "none of the documents that are judged relevant"),
        ("q:1\tc\t1\nq:1\tc\tyes\n", {}, "qrels.tsv, line 2 is not a query"),
        ("q:1\t1\n", {}, "qrels.tsv, line 1 is not a query"),
        ("q:1\tc\t1\n", {"corpus": [*CORPUS, {"title": "x"}]}, "corpus.jsonl, line 4 has no _id"),
        ("q:1\tc\t1\n", {"corpus": [*CORPUS, CORPUS[2]]}, "two documents with the _id c"),
        ("q:1\tc\t1\n", {"corpus": ["a"]}, "corpus.jsonl, line 1 is not an object"),
        ("q:1\tc\t1\n", {"queries": [{"_id": "q:1", "text": ["a"]}]}, "queries.jsonl, line 1: text is no text"),
    ],
)
def test_what_is_wrong_is_said(folder, qrels, form, said):
    with pytest.raises(sets.BadSet, match=said):
        sets.read(folder(qrels, **form))


def test_a_missing_file_and_a_missing_folder_are_named(folder):
    where = folder("q:1\tc\t1\n")
    (where / "corpus.jsonl").write_bytes(b"\xff{}")
    with pytest.raises(sets.BadSet, match="not written in UTF-8"):
        sets.read(where)
    (where / "corpus.jsonl").write_text("{")
    with pytest.raises(sets.BadSet, match="line 1 is not JSON"):
        sets.read(where)
    (where / "corpus.jsonl").unlink()
    with pytest.raises(sets.BadSet, match=r"has no corpus\.jsonl"):
        sets.read(where)
    with pytest.raises(sets.BadSet, match="is no folder"):
        sets.read(where / "none")
