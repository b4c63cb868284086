"""Asking other servers: what is private is never asked, whatever name or redirect leads there. No network needed."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from outbox import fetching
from outbox.fetching import AddressRefused, FetchFailed, fetch


class Pages(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str]] = []

    def do_GET(self):
        self.asked.append((self.command, self.path, self.headers["Host"]))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        body = b"x" * 5000 if self.path == "/long" else b"hello"
        self.send_response(404 if self.path == "/gone" else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    Pages.asked = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield running.server_address[1]
    running.shutdown()
    running.server_close()


def look(port, path, **options):
    """As if example.org were this machine and 127.0.0.1 an address of the internet; 10.0.0.1 stays private."""
    names = {"example.org": ["127.0.0.1"], "inside.example": ["10.0.0.1"], "both.example": ["127.0.0.1", "10.0.0.1"]}
    options = {"resolve": lambda host, _port: names.get(host, [host]), "any_port": True, **options}
    public = options.pop("public", {"127.0.0.1"})
    return fetch(f"http://example.org:{port}{path}", is_public=lambda address: address in public, **options)


def test_an_answer_has_status_type_and_words(server):
    answer = look(server, "/page")
    assert (answer.status, answer.content_type, answer.body, answer.is_whole) == (200, "text/plain", b"hello", True)
    assert Pages.asked == [("GET", "/page", f"example.org:{server}")]
    assert look(server, "/gone").status == 404
    assert look(server, "/page", method="HEAD").body == b""


def test_a_long_answer_is_cut(server):
    answer = look(server, "/long", most_bytes=100)
    assert len(answer.body) == 100 and not answer.is_whole


def test_redirects_are_followed_and_looked_at(server):
    assert look(server, "/to//page").url.endswith("/page")
    with pytest.raises(AddressRefused, match="private"):
        look(server, "/to/http://inside.example/")
    with pytest.raises(AddressRefused):
        look(server, "/to/file:///etc/passwd")
    with pytest.raises(AddressRefused):
        look(server, "/to/http://169.254.169.254/latest/")
    with pytest.raises(AddressRefused, match="no address"):
        look(server, "/to/http://[broken")


def test_redirects_end(server):
    with pytest.raises(FetchFailed, match="Too many"):
        look(server, "/to/" * 10 + "/page")


def test_one_private_address_among_public_ones_is_enough_to_refuse(server):
    with pytest.raises(AddressRefused):
        fetch(
            f"http://both.example:{server}/",
            resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"],
            is_public=lambda address: address == "127.0.0.1",
            any_port=True,
        )
    assert Pages.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "http://", "http://user:word@example.org/", "javascript:1", "x",
        "http://example.org:22/", "http://[::1", "http://example.org:99999/",
        "http://127.0.0.1/", "http://[::1]/", "http://localhost/",
    ],
)  # fmt: skip
def test_what_is_no_public_address_of_the_web_is_refused(url):
    with pytest.raises(AddressRefused):
        fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("192.168.1.1", False), ("172.20.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("2002:0a00:0001::", False), ("64:ff9b::a00:1", False), ("ff02::1", False),
        ("::127.0.0.1", False), ("::ffff:0:127.0.0.1", False), ("64:ff9b:1::7f00:1", False), ("fec0::1", False),
        ("192.0.0.192", False), ("192.88.99.1", False), ("168.63.129.16", False), ("3fff::1", False),
        ("::ffff:192.0.0.192", False),
    ],
)  # fmt: skip
def test_what_is_public(address, public):
    assert fetching.is_public(address) is public


def test_no_answer_is_an_error_of_its_own():
    def nowhere(host, port):
        raise OSError("no such name")

    with pytest.raises(FetchFailed, match="No answer"):
        fetch("http://nowhere.example/", resolve=nowhere)
    with pytest.raises(FetchFailed, match="No answer"):
        fetch("http://" + "a" * 300 + ".example/")


def test_a_server_that_drips_is_cut_off(monkeypatch):
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_never():
            taken, _ = listening.accept()
            with taken:
                taken.recv(1000)
                taken.sendall(b"HTTP/1.1 200 OK\r\n")
                taken.recv(1)

        threading.Thread(target=answer_never, daemon=True).start()
        with pytest.raises(FetchFailed, match="Timeout"):
            look(listening.getsockname()[1], "/")
