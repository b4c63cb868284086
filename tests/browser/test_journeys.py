"""What people come for, done by them in a browser, on the demo."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_pages import RULES, violations

pytestmark = pytest.mark.browser


def open_thread(page, space: str, words: str) -> str:
    page.goto(f"/community/{space}/")
    page.get_by_role("link", name=re.compile(words)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(words))
    return page.url


def start_thread(
    page, title: str, text: str, space: str = "Talking together", address: str = "/community/start/"
) -> str:
    page.goto(address)
    page.get_by_label("Question", exact=False).first.check()
    choice = page.locator("select[name=space] option", has_text=re.compile(f"^{space}"))
    page.locator("select[name=space]").select_option(choice.first.get_attribute("value"))
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def post_reply(page, text: str) -> None:
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text(text)


def test_a_visitor_looks_something_up_and_is_asked_in_before_writing(open_as):
    page = open_as()
    page.goto("/")
    page.locator("main input[name=q]").fill("bed-sharing")
    page.get_by_role("button", name="Search").first.click()
    expect(page.locator("main")).not_to_contain_text("What do you really say about bed-sharing")
    page.locator("main input[name=q]").fill("what do you sing")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("link", name="What do you sing on the bus?").first.click()
    expect(page.locator(".post").first).to_be_visible()
    assert page.locator("textarea[name=text]").count() == 0
    page.get_by_role("link", name=re.compile("Sign in")).last.click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=.*thread"))


def test_a_volunteer_replies_from_a_phone_and_the_asker_is_told(open_as, site):
    asker, volunteer = open_as("practitioner"), open_as("volunteer", viewport=PHONE)
    url = start_thread(asker, "Which rhymes do your groups ask for?", "Ours only want the one about the bus.")
    volunteer.goto(url)
    expect(volunteer.locator(".audience").last).to_contain_text("Who will be able to read this")
    post_reply(volunteer, "Ours want the one about the bus, twice.")
    mail = site.wait_for_mail(site.logins["practitioner"][0], "Which rhymes")
    assert "List-Unsubscribe" in mail
    asker.goto("/inbox/")
    expect(asker.locator("main")).to_contain_text("Which rhymes do your groups ask for?")


SELECT = """post => {
  const range = document.createRange();
  range.selectNodeContents(post.querySelector(".post-body p"));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_quoting_and_calling_add_to_what_is_typed_and_nothing_is_lost_by_leaving(open_as):
    page = open_as("volunteer", viewport=PHONE)
    url = open_thread(page, "volunteers-and-parents", "Parents' panel")
    box, second = page.locator("#reply textarea[name=text]"), page.locator("#post-2")
    box.fill("I agree.")
    second.evaluate(SELECT)
    second.get_by_role("link", name="Quote").click()
    expect(box).to_have_value(
        re.compile(r"^I agree\.\n\n> \[\*\*Alison Penrose\*\* wrote\]\(/community/post/\d+/\):\n>\n> I'm ")
    )
    expect(box).to_be_focused()
    box.press_sequentially("Ask @chant")
    expect(page.get_by_role("option", name="Chantelle Riggs")).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value(re.compile(r"Ask @chantelle-riggs $"))
    assert page.url == url
    # The last words go after the page, not before it: they may come in while the next is shown.
    page.goto("/community/")
    for _ in range(20):
        page.goto("/me/drafts/")
        if page.get_by_text("Reply to “Parents' panel").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_role("main")).to_contain_text("Reply to “Parents' panel")
    page.get_by_role("link", name=re.compile("Go on writing")).first.click()
    expect(box).to_have_value(re.compile(r"^I agree\.[^@]*Ask @chantelle-riggs $"))


def test_a_reply_without_javascript(open_as):
    page = open_as("volunteer", java_script_enabled=False)
    open_thread(page, "talking-together", "What do you sing")
    page.locator("textarea[name=text]").fill("Row, row, row your boat. **Twice.**")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("main strong", has_text="Twice.").first).to_be_visible()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("Row, row, row your boat.")


def test_a_phone_that_dropped_its_cookies_loses_nothing_that_was_typed(open_as, site):
    page = open_as("volunteer", viewport=PHONE, java_script_enabled=False)
    url = open_thread(page, "talking-together", "What do you sing on the bus")
    words = "We sing the one about the ducks,\nall the way to the baby clinic."
    page.locator("textarea[name=text]").fill(words)
    page.context.clear_cookies()
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_label("What you typed, to copy")).to_have_value(words)
    page.locator("main").get_by_role("link", name="Sign in").click()
    expect(page.locator(".notice")).to_contain_text("What you wrote is kept for an hour")
    email, password = site.logins["volunteer"]
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    assert page.url == url
    box = page.locator("textarea[name=text]")
    expect(box).to_have_value(words)
    expect(page.locator("main .notice").first).to_contain_text("It is not sent yet")
    page.get_by_role("link", name="Go to it").click()
    assert page.url == f"{url}#{box.get_attribute('id')}"
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last).to_contain_text("all the way to the baby clinic")


def test_a_practitioner_discusses_a_resource(open_as):
    page = open_as("practitioner")
    page.goto("/library/?q=sleep")
    page.goto("/library/communication-and-language/interactions/")
    address = page.get_by_role("link", name="Discuss this").get_attribute("href")
    start_thread(page, "How do you use the bubbles activity?", "Ours end up on the floor.", address=address)
    expect(page.locator("main")).to_contain_text("Interactions")
    page.goto("/library/communication-and-language/interactions/")
    expect(page.locator("#discussions")).to_contain_text("How do you use the bubbles activity?")


def test_a_member_saves_a_place_and_gives_it_back(open_as, site):
    page = open_as("practitioner", viewport=PHONE)
    page.goto("/webinars/behaviour-that-says-something/")
    page.get_by_role("button", name="Save my place").first.click()
    expect(page.locator("main")).to_contain_text("You have a place")
    mail = site.wait_for_mail(site.logins["practitioner"][0], "behaviour")
    assert any(part.get_content_type() == "text/calendar" for part in mail.walk())
    page.get_by_role("link", name="Give my place back").first.click()
    page.get_by_role("button", name="Give my place back").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto("/webinars/behaviour-that-says-something/")
    expect(page.get_by_role("button", name="Save my place").first).to_be_visible()


def publish(page) -> None:
    page.locator("[data-w-dropdown-target=toggle], button[aria-label*='More']").last.click()
    page.get_by_role("button", name=re.compile("^Publish")).first.click()
    page.wait_for_url(re.compile(r"/cms/pages/\d+/(edit/)?"))


def test_a_moderator_publishes_a_resource_and_search_finds_it(open_as):
    moderator, visitor = open_as("moderator"), open_as()
    moderator.goto("/library/")
    moderator.get_by_role("link", name="Add a resource").click()
    moderator.get_by_role("link", name="Leadership advice").click()
    moderator.locator("[name=title]").fill("Zebra crossings and small legs")
    moderator.locator("[name=summary]").fill("How long a crossing takes with a toddler.")
    publish(moderator)
    visitor.goto("/search/?q=zebra+crossings")
    expect(visitor.locator("main")).to_contain_text("Zebra crossings and small legs")


def test_an_editor_changes_an_information_page(open_as):
    editor, visitor = open_as("editor"), open_as()
    editor.goto("/house-rules/")
    editor.get_by_role("link", name="Edit this page").click()
    editor.locator("[name=introduction]").fill("How we talk with each other, in a few lines.")
    publish(editor)
    visitor.goto("/house-rules/")
    expect(visitor.locator("main")).to_contain_text("How we talk with each other, in a few lines.")
    assert editor.goto("/cms/snippets/vocabulary/topic/").status == 200


def test_a_moderator_lists_a_webinar_and_a_member_saves_a_place(open_as):
    moderator, member = open_as("moderator"), open_as("volunteer", viewport=PHONE)
    moderator.goto("/webinars/")
    moderator.get_by_role("link", name="List a webinar").click()
    moderator.locator("[name=title]").fill("Zips, buttons and small hands")
    moderator.locator("[name=summary]").fill("An hour on dressing.")
    if not moderator.locator("[name='sessions-0-date']").count():
        moderator.locator("[id*=sessions-ADD]").click()
    moderator.locator("[name='sessions-0-date']").fill("2031-03-04")
    moderator.locator("[name='sessions-0-start_time']").fill("13:00")
    moderator.keyboard.press("Escape")
    publish(moderator)
    member.goto("/search/?q=zips+buttons")
    member.get_by_role("link", name=re.compile("Zips")).first.click()
    member.get_by_role("button", name="Save my place").first.click()
    expect(member.locator("main")).to_contain_text("You have a place")


def test_signing_out_leaves_nothing_in_the_browser(open_as, site, browser):
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    email, password = site.logins["editor"]
    page.goto("/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_label("This is a shared computer").check()
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{site.url}/")
    page.goto("/me/profile/")
    page.locator(".menu summary").first.click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(f"{site.url}/")
    assert not [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.go_back()
    expect(page.locator("input[name=display_name]")).to_have_count(0)
    context.close()


def test_a_photo_is_described_before_it_is_posted(open_as):
    page = open_as("practitioner", viewport=PHONE)
    open_thread(page, "talking-together", "What do you sing on the bus")
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(drawn, "JPEG")
    page.locator("textarea[name=text]").fill("Our song board.")
    photo = {"name": "IMG_1.JPG", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}
    page.get_by_label("Add photos or files").set_input_files([photo])
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_role("alert")).to_contain_text("Photo 1 is here.")
    assert violations(page, RULES) == []
    page.get_by_label("What does the photo show?").fill("A board with five songs")
    page.get_by_label("No, nobody can be recognised").check()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".post").last.get_by_role("img", name="A board with five songs")).to_be_visible()
