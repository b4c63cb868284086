"""Of `make lint`: asks pip-audit for known holes in what the site runs on. Fails where there are any.

A hole that does not concern the site stands in pyproject.toml under [tool.advisories], by its number, with the reason.
Where the advisories cannot be asked, a line says so and lint goes on: a developer on a train is not to blame.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-semantic.txt")
# What pip-audit and requests say where the other side cannot be reached.
UNREACHABLE = (
    "Tip: your network may be blocking",
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "SSLError",
)
NOTHING_CHECKED = "pip-audit: the advisories cannot be reached from here, so nothing was checked."


def exceptions(path: Path = ROOT / "pyproject.toml") -> dict[str, str]:
    """Number of the advisory and why it does not concern us. SystemExit where a reason is missing."""
    found = tomllib.loads(path.read_text()).get("tool", {}).get("advisories", {})
    for number, reason in found.items():
        if not str(reason).strip():
            raise SystemExit(f"{path.name}: {number} is left out without a reason.")
    return found


def ask(program: Path, excepted: dict[str, str]) -> int:
    """0 where nothing is known or nobody could be asked, 1 where there are holes or pip-audit fails otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [str(program), "--progress-spinner", "off", "--disable-pip", "--require-hashes"]
        command += ["--format", "json", "--output", str(answer)]
        for name in REQUIREMENTS:
            command += ["-r", name]
        for number in excepted:
            command += ["--ignore-vuln", number]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        found = json.loads(answer.read_text())["dependencies"] if answer.exists() and answer.stat().st_size else None
    if found is None:
        return _without_answer(done.stderr)
    return _said(found, excepted)


def _without_answer(said: str) -> int:
    if any(words in said for words in UNREACHABLE):
        print(NOTHING_CHECKED)
        return 0
    print(said.strip() or "pip-audit gave no answer.")
    return 1


def _said(found: list[dict], excepted: dict[str, str]) -> int:
    holes = [(each, hole) for each in found for hole in each.get("vulns", ())]
    for each, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "none yet"
        print(f"pip-audit: {each['name']} {each['version']} has {hole['id']} (mended in: {mended})")
    unknown = [each["name"] for each in found if "skip_reason" in each]
    if unknown and len(unknown) == len(found):
        print(NOTHING_CHECKED)
    elif unknown:
        print(f"pip-audit: not checked, since nobody lists them: {', '.join(unknown)}")
    if holes:
        print("pip-audit: take a newer release (make requirements), or give the reason under [tool.advisories].")
    elif excepted:
        print(f"pip-audit: no known holes but those left out with a reason: {', '.join(excepted)}")
    return bool(holes)


if __name__ == "__main__":
    sys.exit(ask(Path(sys.executable).with_name("pip-audit"), exceptions()))
