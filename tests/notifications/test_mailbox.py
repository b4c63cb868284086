"""The mailbox for replies, read over a real connection from a server that says who it is."""

import shutil
import socketserver
import ssl
import subprocess
import threading

import pytest
from django.core.management import CommandError, call_command

from notifications import letters, mailbox, receiving

PASSWORD = 's:cr"t /1'


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 3501 as a reader of mail says: every line is answered under its tag."""

    def handle(self):
        self.say("* OK ready")
        for line in self.rfile:
            tag, verb, *rest = line.decode().strip().split(" ", 2)
            verb = verb.upper()
            if verb == "UID":
                verb, _space, what = rest[0].partition(" ")
                self.by_number(verb.upper(), what)
            elif verb == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            elif verb == "LOGIN" and rest != ["reply " + '"' + PASSWORD.replace('"', r"\"") + '"']:
                self.say(f"{tag} NO wrong password")
                continue
            elif verb == "SELECT":
                self.say(f"* {len(self.server.letters)} EXISTS")
            elif verb == "LOGOUT":
                self.say("* BYE")
            self.say(f"{tag} OK done")

    def by_number(self, verb, rest):
        letters_, read = self.server.letters, self.server.read
        if verb == "SEARCH":
            self.say(" ".join(["* SEARCH", *(str(number) for number in letters_ if number not in read)]))
            return
        number, what = rest.split(" ", 1)
        raw = letters_[int(number)]
        if verb == "STORE":
            read[int(number)] = what
        elif "SIZE" in what:
            self.say("* 9 EXISTS")  # somebody else's news may come in between
            self.say(f"* {number} FETCH (RFC822.SIZE {len(raw)} UID {number})")
        else:
            part = raw[: letters.MOST_BYTES + 1] if "<0." in what else raw
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n")

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Files of a key and of a certificate that only whoever is told of it trusts."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("tls")
    key, signed = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", signed],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, signed


@pytest.fixture
def server(certificate, settings):
    """The server, with its letters by number and the marks that each got."""
    key, signed = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self):
            connection, address = super().get_request()
            return context.wrap_socket(connection, server_side=True), address

        def handle_error(self, request, address):
            """Whoever does not trust the certificate hangs up."""

    with Server(("127.0.0.1", 0), Session) as running:
        running.letters, running.read = {}, {}
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.REPLY_ADDRESS = "reply@example.org"
        settings.REPLY_MAILBOX = f"imaps://reply:s%3Acr%22t%20%2F1@localhost:{running.server_address[1]}/INBOX"
        yield running
        running.shutdown()


@pytest.fixture
def trusted(certificate, monkeypatch):
    """As the operator's guide says it is done."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))


@pytest.fixture
def taken(monkeypatch):
    found = []
    monkeypatch.setattr(receiving, "take", found.append)
    return found


def test_letters_are_read_once_and_of_one_too_big_the_beginning(server, trusted, taken):
    big = b"From: b@example.org\r\n\r\n" + b"x" * (letters.MOST_BYTES + 100)
    server.letters.update({3: b"From: a@example.org\r\n\r\nYes.\r\n", 7: big})
    assert mailbox.fetch() == 2
    assert taken == [server.letters[3], big[: letters.MOST_BYTES + 1]]
    assert server.read == {3: r"+FLAGS (\Seen)", 7: r"+FLAGS (\Seen)"}
    assert mailbox.fetch() == 0 and len(taken) == 2


def test_a_server_whom_nobody_vouches_for_gets_no_password(server, taken):
    server.letters[1] = b"From: a@example.org\r\n\r\nYes."
    with pytest.raises(CommandError, match="cannot be read .SSLCertVerificationError"):
        call_command("receive_mail", mailbox=True)
    assert not taken and not server.read


def test_a_wrong_password_is_said_without_it(server, trusted, settings, taken):
    settings.REPLY_MAILBOX = settings.REPLY_MAILBOX.replace("s%3Acr%22t", "other")
    with pytest.raises(CommandError) as said:
        call_command("receive_mail", mailbox=True)
    assert "cannot be read" in str(said.value) and "other" not in str(said.value)
