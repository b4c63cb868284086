"""Every address that can be written to has a limit, its own or the site's, and is closed to whom it is not for."""

import re

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.door import RULES
from tests import factories
from tests.conftest import signed_in
from tests.test_architecture import ROW
from web import limits

WITHOUT_TOKEN = {
    "oai": "programs ask by POST too, and nothing is changed",
    "resource_noted": "a beacon cannot carry it, and its signed token counts one page for one reader",
    "search_noted": "a beacon cannot carry it, and its signed token counts one search for one reader",
    "unsubscribe": "mail programs send it in one click, and its signed token is the right to stop one kind of mail",
}
OPEN_TO_VISITORS = {"oai": "changes nothing"}
SAMPLES = {"int": "9" * 9, "id": "9" * 15, "uuid": "00000000-0000-0000-0000-000000000001"}


def addresses(resolver: URLResolver | None = None, prefix: str = ""):
    """Every address of the site with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from addresses(entry, path)


def own_addresses():
    """Those of our own views with a name, save feeds: with what nobody has in place of each part, and their entry."""
    for path, entry in addresses():
        room, _dot, module = getattr(entry.callback, "view_class", entry.callback).__module__.partition(".")
        if entry.name and room in ROW and not module.startswith("feeds"):
            sample = re.sub(r"<(?:(\w+):)?\w+>", lambda part: SAMPLES.get(part[1], "x"), path)
            yield f"/{sample}", entry


def is_covered(entry: URLPattern) -> bool:
    """By a limit of its own, or by the one for all others, which looks at nothing but the name."""
    return entry.name not in limits.UNLIMITED or entry.name in RULES


def test_no_address_is_without_a_limit_but_those_that_say_why():
    assert "web.limits.LimitWritesMiddleware" in settings.MIDDLEWARE
    found = list(addresses())
    assert len(found) > 400, "the whole site, with both admins"
    without = {entry.name for _path, entry in found if not is_covered(entry)}
    assert without == set(limits.UNLIMITED)
    assert all(len(reason) > 20 for reason in limits.UNLIMITED.values())


def test_what_is_written_most_has_a_limit_of_its_own():
    own = {entry.name for path, entry in addresses() if getattr(entry.callback, "is_limited", False)}
    must = {"start", "reply", "edit", "delete", "react", "save", "follow", "invite", "appeal", "decide", "hear"}
    assert must <= own, must - own


def test_every_form_needs_its_token_but_those_that_say_why():
    found = {entry.name: getattr(entry.callback, "csrf_exempt", False) for _path, entry in own_addresses()}
    assert len(found) > 150
    assert {name for name, is_exempt in found.items() if is_exempt} == set(WITHOUT_TOKEN)


@pytest.mark.django_db
def test_visitors_write_nothing_at_addresses_of_nobody(client, monkeypatch):
    """They are asked to sign in, or what they name is not there."""
    monkeypatch.setattr(limits, "WRITES_FROM_ONE_ADDRESS", (10_000, 600))
    wrong = {}
    for path, entry in own_addresses():
        answer = client.post(path)
        is_asked = answer.status_code == 302 and "/login/?next=" in answer["Location"]
        if not is_asked and answer.status_code not in (404, 405) and entry.name not in OPEN_TO_VISITORS:
            wrong[path] = answer.status_code
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["member", "moderator", "editor"])
def test_a_number_that_nothing_has_is_refused_without_a_fault(role, monkeypatch):
    monkeypatch.setattr(limits, "WRITES", (10_000, 600))
    client = signed_in(factories.make_user(*([] if role == "member" else [role])))
    asked = {path: client.post(path) for path, _entry in own_addresses() if SAMPLES["id"] in path}
    assert len(asked) > 60
    assert {path: answer.status_code for path, answer in asked.items() if not is_refused(path, answer)} == {}


def is_refused(path: str, answer) -> bool:
    """The CMS sends who may not do something back to its first page, which says so."""
    is_sent_away = (
        path.startswith("/cms/")
        and answer.status_code == 302
        and answer["Location"] in ("/cms/", f"/cms/login/?next={path}")
    )
    return is_sent_away or answer.status_code in (403, 404, 405)


@pytest.mark.django_db
def test_no_view_takes_a_verb_that_it_does_not_name(as_moderator):
    """Outside the CMS, whose own pages go by Django's."""
    asked = {
        path: as_moderator.put(path).status_code
        for path, _ in own_addresses()
        if not path.startswith(("/cms/", "/admin/"))
    }
    assert {path: status for path, status in asked.items() if status != 405} == {}


@pytest.mark.django_db
class TestTheLimitForAllOthers:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(limits, "WRITES", (2, 600))
        monkeypatch.setattr(limits, "WRITES_IN_ADMIN", (3, 600))

    def test_it_says_when_to_try_again_and_gives_back_what_was_typed(self, as_member):
        words = "Something long enough that nobody wants to type it again. " * 3
        for _ in range(2):
            assert as_member.post("/me/sign-out-everywhere/", {"text": words}).status_code == 302
        refused = as_member.post("/me/sign-out-everywhere/", {"text": words})
        assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
        assert "Something long enough" in refused.content.decode()

    def test_each_person_has_their_own_and_reading_costs_nothing(self, as_member, as_moderator):
        for _ in range(3):
            as_member.post("/me/sign-out-everywhere/")
        assert as_moderator.post("/me/sign-out-everywhere/").status_code == 302
        for _ in range(4):
            assert as_moderator.get("/me/").status_code == 200

    def test_the_cms_and_the_administration_have_more(self, as_administrator):
        answers = [as_administrator.post("/admin/moderation/duty/add/", {}).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]

    def test_visitors_are_counted_by_address(self, client, monkeypatch):
        monkeypatch.setattr(limits, "WRITES_FROM_ONE_ADDRESS", (2, 600))
        assert [client.post("/me/sign-out-everywhere/").status_code for _ in range(3)] == [302, 302, 429]

    def test_nobody_is_kept_from_signing_out(self, as_member):
        for _ in range(4):
            as_member.post("/me/sign-out-everywhere/")
        assert as_member.post("/account/logout/").status_code == 302
        assert "_auth_user_id" not in as_member.session
