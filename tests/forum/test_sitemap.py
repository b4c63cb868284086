"""Outside search engines find the conversations of spaces that were opened to them, and no others."""

import pytest

from forum.models import Thread
from tests import factories
from tests.conftest import text_of

pytestmark = pytest.mark.django_db


def test_only_what_was_opened_to_search_engines_is_on_the_map(client):
    opened = factories.make_space(name="Open", slug="open", visibility="public", open_to_search_engines=True)
    public = factories.make_space(name="Public", slug="public", visibility="public")
    inside = factories.make_space(name="Inside", slug="inside", visibility="members")
    shown, hidden, other, private = (
        factories.make_thread(space, title=f"Quagga {number}")
        for number, space in enumerate((opened, opened, public, inside))
    )
    Thread.objects.filter(pk=hidden.pk).update(hidden_at=hidden.created_at)
    index = text_of(client, "/sitemap.xml")
    assert "/sitemap-threads-0.xml</loc>" in index and "/sitemap-spaces-0.xml</loc>" in index
    threads = text_of(client, "/sitemap-threads-0.xml")
    assert f"<loc>http://localhost:8000{shown.get_absolute_url()}</loc><lastmod>" in threads
    assert not any(each.get_absolute_url() in threads for each in (hidden, other, private))
    spaces = text_of(client, "/sitemap-spaces-0.xml")
    assert "/community/open/</loc>" in spaces and "public" not in spaces and "inside" not in spaces


def test_a_site_without_such_spaces_names_no_file_of_them(client):
    factories.make_thread(factories.make_space(visibility="public"))
    index = text_of(client, "/sitemap.xml")
    assert "sitemap-pages-0.xml" in index and "threads" not in index
