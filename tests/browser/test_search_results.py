"""The page of results on the demo, as people use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def test_every_example_of_the_help_finds_something(open_as):
    page = open_as()
    page.goto("/search/help/")
    examples = page.eval_on_selector_all("main dl a", "all => all.map(a => a.href)")
    assert len(examples) >= 10
    for example in examples:
        page.goto(example)
        expect(page.locator("#results-title")).to_contain_text("result")


def test_filters_open_on_a_phone_and_come_back_without_a_script(open_as):
    page = open_as(viewport=PHONE, java_script_enabled=False)
    page.goto("/search/?q=sleep")
    filters = page.locator("#filters")
    expect(filters).to_be_hidden()
    page.get_by_role("link", name="Filters").click()
    expect(filters).to_be_visible()
    filters.get_by_label("Resources").check()
    filters.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile(r"q=sleep.*kind=resource"))
    page.get_by_role("link", name="Take out: Resources").click()
    expect(page).to_have_url(re.compile(r"q=sleep$"))


def test_what_was_added_can_be_taken_out(open_as):
    page = open_as()
    page.goto("/search/?q=hv")
    page.get_by_text("Also searched for:").click()
    page.get_by_role("link", name="Do not search for: health visiting").click()
    page.get_by_text("Also searched for:").click()
    expect(page.get_by_role("link", name="Do not search for: health visiting")).to_have_count(0)
    expect(page.get_by_role("link", name="Search again for: health visiting")).to_be_visible()


def test_a_result_inside_a_recording_opens_at_its_second(open_as):
    page = open_as(java_script_enabled=False)
    page.goto("/search/?q=speak+only+english+at+home&kind=webinar")
    page.locator("#results a", has_text="Said at").first.click()
    expect(page.locator("p[id^=start-]")).to_be_in_viewport()
