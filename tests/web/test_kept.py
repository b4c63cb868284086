import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.sessions import SEEN, SHARED
from tests.conftest import signed_in, typed_by
from tests.factories import make_user
from web import kept

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.views")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
WORDS = "About sleep\nand <b>feeding</b>."


@pytest.fixture
def typed(member):
    """What a member's form sends."""
    return {**typed_by(member, "/write/"), "title": "A question", "text": WORDS, "topics": ["2"], "wish": "post"}


def come_back(client, person, page="/write/"):
    client.force_login(person, backend=BACKEND)
    return read(client, page)


def read(client, page="/write/"):
    return BeautifulSoup(client.get(page).content.decode(), "html.parser")


def fields(page):
    form = page.find("form")
    return {
        "title": form.find("input", {"name": "title"}).get("value", ""),
        "text": form.textarea.get_text().removeprefix("\n"),
        "topics": [box["value"] for box in form.find_all("input", {"name": "topics"}) if box.has_attr("checked")],
    }


EMPTY = {"title": "", "text": "", "topics": ["1"]}


def test_what_was_typed_is_back_in_its_form_once_and_is_not_sent(member, typed):
    client = Client()
    answer = client.post("/write/", typed)
    assert answer.url == "/account/login/?next=/write/"
    page = come_back(client, member)
    assert fields(page) == {"title": "A question", "text": WORDS, "topics": ["2"]}
    notice = page.find(class_="messages")
    assert "back in the form. It is not sent yet" in notice.get_text() and "photos and files again" in notice.get_text()
    assert page.find(id=notice.a["href"].removeprefix("#"))["name"] == "title" and page.details.has_attr("open")
    assert fields(read(client)) == EMPTY
    assert kept.SESSION_KEY not in client.session


def test_every_kind_of_field_is_filled_in_and_no_other_form(member, typed):
    client = Client()
    more = {"who": "you", "place": "Leeds", "many": ["2"], "form_token": "old", "pass": "hunter2 hunter2"}
    client.post("/write/", {**typed, **more, "title": '"><script>alert(1)</script>'})
    page = come_back(client, member)
    form, other, search = page.find_all("form")
    assert [radio["value"] for radio in form.find_all(type="radio") if radio.has_attr("checked")] == ["you"]
    assert [option.get_text() for option in form.find_all("option") if option.has_attr("selected")] == ["Leeds", "Two"]
    assert form.find(attrs={"name": "form_token"})["value"] == "old"
    assert not form.find(type="password").has_attr("value") and form.button["value"] == "post"
    assert form.find(attrs={"name": "title"})["value"] == '"><script>alert(1)</script>' and not page.find("script")
    assert other.find(attrs={"name": "title"})["value"] == "untouched"
    assert search.find(attrs={"name": "title"})["value"] == "sought"


def test_what_is_not_there_for_visitors_keeps_it_too_and_what_has_no_field_is_shown_to_copy(member, typed):
    client = Client()
    long = "This was typed into a field that the page has no more."
    assert client.post("/hidden/", {**typed, "text": long}).url == "/account/login/?next=/write/"
    page = come_back(client, member)
    assert fields(page) == EMPTY
    assert [box.get_text().strip() for box in page.find_all("textarea", readonly=True)] == [long]
    assert not read(client).find_all("textarea", readonly=True)


def test_on_other_pages_it_says_where_it_waits(member, typed):
    client = Client()
    client.post("/write/", typed)
    notice = come_back(client, member, "/write-more/").find(class_="messages")
    assert notice.a["href"] == "/write/" and WORDS not in notice.get_text()
    assert fields(read(client))["text"] == WORDS
    assert not read(client, "/write-more/").find(class_="messages")


def test_a_page_that_leads_elsewhere_takes_it_along(member, typed):
    client = Client()
    long = "This was typed on a page that is somewhere else by now."
    client.post("/moved/", {**typed, **typed_by(member, "/moved/"), "text": long})
    client.force_login(member, backend=BACKEND)
    page = client.get("/moved/", follow=True)
    assert page.redirect_chain == [("/ask/", 302)] and long in page.content.decode()


def test_a_preview_leads_back_to_the_page_on_which_somebody_began(member):
    """What a POST shows stands at an address that may not open; the page before it does."""
    shown = signed_in(member).post("/preview/", typed_by(member, "/write/?about=sleep"))
    mark = BeautifulSoup(shown.content.decode(), "html.parser").select_one(f"input[name={kept.FIELD}]")["value"]
    answer = Client().post("/write/", {kept.FIELD: mark, "text": WORDS})
    assert answer.url == "/account/login/?next=/write/%3Fabout%3Dsleep"


def test_somebody_else_at_the_same_computer_gets_nothing_and_wipes_it(member, typed):
    client = Client()
    client.post("/write/", typed)
    assert fields(come_back(client, make_user())) == EMPTY
    assert kept.SESSION_KEY not in client.session
    client.logout()
    assert fields(come_back(client, member)) == EMPTY


def test_signing_out_wipes_it(member, typed):
    client = Client()
    client.post("/write/", typed)
    client.force_login(member, backend=BACKEND)
    client.post("/account/logout/")
    assert fields(come_back(client, member)) == EMPTY


@pytest.mark.parametrize("marker", [None, "", "forged", "1:abc:def", "é"])
def test_nothing_is_kept_without_a_good_marker(typed, marker):
    del typed[kept.FIELD]
    if marker is not None:
        typed[kept.FIELD] = marker
    client = Client()
    client.post("/write/", typed)
    assert kept.SESSION_KEY not in client.session


def test_passwords_codes_and_files_are_never_kept(typed):
    names = ("password1", "old_password", "code", "api_token", "csrfmiddlewaretoken")
    secrets = dict.fromkeys(names, "hunter2 hunter2")
    client = Client()
    photo = SimpleUploadedFile("photo.txt", b"bytes")
    client.post("/write/", {**typed, **secrets, "postcode": "SS1 1AA", "photo": photo})
    (entry,) = client.session[kept.SESSION_KEY].values()
    assert set(kept.Typed(*entry).fields) == {"title", "text", "topics", "postcode", "wish"}


def test_what_is_kept_is_bounded(typed, monkeypatch):
    client = Client()
    client.post("/write/", {**typed, "text": "x" * (kept.LONGEST_FIELD + 1), "other": "kept"})
    (entry,) = client.session[kept.SESSION_KEY].values()
    assert set(kept.Typed(*entry).fields) == {"title", "topics", "other", "wish"}
    client.post("/write/", {**typed, **{f"field{n}": "y" * 20_000 for n in range(100)}})
    (entry,) = client.session[kept.SESSION_KEY].values()
    found = kept.Typed(*entry).fields.values()
    assert sum(len(value) for values in found for value in values) <= kept.LONGEST_ALL
    monkeypatch.setattr(kept, "MOST_FORMS", 1)
    client.post("/write-more/", typed)
    assert list(client.session[kept.SESSION_KEY]) == ["/write-more/"]


def test_it_is_forgotten_after_an_hour_and_so_is_the_session_that_holds_it(member, typed, monkeypatch):
    client = Client()
    answer = client.post("/write/", typed)
    assert answer.cookies["sessionid"]["max-age"] == kept.SECONDS
    later = kept.time.time() + kept.SECONDS + 1
    monkeypatch.setattr("web.kept.time.time", lambda: later)
    assert "is kept" not in client.get("/account/login/").content.decode()
    assert fields(come_back(client, member)) == EMPTY


def test_a_button_alone_is_nothing_to_speak_of(member):
    client = Client()
    client.post("/write/", {**typed_by(member, "/write/"), "wish": "post"})
    assert "is kept" not in client.get("/account/login/").content.decode()
    assert not come_back(client, member, "/ask/").find(class_="messages")
    assert not read(client).find(class_="messages")


def test_what_a_script_sends_by_itself_is_not_kept_and_says_so_in_a_sentence(typed):
    client = Client()
    answer = client.post("/write/", typed, headers={"HX-Request": "true"})
    assert answer.content.decode().startswith("You are signed out. Nothing is lost")
    assert client.get("/write/", headers={"HX-Request": "true"}).status_code == 204
    assert kept.SESSION_KEY not in client.session


def test_a_shared_computer_that_was_left_alone_keeps_it_too(member, typed):
    client = signed_in(member)
    session = client.session
    session[SHARED], session[SEEN] = True, 1
    session.save()
    assert client.post("/write/", typed).url == "/account/login/?next=/write/"
    assert fields(come_back(client, member))["text"] == WORDS


def test_a_session_from_before_an_upgrade_is_read_past(member):
    client = signed_in(member)
    session = client.session
    session[kept.SESSION_KEY] = {"/write/": {"by": member.pk, "at": 1, "fields": {}}}
    session.save()
    assert fields(read(client)) == EMPTY
    assert kept.SESSION_KEY not in client.session


def test_forms_carry_a_marker_for_members_and_none_for_visitors(member):
    assert kept.FIELD not in Client().get("/account/login/").content.decode()
    page = signed_in(member).get("/write/").content.decode()
    assert page.count('<input type="hidden" name="typed_by" value="') == 2
    assert member.email not in page


def test_a_page_without_kept_text_does_not_touch_the_session(member, django_assert_num_queries):
    client = signed_in(member)
    with django_assert_num_queries(2):
        client.get("/write/")


class TestAFormThatMayBeForged:
    """Its token does not fit: the cookies are gone, or somebody signed in anew in another tab."""

    OURS = {"Origin": "http://testserver"}

    def send(self, client, typed, headers=OURS):
        answer = client.post("/write/", typed, headers=headers)
        assert answer.status_code == 403 and "no-store" in answer["Cache-Control"]
        return BeautifulSoup(answer.content.decode(), "html.parser")

    def shown(self, page):
        return [box.get_text().strip() for box in page.find_all("textarea", readonly=True)]

    def test_a_browser_that_lost_its_cookies_is_shown_the_text_and_the_way_to_sign_in(self, forged, member, typed):
        client = forged()
        page = self.send(client, {**typed, "text": "Half an hour of typing on a phone."})
        assert self.shown(page) == ["Half an hour of typing on a phone."]
        assert page.main.find("a", class_="button")["href"] == "/account/login/?next=%2Fwrite%2F"
        assert fields(come_back(client, member))["text"] == "Half an hour of typing on a phone."

    def test_who_signed_in_anew_opens_the_page_again(self, forged, member, typed):
        client = forged(member)
        page = self.send(client, typed)
        assert page.main.find("a", class_="button")["href"] == "/write/"
        assert fields(read(client))["text"] == WORDS

    def test_somebody_else_who_is_signed_in_by_now_sees_nothing(self, forged, typed):
        client = forged(make_user())
        page = self.send(client, {**typed, "text": "Half an hour of typing on a phone."})
        assert not self.shown(page) and not page.main.find("a", class_="button")
        assert kept.SESSION_KEY not in client.session

    @pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}])
    def test_another_sites_form_shows_and_keeps_nothing(self, forged, typed, headers):
        client = forged()
        assert not self.shown(self.send(client, {**typed, "text": "Ring this number to get your prize."}, headers))
        assert kept.SESSION_KEY not in client.session

    def test_a_visitors_words_are_shown_to_copy(self, forged, typed):
        del typed[kept.FIELD]
        page = self.send(forged(), {**typed, "text": "A visitor wrote this in a report."})
        assert self.shown(page) == ["A visitor wrote this in a report."] and "Copy what you typed" in page.get_text()
