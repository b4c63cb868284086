"""E-mails that were made to stop whoever reads them."""

import io
import sys

import pytest
from django.core.management import call_command

from notifications import letters

FROM = b"From: asha@example.org\r\n"
HTML = FROM + b"Content-Type: text/html\r\n\r\n"


def parts_in_parts(number):
    opened = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(number))
    return FROM + b"".join(opened) + b"Content-Type: text/plain\r\n\r\nHello.\r\n"


UNREADABLE = [
    parts_in_parts(3000),
    b"From: " + b"(" * 100_000 + b"asha@example.org\r\n\r\nHello.",
    FROM
    + b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*0*=a; filename*=x'y'%zz\r\n\r\nHello.",
]


@pytest.mark.parametrize("raw", UNREADABLE, ids=["parts", "comments", "name"])
def test_what_pythons_own_library_fails_on_is_said_to_be_unreadable(raw, settings, monkeypatch, capsys):
    with pytest.raises(letters.Unreadable):
        letters.read(raw)
    settings.REPLY_ADDRESS = "reply@forum.example.org"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_mail")
    assert capsys.readouterr().out.startswith("unreadable (")


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        (FROM, "asha@example.org"),
        (b"From: Patel, Asha <Asha@example.org>\r\n", "asha@example.org"),
        (b'From: "Asha: Patel" <asha@example.org>\r\n', "asha@example.org"),
        (b"From: asha@example.org, eve@example.net\r\n", ""),
        (b"From: parents: asha@example.org;\r\n", ""),
        (b"From: asha@example.org\r\nFrom: eve@example.net\r\n", ""),
    ],
)
def test_whoever_names_several_senders_is_none_of_them(head, sender):
    assert letters.read(head + b"\r\nHello.").sender == sender


@pytest.mark.parametrize("tag", ["<a ", "<!", "<!--", '<a b="', "<style>", "<b><p>", "<blockquote>"])
def test_tags_that_are_never_closed_are_read_in_no_time(tag):
    """Without an end Python's own parser reads the first of them for minutes."""
    said = letters.read(HTML + b"<p>Hello there.</p>" + tag.encode() * 50_000).text
    assert said.startswith("Hello there.")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "<head><title>Re</title><style>p {}</style></head><p>One &amp; two<p>Three<br/>four",
            "One & two\n\nThree\nfour",
        ),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n\n- Two"),
        ('<p>Mine</p><span id="OLK_SRC_BODY_SECTION"><p>Theirs</p></span>', "Mine"),
        (
            "<p>Mine</p><blockquote>Theirs<blockquote>x</blockquote>y</blockquote><p>Mine again</p>",
            "Mine\n\nMine again",
        ),
        ("<!--[if mso]><p>Nobody</p><![endif]--><p>Some<script>x</script>body</p>", "Somebody"),
    ],
)
def test_words_of_html(source, said):
    assert letters.read(HTML + source.encode()).text == said
