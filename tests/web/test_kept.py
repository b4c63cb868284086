import pytest
from django.test import Client

from tests.conftest import signed_in
from tests.factories import make_user
from web import kept

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.views")]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def typed(member):
    """What a member's form sends, with the marker that the form carried."""
    return {
        kept.FIELD: kept.marker(member),
        "title": "A question",
        "text": "About sleep\nand feeding.",
        "topics": ["1", "2"],
    }


def test_a_session_that_ended_gives_the_text_back_once(member, typed):
    client = Client()
    assert client.post("/write/", typed).status_code == 302
    client.force_login(member, backend=BACKEND)
    expected = {"title": "A question", "text": "About sleep\nand feeding.", "topics": ["1", "2"]}
    assert client.get("/write/").json() == expected
    assert client.get("/write/").json() == {}


def test_somebody_else_at_the_same_computer_gets_nothing_and_wipes_it(member, typed):
    client = Client()
    client.post("/write/", typed)
    client.force_login(make_user(), backend=BACKEND)
    assert client.get("/write/").json() == {}
    assert kept.SESSION_KEY not in client.session
    client.logout()
    client.force_login(member, backend=BACKEND)
    assert client.get("/write/").json() == {}


def test_it_is_given_back_only_where_it_was_typed(member, typed):
    client = Client()
    client.post("/write/", typed)
    client.force_login(member, backend=BACKEND)
    assert client.get("/write-more/").json() == {}
    assert client.get("/write/").json()["title"] == "A question"


@pytest.mark.parametrize("marker", [None, "", "forged", "1:abc:def", "é"])
def test_nothing_is_kept_without_a_good_marker(typed, marker):
    del typed[kept.FIELD]
    if marker is not None:
        typed[kept.FIELD] = marker
    client = Client()
    client.post("/write/", typed)
    assert kept.SESSION_KEY not in client.session


def test_passwords_codes_and_files_are_never_kept(member, typed, tmp_path):
    (tmp_path / "photo.txt").write_text("bytes")
    names = ("password1", "old_password", "code", "api_token", "csrfmiddlewaretoken")
    secrets = dict.fromkeys(names, "hunter2 hunter2")
    client = Client()
    with (tmp_path / "photo.txt").open() as file:
        client.post("/write/", {**typed, **secrets, "postcode": "SS1 1AA", "photo": file})
    (entry,) = client.session[kept.SESSION_KEY].values()
    assert set(entry["fields"]) == {"title", "text", "topics", "postcode"}


def test_what_is_kept_is_bounded(member, typed, monkeypatch):
    client = Client()
    client.post("/write/", {**typed, "text": "x" * (kept.LONGEST_FIELD + 1), "other": "kept"})
    (entry,) = client.session[kept.SESSION_KEY].values()
    assert set(entry["fields"]) == {"title", "topics", "other"}
    many = {f"field{n}": "y" * 20_000 for n in range(100)}
    client.post("/write/", {**typed, **many})
    (entry,) = client.session[kept.SESSION_KEY].values()
    assert sum(len(value) for values in entry["fields"].values() for value in values) <= kept.LONGEST_ALL
    monkeypatch.setattr(kept, "MOST_PATHS", 1)
    client.post("/write-more/", typed)
    assert list(client.session[kept.SESSION_KEY]) == ["/write-more/"]


def test_what_is_kept_is_forgotten_after_an_hour(member, typed, monkeypatch):
    client = Client()
    client.post("/write/", typed)
    client.force_login(member, backend=BACKEND)
    later = kept.time.time() + kept.SECONDS + 1
    monkeypatch.setattr("web.kept.time.time", lambda: later)
    assert client.get("/write/").json() == {}


def test_forms_carry_a_marker_for_members_and_none_for_visitors(member):
    assert Client().get("/marked/").content == b""
    page = signed_in(member).get("/marked/").content.decode()
    assert page.startswith('<input type="hidden" name="typed_by" value="')
    assert member.email not in page


def test_a_page_without_kept_text_does_not_touch_the_session(member, django_assert_num_queries):
    client = signed_in(member)
    with django_assert_num_queries(2):
        client.get("/write/")
