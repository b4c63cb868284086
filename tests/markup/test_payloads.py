"""Every payload leaves nothing but the allow-list, whichever parser looks and however it was typed."""

import pytest

from bench.payloads import dressed
from markup import sanitise
from markup.characters import clean_characters
from markup.markdown import MAX_SOURCE
from markup.render import render
from markup.text import plain_text, quote
from tests.markup.payloads import NAMES, every
from tests.markup.structure import faults


@pytest.mark.parametrize("name", NAMES)
def test_rendered_payloads_hold_only_what_is_allowed(name):
    for payload in every(name):
        for source in (payload, f"[open]({payload})", f"<{payload}>"):
            html = render(source[:MAX_SOURCE])
            assert faults(html) == [], source


@pytest.mark.parametrize("name", ["ours", "dompurify", "commonmark"])
def test_payloads_in_every_dressing_and_both_profiles(name):
    for payload in every(name):
        for source in dressed(payload):
            assert faults(render(source)) == [], source
            assert faults(render(source, profile="about")) == [], source


@pytest.mark.parametrize("name", NAMES)
def test_quoted_payloads_stay_in_the_quotation(name):
    for payload in every(name):
        html = render(quote(payload, "Jo", 2000) + "THE REPLY")
        assert faults(html) == [], payload
        quotation, reply = html.rsplit("</blockquote>", 1)
        assert quotation.startswith("<blockquote>") and reply == "\n<p>THE REPLY</p>", payload


@pytest.mark.parametrize("name", NAMES)
def test_plain_text_of_payloads_is_one_clean_line(name):
    for payload in every(name):
        text = plain_text(payload, 200)
        assert "\n" not in text and len(text) <= 200
        assert text.encode().decode() == text


@pytest.mark.parametrize("name", NAMES)
def test_the_sanitisers_hold_without_markdown_before_them(name):
    """As if the Markdown engine let every bit of HTML through."""
    for payload in every(name):
        payload = payload.encode(errors="replace").decode()
        assert faults(_visible(sanitise.sanitise(payload, "https://ground.example"))) == [], payload


@pytest.mark.parametrize("name", NAMES)
def test_each_sanitiser_holds_alone(name):
    """Either of the two parsers may fail us one day: the other must do the whole work."""
    for payload in every(name):
        payload = payload.encode(errors="replace").decode()
        for html in (sanitise._bleach().clean(payload), sanitise._nh3.clean(payload)):
            wrong = [fault for fault in faults(_visible(html)) if "without href" not in fault]
            assert wrong == [], payload


def test_the_walk_sees_what_is_wrong():
    """Proof that the tests above can fail."""
    for html in (
        "<script>alert(1)</script>",
        '<p onclick="x">a</p>',
        '<p class="notice">a</p>',
        '<p id="body">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="//evil.example/">a</a>',
        '<a href="https://a@evil.example/">a</a>',
        "<p><em>a</p></em>",
        "<p>a",
        "<p>\u202ea</p>",
        "<!-- a -->",
        "<a>a</a>",
    ):
        assert faults(html), html


def _visible(html: str) -> str:
    """Without the characters that render() takes out before and after, which are not a sanitiser's task."""
    return clean_characters(html)
