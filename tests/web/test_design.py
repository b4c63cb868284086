"""The design system holds together: every piece is shown, nothing that older phones drop, error pages that help."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import loader
from django.test import RequestFactory
from django.urls import path

from config.urls import urlpatterns as site_urls
from web.styleguide import ICONS, StyleguideView

urlpatterns = [path("styleguide/", StyleguideView.as_view()), *site_urls]
COMPONENTS = sorted(file.stem for file in (settings.BASE_DIR / "templates/components").glob("*.html"))
DROPPED_BY_OLD_PHONES = (
    "@layer", ":is(", ":where(", ":has(", "aspect-ratio", "inset:", "&", "margin-inline", "padding-inline",
)  # fmt: skip


def read(path_: str) -> str:
    with open(finders.find(path_), encoding="utf-8") as file:
        return file.read()


@pytest.fixture(scope="module")
def css() -> str:
    return re.sub(r"/\*.*?\*/", "", read("css/site.css"), flags=re.S)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_style_guide_shows_every_component(client):
    response = client.get("/styleguide/")
    used = {template.name for template in response.templates}
    # Messages show only after something was done.
    assert [name for name in COMPONENTS if f"components/{name}.html" not in used and name != "messages"] == []


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_visitor_finds_the_search_and_the_ways_in(client):
    header = client.get("/styleguide/").content.decode().partition("<main")[0]
    assert 'action="/search/" method="get" role="search"' in header
    assert 'href="/account/login/"' in header and 'href="/account/signup/"' in header


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_member_finds_the_inbox_and_the_way_out(as_member):
    page = as_member.get("/styleguide/").content.decode()
    assert "data-sign-out" in page
    assert 'action="/account/logout/" method="post"' in page
    assert 'href=""' not in page
    assert ">Join<" not in page and "desk" not in page.partition("<main")[0]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_moderator_finds_the_desk(as_moderator):
    assert 'href="/desk/"' in as_moderator.get("/styleguide/").content.decode().partition("<main")[0]


def test_the_sprite_holds_every_icon_once():
    symbols = re.findall(r'<symbol id="([a-z-]+)"', read("img/sprite.svg"))
    assert sorted(symbols) == sorted(ICONS)


def test_the_stylesheet_is_small(css):
    assert len(read("css/site.css").encode()) <= 40_000


@pytest.mark.parametrize("feature", DROPPED_BY_OLD_PHONES)
def test_the_stylesheet_keeps_to_what_older_phones_know(css, feature):
    assert feature not in css


def test_gap_is_used_in_grids_alone_and_clamp_only_where_supported(css):
    assert re.findall(r"(?<!grid-)\bgap:", css) == []
    unguarded = re.sub(r"@supports \(font-size: clamp.*?\n}", "", css, flags=re.S)
    assert "clamp(" not in unguarded


def test_dark_is_the_same_by_choice_as_by_device(css):
    by_device = re.search(r':root:not\(\[data-theme="light"\]\) {(.*?)}', css, re.S)
    by_choice = re.search(r':root\[data-theme="dark"\] {\s*color-scheme:\s*dark;(.*?)}', css, re.S)
    assert by_device.group(1).split() == by_choice.group(1).split()


def test_every_value_that_is_used_is_set(css):
    used = set(re.findall(r"var\((--[a-z0-9-]+)", css))
    assert used <= set(re.findall(r"(--[a-z0-9-]+):", css))


@pytest.mark.django_db
def test_what_a_visitor_cannot_find_may_be_found_after_signing_in(client):
    response = client.get("/nowhere/at/all/?x=1")
    assert response.status_code == 404
    assert 'href="/account/login/?next=%2Fnowhere%2Fat%2Fall%2F%3Fx%3D1"' in response.content.decode()


@pytest.mark.django_db
def test_a_member_is_not_told_to_sign_in(as_member):
    response = as_member.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert "next=" not in response.content.decode()


@pytest.mark.django_db
def test_a_forged_form_gets_a_page_that_explains(forged, member):
    response = forged(member).post("/account/logout/")
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["403.html", "429.html"])
def test_error_pages_say_what_to_do_next(name, member):
    request = RequestFactory().get("/somewhere/")
    request.user = member
    page = loader.get_template(name).render({}, request)
    assert page.count("<h1") == 1 and ("button" in page.partition("<main")[2])


def test_the_page_of_last_resort_needs_no_context():
    page = loader.get_template("500.html").render()
    assert "Something went wrong" in page and "site.css" in page
