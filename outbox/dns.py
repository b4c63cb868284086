"""TXT records, asked for over UDP (RFC 1035) with the standard library alone; enough for `check_mail`."""

from __future__ import annotations

import secrets
import socket
import struct
from pathlib import Path

TXT, IN = 16, 1
TIMEOUT = 5.0
PORT = 53
RESOLVERS = Path("/etc/resolv.conf")
NO_SUCH_NAME = 3


class LookupFailed(Exception):
    """No answer, or none that can be read. The message is a sentence for the operator."""


def resolver() -> str:
    """The first name server of this machine. LookupFailed if there is none."""
    if RESOLVERS.exists():
        for line in RESOLVERS.read_text().splitlines():
            words = line.split()
            if len(words) > 1 and words[0] == "nameserver":
                return words[1]
    raise LookupFailed("This machine names no DNS server.")


def txt(name: str, server: str | None = None, port: int | None = None) -> list[str]:
    """The TXT records of `name`; empty if there are none. Raises LookupFailed."""
    server = server or resolver()
    number = secrets.randbelow(65536)
    question = _encoded(name) + struct.pack("!HH", TXT, IN)
    # The record at the end (EDNS) allows long answers: a DKIM key does not fit 512 bytes.
    edns = b"\0" + struct.pack("!HHIH", 41, 4096, 0, 0)
    query = struct.pack("!6H", number, 0x0100, 1, 0, 0, 1) + question + edns
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as connection:
            connection.settimeout(TIMEOUT)
            connection.connect((server, port or PORT))
            connection.send(query)
            answer = connection.recv(65535)
    except OSError as error:
        raise LookupFailed(f"The DNS server {server} does not answer ({type(error).__name__}).") from None
    try:
        return _records(answer, number, len(question))
    except (struct.error, IndexError):
        raise LookupFailed(f"The answer of the DNS server {server} cannot be read.") from None


def _encoded(name: str) -> bytes:
    parts = name.rstrip(".").encode("idna").split(b".")
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _records(answer: bytes, number: int, question_length: int) -> list[str]:
    given, flags, _, answers, _, _ = struct.unpack_from("!6H", answer)
    if given != number:
        raise LookupFailed("The DNS server answered something else.")
    if flags & 15 == NO_SUCH_NAME:
        return []
    if flags & 15 or flags & 0x0200:
        raise LookupFailed("The DNS server could not answer.")
    place = 12 + question_length
    found = []
    for _ in range(answers):
        place = _after_name(answer, place)
        kind, _, _, length = struct.unpack_from("!HHIH", answer, place)
        place += 10
        if kind == TXT:
            found.append(_text(answer[place : place + length]))
        place += length
    return found


def _after_name(answer: bytes, place: int) -> int:
    while answer[place]:
        if answer[place] >= 0xC0:
            return place + 2
        place += answer[place] + 1
    return place + 1


def _text(data: bytes) -> str:
    """A record is a row of pieces, each after its length."""
    pieces, place = [], 0
    while place < len(data):
        pieces.append(data[place + 1 : place + 1 + data[place]])
        place += data[place] + 1
    return b"".join(pieces).decode("ascii", "replace")
