"""Every page: no accessibility faults in light and dark, nothing too wide, no script that the policy stops."""

import json
import re
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# In the dark everything but the colours is what it was in the light.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
FOR_ANYBODY = [
    "/", "/library/", "/search/", "/search/help/", "/search/?q=sleep", "/search/?q=nothingatallfound",
    "/search/?q=toddlr", "/search/?q=hv&kind=resource&year=1999", "/community/", "/community/talking-together/",
    "/topics/", "/topics/communication-and-language/", "/collections/", "/lists/1/", "/evidence-map/",
    "/evidence-map/?by=outcome&as=table",
    "/api/",
    "/library/talk-at-teatime/", "/library/physical-punishment-wales/", "/library/fewer-missed-two-year-reviews/",
    "/webinars/", "/about/", "/privacy/", "/accessibility/", "/house-rules/", "/worried-about-a-child/",
    "/words/", "/words/?q=hv", "/words/?q=nothingatall", "/words/health-visitor/",
    "/help/", "/help/southend-on-sea/", "/trust/",
    "/account/login/", "/account/signup/", "/account/password/reset/", "/no-such-page/",
]  # fmt: skip
FOR_MEMBERS = [
    "/suggest/", "/suggest/?by=hand", "/suggest/?what=emotions", "/me/suggestions/",
    "/", "/inbox/", "/me/", "/me/profile/", "/me/notifications/", "/me/leave/", "/me/drafts/",
    "/me/saved/", "/me/following/", "/me/feed/", "/me/webinars/", "/me/searches/", "/me/lists/", "/lists/new/",
    "/me/experience/", "/community/?place=bradford",
    "/me/searches/save/?q=sleep", "/community/",
    "/community/new/", "/community/start/", "/people/helen-marchbank/", "/search/?q=sleep",
]  # fmt: skip
FOR_MODERATORS = [
    "/desk/", "/desk/log/", "/desk/rules/", "/desk/yearly/", "/desk/resources/",
    "/desk/resources/?show=feedback", "/suggestions/1/", "/desk/wording/", "/desk/wording/hide/",
    "/desk/assessments/", "/desk/assessments/illegal/", "/desk/assessments/access/1/", "/desk/person/1/",
    "/community/emotional-wellbeing-and-parents/names/", "/community/quiet-hour/",
    "/community/quiet-hour/enter/", "/community/quiet-hour/hold/",
]  # fmt: skip

IS_WIDE_WHEN_LARGE = """() => {
    const root = document.documentElement;
    root.style.fontSize = "200%";
    const isWide = root.scrollWidth > window.innerWidth;
    root.style.fontSize = "";
    return isWide;
}"""
RUNS_TOGETHER = """[...document.querySelectorAll("p.meta")].some(
    line => line.checkVisibility() && line.children.length > 1 && line.innerText && !line.innerText.includes("\\n"))"""


def first_link(page, listing: str, pattern: str, within: str = "main") -> str:
    page.goto(listing)
    links = page.eval_on_selector_all(f"{within} a", "all => all.map(a => a.pathname)")
    return next(url for url in links if re.fullmatch(pattern, url))


def violations(page, rules: dict) -> list[dict]:
    """axe's findings. What passed is not described, which would take longer than the finding."""
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    options = json.dumps({**rules, "resultTypes": ["violations"]})
    return page.evaluate(f"axe.run({options}).then(found => found.violations)")


def check(page, url: str, status: int = 200, viewports=(PHONE, DESK)) -> list[str]:
    """What is wrong with a page: axe's findings, sideways scrolling, refused scripts."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size(viewports[0])
    page.emulate_media(reduced_motion="reduce")  # else a button is still fading from light to dark
    answer = page.goto(url)
    faults = [] if answer.status == (404 if "no-such" in url else status) else [f"status {answer.status}"]
    for viewport in viewports:
        page.set_viewport_size(viewport)
        faults += [f"{viewport['width']} px wide: {fault}" for fault in faults_at_this_width(page)]
    faults += [text for text in said if "Content Security Policy" in text]
    return [f"{url}: {fault}" for fault in faults]


def faults_at_this_width(page) -> list[str]:
    faults = []
    for scheme, rules in (("light", RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        found = violations(page, rules)
        if found:  # htmx may have been swapping something in: what counts is the page at rest
            page.wait_for_load_state("networkidle")
            found = violations(page, rules)
        faults += [f"{scheme}: {rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append("wider than the screen")
    if page.evaluate(IS_WIDE_WHEN_LARGE):
        faults.append("wider than the screen when its letters are twice as large")
    if page.evaluate(RUNS_TOGETHER):
        faults.append("what a line of facts says runs together when it is copied")
    return faults


@pytest.mark.parametrize(
    ("who", "urls"), [(None, FOR_ANYBODY), ("practitioner", FOR_MEMBERS), ("moderator", FOR_MODERATORS)]
)
def test_pages_have_no_faults(open_as, who, urls):
    page = open_as(who)
    faults = [fault for url in urls for fault in check(page, url)]
    for listing, pattern in (
        ("/community/talking-together/", r"/community/thread/\d+/.*"),
        ("/community/talking-together/", r"/community/thread/\d+/dummies-.*"),
        ("/webinars/", r"/webinars/[a-z-]+/"),
        ("/library/", r"/library/[a-z0-9-]+/.*"),
    ):
        faults += check(page, first_link(page, listing, pattern))
    thread = first_link(page, "/community/talking-together/", r"/community/thread/\d+/.*").split("/")[3]
    faults += check(page, f"/report/thread/{thread}/")
    if who:
        faults += check(page, first_link(page, "/community/southend-reading-rug/", r"/community/thread/\d+/.*"))
    film = "/library/talking-with-babies-film/"
    faults += [*check(page, film), *check(page, first_link(page, film, r"/watch/.+/"))]
    page.goto("/compare/")
    faults += check(page, page.locator('main a[href*="/compare/?id="]').first.get_attribute("href"))
    if who == "moderator":
        about = first_link(page, film, r"/resources/\d+/experience/", within=".page-aside")
        faults += [*check(page, about), *check(page, f"{about}new/")]
        for name in ("move", "merge", "split"):
            faults += check(page, f"/community/{name}/{thread}/")
    assert faults == []


def test_pages_around_a_resource_have_no_faults(open_as):
    page = open_as("editor")
    on_a_phone = partial(check, page, viewports=[PHONE])
    guide = "/library/personal-social-and-emotional-development/emotions/"
    number = first_link(page, guide, r"/r/\d+/reference/").split("/")[2]
    faults = [
        fault
        for path in ("reference/", "history/", "for-families/", "check/", "withdraw/")
        for fault in on_a_phone(f"/r/{number}/{path}")
    ]
    faults += on_a_phone("/library/safer-sleep-one-page-first-edition/", status=410)
    faults += [*on_a_phone("/desk/resources/?show=links"), *on_a_phone("/search/?q=start&kind=collection")]
    contributor = open_as("volunteer")
    words = first_link(contributor, "/me/experience/", r"/experience/\d+/")
    faults += [fault for url in (words, f"{words}other-words/") for fault in check(contributor, url, viewports=[PHONE])]
    for url in ("/cms/imports/", "/cms/imports/1/", "/cms/imports/sources/", "/cms/imports/sources/new/"):
        faults += on_a_phone(url)
    assert faults == []


@pytest.mark.parametrize("url", ["/", "/library/", "/community/talking-together/"])
def test_a_first_visit_is_light(open_as, url):
    page = open_as(viewport=PHONE)
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(transferred(request)))
    page.goto(url, wait_until="networkidle")
    assert sum(sizes) <= 120_000


def transferred(request) -> int:
    if request.resource_type == "image":
        return 0
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


@pytest.mark.parametrize("url", ["/", "/community/talking-together/", "/search/?q=sleep"])
def test_small_screens_and_large_text_do_not_scroll_sideways(open_as, url):
    page = open_as(viewport={"width": 320, "height": 640})
    page.goto(url)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    # 200 % zoom of a 1280 px screen leaves 640 CSS pixels.
    page.set_viewport_size({"width": 640, "height": 450})
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
