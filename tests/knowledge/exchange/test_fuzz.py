"""Files that nobody sane would send: readers answer with records, failures or a refusal, and with nothing else."""

import json

import hypothesis
import pytest
from hypothesis import strategies as st

from knowledge.exchange import formats
from knowledge.exchange.record import Failure, Record, Unreadable

PIECES = st.sampled_from(
    ["@article{a,", "@book(", "@string{x = ", "title = {", "author = ", "}", "{", '"', ",", "\n", "\\", "$", "%", "#",
     " and ", "\\begin{x}", "\\'e", "TY  - JOUR\n", "TI  - ", "AU  - ,", "ER  - \n", "KW  - ", "\r", "\0", "\ufeff",
     "é",     "2019-99-99", "<a>", "&", ";", ",,", "'", "=1+1", "doi:10.1000/1", "https://[", "\ud83d\ude00",
     "title,author\n", "x" * 50]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=10), max_size=60).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["type", "title", "author", "editor", "issued", "DOI", "ISBN", "URL", "custom", "keyword", "page", "date-parts"]
)


def results(content, form):
    try:
        found = list(formats.read(content, form))
    except Unreadable as why:
        assert str(why)
        return
    for one in found:
        assert isinstance(one, Record | Failure)
        if isinstance(one, Record):
            assert one.item["title"] and json.dumps(one.item).encode("utf-8")
            assert "\0" not in json.dumps(one.item, ensure_ascii=False)
        else:
            assert one.why


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl", "csv", "oai"])
@hypothesis.given(TEXTS)
@hypothesis.settings(max_examples=120)
def test_texts(form, text):
    results(text.encode("utf-8", "surrogatepass"), form)


@pytest.mark.parametrize("form", formats.READ)
@hypothesis.given(st.binary(max_size=300))
@hypothesis.settings(max_examples=60)
def test_bytes(form, content):
    results(content, form)


@hypothesis.given(st.dictionaries(KEYS, VALUES, max_size=8))
@hypothesis.settings(max_examples=200)
def test_items_of_any_shape(item):
    item.setdefault("title", "A title")
    results(json.dumps([item]).encode(), "csl")


@hypothesis.given(TEXTS)
@hypothesis.settings(max_examples=120)
def test_fields_of_bibtex(value):
    results(
        f"@article{{a, title = {{T {value}}}, author = {{{value}}}, date = {{{value}}}}}".encode("utf-8", "ignore"),
        "bibtex",
    )


@pytest.mark.parametrize(
    "text",
    [
        "@a{b, title={" + "{" * 20_000,
        "@a{b, title={" + "{" * 3000 + "x" + "}" * 3000 + "}}",
        "@a{b," * 5000,
        "@" * 50_000,
    ],
)
def test_depth_does_no_harm(text):
    results(text.encode(), "bibtex")
