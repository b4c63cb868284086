"""Reflective spaces: who is in one and who keeps it, and that it stays what it is."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import delete_account
from audit.models import Entry
from forum import actions, permissions
from forum.circles import MOST_PEOPLE
from forum.models import Space, SpaceMembership
from forum.wagtail_hooks import SpaceViewSet
from moderation import actions as moderation
from notifications.models import Event
from notifications.reading import describe
from tests import factories
from tests.conftest import signed_in, text_of
from tests.forum.circles.circle import WORD

pytestmark = pytest.mark.django_db
State = SpaceMembership.State


def test_it_is_closed_by_the_database(db):
    for visibility in Space.OPEN:
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_space(visibility=visibility, is_reflective=True)


def test_people_agree_to_where_confidentiality_ends_before_they_come_in(circle):
    person = factories.make_user()
    actions.invite(space=circle.space, person=person, actor=circle.keeper)
    client = signed_in(person)
    page = text_of(client, "/community/quiet/")
    assert "Where confidentiality ends" in page
    assert "may be at risk of harm" in page
    client.post("/community/quiet/join/")
    assert client.get(circle.url).status_code == 404
    client.post("/community/quiet/join/", {"agreed": "yes"})
    assert WORD in text_of(client, circle.url)
    assert Entry.objects.filter(verb="space.boundaries_agreed", actor_id=person.pk).exists()
    Space.objects.update(boundaries="Our own words.")
    assert "Our own words." in text_of(client, "/community/quiet/")


def test_who_asks_and_is_let_in_agrees_first_too(circle):
    Space.objects.update(visibility="ask")
    person = factories.make_user()
    asked = actions.ask_to_join(space=circle.space, person=person)
    actions.let_in(membership=asked, actor=circle.keeper)
    asked.refresh_from_db()
    assert asked.state == State.INVITED
    assert signed_in(person).get(circle.url).status_code == 404
    told = describe(Event.objects.get(kind="let_in"), person)
    assert told.title == f"You may come in when you have agreed: {circle.space.name}"
    assert not Event.objects.filter(kind="invited").exists()


def test_there_are_twelve_places(circle):
    for _ in range(MOST_PEOPLE - 3):
        factories.join(circle.space, factories.make_user())
    last = factories.make_user()
    actions.invite(space=circle.space, person=last, actor=circle.keeper)
    more = factories.make_user()
    with pytest.raises(actions.CircleFullError):
        actions.invite(space=circle.space, person=more, actor=circle.keeper)
    said = signed_in(circle.keeper).post("/community/quiet/people/invite/", {"handle": more.handle})
    assert "All twelve places" in said.content.decode()
    actions.join_space(space=circle.space, person=last)
    SpaceMembership.objects.create(space=circle.space, person=more, state=State.INVITED)
    with pytest.raises(actions.CircleFullError):
        actions.join_space(space=circle.space, person=more)


def test_moderators_invite_the_first_who_then_keeps_it(db):
    space = factories.make_space(slug="new-circle", visibility="invited", is_reflective=True)
    moderator, first, second = factories.make_user("moderator"), factories.make_user(), factories.make_user()
    client = signed_in(moderator)
    page = text_of(client, "/community/new-circle/")
    assert "/community/new-circle/people/" in page and "not open for new people" not in page
    client.post("/community/new-circle/people/invite/", {"handle": first.handle})
    signed_in(first).post("/community/new-circle/join/", {"agreed": "yes"})
    assert SpaceMembership.objects.get(space=space, person=first).is_keeper
    assert client.get("/community/new-circle/people/").status_code == 403
    assert client.post("/community/new-circle/people/invite/", {"handle": second.handle}).status_code == 403
    assert not SpaceMembership.objects.visible_to(moderator).filter(space=space).exists()
    assert permissions.can_name_keepers(first, Space.objects.get(pk=space.pk))


@pytest.mark.parametrize("how", ["leaves", "stops", "is suspended", "goes"])
def test_somebody_in_it_keeps_it_and_no_moderator_can(circle, how, moderator):
    mine = SpaceMembership.objects.get(person=circle.keeper)
    if how == "leaves":
        actions.leave_space(space=circle.space, person=circle.keeper)
    elif how == "stops":
        actions.set_keeper(membership=mine, actor=circle.keeper, wanted=False)
    elif how == "is suspended":
        moderation.suspend(person=circle.keeper, actor=moderator, reason="Unkind.", seen=0)
    else:
        delete_account(person=circle.keeper)
    assert SpaceMembership.objects.get(person=circle.member).is_keeper
    client = signed_in(moderator)
    client.post("/community/quiet/people/invite/", {"handle": moderator.handle})
    assert client.get("/community/quiet/people/").status_code == 403
    assert not SpaceMembership.objects.filter(person=moderator).exists()


def test_an_empty_circle_in_which_words_are_left_is_not_opened_anew(circle, moderator):
    for person in (circle.keeper, circle.member):
        actions.leave_space(space=circle.space, person=person)
    assert signed_in(moderator).get("/community/quiet/people/").status_code == 403
    circle.grow_old(circle.opening)
    actions.expire_posts()
    assert signed_in(moderator).get("/community/quiet/people/").status_code == 200


def test_what_it_is_cannot_be_changed_in_the_cms(circle, administrator):
    form = SpaceViewSet().get_form_class(for_update=True)
    fields = {
        "name": "Quiet room", "slug": "quiet", "purpose": "To talk.", "visibility": "invited", "position": 0,
        "expires_after_days": 90, "who_starts": "members", "who_replies": "members",
    }  # fmt: skip
    changed = form(fields, instance=Space.objects.get(slug="quiet"), for_user=administrator)
    assert "is_reflective" in changed.errors
    fresh = {**fields, "name": "Open", "slug": "open", "visibility": "members", "is_reflective": "on"}
    assert "visibility" in form(fresh, instance=Space(), for_user=administrator).errors
    assert Space.objects.get(slug="quiet").threads_listed == ""
    for name, value in {"expires_after_days": 700, "boundaries": "None."}.items():
        agreed = form({**fields, "is_reflective": "on", name: value}, instance=circle.space, for_user=administrator)
        assert list(agreed.errors) == [name]


@pytest.mark.parametrize(("before", "after"), [("invited", "ask"), ("ask", "members"), ("members", "public")])
def test_an_editor_does_not_open_what_was_written_for_fewer(before, after, editor, moderator):
    space = factories.make_space(visibility=before)
    fields = {"name": space.name, "slug": space.slug, "purpose": "To talk.", "position": 0, "expires_after_days": 90}
    fields |= {"who_starts": "members", "who_replies": "members"}
    form = SpaceViewSet().get_form_class(for_update=True)

    def errors(wanted, person):
        return list(form({**fields, "visibility": wanted}, instance=Space.objects.get(), for_user=person).errors)

    assert errors(after, editor) == []
    factories.make_thread(space)
    assert errors(after, editor) == ["visibility"]
    assert errors(before, editor) == errors(after, moderator) == []
