"""`make test`: everything on SQLite, then what is marked `postgres` on PostgreSQL, and one closing line for both."""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "tests"
NO_TESTS_COLLECTED = 5


def run(name: str, arguments: list[str], environment: dict[str, str]) -> tuple[int, Counter[str]]:
    """One pytest run. Returns its exit code and how many tests passed, failed and were skipped."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    # What a module starts is started once (see tests/sharing.py).
    processes = ["-n", os.environ.get("TEST_PROCESSES", "2"), "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *processes, "-rsR", "--durations", "15"]
    print(f"--- on {name} ---", flush=True)
    done = subprocess.run(
        [*command, f"--junit-xml={report}", *arguments, *sys.argv[1:]],
        cwd=ROOT, env={**os.environ, "DEBUG": "true", **environment}, check=False,
    )  # fmt: skip
    return done.returncode, tally(report)


def make_templates(*databases: str) -> None:
    """The migrated databases that tests copy, side by side; where one cannot be made, the tests say why."""
    environment = {**os.environ, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.databases"]
    making = [subprocess.Popen(command, cwd=ROOT, env={**environment, "DATABASE_URL": url}) for url in databases]
    for process in making:
        process.wait()


def tally(report: Path) -> Counter[str]:
    if not report.exists():
        return Counter(failed=1)
    counts: Counter[str] = Counter()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts.update(failed=failed, skipped=skipped, passed=int(suite.get("tests", 0)) - failed - skipped)
    return counts


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    postgres = os.environ.get("TEST_DATABASE_URL", "")
    make_templates("", *filter(None, [postgres]))
    code, counts = run("SQLite", [], {"DATABASE_URL": ""})
    if postgres:
        second, more = run("PostgreSQL", ["-m", "postgres"], {"DATABASE_URL": postgres})
        code = code or (0 if second == NO_TESTS_COLLECTED else second)
        counts.update(more)
    else:
        print("Skipped on PostgreSQL: needs TEST_DATABASE_URL=postgres://user:password@127.0.0.1/postgres")
        code = code or int(os.environ.get("CI") == "true")
    parts = [f"{counts[word]} {word}" for word in ("failed", "passed", "skipped") if counts[word]]
    print(f"===== {', '.join(parts)} in {time.monotonic() - started:.2f}s =====")
    return code


if __name__ == "__main__":
    sys.exit(main())
