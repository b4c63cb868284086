"""Signing in by password and by code, new passwords and addresses, signing out."""

import pytest
from allauth.account import urls as allauth_urls
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import door, sessions
from accounts.models import User
from tests import factories
from tests.accounts.mail import newest_code
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "violet-kettle-harbour"


@pytest.fixture
def person():
    return factories.make_user(email="asha@example.org", password=PASSWORD)


def sign_in(client, password=PASSWORD, email="asha@example.org", **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def is_in(client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


def test_by_password_and_back_to_where_one_was(person):
    client = Client()
    page = sign_in(client, next="/people/asha/")
    assert page.url == "/people/asha/"
    assert is_in(client)


def test_the_way_back_stays_on_this_site(person):
    assert sign_in(Client(), next="https://evil.example/").url == "/"


@pytest.mark.parametrize("nowhere", ["http://[", "https://evil℀.example/", "//evil.example", "/\\evil.example"])
def test_a_way_back_that_is_no_address_leads_home(person, nowhere):
    assert Client().get(reverse("account_login"), {"next": nowhere}).status_code == 200
    assert sign_in(Client(), next=nowhere).url == "/"


def test_wrong_password_and_unknown_address_get_the_same_answer(person):
    errors = [
        list(sign_in(Client(), password="wrong-wrong-wrong").context["form"].non_field_errors()),
        list(sign_in(Client(), email="nobody@example.org").context["form"].non_field_errors()),
    ]
    assert errors[0] == errors[1] != []


def test_capitals_in_the_address_do_not_matter(person):
    client = Client()
    sign_in(client, email="ASHA@Example.org")
    assert is_in(client)


def test_by_a_code(person):
    client = Client()
    page = client.post(reverse("account_request_login_code"), {"email": "asha@example.org"})
    assert page.url == reverse("account_confirm_login_code")
    assert client.post(page.url, {"code": newest_code()}).status_code == 302
    assert is_in(client)


def test_a_code_for_nobody_looks_the_same(person):
    pages = []
    for email in ("asha@example.org", "nobody@example.org"):
        client = Client()
        page = client.post(reverse("account_request_login_code"), {"email": email}, follow=True)
        pages.append((page.redirect_chain, page.content.decode().replace(email, "").count("\n")))
    assert pages[0] == pages[1]
    assert "no account" in mail.outbox[-1].body


def test_a_new_code_can_be_asked_for(person):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": "asha@example.org"})
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post(reverse("account_confirm_login_code"), {"code": newest_code()})
    assert is_in(client)


def test_codes_cannot_be_guessed_for_long(person):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": "asha@example.org"})
    right = newest_code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": wrong})
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert not is_in(client)


def test_a_new_password_by_code(person):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "asha@example.org"})
    page = client.post(reverse("account_confirm_password_reset_code"), {"code": newest_code()})
    assert page.url == reverse("account_complete_password_reset")
    done = client.post(page.url, {"password1": "amber-garden-window"}, follow=True)
    assert done.status_code == 200 and "Your password is changed" in done.content.decode()
    assert mail.outbox[-1].subject == "Your password was changed"
    fresh = Client()
    sign_in(fresh, password="amber-garden-window")
    assert is_in(fresh)


def test_a_new_password_ends_other_sessions(person):
    elsewhere, here = signed_in(person), Client()
    sign_in(here)
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "amber-garden-window"})
    assert is_in(here) and not is_in(elsewhere)


def test_a_password_must_not_be_common(person):
    client = signed_in(person)
    page = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "password123"})
    assert "password1" in page.context["form"].errors


def test_a_new_address_takes_password_and_code(person):
    client = Client()
    sign_in(client)
    first = client.post(reverse("account_email"), {"action_add": "1", "email": "new@example.org"})
    assert first.url.startswith(reverse("account_reauthenticate"))
    client.post(first.url, {"password": PASSWORD})
    client.post(reverse("account_email"), {"action_add": "1", "email": "new@example.org"})
    assert mail.outbox[-1].to == ["new@example.org"]
    assert User.objects.get().email == "asha@example.org"
    client.post(reverse("account_email_verification_sent"), {"code": newest_code()})
    assert User.objects.get().email == "new@example.org"
    assert mail.outbox[-1].to == ["asha@example.org"]


def test_failures_are_counted_for_each_account_in_the_database(person):
    for _ in range(10):
        sign_in(Client(), password="wrong-wrong-wrong")
    # Another process has empty counters of its own.
    cache.clear()
    client = Client()
    page = sign_in(client)
    assert "15 minutes" in str(page.context["form"].non_field_errors())
    assert not is_in(client)


def test_sixty_people_behind_one_address_can_sign_in():
    people = [factories.make_user(email=f"p{n}@example.org") for n in range(60)]
    for person in people:
        page = Client().post(reverse("account_request_login_code"), {"email": person.email})
        assert page.status_code == 302


def test_addresses_come_from_the_trusted_proxies_only(person, rf):
    from accounts.adapter import AccountAdapter

    request = rf.get("/", HTTP_X_FORWARDED_FOR="203.0.113.9")
    request.client_address = "198.51.100.7"
    assert AccountAdapter(request).get_client_ip(request) == "198.51.100.7"


def test_an_inbox_cannot_be_flooded(person):
    answers = []
    for _ in range(12):
        response = Client().post(reverse("account_request_login_code"), {"email": "asha@example.org"})
        answers.append(response.status_code)
    assert answers == [302] * 10 + [429] * 2
    assert len(mail.outbox) == 10
    # The owner, somewhere else, still gets one.
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(reverse("account_request_login_code"), {"email": "asha@example.org"}).status_code == 302


def guess(password, address="127.0.0.1"):
    data = {"login": "asha@example.org", "password": password}
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), data)


def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(person):
    for _ in range(door.PASSWORDS_FROM_ONE_ADDRESS):
        guess("not this one", "198.51.100.1")
    assert "too many times" in guess(PASSWORD, "198.51.100.1").content.decode()
    assert guess(PASSWORD).status_code == 302


def test_passwords_tried_from_everywhere_leave_the_way_by_a_code(person, monkeypatch):
    monkeypatch.setattr("accounts.door.PASSWORDS_FROM_ANYWHERE", 3)
    for number in range(3):
        guess("not this one", f"198.51.100.{number}")
    page = guess(PASSWORD)
    assert page.status_code == 200 and "Send me a code” below" in page.content.decode()
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": "asha@example.org"})
    code = newest_code()
    assert client.post(reverse("account_confirm_login_code"), {"code": code}).status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 200


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]
)
def test_the_forms_of_the_door_are_counted_by_address_for_all_processes(name, monkeypatch):
    monkeypatch.setitem(door.RULES, name, (None, (2, 600)))
    assert [Client().post(reverse(name), {}).status_code for _ in range(3)] == [200, 200, 429]
    assert Client(REMOTE_ADDR="192.0.2.7").post(reverse(name), {}).status_code == 200
    assert Client().get(reverse(name)).status_code == 200


def test_every_form_that_has_a_rule_exists():
    def names(patterns):
        for pattern in patterns:
            yield from names(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.name]

    assert set(door.RULES) <= set(names(allauth_urls.urlpatterns))


# Signing out ----------------------------------------------------------------------------------------


def test_signing_out_takes_a_post_and_clears_the_browser(person):
    client = signed_in(person)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    page = client.post(reverse("account_logout"))
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)


def test_a_forged_sign_out_is_refused(person):
    client = signed_in(person, enforce_csrf_checks=True)
    assert client.post(reverse("account_logout")).status_code == 403
    assert is_in(client)


def test_members_pages_are_not_kept_by_the_browser(person):
    assert signed_in(person).get(reverse("accounts:me")).headers["Cache-Control"] == "private, no-store"


def test_a_visitor_costs_no_session_and_nobody_is_looked_up(django_assert_max_num_queries, settings):
    Client().get(reverse("account_login"))  # the footer and the like are remembered after the first page
    with django_assert_max_num_queries(10) as queries:
        page = Client().get(reverse("account_login"))
    asked = " ".join(query["sql"] for query in queries)
    assert "django_session" not in asked and "accounts_user" not in asked
    assert settings.SESSION_COOKIE_NAME not in page.cookies
    assert "Clear-Site-Data" not in page.headers


# Shared computers -------------------------------------------------------------------------------------


def test_at_home_one_stays_signed_in_for_thirty_days(person, settings):
    client = Client()
    page = sign_in(client)
    assert page.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 24 * 3600


def test_on_a_shared_computer_the_session_ends_with_the_browser(person, settings):
    client = Client()
    page = sign_in(client, shared_computer="on")
    assert page.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_on_a_shared_computer_by_code_too(person, settings):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": "asha@example.org", "shared_computer": "on"})
    page = client.post(reverse("account_confirm_login_code"), {"code": newest_code()})
    assert page.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert client.session[sessions.SHARED] is True


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_a_shared_computer_left_alone_signs_out(person, monkeypatch, minutes, stays):
    client = Client()
    sign_in(client, shared_computer="on")
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + minutes * 60)
    assert is_in(client) is stays


def test_using_a_shared_computer_keeps_the_session_alive(person, monkeypatch):
    client = Client()
    sign_in(client, shared_computer="on")
    now = sessions.time.time()
    for minutes in (20, 40, 60):
        monkeypatch.setattr(sessions.time, "time", lambda later=now + minutes * 60: later)
        assert is_in(client)


def test_no_cache_keeps_what_the_cookie_of_a_session_goes_along_with(person, monkeypatch):
    client = Client()
    sign_in(client, shared_computer="on")
    assert client.get("/robots.txt").headers["Cache-Control"] == "public, max-age=86400"
    now = sessions.time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + 20 * 60)
    renewed = client.get("/robots.txt")
    assert "sessionid" in renewed.cookies and renewed.headers["Cache-Control"] == "private, no-store"


# The pages themselves -----------------------------------------------------------------------------------


def test_every_address_of_allauth_is_known():
    names = {
        pattern.name
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern) == "account/"
        for included in resolver.url_patterns
        for pattern in getattr(included, "url_patterns", [included])
    }
    assert names == {
        "account_change_password",
        "account_complete_password_reset",
        "account_confirm_login_code",
        "account_confirm_password_reset_code",
        "account_email",
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_logout",
        "account_password_reset_completed",
        "account_reauthenticate",
        "account_request_login_code",
        "account_reset_password",
        "account_set_password",
        "account_signup",
    }


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_request_login_code",
        "account_reset_password",
        "account_inactive",
        "account_password_reset_completed",
    ],
)
def test_pages_for_visitors_look_like_ours(name):
    page = Client().get(reverse(name))
    assert page.status_code == 200
    assert "account/door.html" in [template.name for template in page.templates]
    assert 'content="noindex"' in page.content.decode()


@pytest.mark.parametrize(
    "name", ["account_email", "account_change_password", "account_logout", "account_reauthenticate"]
)
def test_pages_for_members_look_like_ours(person, name):
    page = signed_in(person).get(reverse(name))
    assert page.status_code == 200
    assert "account/door.html" in [template.name for template in page.templates]


def test_who_has_no_password_may_choose_one():
    person = factories.make_user()
    client = signed_in(person)
    assert client.get(reverse("account_change_password")).url == reverse("account_set_password")
    client.post(reverse("account_set_password"), {"password1": "amber-garden-window"})
    assert User.objects.get().check_password("amber-garden-window")


def test_a_closed_account_cannot_sign_in(person):
    User.objects.update(is_active=False)
    client = Client()
    sign_in(client)
    assert not is_in(client)
