"""What is heard with a screen reader, and done by keyboard, on a phone: roles, names, and the focus after each step."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_journeys import post_reply, start_thread

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """The role and name of what has the focus, as they are read out, such as `button "Post it"`."""
    said = page.locator(":focus").aria_snapshot().splitlines()
    return said[0].removeprefix("- ").rstrip(":").strip("'") if said else ""


def tab_to(page: Page, wanted: str, most: int = 12) -> list[str]:
    """Goes on by Tab until `wanted` begins what is said, and gives everything that was said on the way."""
    heard: list[str] = []
    while len(heard) < most:
        page.keyboard.press("Tab")
        heard.append(focused(page))
        if heard[-1].startswith(wanted):
            return heard
    raise AssertionError(f"{wanted!r} was not reached: {heard}")


def send(page: Page, button: str) -> None:
    """Presses a button by the keyboard, and waits for the next page."""
    page.get_by_role("button", name=button, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_message(page: Page, title: str) -> None:
    """Waits until the worker has brought it, and opens it by the keyboard."""
    line = page.get_by_role("link", name=title).first
    for _ in range(40):
        page.goto("/inbox/")
        if line.count():
            break
        page.wait_for_timeout(250)
    with page.expect_navigation():
        line.press("Enter")


def join(page: Page, site, address: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Volunteer", exact=True).check()
    page.locator("input[name=password1]").fill("three quiet green kettles")
    send(page, "Join")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Nora New")
    page.locator("input[name=password1]").fill("three quiet green kettles")
    page.locator("input[name=agree]").check()
    send(page, "Join")
    mail = site.wait_for_mail(address, "code")
    code = re.search(r"^\s*(\d{6})\s*$", mail.get_body(("plain",)).get_content(), re.MULTILINE)[1]
    page.get_by_label("Code").fill(code)
    send(page, "Go on")


def test_a_volunteers_first_post(open_as, site):
    page = open_as(viewport=PHONE)
    join(page, site, "new.member@example.org")
    expect(page.locator("main")).to_match_aria_snapshot("""
      - heading "Hello, Nora New" [level=1]
      - 'heading "Welcome, you are in: first steps" [level=2]'
      - list:
        - listitem:
          - link "Say what you do and where"
    """)
    page.get_by_role("link", name="Ask or share").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask or share")
    send(page, "Post it")
    expect(page.get_by_role("alert")).to_be_focused()
    assert tab_to(page, 'link "Tell us more') == [
        'link "Where? Choose where to post it."',
        'link "Title: Give it a title."',
        'link "Tell us more: Write a sentence or two."',
    ]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == 'textbox "Title" [invalid]'
    page.keyboard.type("Hello from Nora")
    page.locator("select[name=space]").select_option("welcome")
    expect(page.locator(".audience")).to_contain_text("anyone on the internet")
    page.get_by_label("Title").focus()
    heard = tab_to(page, 'textbox "Tell us more"')
    assert heard[-5:-1] == ['button "Bold"', 'button "List"', 'button "Link"', 'button "Quotation"']
    page.keyboard.type("My first day is on Friday. Ring me: 07911 123456.")
    send(page, "Post it")
    expect(page.get_by_role("alert")).to_contain_text("07911 123456")
    assert tab_to(page, 'link "Say why') == ['link "Go to what you wrote"', 'link "Say why it has to stay"']
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page).startswith('textbox "Tell us more"')
    page.keyboard.press("Control+A")
    page.keyboard.type("What do I bring on my first day?")
    page.keyboard.press("Control+A")
    page.get_by_role("button", name="Bold", exact=True).press("Enter")
    send(page, "Post it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello from Nora")
    expect(page.get_by_role("status").filter(has_text="It is posted")).to_be_visible()
    expect(page.get_by_role("article")).to_match_aria_snapshot("""
      - article:
        - paragraph:
          - link "Nora New"
        - paragraph:
          - strong: What do I bring on my first day?
    """)


def test_a_question_to_what_helped(open_as, site):
    asker, volunteer = open_as("practitioner", viewport=PHONE), open_as("volunteer", viewport=PHONE)
    asker.goto("/community/start/?space=emotional-wellbeing-and-parents")
    asker.get_by_label("Title").fill("What opens a first visit?")
    asker.get_by_role("textbox", name="Tell us more").fill("I have run out of words.")
    asker.get_by_role("checkbox", name="Post without my name").press("Space")
    send(asker, "Post it")
    volunteer.goto(asker.url)
    expect(volunteer.get_by_role("article")).not_to_contain_text("Amina Yusuf")
    expect(volunteer.get_by_role("article")).to_contain_text("A member")
    volunteer.get_by_role("link", name="Quote post 1").press("Enter")
    expect(volunteer.get_by_role("textbox", name="Your reply")).to_be_focused()
    volunteer.keyboard.type("A cup of tea does.")
    send(volunteer, "Post reply")
    expect(volunteer.locator("#post-2 blockquote")).to_contain_text("I have run out of words.")
    expect(volunteer.locator("#post-2")).to_contain_text("A cup of tea does.")
    asker.goto(asker.url)
    asker.get_by_role("link", name="Go to the new post").press("Enter")
    assert asker.url.endswith("#post-2")
    heard = tab_to(asker, 'button "This helped post 2"')
    assert 'button "Thank you post 2"' in heard and 'link "Quote post 2"' in heard
    with asker.expect_navigation():
        asker.keyboard.press("Enter")
    expect(asker.get_by_role("status").filter(has_text="Others will see first what helped")).to_be_visible()
    expect(asker.locator("main")).to_match_aria_snapshot("""
      - article
      - region "What helped":
        - heading "What helped" [level=2]
        - paragraph:
          - link "Read it in its place"
      - article
    """)
    mail = site.wait_for_mail(site.logins["volunteer"][0], "what helped")
    assert "Amina" not in mail.as_string()


def test_a_report_to_its_appeal(open_as):
    author, reporter, visitor = open_as("volunteer", viewport=PHONE), open_as("practitioner", viewport=PHONE), open_as()
    moderator, second = open_as("moderator", viewport=PHONE), open_as("administrator", viewport=PHONE)
    url = start_thread(author, "A thread that goes wrong", "It begins well.")
    post_reply(author, "BUY CHEAP PRAMS at my shop")
    reporter.goto(url)
    with reporter.expect_navigation():
        reporter.get_by_role("link", name="Report 2").press("Enter")
    send(reporter, "Send report")
    expect(reporter.get_by_role("alert")).to_be_focused()
    assert tab_to(reporter, "link") == ['link "What is wrong with it: Choose what is wrong with it."']
    reporter.get_by_role("radio", name="It is advertising").press("Space")
    send(reporter, "Send report")
    expect(reporter.locator("main")).to_contain_text(re.compile(r"R-[A-Z0-9]+"))

    moderator.goto("/desk/")
    item = moderator.get_by_role("article").filter(has_text="BUY CHEAP PRAMS")
    item.focus()
    moderator.keyboard.press("r")
    assert focused(moderator) == 'radio "It could identify a child or a family."'
    item.get_by_role("radio", name="It is advertising").press("Space")
    with moderator.expect_navigation():
        item.get_by_role("button", name="Hide it").press("Enter")
    for address in (url, "/search/?q=cheap+prams"):
        visitor.goto(address)
        expect(visitor.locator("main")).not_to_contain_text("BUY CHEAP PRAMS")
    moderator.goto("/desk/log/")
    expect(moderator.locator("main")).to_contain_text("Hidden")

    open_message(author, "A moderator has hidden something you wrote")
    expect(author.get_by_role("heading", level=1)).to_have_text("Something you wrote was hidden")
    author.get_by_role("textbox", name="Why is the decision wrong?").fill("It was a joke about my own pram.")
    send(author, "Ask for a second look")
    expect(author.get_by_role("status").filter(has_text="Somebody else will look at it")).to_be_visible()
    moderator.goto("/desk/")
    expect(moderator.locator("main")).not_to_contain_text("about my own pram")
    second.goto("/desk/")
    with second.expect_navigation():
        second.get_by_role("link", name="A second look: Hidden").first.press("Enter")
    send(second, "Take the decision back")
    expect(second.get_by_role("alert")).to_be_focused()
    second.get_by_role("textbox", name="Your answer").fill("It was a joke.")
    send(second, "Take the decision back")
    open_message(author, "On a second look, it is shown again")
    expect(author.locator("main")).to_contain_text("It was a joke.")
    visitor.goto(url)
    expect(visitor.locator("#post-2")).to_contain_text("BUY CHEAP PRAMS")
