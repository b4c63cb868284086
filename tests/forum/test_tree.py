"""Spaces beneath spaces: who sees them is their own matter; and whom they are for."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from forum import actions
from forum.models import Space, SpaceMembership
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    parent = factories.make_space(name="County", visibility="public")
    return parent, factories.make_space(name="Town", visibility="public", parent=parent)


def groups(client, query=""):
    """What stands on the list: by group, names with the names beneath them."""
    found = client.get(f"/community/{query}").context["groups"]
    return {
        title: {each["space"].name: [child["space"].name for child in each["children"]] for each in entries}
        for title, entries in found
    }


def test_the_list_is_a_tree(client, family):
    assert groups(client) == {"For everyone": {"County": ["Town"]}}
    text = client.get("/community/").text
    assert text.index(">County<") < text.index('aria-label="Beneath County"') < text.index(">Town<")


@pytest.mark.parametrize("visibility", ["members", "ask", "invited"])
def test_one_whose_parent_is_not_known_stands_on_its_own(client, family, visibility):
    parent, child = family
    Space.objects.filter(pk=parent.pk).update(visibility=visibility)
    assert groups(client) == {"For everyone": {"Town": []}}
    for url in ("/community/", child.get_absolute_url(), f"/community/?project={child.project}"):
        assert "County" not in client.get(url).text
    assert groups(signed_in(factories.make_user("moderator"))) == {"For everyone": {"County": ["Town"]}}
    is_known = visibility != "invited"
    person = factories.make_user()
    assert ("County" in signed_in(person).get(child.get_absolute_url()).text) == is_known
    factories.join(parent, person, state=SpaceMembership.State.INVITED)
    assert "County" in signed_in(person).get(child.get_absolute_url()).text


@pytest.mark.parametrize("visibility", ["members", "ask", "invited"])
def test_a_child_that_is_closed_is_not_shown_beneath_its_open_parent(client, family, visibility):
    parent, child = family
    Space.objects.filter(pk=child.pk).update(visibility=visibility)
    assert "Town" not in client.get("/community/").text and "Town" not in client.get(parent.get_absolute_url()).text
    assert "Town" in signed_in(factories.make_user("moderator")).get(parent.get_absolute_url()).text
    assert Space.objects.readable_by(factories.make_user()).filter(pk=child.pk).exists() == (visibility == "members")


def test_the_way_up_and_down(client, family):
    parent, child = family
    assert f'<li><a href="{parent.get_absolute_url()}">County</a></li>' in client.get(child.get_absolute_url()).text
    assert "Spaces beneath this one" in client.get(parent.get_absolute_url()).text
    assert "Spaces beneath this one" not in client.get(child.get_absolute_url()).text


def test_a_joined_child_brings_its_parent_to_the_front(family, member, as_member):
    factories.join(family[1], member)
    assert groups(as_member) == {"Spaces that you have joined": {"County": ["Town"]}}


def test_what_is_no_longer_in_use_stands_apart(client, family):
    Space.objects.filter(pk=family[1].pk).update(is_archived=True)
    assert groups(client) == {"For everyone": {"County": []}, "No longer in use": {"Town": []}}
    assert "Town" not in client.get(family[0].get_absolute_url()).text


def test_spaces_for_somebody(client, family):
    place, topic = factories.make_place(name="Leeds", slug="leeds"), factories.make_topic(name="Sleep", slug="sleep")
    Space.objects.filter(pk=family[1].pk).update(place=place, project="Big & small")
    factories.make_space(name="Nights", visibility="public", topic=topic)
    closed = factories.make_space(name="Hidden", visibility="ask", project="Secret plan")
    page = client.get("/community/")
    assert {each["title"] for each in page.context["filters"]} == {"All", "Leeds", "Sleep", "Big & small"}
    assert "project=Big+%26+small" in page.text and "Secret plan" not in page.text
    for query in ("?place=leeds", "?project=Big+%26+small"):
        assert list(groups(client, query).values()) == [{"Town": []}]
    assert "County" in client.get("/community/?place=leeds").text
    assert list(groups(client, "?topic=sleep").values()) == [{"Nights": []}]
    for query in ("?project=Secret+plan", "?place=nowhere", "?topic=%00"):
        assert len(groups(client, query)) == 2
    assert closed.name not in client.get("/community/?project=Secret+plan").text


def test_there_are_two_rows_and_no_circles(family):
    parent, child = family
    third = factories.make_space(parent=None)
    for space, above in ((third, child), (parent, third), (child, child)):
        space.parent = above
        with pytest.raises(ValidationError):
            actions.save_space(space=space, actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Space.objects.filter(pk=third.pk).update(parent=third.pk)


def test_editors_put_one_beneath_another(as_editor, family):
    parent, child = family
    url = f"/cms/snippets/forum/space/edit/{child.pk}/"
    form = as_editor.get(url).context["form"]
    assert parent in form.fields["parent"].queryset and child not in form.fields["parent"].queryset
    data = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}
    answer = as_editor.post(
        url, {**data, "parent": "", "position": 0, "rules_source": "Be **kind**.", "project": "Bridges"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    child.refresh_from_db()
    assert (child.parent, child.project, child.rules_html) == (None, "Bridges", "<p>Be <strong>kind</strong>.</p>")
    text = as_editor.get(child.get_absolute_url()).text
    assert "House rules of this space" in text and "Be <strong>kind</strong>." in text


def test_lists_cost_the_same_however_many_there_are(as_member, family):
    counts = []
    for _ in range(2):
        for url in ("/community/", family[0].get_absolute_url()):
            as_member.get(url)
            with CaptureQueriesContext(connection) as found:
                as_member.get(url)
            counts.append(len(found))
        for _turn in range(4):
            factories.make_space(parent=family[0], topic=factories.make_topic(), visibility="public")
    assert counts[:2] == counts[2:] and max(counts) <= 14


def test_archiving_a_space_where_it_is_edited_is_logged(administrator):
    space = factories.make_space()
    for wanted in (True, True, False):
        space.is_archived = wanted
        actions.save_space(space=space, actor=administrator)
    logged = Entry.objects.filter(subject_id=str(space.pk), verb__in=("space.archived", "space.opened"))
    assert list(logged.order_by("pk").values_list("verb", "actor_id")) == [
        ("space.archived", administrator.pk),
        ("space.opened", administrator.pk),
    ]
