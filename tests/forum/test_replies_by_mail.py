"""Replies by e-mail: who may, what becomes of them, and that nothing that strangers send does harm."""

import io
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from PIL import Image

from forum import actions
from forum.models import Post
from moderation.models import Decision
from notifications import answering, letters, mailbox, receiving, replies
from notifications.models import Notification, ReceivedMail
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in
from tests.files import documents

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
CORPUS = Path(site.BASE_DIR).parent / "shared" / "data" / "forum" / "email_reply_trimmer"


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.REPLY_ADDRESS = "reply@talk.example.org"


@pytest.fixture
def reader():
    return factories.make_user(display_name="Ann", email="ann@example.org")


@pytest.fixture
def thread(reader):
    space = factories.make_space(visibility="ask", name="Quiet room")
    thread = factories.make_thread(space, title="Secret")
    for person in (reader, thread.author):
        factories.join(space, person)
    actions.set_follow(thread=thread, person=reader, wanted=True)
    return thread


@pytest.fixture
def told(thread):
    """The e-mail that the reader got of a reply."""
    actions.post_reply(thread=thread, author=thread.author, source="What do you think?")
    drain()
    (message,) = [message for message in mail.outbox if message.to == ["ann@example.org"]]
    mail.outbox.clear()
    return message


def letter(told, text="I think so too.", *, sender="Ann <ann@example.org>", key="<one@example.org>", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, told.reply_to[0], key
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def take(message):
    outcome = receiving.take(message if isinstance(message, bytes) else message.as_bytes())
    drain()
    return outcome


def posts(thread):
    return list(thread.posts.filter(number__gt=2).values_list("source", flat=True))


def refusal():
    (message,) = [sent for sent in mail.outbox if sent.to == ["ann@example.org"]]
    assert message.extra_headers["Auto-Submitted"] == "auto-replied"
    mail.outbox.clear()
    return message.body


def test_a_reply_becomes_a_post_once(told, thread, reader):
    assert "It is read by people who were let in to this space" in told.body and "Secret" not in told.body
    message = letter(told, "I think so too.\n\nOn 1 Jan 2026, Common Ground wrote:\n> Open it\n> https://x\n")
    assert (take(message), take(message)) == ("posted", "again")
    assert posts(thread) == ["I think so too."]
    assert Post.objects.get(number=3).author == reader
    assert not [sent for sent in mail.outbox if sent.to == ["ann@example.org"]]


def test_the_address_stays_within_what_servers_take(told):
    name = told.reply_to[0].partition("@")[0]
    assert name == name.lower() and len(answering.address_of(10**17)) <= 64 + len("@talk.example.org")
    assert answering.notification_of(told.reply_to[0].lower()) == Notification.objects.get(channel="email").pk


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("reply+", "reply+1"),
        lambda address: address[:12] + ("b" if address[12] == "a" else "a") + address[13:],
        lambda address: address.replace("@", "x@"),
        lambda address: address.replace("talk.", "walk."),
        lambda address: "reply@talk.example.org",
        lambda address: "reply+٣-x@talk.example.org",
        lambda address: "reply+" + "9" * 40 + "-x@talk.example.org",
    ],
)
def test_a_changed_address_is_nobodys(change, told, thread):
    message = letter(told)
    message.replace_header("To", change(told.reply_to[0]))
    assert take(message) == "unknown"
    assert posts(thread) == [] and not mail.outbox


def test_an_e_mail_of_long_ago_is_said_to_be_too_old(told, thread):
    raw = letter(told).as_bytes()
    Notification.objects.all().delete()
    mail.outbox.clear()
    assert (take(raw), take(raw)) == ("unknown", "unknown")
    assert not posts(thread)
    assert "more than six months old" in refusal()
    assert take(letter(told, sender="stranger@example.org", key="<two@example.org>")) == "unknown"
    assert not mail.outbox


def test_off_unless_set(told, thread, settings):
    settings.REPLY_ADDRESS = ""
    assert take(letter(told)) == "unknown"
    actions.post_reply(thread=thread, author=thread.author, source="And you?")
    Notification.objects.update(read_at="2026-01-01T00:00Z")
    drain()
    assert not [sent for sent in mail.outbox if sent.reply_to]
    for options in ({}, {"mailbox": True}):
        with pytest.raises(CommandError, match="are off"):
            call_command("receive_mail", **options)


def test_only_the_owner_of_the_address_and_strangers_hear_nothing(told, thread, reader):
    assert take(letter(told, sender="mallory@example.net")) == "refused"
    assert "an address that is not yours" in refusal() and posts(thread) == []
    reader.emailaddress_set.create(email="ann@work.example", verified=False)
    assert take(letter(told, sender="ann@work.example", key="<two@x>")) == "refused"
    reader.emailaddress_set.update(verified=True)
    assert take(letter(told, sender="ANN@Work.example", key="<three@x>")) == "posted"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<x.example.org>"},
        {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "no-reply@example.org"},
    ],
)
def test_machines_are_not_answered(headers, told, thread):
    assert take(letter(told, **headers)) == "automatic"
    assert posts(thread) == [] and not mail.outbox and not ReceivedMail.objects.exists()


def test_a_bounce_is_not_answered(told):
    message = letter(told)
    message.make_mixed()
    message.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"')
    assert take(message) == "automatic"
    assert take(letter(told, Auto_Submitted="no")) == "posted"


def test_what_is_found_in_it_waits_for_a_moderator(told, thread):
    assert take(letter(told, "Ring 07700 900123 about her.")) == "posted"
    assert "a moderator looks at it first" in refusal()
    post = Post.objects.get(number=3)
    assert post.hidden_at is not None and Decision.objects.about(post).exists()


def lock(thread, reader):
    actions.set_locked(thread=thread, actor=thread.author, locked=True)


def archive(thread, reader):
    type(thread.space).objects.update(is_archived=True)


def leave(thread, reader):
    actions.leave_space(space=thread.space, person=reader)


def hide(thread, reader):
    actions.hide_thread(thread=thread, actor=None)


@pytest.mark.parametrize(
    ("event", "words"),
    [(lock, "closed for replies"), (archive, "closed for replies"), (leave, "no longer"), (hide, "no longer")],
)
def test_where_one_may_not_write_one_is_told_once(event, words, told, thread, reader):
    event(thread, reader)
    mail.outbox.clear()
    assert (take(letter(told)), take(letter(told))) == ("refused", "again")
    assert words in refusal() and posts(thread) == []


def move_into_the_open(thread, reader):
    actions.move_thread(thread=thread, space=factories.make_space(visibility="public"), actor=thread.author)


def open_the_space(thread, reader):
    thread.space.visibility = "public"
    actions.save_space(space=thread.space, actor=None)


def merge_into_another(thread, reader):
    into = factories.make_thread(factories.make_space(visibility="public"))
    actions.merge_threads(thread=thread, into=into, actor=thread.author)


@pytest.mark.parametrize("event", [move_into_the_open, open_the_space, merge_into_another])
def test_who_would_read_it_is_who_the_e_mail_said(event, told, thread, reader):
    event(thread, reader)
    drain()
    mail.outbox.clear()
    assert take(letter(told)) == "refused"
    assert "others can read it now" in refusal()
    assert not Post.objects.filter(source="I think so too.").exists()


def test_suspended_people_post_nothing(told, thread, reader):
    reader.groups.clear()
    assert take(letter(told)) == "refused" and posts(thread) == []
    type(reader).objects.update(is_active=False)
    mail.outbox.clear()
    assert take(letter(told, key="<two@x>")) == "refused" and not mail.outbox


def test_nothing_but_a_quotation(told, thread):
    assert take(letter(told, "> Open it\n> https://x\n")) == "refused"
    assert "no words" in refusal()


def test_too_big(told, thread, monkeypatch):
    monkeypatch.setattr(letters, "MOST_BYTES", 2000)
    assert take(letter(told, "x" * 3000)) == "refused"
    assert "larger than 25 MB" in refusal()


def test_too_long_for_a_post(told, thread):
    assert take(letter(told, "word " * 5000)) == "refused"
    assert "at most 20000 characters" in refusal() and posts(thread) == []


def test_too_many(told, thread, monkeypatch):
    monkeypatch.setattr(receiving, "REPLIES", 1)
    assert [take(letter(told, key=f"<{n}@x>")) for n in range(2)] == ["posted", "refused"]
    assert "very many replies" in refusal()
    monkeypatch.setattr(receiving, "MOST_NOTES", 1)
    assert take(letter(told, key="<9@x>")) == "refused" and not mail.outbox


HTML = """<html><head><style>p {color: red}</style><title>no</title></head><body>
<div>I think so.<br>Yes &amp; <b>really</b></div><ul><li>one</li><li>two</li></ul><script>alert(1)</script>
<div class="gmail_quote">On 1 Jan wrote:<blockquote>Open it</blockquote></div></body></html>"""


class TestClients:
    def test_html_alone(self, told, thread):
        message = letter(told)
        message.set_content(HTML, subtype="html")
        assert take(message) == "posted"
        assert posts(thread) == ["I think so.\nYes & really\n\n- one\n\n- two"]

    def test_plain_and_html_and_a_file(self, told, thread):
        message = letter(told, "Plain words")
        message.add_alternative(HTML, subtype="html")
        message.add_attachment(b"secret", maintype="text", subtype="plain", filename="a.txt")
        assert take(message) == "posted" and posts(thread) == ["Plain words"]

    @pytest.mark.parametrize(
        ("charset", "words"),
        [
            ("utf-8", "Zoë’s – naïve"),
            ("iso-8859-1", "Zoë"),
            ("cp1252", "Zoë’s"),
            ("x-unknown", "Zoe"),
        ],
    )
    @pytest.mark.parametrize("encoding", ["8bit", "base64"])
    def test_charsets(self, charset, words, encoding, told, thread):
        import base64

        raw = words.encode("ascii" if charset == "x-unknown" else charset)
        body = base64.encodebytes(raw) if encoding == "base64" else raw
        head = (
            f"From: ann@example.org\r\nTo: {told.reply_to[0]}\r\nMessage-ID: <c@x>\r\n"
            f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        assert take(head.encode() + body) == "posted" and posts(thread) == [words]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Yes.\n\nSent from my iPhone\n\nOn 3 Mar 2026, at 13:00, X <a@b.org> wrote:\n\n> Hello", "Yes."),
            (
                "Yes.\r\n\r\n________________________________\r\nFrom: X <a@b.org>\r\nSent: 3 March\r\nTo: Y\r\n\r\nHi",
                "Yes.",
            ),
            ("Yes.\n\n-----Original Message-----\nFrom: X\nSent: now\n\nHello", "Yes."),
            ("Ja.\n\nAm 03.03.2026 um 13:00 schrieb X <a@b.org>:\n> Hallo", "Ja."),
            ("Oui.\n\nLe mar. 3 mars 2026 à 13:00, X <a@b.org> a\nécrit :\n\n> Bonjour", "Oui."),
            ("Yes.\n-- \nAnn Smith\nHealth visitor\n0161 496 0000", "Yes."),
            ("Yes.\n\nKind regards\nAnn Smith\nHealth visitor", "Yes."),
            ("Yes.\n\nSent from Samsung tablet.", "Yes."),
            ("Yes.\n\nSent from Yahoo Mail on Android\n\n  On 3 Mar 2026 at 13:00, X<a@b.org> wrote:   Hello", "Yes."),
            ("Yes.\n\nSent with [Proton Mail](https://proton.me/) secure email.\n\nOn 3 March, X wrote:\n> Hi", "Yes."),
            ("Yes.\n\nGet Outlook for iOS<https://aka.ms/x>\n________________________________\nFrom: X\n", "Yes."),
            (
                "Yes.\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: X\nDate: 3/3/2026\n\nHi",
                "Yes.",
            ),
            (f"Yes.\n\n{'*' * 80}\n\nThis message may contain confidential information. If you are not …", "Yes."),
            (
                "Yes.\n\nThis email and any files are confidential and intended for the addressee.\nWe monitor it.",
                "Yes.",
            ),
            ("CAUTION: This email originated from outside the council.\nTake care.\n\nYes.", "Yes."),
            (
                "Hello.\n\nThis message is confidential, they said.\nIs it?",
                "Hello.\n\nThis message is confidential, they said.\nIs it?",
            ),
            ("Warning signs outside a home:\n- litter", "Warning signs outside a home:\n- litter"),
            ("Thanks, that helped. We tried it.\n\n- one\n- two", "Thanks, that helped. We tried it.\n\n- one\n- two"),
            ("On Monday I wrote to her.\nShe answered.", "On Monday I wrote to her.\nShe answered."),
            ("On 3 Mar 2026, X wrote:\n> Which one?\n\nThe second.", "The second."),
            ("> Which one?\n\nThe second.\n\n> And when?\n\nToday.", "The second.\n\n> And when?\n\nToday."),
            ("x" * 2000, "x" * 2000),
        ],
    )
    def test_what_is_cut_off(self, text, words):
        assert replies.cut(text) == words

    @pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of e-mails is not here")
    def test_the_corpus(self):
        """Two thirds exactly as another program cuts them; the rest differ in greetings or in rare languages."""

        def tidy(text):
            return " ".join(text.split())

        files = sorted((CORPUS / "emails").glob("*.txt"))
        same = [
            path.name
            for path in files
            if tidy(replies.cut(path.read_text(errors="replace")))
            == tidy((CORPUS / "trimmed" / path.name).read_text(errors="replace"))
        ]
        assert len(same) >= 0.65 * len(files) > 40


HOSTILE = [
    b"",
    b"\x00\xff" * 500,
    b"From: ann@example.org\nTo: reply+1-x@talk.example.org\n\n",
    b"Content-Type: multipart/mixed; boundary=\n\n--\n--\n",
    b'Content-Type: text/plain; charset="\x00"\n\n\xff',
    b"From: " + b"a@b.org," * 5000 + b"\n\nx",
    b"Subject: =?utf-8?b?////?=\nFrom: =?x?q?=00?= <a@b>\n\nx",
    b"Content-Type: message/rfc822\n\n" * 200,
    b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: text/plain\n\nx\n" * 3000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_bytes_are(raw):
    assert take(raw) in ("unknown", "automatic")
    assert isinstance(letters.read(raw).text, str)


@pytest.mark.parametrize(
    "text", ["On " * 4000, "On \n" * 4000, " \n" * 9000, "> " * 9000, "From: a\n" * 4000, "<div>" * 5000]
)
def test_endless_texts_end(text):
    assert len(replies.cut(text)) <= len(text)
    assert letters._words(text) is not None


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
