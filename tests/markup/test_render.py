"""Member text as people type it."""

import threading

import pytest
from django.utils.safestring import SafeString

from markup.characters import clean_characters
from markup.markdown import MAX_BLOCK_DEPTH, MAX_SOURCE, SourceTooLong
from markup.render import render
from tests.markup.structure import faults

REL = 'rel="nofollow ugc noopener noreferrer"'


@pytest.fixture(autouse=True)
def address(settings):
    settings.BASE_URL = "https://ground.example"


def link(href: str, text: str) -> str:
    return f'<p><a href="{href}" {REL}>{text}</a></p>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\r\ntwo\rthree", "<p>one<br>\ntwo<br>\nthree</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("```python\nif x < 1:\n```", "<pre><code>if x &lt; 1:\n</code></pre>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("", ""),
        (" \n\t\n ", ""),
        ("Ben & Jerry < 3 > 2", "<p>Ben &amp; Jerry &lt; 3 &gt; 2</p>"),
        ("cream tea &pound;5", "<p>cream tea £5</p>"),
    ],
)
def test_what_members_may_use(source, html):
    assert render(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Title", "<p># Title</p>"),
        ("Title\n=====", "<p>Title<br>\n=====</p>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("<div>\nblock\n</div>", "<p>&lt;div&gt;<br>\nblock<br>\n&lt;/div&gt;</p>"),
        ("<!-- hidden -->", "<p>&lt;!-- hidden --&gt;</p>"),
        ("    four spaces", "<p>four spaces</p>"),
        ("![alt](picture.png)", "<p>![alt](picture.png)</p>"),
        ("a | b\n--|--\n1 | 2", "<p>a | b<br>\n--|--<br>\n1 | 2</p>"),
        ("[a]: /b\n\n[a]", "<p>[a]: /b</p>\n<p>[a]</p>"),
        ("[read](chapter-2)", "<p>[read](chapter-2)</p>"),
        ("[read](#top)", "<p>[read](#top)</p>"),
        ("[read](//evil.example)", "<p>[read](//evil.example)</p>"),
        ("[read](ftp://a.example)", "<p>[read](ftp://a.example)</p>"),
        ("[read](https://bank.example@evil.example)", "<p>[read](https://bank.example@evil.example)</p>"),
    ],
)
def test_what_is_off_shows_as_typed(source, html):
    assert render(source) == html


def test_a_picture_shows_as_typed_with_its_address_as_a_link():
    assert render("![a](https://a.example/b.png)") == (
        f'<p>![a](<a href="https://a.example/b.png" {REL}>https://a.example/b.png</a>)</p>'
    )


@pytest.mark.parametrize(
    ("source", "href", "text"),
    [
        ("https://nhs.uk/a?b=1&c=2", "https://nhs.uk/a?b=1&amp;c=2", "https://nhs.uk/a?b=1&amp;c=2"),
        ("http://a.example/_b_/*c*/d", "http://a.example/_b_/*c*/d", "http://a.example/_b_/*c*/d"),
        ("www.health.wales/x", "https://www.health.wales/x", "www.health.wales/x"),
        ("nhs.uk/start4life", "https://nhs.uk/start4life", "nhs.uk/start4life"),
        ("jo@example.org", "mailto:jo@example.org", "jo@example.org"),
        ("<https://a.example/>", "https://a.example/", "https://a.example/"),
        ("<jo@example.org>", "mailto:jo@example.org", "jo@example.org"),
        ("[read](https://a.example)", "https://a.example", "read"),
        ("[read](www.a.example)", "https://www.a.example", "read"),
        ('[read](https://a.example "no tooltip")', "https://a.example", "read"),
        ("https://a.example/%E2%80%AEx", "https://a.example/%E2%80%AEx", "https://a.example/%E2%80%AEx"),
        ("http://例.jp", "http://xn--fsq.jp", "http://例.jp"),
    ],
)
def test_links_say_nothing_to_search_engines_and_other_sites(source, href, text):
    assert render(source) == link(href, text)


@pytest.mark.parametrize(
    "source",
    [
        "use something, e.g.the leaflet",
        "at home.My daughter",
        "that is.so we went",
        "see report.pdf and notes.md",
        "version 1.2.3",
        "at 10.30am",
        "call xhttps://a.example",
        "ftp://a.example",
        "//a.example/x",
        "file.is.it",
        "[nothing]()",
    ],
)
def test_text_that_is_no_address_is_no_link(source):
    assert "<a" not in render(source)


def test_the_full_stop_after_an_address_is_not_part_of_it():
    assert f'<a href="https://a.example/b" {REL}>https://a.example/b</a>.)</p>' in render("(https://a.example/b.)")


def test_a_star_closes_emphasis_around_an_address():
    html = render("**https://a.example**")
    assert html == f'<p><strong><a href="https://a.example" {REL}>https://a.example</a></strong></p>'


@pytest.mark.parametrize("href", ["/library/", "https://ground.example", "https://ground.example/x?y=1&z"])
def test_links_within_the_site_are_plain(href):
    html = href.replace("&", "&amp;")
    assert render(f"[read]({href})") == f'<p><a href="{html}">read</a></p>'


@pytest.mark.parametrize(
    "href", ["https://ground.example.evil.example/", "https://ground.examples", "http://ground.example/"]
)
def test_links_that_only_look_like_the_site_are_not_plain(href):
    assert REL in render(f"[read]({href})")


def test_a_profile_has_no_quotations_code_blocks_or_rules():
    html = render("> a\n\n---\n\n```\nb\n```\n\n- **c**\n\n/x", profile="about")
    assert "blockquote" not in html and "<pre" not in html and "<hr" not in html
    assert "<li><strong>c</strong></li>" in html


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="profile"):
        render("a", profile="page")


def test_rendered_text_is_marked_safe_and_always_the_same():
    first = render("**a** @jo")
    assert isinstance(first, SafeString)
    assert [render("**a** @jo") for _ in range(3)] == [first] * 3


def test_text_over_the_limit_is_refused():
    assert render("a" * MAX_SOURCE)
    with pytest.raises(SourceTooLong, match="20001"):
        render("a" * (MAX_SOURCE + 1))
    assert issubclass(SourceTooLong, ValueError)


@pytest.mark.parametrize("unit", [">", "> ", "- ", "1. ", "> - "])
def test_nesting_stops_and_nothing_is_lost(unit):
    html = render(unit * 40 + "the words")
    assert "the words" in html
    assert html.count("<blockquote>") + html.count("<li>") <= MAX_BLOCK_DEPTH
    assert faults(html) == []


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\x00b\x07c\x7fd\x9fe", "abcde"),
        ("a\u202eb\u2066c\u2069d", "abcd"),
        ("a\u2028b\x85c\x0cd\x0be", "a\nb\nc\nd\ne"),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\ufffeb\ufdd0", "ab"),
    ],
)
def test_unwanted_characters_go(typed, cleaned):
    assert clean_characters(typed) == cleaned


@pytest.mark.parametrize(
    "text",
    ["مرحبا\u200f!", "נ\u200e1", "👩\u200d👧", "می\u200cروم", "🏴\U000e0067\U000e007f", "é 例"],
)
def test_characters_that_languages_need_stay(text):
    assert clean_characters(text) == text
    assert text in render(text)


@pytest.mark.parametrize("reference", ["&#x202E;", "&#8238;", "&#x7F;", "&#x2066;", "&#1;", "&#xD800;", "&#0;"])
def test_unwanted_characters_cannot_come_in_as_references(reference):
    html = render(f"a{reference}b")
    assert faults(html) == []
    assert html.encode()


def test_threads_do_not_disturb_each_other():
    sources = [f"- https://a{number}.example/ **{number}** jo{number}@example.org" for number in range(8)]
    expected = [render(source) for source in sources]
    wrong: list[str] = []

    def work(number: int) -> None:
        for _ in range(20):
            if render(sources[number]) != expected[number]:
                wrong.append(sources[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(sources))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
