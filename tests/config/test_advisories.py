"""`make lint` fails on known holes, and only on them."""

import json
import os

import pytest

from tests import advisories

HOLE = {"id": "GHSA-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}


@pytest.fixture
def program(tmp_path):
    """A pip-audit that answers as it is told, and notes how it was asked."""

    def make(dependencies=None, *, said="", code=0):
        answer = "" if dependencies is None else json.dumps({"dependencies": dependencies, "fixes": []})
        script = tmp_path / "pip-audit"
        (tmp_path / "answer").write_text(answer)
        script.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nwhile [ "$1" != --output ]; do shift; done\n'
            f'[ -s {tmp_path}/answer ] && cp {tmp_path}/answer "$2"\necho "{said}" >&2\nexit {code}\n'
        )
        os.chmod(script, 0o755)  # noqa: S103
        return script

    return make


def test_nothing_known_passes(program, capsys):
    assert advisories.ask(program([{"name": "django", "version": "5.2", "vulns": []}]), {}) == 0
    assert capsys.readouterr().out == ""


def test_a_known_hole_fails_and_says_what_to_do(program, capsys):
    found = program([{"name": "django", "version": "5.2", "vulns": [HOLE]}], code=1)
    assert advisories.ask(found, {}) == 1
    said = capsys.readouterr().out
    assert "django 5.2 has GHSA-1 (mended in: 2.0)" in said and "[tool.advisories]" in said


def test_without_a_network_it_passes_and_says_so(program, capsys):
    assert advisories.ask(program(said="ERROR: Tip: your network may be blocking this service.", code=1), {}) == 0
    assert "cannot be reached" in capsys.readouterr().out


def test_an_index_that_knows_no_package_is_like_no_network(program, capsys):
    """A company's mirror has the files, and none of the advisories."""
    assert advisories.ask(program([{"name": "django", "skip_reason": "Not found"}]), {}) == 0
    assert "nothing was checked" in capsys.readouterr().out


def test_whatever_else_goes_wrong_fails(program, capsys):
    assert advisories.ask(program(said="ERROR: requirement lacks a hash", code=1), {}) == 1
    assert "lacks a hash" in capsys.readouterr().out


def test_an_exception_is_asked_for_by_number_and_named(program, tmp_path, capsys):
    script = program([{"name": "django", "version": "5.2", "vulns": []}, {"name": "ours", "skip_reason": "Not found"}])
    assert advisories.ask(script, {"GHSA-1": "We never call it."}) == 0
    assert "--ignore-vuln GHSA-1" in (tmp_path / "asked").read_text()
    said = capsys.readouterr().out
    assert "but those left out with a reason: GHSA-1" in said and "nobody lists them: ours" in said


def test_exceptions_have_reasons(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.advisories]\n"GHSA-1" = "We never call it."\n')
    assert advisories.exceptions(path) == {"GHSA-1": "We never call it."}
    path.write_text('[tool.advisories]\n"GHSA-1" = " "\n')
    with pytest.raises(SystemExit, match="GHSA-1 is left out without a reason"):
        advisories.exceptions(path)
    assert all(advisories.exceptions().values())
