"""Asking ClamAV about an upload, where an operator runs it (CLAMAV_URL). Its protocol is one command and one answer."""

from __future__ import annotations

import re
import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SECONDS = 30
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
_FOUND = re.compile(r"^stream: (.+) FOUND$")


class ScannerError(Exception):
    """No scanner answers, or not as one does."""


class UploadRefused(ValidationError):
    """The upload is not kept; the message says why and what to do."""


def refuse_infected(upload: IO[bytes]) -> None:
    """Raises UploadRefused for what the scanner calls harmful, and while no scanner answers: unseen is not harmless."""
    if not settings.CLAMAV_URL:
        return
    try:
        harm = found_in(upload, settings.CLAMAV_URL)
    except ScannerError as error:
        raise UploadRefused(
            _(
                "We cannot check files for viruses at the moment, so we have not kept this one. "
                "Please try again in a few minutes."
            )
        ) from error
    finally:
        upload.seek(0)
    if harm:
        raise UploadRefused(
            _(
                "Our virus scanner says that this file is harmful (%(name)s). We have not kept it. "
                "Please tell whoever looks after your computer."
            )
            % {"name": harm}
        )


def found_in(file: IO[bytes], address: str) -> str:
    """What the scanner calls the harm in a file; "" for none. `address`: tcp://host:port or unix:///path.

    Raises ScannerError.
    """
    try:
        with _connected(address) as scanner:
            scanner.sendall(b"zINSTREAM\0")
            file.seek(0)
            while chunk := file.read(CHUNK):
                scanner.sendall(struct.pack("!I", len(chunk)) + chunk)
            scanner.sendall(struct.pack("!I", 0))
            answer = _answer(scanner)
    except OSError as error:
        raise ScannerError(f"No scanner answers ({type(error).__name__}).") from error
    if found := _FOUND.match(answer):
        return found[1]
    if answer != "stream: OK":
        raise ScannerError(f"The scanner could not read the file: {answer[:200]}")
    return ""


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(SECONDS)
        try:
            scanner.connect(parts.path)
        except OSError:
            scanner.close()
            raise
        return scanner
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=SECONDS)


def _answer(scanner: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (part := scanner.recv(LONGEST_ANSWER)):
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
