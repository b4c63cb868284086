"""The judged questions of the field are well formed, and name documents that the demo has."""

import csv
import json
from pathlib import Path

import pytest
from django.utils.text import slugify

from config.demo.source import read, thread_files

FIELD = Path(__file__).resolve().parents[2] / "bench" / "field"
GRADES = {"1", "2"}
WORDINGS = {"same", "different"}
SECTORS = Path(__file__).resolve().parents[2] / "vocabulary" / "data" / "sectors.json"


@pytest.fixture(scope="module")
def questions():
    return [json.loads(line) for line in (FIELD / "queries.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def judgements():
    with (FIELD / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def documents():
    """Names of all that the demo holds, outside the moderators' own space."""
    names = {f"resource/{row['slug']}" for part in ("guidance", "research", "programmes") for row in read(part)}
    names |= {f"webinar/{row['slug']}" for row in read("webinars")}
    for name in thread_files():
        space = name.partition("/")[2]
        if space != "moderators-corner":
            names |= {f"thread/{space}/{slugify(row['title'])[:80].strip('-')}" for row in read(name)}
    return names


def test_there_are_enough_questions_and_none_twice(questions):
    assert len(questions) >= 60
    assert len({question["_id"] for question in questions}) == len(questions)
    assert len({" ".join(question["text"].lower().split()) for question in questions}) == len(questions)


def test_every_question_says_what_is_asked_and_by_whom(questions):
    sectors = {row["slug"] for row in json.loads(SECTORS.read_text(encoding="utf-8"))}
    for question in questions:
        assert set(question) == {"_id", "text", "asked_by", "wording"}
        assert question["text"].strip() == question["text"] != ""
        assert question["asked_by"] in sectors
        assert question["wording"] in WORDINGS


def test_many_questions_use_other_words_and_some_the_same(questions):
    same = sum(question["wording"] == "same" for question in questions)
    assert len(questions) / 6 <= same <= len(questions) / 3


def test_every_question_has_judged_answers_and_every_judgement_its_question(questions, judgements):
    assert {row["query-id"] for row in judgements} == {question["_id"] for question in questions}
    assert len({(row["query-id"], row["corpus-id"]) for row in judgements}) == len(judgements)
    assert {row["score"] for row in judgements} == GRADES


def test_every_judged_document_is_in_the_demo(judgements):
    assert {row["corpus-id"] for row in judgements} <= documents()
