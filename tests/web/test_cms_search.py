"""The CMS's own search takes whatever somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page
from wagtail.search.backends import get_search_backend
from wagtail.search.utils import parse_query_string

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ODD = [
    '"', '" "', 'sleep" OR "', "sleep*", "OR NOT", "NEAR(a b, 2)", "^sleep", "title:sleep", "a) OR ((b", "'",
    "\\", "%s %(x)s",
    "{title} : x", "-x +", "x" * 3000, "💤",
]  # fmt: skip
PLACES = [
    "/cms/pages/search/", "/cms/pages/3/", "/cms/choose-page/search/", "/cms/images/", "/cms/images/chooser/results/",
    "/cms/documents/", "/cms/documents/chooser/results/",
]  # fmt: skip


@pytest.mark.parametrize("address", PLACES)
def test_no_query_is_an_error(as_administrator, address):
    for text in ('"', 'sleep" OR (', "NEAR(a", "sleep\0"):
        assert as_administrator.get(address, {"q": text}).status_code == 200, text


@pytest.mark.parametrize("text", ODD)
def test_what_looks_like_a_query_language_is_searched_for(text):
    search(text)


@given(st.text(st.sampled_from("\"*^:()'\\%-+{}\0 aNEARORD"), max_size=12))
def test_any_string_is_searched_for(text):
    search(text)


def search(text: str) -> None:
    backend = get_search_backend()
    _, parsed = parse_query_string(text)
    for query in (text, parsed):
        list(backend.search(query, Page))
        list(backend.autocomplete(query, Page))


@pytest.mark.parametrize("text", ["quokka", '"quokka', '"quokka" puppet', "puppet\0 quokka"])
def test_signs_do_not_hide_what_is_looked_for(text):
    page = Page.objects.get(depth=1).add_child(title="A quokka puppet", slug="quokka")
    backend = get_search_backend()
    backend.add(page)
    assert [found.pk for found in backend.search(text, Page)] == [page.pk]
