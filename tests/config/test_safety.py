"""What a site in production mode sends to browsers and writes into its log."""

import http.cookies
import io
import logging
import re
import sqlite3

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.logs import Formatter
from tests.config import site
from web.middleware import ClientAddressMiddleware

SECRETS = ["anna@example.org", "correct-horse-battery", "01702 555 123"]


def test_a_page_has_a_strict_policy(production):
    for address in ("/", "/library/", "/community/", "/search/?q=sleep", "/account/login/", "/not-there/"):
        policy = production.get(address).policy
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == ["'self'"]
        assert not re.search(r"unsafe|https?:|\*", str(policy)), address


@pytest.mark.parametrize("address", ["/cms/", "/admin/"])
def test_admins_have_a_looser_policy_of_their_own(as_administrator, address):
    answer = as_administrator.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy


def test_headers_that_keep_browsers_careful(production):
    headers = production.get("/").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_without_tls_a_page_leads_to_it_and_health_answers(production):
    plain = {"X-Forwarded-Proto": "http"}
    sent = production.get("/library/?page=2", **plain)
    assert (sent.status, sent.headers["Location"]) == (301, f"https://{site.HOST}/library/?page=2")
    assert production.get("/healthz", **plain).status == 200
    assert production.get("/readyz", **plain).status == 200


def test_another_host_is_refused(production):
    assert production.get("/", Host="elsewhere.example.net").status == 400


def test_cookies_are_kept_from_scripts_and_other_sites(production):
    email, password = production.login("practitioner")
    answer = production.post("/account/login/", {"login": email, "password": password})
    assert answer.status == 302, answer.text
    cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
    for line in answer.headers.get_all("Set-Cookie"):
        cookies.load(line)
    assert {"sessionid", "csrftoken"} <= set(cookies)
    for name, cookie in cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] in ("Lax", "Strict"), name
    assert cookies["sessionid"]["httponly"]
    production.cookies.clear()


def test_static_files_have_hashed_names_and_stay_in_the_browser(production):
    page = production.get("/").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert addresses
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), address
        answer = production.get(address)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert production.get("/static/css/site.css", **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


# Who is asking ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("trusted", "sender", "forwarded", "believed"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.66, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "10.9.9.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["2001:db8::/32"], "2001:db8::1", "2001:db9::5", "2001:db9::5"),
        (["127.0.0.1/32"], "", "198.51.100.1", ""),
        # As Azure's gateway writes it, and as a proxy that listens on IPv6.
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.66, 198.51.100.1:50123", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "[2001:db9::5]:50123", "2001:db9::5"),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ([], "::ffff:203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_an_address_is_believed_only_from_our_proxies(settings, trusted, sender, forwarded, believed):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=forwarded)
    ClientAddressMiddleware(lambda _: HttpResponse())(request)
    assert request.client_address == believed


# What the log says --------------------------------------------------------------------------------------
def broken(request, typed):
    try:
        raise ValueError(f"Key (email)=({request.POST['email']}) already exists")
    except ValueError as error:
        raise KeyError(request.POST["password"]) from error


urlpatterns = [path("broken/<str:typed>/", broken)]


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_safety")
def test_an_error_is_logged_with_its_place_but_without_what_was_typed(settings):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client = Client(raise_request_exception=False, headers={"cookie": "sessionid=abc123def"})
        email, password, phone = SECRETS
        answer = client.post(f"/broken/{phone}/?q={email}", {"email": email, "password": password})
    finally:
        logger.removeHandler(handler)
    assert answer.status_code == 500
    told = written.getvalue()
    assert "500 POST broken/<str:typed>/" in told
    assert "KeyError at" in told and "ValueError at" in told and "in broken" in told
    for secret in [*SECRETS, "abc123def", "555"]:
        assert secret not in told


def test_a_failing_site_tells_the_operator_where_and_nobody_what(production):
    with sqlite3.connect(production.env["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        database.execute("ALTER TABLE django_session RENAME TO gone")
    try:
        production.cookies.clear()
        production.cookies["sessionid"] = "abc123def456ghi789jkl012mno345pq"
        answer = production.get("/community/start/?title=01702+555123")
        assert answer.status == 500
        assert "Something went wrong" in answer.text and "OperationalError" not in answer.text
    finally:
        with sqlite3.connect(production.env["DATABASE_URL"].removeprefix("sqlite:///")) as database:
            database.execute("ALTER TABLE gone RENAME TO django_session")
        production.cookies.clear()
    told = production.told()
    assert "500 GET community/start/" in told and "OperationalError at" in told
    assert "555123" not in told and "abc123def456" not in told
