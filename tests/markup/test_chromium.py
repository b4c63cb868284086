"""Not one payload runs in a real browser, and one that would is caught."""

import pytest

from bench import xss_site
from bench.chromium import CHROMIUM, Chromium
from bench.payloads import batches, dressed
from bench.xss import culprits, page_of, previews, rendered_about, rendered_post
from forum.models import Post
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
    "htmx": ("<p data-hx-get=/x>a</p>", 'holds <p data-hx-get="/x">'),
    "out of its place": ("<plaintext>", "1 parts instead of 2"),
}


@pytest.fixture(scope="module")
def browser():
    with Chromium() as browser:
        yield browser


@pytest.mark.parametrize("name", HARMFUL)
def test_what_runs_unsanitised_is_caught(browser, name):
    html, expected = HARMFUL[name]
    found = [finding.what for finding in browser.probe([page_of([html, "after"], name)])]
    assert any(what.startswith(expected) for what in found), found


def test_one_payload_among_many_is_caught_and_named(browser):
    fragments: list[str] = [render(payload) for payload in OURS]
    fragments.insert(20, "<img src=x onerror=alert(1)>")
    assert browser.probe([page_of(fragments, "many")])


def test_an_ordinary_page_does_nothing(browser):
    source = "**a** https://a.example/ [b](/library/) jo@example.org\n\n- c\n\n> d"
    assert browser.probe([page_of([render(source)], "ordinary"), rendered_post(["hello"])]) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_payload_runs_as_typed(browser, name):
    rendered = [render(payload) for payload in every(name)]
    assert browser.probe(page_of(batch, name) for batch in batches(rendered, 600)) == []


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
    found = list(culprits(["a", harmful, "b"], browser, [as_typed]))
    assert {payload for payload, _ in found} == {harmful}
    assert list(culprits(["a", "b"], browser, [as_typed])) == []


@pytest.mark.django_db
def test_no_payload_runs_on_the_pages_of_the_site(browser):
    site = xss_site.SiteUnderTest()
    payloads = ['"><img src=x onerror=alert(1)>', "<svg onload=alert(1)>", *OURS[:4], *OURS[-6:]]
    pages = [site.thread(payloads), site.profiles(payloads), site.searches(payloads)]
    assert browser.probe(pages) == []


@pytest.mark.django_db
def test_a_payload_in_a_stored_post_is_caught_on_the_page_of_its_thread(browser):
    site = xss_site.SiteUnderTest()
    site.thread(["harmless"])
    Post.objects.filter(number=2).update(html="<img src=x onerror=alert(1)>")
    html = xss_site.page(xss_site.signed_in(site.reader), Post.objects.get(number=2).thread.get_absolute_url())
    found = [finding.what for finding in browser.probe([xss_site.joined("thread", [html])])]
    assert "called alert(1)" in found
