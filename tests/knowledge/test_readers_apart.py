"""A resource is made of parts that are kept for all; whoever reads it, none shows what was looked up for another."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from forum.models import Space
from knowledge.models import Relation, ResourcePage
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MEMBERS_ONLY, CIRCLES, WEBINARS, CLOSED, EDITING = (
    "Between ourselves", "Six of us", "Only for members", "Behind the door", "Edit this page",
)  # fmt: skip


@pytest.fixture
def page(member):
    """A resource with something beside it that only some may see."""
    topic = factories.make_topic()
    found = factories.make_resource(title="Milk", topics=[topic])
    circle = factories.make_space(visibility=Space.Visibility.INVITED)
    factories.join(circle, member)
    factories.make_thread(factories.make_space(visibility=Space.Visibility.MEMBERS), title=MEMBERS_ONLY, page=found)
    factories.make_thread(circle, title=CIRCLES, page=found)
    webinar = factories.make_webinar(title=WEBINARS, topics=[topic])
    factories.make_session(webinar)
    other = factories.make_resource(title=CLOSED)
    for each in (webinar, other):
        factories.for_members_only(each)
    found.relations = [Relation(other=other)]
    found.save()
    return found


def test_each_reader_sees_their_own_whoever_read_it_before(page, client, as_member, as_editor):
    another = signed_in(factories.make_user("member"))
    expected = {
        client: set(),
        as_member: {MEMBERS_ONLY, CIRCLES, WEBINARS, CLOSED},
        another: {MEMBERS_ONLY, WEBINARS, CLOSED},
        as_editor: {MEMBERS_ONLY, WEBINARS, CLOSED, EDITING},
    }
    readers = list(expected)
    for order in (readers, readers[::-1], readers):
        for reader in order:
            text = reader.get(page.url).content.decode()
            shown = {each for each in (MEMBERS_ONLY, CIRCLES, WEBINARS, CLOSED, EDITING) if each in text}
            assert shown == expected[reader]


def test_what_is_no_longer_open_is_gone_at_once(page, client, as_member):
    space = factories.make_space(visibility=Space.Visibility.PUBLIC, open_to_search_engines=True)
    factories.make_thread(space, title="For everybody", page=page)
    assert "For everybody" in client.get(page.url).content.decode()
    Space.objects.filter(pk=space.pk).update(visibility=Space.Visibility.MEMBERS, open_to_search_engines=False)
    assert "For everybody" not in client.get(page.url).content.decode()
    assert "For everybody" in as_member.get(page.url).content.decode()


def test_every_reader_has_a_token_of_their_own_and_nobody_elses_works(page):
    def token_of(reader):
        (found,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', reader.get(page.url).content.decode()))
        return found

    one, other = (Client(enforce_csrf_checks=True) for _ in range(2))
    tokens = [token_of(one), token_of(other)]
    address = f"/r/{page.pk}/helpful/"
    assert one.post(address, {"answer": "yes", "csrfmiddlewaretoken": tokens[1]}).status_code == 403
    assert one.post(address, {"answer": "yes", "csrfmiddlewaretoken": tokens[0]}).status_code == 302


def test_a_draft_or_its_preview_leaves_nothing_in_what_others_read(page, client, as_editor):
    page.title = page.summary = "Not published yet"
    page.save_revision()
    assert (
        "Not published yet" in as_editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    )
    assert "Not published yet" not in client.get(page.url).content.decode()
    page.get_latest_revision().publish()
    text = client.get(page.url).content.decode()
    assert 'name="description" content="Not published yet"' in text
    ResourcePage.objects.get(pk=page.pk).unpublish()
    assert client.get(page.url).status_code != 200
