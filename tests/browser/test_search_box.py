"""The search box while somebody types, and what search offers beside the results: with a keyboard, and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_pages import RULES, violations

pytestmark = pytest.mark.browser


def typed(page, text, box="#site-search"):
    page.locator(box).fill("")
    # Until the whole text is answered, an earlier answer may still take the place of the one on show.
    with page.expect_response(lambda answer: "/search/complete/" in answer.url and answer.url.endswith(f"={text}")):
        page.locator(box).press_sequentially(text, delay=20)
    expect(page.locator(".suggestions:visible [role=option]").first).to_be_visible()
    return page.locator(box)


def test_suggestions_with_the_keyboard(open_as):
    page = open_as()
    page.goto("/community/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/search/complete/" in request.url else None)
    box = typed(page, "slee")
    so_far = [address.rpartition("=")[2] for address in asked]
    # No text is asked for twice, whatever the pace of the keys.
    assert so_far[-1] == "slee" and len(set(so_far)) == len(so_far)
    assert box.get_attribute("aria-expanded") == "true"
    expect(page.locator("form.site-search [role=status]")).to_contain_text("Use the arrow keys")
    box.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    assert violations(page, RULES) == []
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("Escape")
    expect(page.locator(".suggestions:visible")).to_have_count(0)
    assert box.input_value() == "slee" and box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile(r"(search/\?|library/|thread/)"))


def test_a_failure_that_comes_late_leaves_the_list_of_a_later_text(open_as):
    page = open_as()
    page.goto("/community/")
    held = []
    page.route("**/search/complete/?q=sle", lambda route: held.append(route))
    with page.expect_request("**/search/complete/?q=sle"):
        page.locator("#site-search").press_sequentially("sle")
    page.locator("#site-search").press_sequentially("ep")
    expect(page.locator(".suggestions:visible [role=option]").first).to_be_visible()
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.wait_for_timeout(100)
    expect(page.locator(".suggestions:visible [role=option]").first).to_be_visible()


def test_enter_searches_for_what_was_typed(open_as):
    page = open_as()
    page.goto("/community/")
    typed(page, "slee").press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=slee$"))


def test_suggestions_on_a_phone(open_as):
    page = open_as(viewport=PHONE, has_touch=True)
    page.goto("/search/?q=nothing")
    typed(page, "sleep", "#q")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.locator(".suggestions:visible [role=option]").first.tap()
    page.wait_for_url(re.compile(r"^(?!.*q=nothing)"))


def test_search_works_without_scripts(open_as):
    page = open_as(java_script_enabled=False)
    page.goto("/community/")
    page.fill("#site-search", "sleep")
    page.press("#site-search", "Enter")
    page.wait_for_url(re.compile(r"/search/\?q=sleep"))
    expect(page.locator("#results .row").first).to_be_visible()


def test_recent_searches_until_signing_out(open_as):
    page = open_as("volunteer")
    page.goto("/me/searches/")
    page.get_by_role("button", name="Remember my searches").click()
    with page.expect_response("**/search/noted/") as answer:
        page.goto("/search/?q=bottle+feeding")
    assert answer.value.status == 204
    page.goto("/community/")
    page.locator("#site-search").focus()
    expect(page.locator(".suggestions:visible")).to_contain_text("bottle feeding")
    page.goto("/me/searches/")
    page.get_by_role("button", name=re.compile("^Forget.+bottle feeding")).click()
    with page.expect_response("**/search/complete/**") as nothing:
        page.locator("#site-search").focus()
    assert nothing.value.json()["groups"] == []
    expect(page.locator(".suggestions:visible")).to_have_count(0)
    page.get_by_role("button", name="Stop remembering my searches").click()


def test_what_there_is_already_while_a_title_is_written(open_as):
    page = open_as("practitioner")
    page.goto("/community/start/")
    page.locator("#id_title").press_sequentially("My toddler does not sleep", delay=10)
    links = page.locator("section[aria-labelledby=similar-title] a")
    expect(links.first).to_be_visible()
    assert 1 <= links.count() <= 5
    assert violations(page, RULES) == []


def test_a_search_is_saved_from_its_results(open_as):
    page = open_as("practitioner")
    page.goto("/search/?q=sleep")
    page.get_by_role("link", name="Save this search").click()
    page.get_by_label("Once a day").check()
    page.get_by_role("button", name="Save this search").click()
    expect(page.locator("main")).to_contain_text("We tell you of new results once a day")
    assert violations(page, RULES) == []
