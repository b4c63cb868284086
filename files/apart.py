"""Running a small program of ours over what a stranger sent, in a process with less of everything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path


def run(program: Path, arguments: tuple[str, ...], content: bytes, seconds: int) -> bytes:
    """What the program writes about the content before it ends or is ended."""
    command = [sys.executable, "-I", str(program), *arguments]
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
                timeout=seconds * 2,
                env={},
                cwd="/",
                check=False,
            )
        answer.seek(0)
        return answer.read()
