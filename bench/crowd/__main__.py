"""Two hundred members at once, on this machine alone: python -m bench.crowd --database postgres://… [--minutes 5]

The site as in production with its worker, on PostgreSQL, and on Elasticsearch where ELASTICSEARCH_URL names one. It
ends with 1 where a request failed, a reply was lost or stands twice, or a counter was not what its rows say.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.server import ROOT, Server

LOCUST = ROOT / "bench" / "crowd" / "locustfile.py"
# The worker has so long to finish what the crowd left it.
PATIENCE = 600
BEGIN, END = "<!-- crowd -->", "<!-- end of crowd -->"


class Site(Server):
    """Its crowd comes from many addresses, as through the proxy of a real site."""

    TARGETS = "bench.crowd.targets"

    @staticmethod
    def settings(database: str, folder: str, port: int) -> dict[str, str]:
        cluster = os.environ.get("ELASTICSEARCH_URL", "")
        return {
            **Server.settings(database, folder, port),
            "TRUSTED_PROXIES": "127.0.0.1",
            **({"ELASTICSEARCH_URL": cluster, "ELASTICSEARCH_INDEX": "crowd"} if cluster else {}),
        }

    def manage(self, *arguments: str) -> str:
        return self._python("manage.py", *arguments)

    @contextmanager
    def worker(self) -> Iterator[None]:
        command = [sys.executable, "manage.py", "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)

    def send(self, people: int, minutes: float) -> list[dict[str, str]]:
        """The crowd. Returns locust's rows: one a kind of request, and the sum."""
        folder = Path(self.folder.name)
        (folder / "targets.json").write_text(json.dumps(self.targets))
        self.sent.touch()
        named = {"CROWD_TARGETS": str(folder / "targets.json"), "CROWD_SENT": str(self.sent)}
        command = [
            sys.executable, "-m", "locust", "--locustfile", str(LOCUST), "--headless", "--only-summary",
            "--host", f"http://127.0.0.1:{self.port}", "--users", str(people), "--spawn-rate", "20",
            "--run-time", f"{round(minutes * 60)}s", "--stop-timeout", "30", "--csv", str(folder / "crowd"),
            "--exit-code-on-error", "0", "--loglevel", "WARNING",
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, env={**self.environment, **named}, check=True)
        with (folder / "crowd_stats.csv").open() as rows:
            return list(csv.DictReader(rows))

    @property
    def sent(self) -> Path:
        return Path(self.folder.name) / "sent"

    def afterwards(self) -> dict[str, Any]:
        """Once the worker is done, or has had its time."""
        until = time.monotonic() + PATIENCE
        while self._sql("SELECT COUNT(*) FROM outbox_job WHERE state IN ('waiting', 'claimed') AND due_at <= now()"):
            if time.monotonic() > until:
                break
            time.sleep(2)
        done = subprocess.run(
            [sys.executable, "-m", "bench.crowd.afterwards"],
            cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True, input=self.sent.read_text(),
        )  # fmt: skip
        return json.loads(done.stdout)


def table(people: int, minutes: float, rows: list[dict[str, str]], found: dict[str, Any]) -> str:
    lines = [
        f"{people} people for {minutes:g} minutes: {found['accepted']} replies accepted, {found['lost']} lost, "
        f"{found['double']} double; {found['deadlocks']} deadlocks. {found['counters']} Left with the worker: "
        f"{found['waiting']}, set aside: {found['set_aside']}.",
        "",
        "| request | how many | failed | ms, median | p95 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        name = "all" if row["Name"] == "Aggregated" else row["Name"]
        milliseconds = [f"{float(row[column]):.0f}" for column in ("Median Response Time", "95%")]
        lines.append(f"| {' | '.join((name, row['Request Count'], row['Failure Count'], *milliseconds))} |")
    return "\n".join(lines)


def is_well(rows: list[dict[str, str]], found: dict[str, Any]) -> bool:
    failures = sum(int(row["Failure Count"]) for row in rows)
    wrong = (failures, found["lost"], found["double"], found["deadlocks"], found["waiting"], found["set_aside"])
    return not any(wrong) and found["counters"] == "Mended 0 threads, 0 spaces and 0 posts." and found["accepted"] > 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Two hundred members at once.")
    parser.add_argument("--database", required=True, help="seeded PostgreSQL, see docs/bench.md")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--write", type=Path, help="put the table into this document, as docs/bench.md")
    options = parser.parse_args()
    with Site(options.database) as site:
        if os.environ.get("ELASTICSEARCH_URL"):
            site.manage("reindex")
        site.manage("recount_forum")
        site.forget_limits()
        site.forget_work()
        deadlocks = site.deadlocks()
        with site.worker():
            rows = site.send(options.people, options.minutes)
            found = {**site.afterwards(), "deadlocks": site.deadlocks() - deadlocks}
    text = table(options.people, options.minutes, rows, found)
    print(text)
    if options.write:
        before, _, rest = options.write.read_text().partition(BEGIN)
        options.write.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}")
    return 0 if is_well(rows, found) else 1


if __name__ == "__main__":
    sys.exit(main())
