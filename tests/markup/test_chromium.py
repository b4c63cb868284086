"""Not one payload runs in a real browser, and one that would is caught."""

import pytest

from bench.chromium import CHROMIUM, Chromium
from bench.payloads import batches, dressed
from bench.xss import page_of, previews, rendered_about, rendered_post, search_for_culprits
from markup.render import render
from tests.markup.payloads import NAMES, OURS, every

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"),
]

HARMFUL = {
    "image": ("<img src=x onerror=alert(1)>", "called alert(1)"),
    "script": ("<script>window.taken = 1</script>", "set window.taken"),
    "cookie": ('<script>document.cookie = "taken=1"</script>', "set the cookie taken=1"),
    "console": ("<script>console.log(7)</script>", "called console.log(7)"),
    "link": ('<a href="javascript:alert(1)">a</a>', "called alert(1)"),
    "pointer": ('<p onmouseover="confirm(1)">a</p>', "called confirm(1)"),
    "focus": ('<p tabindex=0 onfocus="prompt(1)">a</p>', "called prompt(1)"),
    "rare event": ('<p onanimationend="print()">a</p>', "called print()"),
    "frame": ('<iframe srcdoc="<script>parent.taken = 1</script>"></iframe>', "set window.taken"),
    "request": ("<link rel=stylesheet href=//evil.test/a.css>", "asked for http://evil.test/a.css"),
    "form": ("<form action=/steal><button>a</button></form>", "asked for http://probe.test/steal?"),
    "redirect": ('<meta http-equiv=refresh content="0;url=//evil.test/">', "asked for http://evil.test/"),
    "away": ("<script>location = 'http://evil.test/'</script>", "asked for http://evil.test/"),
    "clobbering": ("<p id=body>a</p>", 'holds <p id="body">'),
    "disguise": ('<p class="notice">a</p>', 'holds <p class="notice">'),
    "out of its place": ("</div></div><div class=prose>", "2 pieces of member HTML instead of 1"),
}


@pytest.fixture(scope="module")
def browser():
    with Chromium() as browser:
        yield browser


@pytest.mark.parametrize("name", HARMFUL)
def test_what_runs_unsanitised_is_caught(browser, name):
    html, expected = HARMFUL[name]
    found = [finding.what for finding in browser.probe([page_of([html], name)])]
    assert any(what.startswith(expected) for what in found), found


def test_one_payload_among_many_is_caught_and_named(browser):
    fragments = [render(payload) for payload in OURS]
    fragments.insert(20, "<img src=x onerror=alert(1)>")
    assert browser.probe([page_of(fragments, "many")])


def test_an_ordinary_page_does_nothing(browser):
    source = "**a** https://a.example/ [b](/library/) jo@example.org\n\n- c\n\n> d"
    assert browser.probe([page_of([render(source)], "ordinary"), rendered_post(["hello"])]) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_payload_runs_as_typed(browser, name):
    rendered = [render(payload) for payload in every(name)]
    assert browser.probe((page_of(batch, name) for batch in batches(rendered, 600))) == []


@pytest.mark.parametrize("name", ["ours", "dompurify"])
def test_no_payload_runs_in_any_dressing(browser, name):
    payloads = every(name)
    rendered = [render(source) for payload in payloads for source in dressed(payload)]
    pages = [page_of(batch, name) for batch in batches(rendered, 600)]
    assert browser.probe([*pages, rendered_about(payloads), previews(payloads)]) == []


def test_the_search_for_culprits_names_them(browser):
    def as_typed(payloads):
        return page_of(payloads, "raw")

    harmful = "<img src=x onerror=alert(1)>"
    culprits = list(search_for_culprits(["a", harmful, "b"], browser, [as_typed]))
    assert {payload for payload, _ in culprits} == {harmful}
    assert list(search_for_culprits(["a", "b"], browser, [as_typed])) == []
