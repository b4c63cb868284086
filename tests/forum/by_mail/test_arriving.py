"""Replies by e-mail come in by a pipe or from a mailbox, with what hangs on them."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from PIL import Image

from forum.models import Post
from notifications import mailbox, receiving
from tests.conftest import signed_in
from tests.files import documents
from tests.forum.by_mail.sending import letter, posts, refusal, take

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


class TestCommand:
    def pipe(self, monkeypatch, raw):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        said = io.StringIO()
        call_command("receive_mail", stdout=said)
        return said.getvalue().strip()

    def test_a_piped_message(self, told, thread, monkeypatch):
        assert self.pipe(monkeypatch, letter(told).as_bytes()) == "posted"
        assert posts(thread) == ["I think so too."]

    def test_a_database_that_is_down_asks_for_another_try(self, told, thread, monkeypatch):
        def down(raw):
            raise DatabaseError

        monkeypatch.setattr(receiving, "take", down)
        with pytest.raises(CommandError) as refused:
            self.pipe(monkeypatch, letter(told).as_bytes())
        assert refused.value.returncode == 75


class Box:
    """As much of an IMAP server as is asked."""

    def __init__(self, messages):
        self.messages, self.flags = messages, {}

    def __call__(self, host, port, ssl_context, timeout):
        assert (host, port) == ("mail.example.org", 993) and ssl_context.check_hostname and timeout
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def login(self, name, password):
        assert (name, password) == ("reply", "s:cret")

    def select(self, folder):
        assert folder == "INBOX"

    def uid(self, verb, *args):
        if verb == "search":
            return "OK", [b" ".join(str(n).encode() for n in self.messages if n not in self.flags)]
        number = int(args[0])
        if verb == "store":
            self.flags[number] = args[2]
            return "OK", [b""]
        raw = self.messages[number]
        if "SIZE" in args[1]:
            return "OK", [b"%d (UID %d RFC822.SIZE %d)" % (number, number, len(raw))]
        return "OK", [(b"%d (BODY[] {%d}" % (number, len(raw)), raw), b")"]


class TestMailbox:
    @pytest.fixture
    def box(self, settings, monkeypatch):
        settings.REPLY_MAILBOX = "imaps://reply:s%3Acret@mail.example.org/INBOX"

        def hold(**messages):
            found = Box({int(key[1:]): raw for key, raw in messages.items()})
            monkeypatch.setattr(mailbox.imaplib, "IMAP4_SSL", found)
            return found

        return hold

    def test_reads_what_is_unread_once(self, told, thread, box):
        found = box(m1=b"junk", m2=letter(told).as_bytes())
        call_command("receive_mail", mailbox=True, stdout=io.StringIO())
        assert posts(thread) == ["I think so too."] and found.flags == {1: r"(\Seen)", 2: r"(\Seen)"}
        assert mailbox.fetch() == 0

    def test_what_cannot_be_read_is_marked_and_the_rest_goes_on(self, told, thread, box, monkeypatch):
        found, real = box(m1=b"junk", m2=letter(told).as_bytes()), receiving.take

        def careful(raw):
            if raw == b"junk":
                raise RuntimeError
            return real(raw)

        monkeypatch.setattr(receiving, "take", careful)
        mailbox.fetch()
        assert found.flags[1] == r"(\Seen \Flagged)" and posts(thread) == ["I think so too."]

    def test_what_the_database_did_not_take_stays_unread(self, told, box, monkeypatch):
        found = box(m1=letter(told).as_bytes())

        def down(raw):
            raise DatabaseError

        monkeypatch.setattr(receiving, "take", down)
        with pytest.raises(DatabaseError):
            mailbox.fetch()
        assert not found.flags

    def test_a_server_that_is_away_is_said_in_a_sentence(self, box, monkeypatch):
        box()

        def away(*_, **__):
            raise ConnectionRefusedError

        monkeypatch.setattr(mailbox.imaplib, "IMAP4_SSL", away)
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("receive_mail", mailbox=True)


def with_files(told, *files):
    message = letter(told)
    for name, content, kind in files:
        maintype, _slash, subtype = kind.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message


def picture():
    drawn = io.BytesIO()
    Image.new("RGB", (50, 40), "green").save(drawn, "JPEG")
    return drawn.getvalue()


def test_files_come_along_and_photos_wait_for_answers(told, thread, reader):
    message = with_files(
        told,
        ("Übung.docx", documents.word("Sing it slowly."), "application/octet-stream"),
        ("IMG_1.jpg", picture(), "image/jpeg"),
        ("run.exe", b"MZ", "application/x-msdownload"),
    )
    assert (take(message), take(message)) == ("posted", "again")
    post = Post.objects.get(number=3)
    file, photo = post.attachments.order_by("position")
    assert file.is_shown and file.text == "Übung" and photo.waits_for == "answers"
    said = refusal()
    assert "run.exe" in said and f"/community/post/{post.pk}/edit/" in said
    other = signed_in(thread.author)
    page = other.get(thread.get_absolute_url()).content.decode()
    assert "Übung" in page and "not described yet" not in page
    assert other.get(f"/files/images/{photo.image_id}/photo/").status_code == 404
    mine = signed_in(reader)
    assert "Describe it or take it out" in mine.get(thread.get_absolute_url()).content.decode()
    edit, prefix = f"/community/post/{post.pk}/edit/", f"file{photo.pk}"
    assert "say in a sentence" in mine.post(edit, {"text": post.source, "wish": "post"}).content.decode()
    answers = {f"{prefix}-text": "A drum", f"{prefix}-people": "nobody"}
    mine.post(edit, {"text": post.source, "wish": "post", "attached": "1", **answers})
    assert 'alt="A drum"' in other.get(thread.get_absolute_url()).content.decode()


def test_the_logo_of_a_signature_is_no_photo(told, thread):
    message = letter(told)
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="image001.jpg", disposition="inline")
    assert take(message) == "posted" and Post.objects.get(number=3).attachment_count == 0
