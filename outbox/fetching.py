"""Asking other servers for something, without ever asking one of our own network.

A name is resolved first, every address behind it is looked at, and the connection goes to the very address that was
looked at: a name that changes between two look-ups, or a redirect, leads nowhere else.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

TIMEOUT = 10.0
MOST_SECONDS = 30.0
MOST_BYTES = 1_000_000
MOST_REDIRECTS = 5
PIECE = 65_536
# All of IPv6 that is given out to the internet. Python calls much of the rest global, as old ways to write IPv4.
GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Python calls these global. Behind the first and the last a rented machine finds what its host tells it alone.
NEVER_PUBLIC = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "168.63.129.16")))
REDIRECTS = {301, 302, 303, 307, 308}
PORTS = {"http": 80, "https": 443}
KEPT_CHARACTERS = "/%:;=&?~+!$,'()*@[]"

Resolve = Callable[[str, int], list[str]]
IsPublic = Callable[[str], bool]


class FetchFailed(Exception):
    """No answer, or none that can be used. The message says what happened, without the address."""


class AddressRefused(FetchFailed):
    """It is no address of the public web: another scheme, a port that is not the web's, or a private network."""


class Answer(NamedTuple):
    """`url` is where the last redirect led; `body` is cut at the bytes that were allowed (`is_whole` says so)."""

    status: int
    url: str
    content_type: str
    body: bytes
    is_whole: bool = True


class _Wish(NamedTuple):
    """What is asked of every server on the way; `until` is when the whole must be over, by the monotonic clock."""

    method: str
    accept: str
    most_bytes: int
    timeout: float
    until: float


class _Address(NamedTuple):
    """A server by its name, and the number under which it was looked up and found public."""

    name: str
    port: int
    number: str


def addresses_of(host: str, port: int) -> list[str]:
    """Every address behind a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether this is an address of the internet; those of IPv4 inside IPv6 are taken out first."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    if isinstance(found, ipaddress.IPv6Address) and found not in GLOBAL_IPV6:
        return False
    return found.is_global and not found.is_multicast and not any(found in network for network in NEVER_PUBLIC)


def fetch(
    url: str,
    *,
    method: str = "GET",
    accept: str = "*/*",
    most_bytes: int = MOST_BYTES,
    timeout: float = TIMEOUT,
    resolve: Resolve = addresses_of,
    is_public: IsPublic = is_public,
    any_port: bool = False,
) -> Answer:
    """The answer at the end of at most five redirects. Raises AddressRefused and FetchFailed.

    `timeout` is that of each step, 30 seconds that of the whole; a compressed answer is not asked for.
    """
    wish = _Wish(method, accept, most_bytes, timeout, time.monotonic() + MOST_SECONDS)
    for _ in range(MOST_REDIRECTS + 1):
        parts = _checked(url, any_port)
        try:
            answer, leads_to = _ask(parts, wish, _address(parts, resolve, is_public))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailed(f"No answer ({type(error).__name__}).") from None
        if not leads_to:
            return answer
        url = _joined(url, leads_to)
    raise FetchFailed("Too many redirects.")


def _joined(url: str, leads_to: str) -> str:
    try:
        return urljoin(url, leads_to)
    except ValueError:
        raise AddressRefused("It leads to what is no address.") from None


def _checked(url: str, any_port: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is not an address.") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise AddressRefused("Only addresses of the web are asked.")
    if not any_port and port not in (None, *PORTS.values()):
        raise AddressRefused("Only the web's own ports are asked.")
    return parts


def _address(parts: SplitResult, resolve: Resolve, is_public: IsPublic) -> _Address:
    """Where to connect. Raises AddressRefused."""
    host = parts.hostname or ""
    port = parts.port or PORTS[parts.scheme]
    name = host.encode("idna").decode() if not host.isascii() else host
    addresses = resolve(name, port)
    # One private address among public ones is how a network is asked about its own machines.
    if not addresses or not all(map(is_public, addresses)):
        raise AddressRefused("This leads into a private network.")
    return _Address(name, port, addresses[0])


def _ask(parts: SplitResult, wish: _Wish, address: _Address) -> tuple[Answer, str]:
    """The answer of one server, and where it leads to, if anywhere."""
    connection = _connection(parts.scheme, address, wish.timeout)
    watch: threading.Timer | None = None
    try:
        connection.connect()
        # Each step has its timeout; a server that sends a letter now and then would keep us for ever.
        watch = threading.Timer(max(wish.until - time.monotonic(), 0), _cut, [connection.sock])
        watch.daemon = True
        watch.start()
        headers = {"Accept": wish.accept, "Accept-Encoding": "identity", "User-Agent": _agent(), "Connection": "close"}
        connection.request(wish.method, _path(parts), headers=headers)
        with connection.getresponse() as response:
            answer = _answer(response, parts.geturl(), wish)
            leads_to = response.headers.get("Location", "") if response.status in REDIRECTS else ""
        if time.monotonic() >= wish.until:  # a connection that is cut looks like an answer that has ended
            raise TimeoutError
        return answer, leads_to
    finally:
        if watch:
            watch.cancel()
        connection.close()


def _answer(response: http.client.HTTPResponse, url: str, wish: _Wish) -> Answer:
    is_wanted = wish.method != "HEAD" and response.status not in REDIRECTS
    body, is_whole = _body(response, wish.most_bytes) if is_wanted else (b"", True)
    return Answer(response.status, url, response.headers.get("Content-Type", ""), body, is_whole)


def _cut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _agent() -> str:
    """Who asks, so that whoever runs the other server can write to us."""
    name = "".join(filter(str.isalnum, settings.SITE_NAME.encode("ascii", "ignore").decode())) or "CommonGround"
    return f"{name} (+{settings.BASE_URL})"


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=KEPT_CHARACTERS)
    return f"{path}?{quote(parts.query, safe=KEPT_CHARACTERS)}" if parts.query else path


def _body(response: http.client.HTTPResponse, most_bytes: int) -> tuple[bytes, bool]:
    found = b""
    while len(found) <= most_bytes:
        piece = response.read1(min(PIECE, most_bytes + 1 - len(found)))
        if not piece:
            return found, True
        found += piece
    return found[:most_bytes], False


def _connection(scheme: str, address: _Address, timeout: float) -> http.client.HTTPConnection:
    """A connection to this address that gives its name in the request, and asks its certificate for that name."""
    if scheme == "http":
        made = http.client.HTTPConnection(address.name, address.port, timeout=timeout)
    else:
        context = ssl.create_default_context()
        made = http.client.HTTPSConnection(address.name, address.port, timeout=timeout, context=context)
    place = (address.number, address.port)
    made._create_connection = lambda _place, *rest: socket.create_connection(place, *rest)  # type: ignore[attr-defined]
    return made
