"""Virus scanning: a daemon of our own making for every fault, the real one with a signature of our own."""

import io
import shutil
import socket
import struct
import subprocess
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config import environment
from files.actions import UploadRefused, store_document, store_image
from files.models import SiteDocument, SiteImage
from files.scanning import ScannerError, found_in
from tests.files.documents import pdf

HARM = b"common ground test virus"


class Daemon(threading.Thread):
    """Speaks ClamAV's protocol once for each connection, and answers as it was told."""

    def __init__(self, answer):
        super().__init__(daemon=True)
        self.answer, self.streams = answer, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                stream = b""
                while length := struct.unpack("!I", sent.read(4))[0]:
                    stream += sent.read(length)
                self.streams.append(stream)
                if self.answer:
                    connection.sendall(self.answer(stream) if callable(self.answer) else self.answer)


@pytest.fixture
def daemon(settings):
    started = []

    def start(answer):
        made = Daemon(answer)
        made.start()
        started.append(made)
        settings.CLAMAV_URL = made.url
        return made

    yield start
    for each in started:
        each.listener.close()
        each.join(1)


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(drawn, "PNG")
    return SimpleUploadedFile("photo.png", drawn.getvalue())


def document(content=None):
    return SimpleUploadedFile("plan.pdf", content or pdf("Hello"))


@pytest.mark.django_db
def test_a_clean_file_is_seen_whole_and_kept(daemon):
    scanner = daemon(b"stream: OK\0")
    kept = store_document(uploader=None, upload=document(), title="Plan")
    assert scanner.streams == [pdf("Hello")]
    with kept.file.open("rb") as file:
        assert file.read() == pdf("Hello")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", r"harmful \(Win.Test.EICAR_HDB-1\)"),
        (b"INSTREAM size limit exceeded. ERROR\0", "cannot check files for viruses at the moment"),
        (b"", "cannot check files for viruses at the moment"),
        (b"HTTP/1.1 400 Bad Request\r\n", "cannot check files for viruses at the moment"),
    ],
)
def test_what_is_harmful_or_could_not_be_looked_at_is_not_kept(daemon, answer, words):
    daemon(answer)
    with pytest.raises(UploadRefused, match=words):
        store_document(uploader=None, upload=document(), title="Plan")
    with pytest.raises(UploadRefused, match=words):
        store_image(uploader=None, upload=picture(), title="Photo")
    assert not SiteDocument.objects.exists() and not SiteImage.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_while_no_scanner_answers_nothing_is_kept(settings, url):
    settings.CLAMAV_URL = url
    with pytest.raises(UploadRefused, match="try again in a few minutes"):
        store_document(uploader=None, upload=document(), title="Plan")
    assert not SiteDocument.objects.exists()


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:3310", "tcp://", "tcp://host:99999", "unix://", "unix://host/path", "clamd"]
)
def test_a_wrong_address_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("CLAMAV_URL", value)
    with pytest.raises(SystemExit, match="CLAMAV_URL"):
        environment.scanner("CLAMAV_URL")


@pytest.mark.parametrize("value", ["", "tcp://127.0.0.1:3310", "tcp://clamav", "unix:///run/clamav/clamd.ctl"])
def test_a_right_address_is_taken(monkeypatch, value):
    monkeypatch.setenv("CLAMAV_URL", value)
    assert environment.scanner("CLAMAV_URL") == value


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """The real daemon with one signature: ours."""
    program = shutil.which("clamd")
    if not program:
        pytest.skip("needs clamd: apt-get install clamav-daemon")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "local.ndb").write_text(f"CommonGround.Test:0:*:{HARM.hex()}\n")
    place = folder / "clamd.ctl"
    lines = [f"DatabaseDirectory {folder}", f"LocalSocket {place}", "Foreground yes", "StreamMaxLength 25M"]
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=log, stderr=log)
    try:
        for _ in range(300):
            if place.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert place.exists(), (folder / "log").read_text()
        yield f"unix://{place}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.django_db
def test_the_real_scanner_finds_what_its_signature_names(clamd, settings):
    settings.CLAMAV_URL = clamd
    assert store_document(uploader=None, upload=document(), title="Plan").pk
    with pytest.raises(UploadRefused, match=r"harmful \(CommonGround.Test(.UNOFFICIAL)?\)"):
        store_document(uploader=None, upload=document(pdf("Hello") + b"\n% " + HARM + b"\n%%EOF"), title="Plan")
    assert SiteDocument.objects.count() == 1


def test_the_real_scanner_takes_the_largest_upload(clamd, tmp_path):
    large = tmp_path / "large"
    large.write_bytes(b"a" * (20 * 1024 * 1024) + HARM)
    with large.open("rb") as file:
        assert found_in(file, clamd).startswith("CommonGround.Test")


def test_a_scanner_that_refuses_the_stream_is_an_error(clamd, tmp_path):
    too_large = tmp_path / "large"
    too_large.write_bytes(b"a" * (26 * 1024 * 1024))
    with too_large.open("rb") as file, pytest.raises(ScannerError):
        found_in(file, clamd)
