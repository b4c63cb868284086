"""The site as it runs in production, on a free port of this machine: gunicorn, two workers of four threads."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS = 2, 4


class Server:
    """`with Server(database_url) as server:`; its `targets` are what that module prints, mostly bench/targets.py."""

    TARGETS = "bench.targets"

    def __init__(self, database: str, port: int = 0) -> None:
        self.database = database
        self.port = port or _free_port()

    def __enter__(self) -> Self:
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {**inherited, **self.settings(self.database, self.folder.name, self.port)}
        self._python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        self.targets: dict[str, Any] = json.loads(self._python("-m", self.TARGETS))
        self.log = open(Path(self.folder.name) / "log", "w")
        self.process = subprocess.Popen(self._command(), cwd=ROOT, env=self.environment, stderr=self.log)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        self.folder.cleanup()

    @staticmethod
    def settings(database: str, folder: str, port: int) -> dict[str, str]:
        """The environment of a production site, but for https."""
        return {
            "DEBUG": "false",
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "SECRET_KEY": "for-measuring-only-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "TRUSTED_PROXIES": "none",
            "FROM_EMAIL": "Common Ground <hello@localhost>",
            "SECURE_SSL_REDIRECT": "false",
            "STATE_DIR": folder,
        }

    def _python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def _command(self) -> list[str]:
        """As docs/operator.md starts it, keep-alive apart: a proxy in front holds its connections open."""
        return [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--preload", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "60",
            "--log-level", "warning",
        ]  # fmt: skip

    def _wait(self) -> None:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        raise SystemExit(f"The server did not start:\n{Path(self.log.name).read_text()[-2000:]}")

    def memory(self) -> list[float]:
        """Resident megabytes of each worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [_resident(Path(f"/proc/{pid}/status").read_text()) for pid in children]

    def forget_limits(self) -> None:
        """Let the same few people go on: how often somebody may write or search is not what is measured."""
        self._sql("DELETE FROM web_allowance")

    def forget_work(self) -> None:
        """What other runs left to a worker that they did not start."""
        self._sql("DELETE FROM outbox_job WHERE state IN ('waiting', 'claimed')")

    def deadlocks(self) -> int:
        return self._sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")

    def _sql(self, statement: str) -> int:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _resident(status: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
