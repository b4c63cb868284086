"""Running a small program of ours over what a stranger sent, in a process with less of everything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass

from files import limited


@dataclass(frozen=True)
class Limits:
    """What the process may use at the most: time, memory, what it writes; `threads` where it needs more than one."""

    seconds: int
    megabytes: int
    most_bytes: int
    threads: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        """As limited.py wants to be told."""
        return str(self.seconds), str(self.megabytes), str(self.most_bytes), "yes" if self.threads else "no"


def run(program: str, arguments: tuple[str, ...], content: bytes, limits: Limits) -> bytes:
    """What the program, a path, writes about the content before it ends or is ended."""
    command = [sys.executable, "-I", limited.__file__, *limits.arguments, program, *arguments]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(content)
        given.seek(0)
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                command,
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                # It waits for nothing, so twice its time on the clock is a machine that is very busy.
                timeout=limits.seconds * 2,
                env={},
                cwd="/",
                check=False,
            )
        answer.seek(0)
        return answer.read()
