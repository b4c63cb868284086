"""Text without markup, and quotations."""

import pytest

from markup.markdown import MAX_SOURCE, SourceTooLong, parse
from markup.render import render
from markup.text import plain_text, quote
from tests.markup.structure import faults


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**Bold** and *not* ~~this~~", "Bold and not this"),
        ("one\ntwo\n\nthree", "one two three"),
        ("- a\n- b\n\n> c", "a b c"),
        ("[read this](https://a.example)", "read this"),
        ("https://a.example/b", "https://a.example/b"),
        ("`code` and\n\n```\nmore  code\n```", "code and more code"),
        ("&lt;b&gt; &amp; <i>", "<b> & <i>"),
        ("a&#x202E;b\u202ec", "abc"),
        ("# a\n\n---\n\nb", "# a b"),
        ("", ""),
    ],
)
def test_plain_text_has_the_words_only(source, text):
    assert plain_text(source) == text


@pytest.mark.parametrize(
    ("limit", "text"),
    [(9, "one two…"), (8, "one two…"), (7, "one…"), (13, "one two three"), (3, "on…")],
)
def test_plain_text_is_cut_between_words_where_it_can_be(limit, text):
    assert plain_text("one two three", limit) == text
    assert len(text) <= limit


def test_a_long_word_is_cut():
    assert plain_text("a" * 50, 10) == "a" * 9 + "…"


def test_text_that_is_too_long_is_refused():
    for work in (plain_text, lambda source: quote(source, "Jo", 100)):
        with pytest.raises(SourceTooLong):
            work("a" * (MAX_SOURCE + 1))


def test_a_quotation_names_its_author_and_leaves_room_for_the_reply():
    assert quote("Hello.\n\nHow are you?", "Jo Ash", 100) == "> **Jo Ash** wrote:\n>\n> Hello.\n>\n> How are you?\n\n"


def test_a_quotation_is_cut():
    assert quote("one two three", "Jo", 9) == "> **Jo** wrote:\n>\n> one two…\n\n"


def test_quotations_of_quotations_do_not_pile_up():
    assert quote("> old\nlazy\n\nnew\n\n> old too", "Jo", 100) == "> **Jo** wrote:\n>\n> new\n\n"


def test_a_text_that_only_quotes_is_quoted_whole():
    assert quote("> old", "Jo", 100) == "> **Jo** wrote:\n>\n> > old\n\n"


@pytest.mark.parametrize(
    "source",
    [
        "```\nnever closed",
        "- a\n  - b",
        "a\n\n***",
        "a\rb\u2028c\x85d",
        "> a\n\nb",
        "<div>\n\n</blockquote>",
        "&#10;&#10;out",
        "~~~\n> ```\nx",
        "**never closed",
        "[never closed](",
        "    code\n\n\tmore",
        "",
    ],
)
def test_nothing_gets_out_of_a_quotation(source):
    html = render(quote(source, "Jo", 500) + "My own words.")
    assert faults(html) == []
    quotation, reply = html.rsplit("</blockquote>", 1)
    assert quotation.startswith("<blockquote>\n<p><strong>Jo</strong> wrote:</p>")
    assert reply == "\n<p>My own words.</p>"


@pytest.mark.parametrize(
    "name",
    [
        "Jo **Ash**",
        "Jo\n\nAsh",
        "<b>Jo</b>",
        "[Jo](https://a.example)",
        "www.a.example",
        "`Jo`",
        "Jo (Leeds)",
        "Jo\u202e",
    ],
)
def test_a_name_is_text_in_a_quotation(name):
    html = render(quote("a", name, 100) + "b")
    heading, rest = html.split(" wrote:</p>", 1)
    assert heading.startswith("<blockquote>\n<p><strong>") and heading.endswith("</strong>")
    assert "<" not in heading.removeprefix("<blockquote>\n<p><strong>").removesuffix("</strong>")
    assert rest == "\n<p>a</p>\n</blockquote>\n<p>b</p>"


def test_the_beginning_of_a_text_is_shown_without_reading_all_of_it(monkeypatch):
    read = []
    monkeypatch.setattr("markup.text.parse", lambda source: read.append(len(source)) or parse(source))
    shown = plain_text("Sleep matters. " * 1300, 100)
    assert shown.startswith("Sleep matters. Sleep") and shown.endswith("…")
    assert read[0] <= 1000
