"""Three real Elasticsearch nodes, which a test may kill. One test process has them at a time."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.config import site

SCRIPT = os.environ.get("TEST_ELASTICSEARCH_CLUSTER", "")
PORT = 9600
NUMBERS = (1, 2, 3)
# Three nodes on two slow cores that run tests besides.
PATIENCE = 240


class Nodes:
    urls = [f"http://127.0.0.1:{PORT + number - 1}" for number in NUMBERS]

    def is_up(self, number: int) -> bool:
        return self._get(number, "/") is not None

    def kill(self, *numbers: int) -> None:
        for number in numbers:
            self._control("kill", number).wait()
        site.wait_for(lambda: not any(self.is_up(number) for number in numbers), seconds=PATIENCE)

    def revive(self) -> None:
        """Start what is not running and wait until the cluster is whole, with every copy of every index."""
        # All at once: one alone finds no leader, and its reviving would not end.
        starting = [self._control("revive", number) for number in NUMBERS if not self.is_up(number)]
        site.wait_for(lambda: self.health(number_of_nodes=len(NUMBERS), status="green"), seconds=PATIENCE)
        for process in starting:
            process.wait(timeout=PATIENCE)

    def health(self, **wanted: Any) -> bool:
        """Does a node that is up say so of the cluster?"""
        for number in NUMBERS:
            found = self._get(number, "/_cluster/health")
            if found and all(found.get(name) == value for name, value in wanted.items()):
                return True
        return False

    def master(self) -> int:
        """The number of the node that leads the others: its death costs most."""
        found = next(filter(None, (self._get(number, "/_cat/master?format=json") for number in NUMBERS)))
        return int(found[0]["node"].removeprefix("node"))

    @staticmethod
    def _get(number: int, path: str) -> Any:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT + number - 1}{path}", timeout=10) as answer:
                return json.load(answer)
        except (OSError, urllib.error.HTTPError, ValueError):
            return None

    @staticmethod
    def _control(what: str, number: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(Path(SCRIPT).resolve()), what, str(number)],
            env={"ES_HEAP": "400m", **os.environ, "ES_PORT": str(PORT)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
