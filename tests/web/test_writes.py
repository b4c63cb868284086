"""Every address that can be written to has a limit, its own or the site's."""

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.door import RULES
from web import limits


def addresses(resolver: URLResolver | None = None, prefix: str = ""):
    """Every address of the site with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from addresses(entry, path)


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
