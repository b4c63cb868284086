"""What the guides name is there: commands, pages, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.test_architecture import ROOT, tracked

GUIDES = [path for path in tracked("*.md", "Makefile", "Dockerfile", "compose.yaml") if "data" not in path.parts]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:|#)([^)#]+)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_command_named_exists():
    known = set(get_commands())
    command = re.compile(r"manage\.py\s+([a-z_]+)")
    named = {(name(path), found) for path in GUIDES for found in command.findall(path.read_text())}
    assert len(named) > 10
    assert sorted(pair for pair in named if pair[1] not in known) == []


def test_every_option_named_is_one_of_its_command():
    called = re.compile(r"manage\.py ([a-z_]+)([^`\n#]*--[^`\n#]*)")
    known: dict[str, set[str]] = {}
    commands, wrong = get_commands(), []
    for guide, (command, rest) in [(path, found) for path in GUIDES for found in called.findall(path.read_text())]:
        if command not in known:
            parser = load_command_class(commands[command], command).create_parser("manage.py", command)
            known[command] = set(parser._option_string_actions)
        wrong += [(name(guide), command, option) for option in set(re.findall(r"--[a-z-]+", rest)) - known[command]]
    assert len(known) > 8 and wrong == []


@pytest.mark.parametrize("path", [path for path in GUIDES if path.suffix == ".md"], ids=name)
def test_every_link_leads_somewhere(path):
    assert [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()] == []


def test_every_variable_of_the_environment_is_explained():
    settings = (ROOT / "config" / "settings.py").read_text() + (ROOT / "config" / "environment.py").read_text()
    read = set(re.findall(r"environment\.\w+\(\s*\"([A-Z_]+)\"", settings))
    guide = (ROOT / "docs" / "operator.md").read_text()
    assert len(read) > 8
    assert sorted(variable for variable in read if f"`{variable}`" not in guide) == []


def test_nothing_speaks_of_the_machine_that_it_was_written_on():
    wrong = re.compile(r"/(?:tmp/cg|work)/|pythonhosted|\bissue #?\d", re.IGNORECASE)
    texts = tracked("*.py", "*.html", "*.md", "*.in", "*.toml", "*.js", "*.css")
    assert [name(path) for path in texts if path != Path(__file__) and wrong.search(path.read_text())] == []
