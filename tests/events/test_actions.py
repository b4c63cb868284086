import datetime as dt

import pytest
from django.utils import timezone

from audit.models import Entry
from events import actions
from events.models import Registration, Session
from tests import factories
from tests.events.conftest import place, session_in


def states(session):
    return {row.person_id: row.state for row in session.registrations.all()}


def taken(session):
    return Session.objects.get(pk=session.pk).confirmed_count


def test_registering_gives_a_place(session, member):
    registration = actions.register(session=session, person=member)
    assert registration.is_confirmed and registration.confirmed_at
    assert taken(session) == 1


def test_registering_twice_changes_nothing(session, member, worked):
    first = actions.register(session=session, person=member)
    assert actions.register(session=session, person=member).pk == first.pk
    assert taken(session) == 1
    assert len(worked()) == 1


def test_a_full_session_has_a_line(member):
    session = session_in(capacity=1)
    place(session)
    assert actions.register(session=session, person=member).is_waiting
    assert actions.register(session=session, person=member).is_waiting
    assert taken(session) == 1


def test_a_place_given_back_goes_to_the_first_in_line(member):
    session = session_in(capacity=1)
    actions.register(session=session, person=member)
    first, second = factories.make_user(), factories.make_user()
    actions.register(session=session, person=first)
    actions.register(session=session, person=second)
    assert actions.cancel(session=session, person=member)
    assert states(session) == {member.pk: "cancelled", first.pk: "confirmed", second.pk: "waiting"}
    assert taken(session) == 1


def test_who_comes_back_stands_at_the_end_of_the_line(member):
    session = session_in(capacity=1)
    actions.register(session=session, person=member)
    others = [factories.make_user() for _ in range(2)]
    for person in others:
        actions.register(session=session, person=person)
    actions.cancel(session=session, person=member)
    actions.register(session=session, person=member)
    line = Registration.objects.waiting().filter(session=session).with_position()
    assert [(row.person_id, row.position) for row in line] == [(others[1].pk, 1), (member.pk, 2)]


def test_leaving_the_line_takes_no_place_away(member):
    session = session_in(capacity=1)
    place(session)
    actions.register(session=session, person=member)
    assert actions.cancel(session=session, person=member)
    assert taken(session) == 1


def test_giving_back_what_one_does_not_have(session, member):
    assert not actions.cancel(session=session, person=member)
    assert taken(session) == 0


@pytest.mark.parametrize(
    ("fields", "words"), [({"hours": -3}, "over"), ({"is_cancelled": True}, "cancelled")], ids=["over", "cancelled"]
)
def test_closed_sessions_take_nobody(member, fields, words):
    session = session_in(**fields)
    with pytest.raises(actions.RegistrationClosed, match=words):
        actions.register(session=session, person=member)
    assert taken(session) == 0


def test_an_unpublished_webinar_takes_nobody(session, member):
    session.page.unpublish()
    with pytest.raises(actions.RegistrationClosed, match="not on the site"):
        actions.register(session=session, person=member)


def test_somebody_who_left_is_passed_over_in_line(member):
    session = session_in(capacity=1)
    actions.register(session=session, person=member)
    gone, next_one = factories.make_user(), factories.make_user()
    for person in (gone, next_one):
        actions.register(session=session, person=person)
    gone.is_active = False
    gone.save()
    actions.cancel(session=session, person=member)
    assert states(session)[next_one.pk] == "confirmed"


def test_more_places_are_given_to_the_line_when_published(member, editor):
    session = session_in(capacity=1)
    place(session)
    actions.register(session=session, person=member)
    page = session.page.specific
    row = page.sessions.get()
    row.capacity = 5
    page.sessions = [row]
    page.save_revision(user=editor).publish()
    assert states(session)[member.pk] == "confirmed"
    assert taken(session) == 2


def test_changes_are_told_once_and_counted(session, member, editor):
    place(session, member)
    page = session.page.specific
    row = page.sessions.get()
    row.is_cancelled = True
    page.sessions = [row]
    for _ in range(2):
        page.save_revision(user=editor).publish()
    assert Session.objects.get().sequence == 1
    entry = Entry.objects.get(verb="events.session_cancelled")
    assert (entry.actor_id, entry.subject_id, entry.detail) == (editor.pk, str(session.pk), {"people": 1})


def test_a_change_of_other_words_tells_nobody(session, editor):
    place(session)
    page = session.page.specific
    page.summary = "Other words."
    page.save_revision(user=editor).publish()
    assert Session.objects.get().sequence == 0
    assert not Entry.objects.exists()


def test_places_of_people_who_left_are_free_again(member):
    session = session_in(capacity=2)
    deleted, inactive = factories.make_user(), factories.make_user()
    for person in (deleted, inactive, member):
        actions.register(session=session, person=person)
    deleted.delete()
    inactive.is_active = False
    inactive.save()
    actions.put_counts_right()
    assert states(session) == {inactive.pk: "cancelled", member.pk: "confirmed"}
    assert taken(session) == 1


def test_registrations_are_forgotten_a_year_after(member):
    old, recent = session_in(hours=-24 * 367), session_in(hours=-24 * 300)
    place(old, member)
    place(recent, member)
    assert actions.forget_registrations() == 1
    assert Registration.objects.get().session == recent
    assert taken(old) == 1
    assert Entry.objects.get().detail == {"count": 1}


def test_position_counts_ties_by_arrival(db):
    session, moment = session_in(capacity=1), timezone.now() - dt.timedelta(hours=1)
    for _ in range(3):
        place(session, state="waiting", asked_at=moment)
    assert [row.position for row in Registration.objects.waiting().with_position()] == [1, 2, 3]
