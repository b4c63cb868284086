"""Bulk writes send no signals, so on rows that search knows they belong in actions, which announce them."""

import ast
from pathlib import Path

import pytest

from tests.test_architecture import ROW

ROOT = Path(__file__).resolve().parents[2]
INDEXED = {"Thread", "Post", "ResourcePage", "WebinarPage", "Session", "User", "Space", "ReadingList"}
WRITES = {"update", "bulk_create", "bulk_update"}
# A line may carry this where what it writes is in no document.
MARK = "# not indexed"
# The demo is written in bulk and indexed as a whole afterwards.
ROOMS = ROW.keys() - {"config"}


def writes_outside_actions(source):
    """Numbers of lines on which an indexed model's manager is told to update or to write in bulk."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        named = {each.id for each in ast.walk(node.func.value) if isinstance(each, ast.Name)}
        managed = any(isinstance(each, ast.Attribute) and each.attr == "objects" for each in ast.walk(node.func.value))
        marked = any(MARK in line for line in lines[node.lineno - 1 : node.end_lineno])
        if managed and named & INDEXED and not marked:
            yield node.lineno


def files():
    for room in sorted(ROOMS):
        for path in sorted((ROOT / room).rglob("*.py")):
            inside = path.relative_to(ROOT).parts
            if "actions" not in inside and path.name != "actions.py" and "migrations" not in inside:
                yield path


def test_only_actions_write_indexed_rows_in_bulk():
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in files() for line in writes_outside_actions(path.read_text())
    ]
    assert not found, f"Move these into actions, or mark the line with {MARK!r}: {found}"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("Thread.objects.filter(pk=1).update(title='x')", [1]),
        ("\nPost.objects.bulk_create([])", [2]),
        ("forum.models.Thread.objects.update(title='x')", []),
        ("Thread.objects.filter(pk=1).update(is_pinned=True)  # not indexed", []),
        ("Job.objects.update(state='done')", []),
        ("context.update(Thread=1)", []),
    ],
)
def test_the_guard_sees_what_it_should(source, lines):
    assert list(writes_outside_actions(source)) == lines
