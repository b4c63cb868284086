"""The walls of the house: who may import whom, and what stands nowhere."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    ["config"],
    ["search"],
    ["practice", "network", "workforce"],
    ["knowledge", "forum", "events"],
    ["moderation"],
    ["notifications"],
    ["accounts"],
    ["vocabulary", "markup", "audit"],
    ["outbox", "files", "web"],
]
ROW = {room: number for number, row in enumerate(ROWS) for room in row}
BESIDE = {"tests", "bench", "docs", "templates", "static"}
VAGUE = {"utils", "helpers", "common", "core"}
MARK_SAFE_ROOM = "markup"


@cache
def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def code() -> list[Path]:
    return [path for path in tracked("*.py") if room_of(path) in ROW and "migrations" not in path.parts]


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found & set(ROW)


def test_every_folder_of_code_is_a_known_room():
    folders = {room_of(path) for path in tracked("*.py") if path.parent != ROOT}
    assert folders <= set(ROW) | BESIDE


def test_a_room_imports_only_from_rows_beneath_it():
    wrong = [
        f"{path.relative_to(ROOT)} imports {other}"
        for path in code()
        for other in imported_rooms(path) - {room_of(path)}
        if ROW[other] <= ROW[room_of(path)] and room_of(path) != "config"
    ]
    assert wrong == []


def test_actions_are_called_through_what_their_room_names():
    """`forum.actions` says what is for others; its modules are for one another."""
    inner = re.compile(r"^\s*from (forum|moderation)\.actions\.", re.MULTILINE)
    wrong = [str(path) for path in code() if path.parent.name != "actions" and inner.search(path.read_text())]
    assert wrong == []


def test_no_module_has_a_vague_name():
    assert [str(path) for path in code() if path.stem in VAGUE] == []


def test_only_markup_marks_text_as_safe():
    wrong = [
        str(path.relative_to(ROOT))
        for path in code()
        if room_of(path) != MARK_SAFE_ROOM and re.search(r"\bmark_safe\b|\bSafeString\(", path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a safe filter", re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")),
        ("an inline style", re.compile(r"\sstyle\s*=")),
        ("an inline handler", re.compile(r"<[^>]*\son[a-z]+\s*=")),
        ("an inline script or stylesheet", re.compile(r"<script(?![^>]*\bsrc=)|<style\b")),
    ],
)
def test_no_template_has(what, pattern):
    templates = [path for path in tracked("*.html") if "email" not in path.parts]
    assert [str(path.relative_to(ROOT)) for path in templates if pattern.search(path.read_text())] == []


def test_files_stay_short():
    files = [*code(), *tracked("tests/*.py", "bench/*.py")]
    too_long = {str(path): lines for path in files if (lines := len(path.read_text().splitlines())) > 400}
    assert too_long == {}
    templates = {str(path): len(path.read_text().splitlines()) for path in tracked("*.html")}
    assert {name: lines for name, lines in templates.items() if lines > 200} == {}


def test_functions_stay_short():
    too_long = []
    for path in code():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name} has {lines} lines")
    assert too_long == []


def test_signals_are_received_only_where_the_plan_says():
    """Wagtail's and allauth's own signals in receivers.py, content signals in search."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in code()
        if re.search(r"@receiver\(|\bpost_save\b|\bpre_save\b|\bpost_delete\b", path.read_text())
        and path.stem not in {"receivers", "signals"}
    ]
    assert wrong == []


def test_the_stylesheet_stays_small():
    css = ROOT / "static" / "css" / "site.css"
    assert css.stat().st_size <= 40_000
    assert "@layer" not in css.read_text()


def test_absolute_addresses_come_from_the_setting():
    """Wagtail's own come from a row that says "localhost" until somebody edits it."""
    assert [str(path.relative_to(ROOT)) for path in code() if "full_url" in path.read_text()] == []
