import socket
import struct
import threading

import pytest
from django.core.management import CommandError, call_command

from outbox import dns

SMTP = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
KEY = "v=DKIM1; k=rsa; p=" + "A" * 400
GOOD = {
    "forum.example": ["google-verification=1", "v=spf1 a:mail.forum.example -all"],
    "s1._domainkey.forum.example": [KEY],
    "_dmarc.forum.example": ["v=DMARC1; p=none"],
}


@pytest.fixture
def records(monkeypatch):
    """A DNS server on this machine that answers from a table; `None` answers rubbish."""
    table: dict = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(20)
    monkeypatch.setattr(dns, "PORT", server.getsockname()[1])
    monkeypatch.setattr(dns, "resolver", lambda: "127.0.0.1")

    def serve():
        while True:
            query, client = server.recvfrom(4096)
            if query == b"stop":
                return
            server.sendto(answer(query, table), client)

    thread = threading.Thread(target=serve)
    thread.start()
    yield table
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
        stop.sendto(b"stop", server.getsockname())
    thread.join()
    server.close()


def answer(query, table):
    labels, place = [], 12
    while query[place]:
        labels.append(query[place + 1 : place + 1 + query[place]].decode())
        place += query[place] + 1
    question = query[12 : place + 5]
    found = table.get(".".join(labels))
    if found is None and ".".join(labels) in table:
        return query[:2] + b"rubbish"
    flags = 0x8180 if found else 0x8183
    header = query[:2] + struct.pack("!5H", flags, 1, len(found or []), 0, 0)
    rows = b""
    for text in found or []:
        data = b"".join(bytes([len(part)]) + part for part in _pieces(text.encode()))
        rows += b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(data)) + data
    return header + question + rows


def _pieces(raw):
    return [raw[start : start + 255] for start in range(0, len(raw), 255)]


@pytest.fixture(autouse=True)
def sender(settings):
    settings.DEFAULT_FROM_EMAIL = "Common Ground <hello@forum.example>"


def check(capsys, *arguments, **options):
    """What the command prints, and how it ends (None: well)."""
    ending = None
    try:
        call_command("check_mail", *arguments, **options)
    except CommandError as error:
        ending = str(error)
    return capsys.readouterr().out, ending


def test_records_that_are_there_are_read_whole(records):
    records.update(GOOD)
    assert dns.txt("forum.example") == GOOD["forum.example"]
    assert dns.txt("s1._domainkey.forum.example") == [KEY]
    assert dns.txt("nobody.example") == []


def test_all_is_well(records, capsys):
    records.update(GOOD)
    output, ending = check(capsys, selector="s1")
    assert ending is None
    assert output.count(" ok ") == 3
    assert "v=spf1 a:mail.forum.example -all" in output
    assert "hello@forum.example" in output


def test_what_is_missing_is_named_with_what_to_write(records, capsys):
    output, ending = check(capsys, selector="s1")
    assert output.count("MISSING") == 3
    assert '"v=spf1 a:mail.forum.example -all"' in output
    assert "s1._domainkey.forum.example" in output and "_dmarc.forum.example" in output
    assert ending.startswith("3 of 3 records are missing")


def test_without_a_selector_dkim_is_an_open_question(records, capsys):
    records.update(GOOD)
    output, ending = check(capsys)
    assert "give --selector" in output
    assert ending.startswith("1 of 3")


def test_two_spf_records_are_as_bad_as_none(records, capsys):
    records.update({**GOOD, "forum.example": ["v=spf1 -all", "v=spf1 a -all"]})
    output, ending = check(capsys, selector="s1")
    assert "has 2 such records" in output
    assert ending.startswith("1 of 3")


def test_an_answer_that_cannot_be_read_is_said(records, capsys):
    records.update({**GOOD, "forum.example": None})
    output, _ = check(capsys, selector="s1")
    assert "cannot be read" in output and 'e.g. "v=spf1' in output


def test_a_silent_dns_server_is_said(capsys, monkeypatch):
    monkeypatch.setattr(dns, "TIMEOUT", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(dns.LookupFailed, match="does not answer"):
            dns.txt("forum.example", "127.0.0.1", silent.getsockname()[1])


def test_the_machine_s_own_dns_server_is_found(tmp_path, monkeypatch):
    path = tmp_path / "resolv.conf"
    monkeypatch.setattr(dns, "RESOLVERS", path)
    with pytest.raises(dns.LookupFailed, match="names no DNS server"):
        dns.resolver()
    path.write_text("# made by hand\nsearch example\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n")
    assert dns.resolver() == "192.0.2.53"


def test_a_test_message_is_handed_over_at_once(records, capsys, settings):
    records.update(GOOD)
    output, _ = check(capsys, "officer@example.org", selector="s1")
    (path,) = settings.MAIL_FOLDER.iterdir()
    assert "Subject: Test message from" in path.read_text()
    assert "sent to officer@example.org" in output


def test_a_mail_server_that_is_away_is_said(records, capsys, settings):
    records.update(GOOD)
    settings.MAIL_TRANSPORT = {**SMTP, "EMAIL_HOST_USER": "forum", "EMAIL_HOST_PASSWORD": "hunter2"}
    output, ending = check(capsys, "officer@example.org", selector="s1")
    assert "127.0.0.1:1, not encrypted, with a name" in output
    assert "hunter2" not in output
    assert ending.startswith("The test message was not sent. The mail server cannot be reached")
