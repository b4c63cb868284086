"""The life of a resource, lived in a browser: from a member's suggestion to the stone in its place."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
TITLE = "Humming at nappy time"


def test_from_a_suggestion_to_a_stone(open_as, site):
    member, keeper = open_as("practitioner", viewport=PHONE), open_as("moderator")
    suggestion = suggest(member)
    ask_for_more(keeper, member, suggestion)
    page_number = accept_and_publish(keeper, suggestion)
    read_and_cite(open_as(viewport=PHONE), member, suggestion, page_number)
    a_year_passes(site, page_number)
    review(keeper, page_number)
    replace(keeper, open_as(), page_number)
    site.wait_for_mail("amina.yusuf@example.org", "answer to what you suggested")


def suggest(member) -> str:
    """The first question shows what is there; then the rest. Gives the suggestion's address."""
    member.goto("/library/")
    member.get_by_role("link", name="Suggest a resource").first.click()
    member.get_by_label("Its DOI").fill("10.5555/humming.1")
    member.get_by_role("button", name="Go on").click()
    expect(member.get_by_label("DOI", exact=False).first).to_have_value("10.5555/humming.1")
    member.get_by_role("textbox", name="Title (optional)").fill(TITLE)
    member.get_by_label("Why should others know it?").fill("It costs nothing, and it works in every home.")
    member.get_by_role("button", name="Suggest it").click()
    expect(member.locator("main")).to_contain_text("Waiting for a moderator")
    return member.url


def ask_for_more(keeper, member, suggestion: str) -> None:
    keeper.goto("/desk/")
    keeper.get_by_role("link", name=TITLE).click()
    keeper.locator("#ask summary").click()
    keeper.locator("#ask textarea").fill("What does it say?")
    keeper.get_by_role("button", name="Ask", exact=True).click()
    member.goto(suggestion)
    expect(member.locator("main")).to_contain_text("What does it say?")
    member.get_by_role("link", name="Answer").click()
    member.get_by_label("Your answer").fill("See below.")
    member.get_by_label("What does it say?").fill("Babies calm down when somebody hums to them.")
    member.get_by_role("button", name="Send it again").click()
    expect(member.locator("main")).to_contain_text("Waiting for a moderator")


def accept_and_publish(keeper, suggestion: str) -> str:
    keeper.goto(suggestion)
    keeper.locator("#accept select").select_option("research")
    keeper.get_by_role("button", name="Accept it and make its page").click()
    keeper.get_by_role("link", name="Preview, comment, publish").click()
    number = re.search(r"/r/(\d+)/check/", keeper.url)[1]
    keeper.get_by_role("button", name="Publish it").click()
    expect(keeper.get_by_role("heading", level=1)).to_have_text(TITLE)
    return number


def read_and_cite(visitor, member, suggestion: str, number: str) -> None:
    member.goto(suggestion)
    expect(member.locator("main")).to_contain_text("In the library")
    visitor.goto("/library/?q=humming")
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.locator("main")).to_contain_text("1 minute to read")
    expect(visitor.locator(f"main a[href='/r/{number}/']")).to_be_visible()
    visitor.get_by_role("button", name="Yes", exact=True).click()
    expect(visitor.locator(".page")).to_contain_text("It helps us to know what is useful")


def a_year_passes(site, number: str) -> None:
    """What is published gets a date by which it is reviewed; nobody waits for it here."""
    with closing(sqlite3.connect(site.state / "site.sqlite3", timeout=30)) as database, database:
        dated = "UPDATE knowledge_resourcepage SET review_by = date() WHERE page_ptr_id = ? AND review_by > date()"
        assert database.execute(dated, [number]).rowcount == 1


def review(keeper, number: str) -> None:
    keeper.goto("/desk/resources/?show=due&mine=1")
    keeper.get_by_role("button", name=re.compile(f"Reviewed, still right.*{TITLE}")).click()
    expect(keeper.locator(".page")).to_contain_text("to be reviewed again by")
    keeper.goto(f"/r/{number}/history/")
    expect(keeper.locator("main")).to_contain_text("found still right")


def replace(keeper, visitor, number: str) -> None:
    keeper.goto("/library/")
    newer = keeper.locator("main h3.row-title a").filter(has_not_text=TITLE).first
    title, address = newer.inner_text(), newer.get_attribute("href")
    keeper.goto(f"/r/{number}/withdraw/")
    keeper.get_by_label("Why is it withdrawn?").fill("There is a better one now.")
    keeper.get_by_label("What replaces it?").fill(address)
    keeper.get_by_role("button", name="Withdraw it").click()
    expect(keeper.locator("main")).to_contain_text("Why it is not here any more")
    answer = visitor.goto(f"/r/{number}/")
    assert answer.status == 410
    expect(visitor.locator("main")).to_contain_text("There is a better one now.")
    expect(visitor.locator("main")).to_contain_text(title)
    visitor.goto("/library/?q=humming")
    expect(visitor.locator("main")).not_to_contain_text(TITLE)
