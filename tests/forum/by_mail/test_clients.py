"""What is cut off and what stays, whatever program wrote it, and that nothing that strangers send does harm."""

from pathlib import Path

import pytest
from django.conf import settings as site

from notifications import letters, replies
from tests.forum.by_mail.sending import letter, posts, take

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
CORPUS = Path(site.BASE_DIR).parent / "shared" / "data" / "forum" / "email_reply_trimmer"
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
