"""Two of a circle at once: one of them has not finished when the other begins. The next one keeps it all the same."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction

from forum import actions
from forum.actions import CircleFullError
from forum.models import SpaceMembership
from moderation import actions as moderation
from tests import factories

pytestmark = [
    pytest.mark.postgres,
    # On SQLite writers wait for each other from the first statement, so there is nothing to see there.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time"),
    pytest.mark.django_db(transaction=True),
]
BRIEFLY = 0.3


def make_circle():
    """A circle with two keepers."""
    circle = factories.make_space(visibility="invited", is_reflective=True)
    keepers = [factories.make_user(), factories.make_user()]
    for person in keepers:
        factories.join(circle, person, is_keeper=True)
    return circle, keepers


def one_amid_the_other(first, second):
    """`second` begins before what `first` did is committed. What either of them raised."""
    faults = []

    def run():
        try:
            second()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        other.join(BRIEFLY)
    other.join(30)
    return faults


def leave(circle, person):
    actions.leave_space(space=circle, person=person)


def stop_keeping(circle, person):
    mine = SpaceMembership.objects.select_related("space", "person").get(space=circle, person=person)
    actions.set_keeper(membership=mine, actor=person, wanted=False)


def be_suspended(circle, person):
    moderation.suspend(person=person, actor=factories.make_user("moderator"), reason="Unkind.", seen=0)


def be_taken_out(circle, person):
    mine = SpaceMembership.objects.select_related("space", "person").get(space=circle, person=person)
    actions.turn_down(membership=mine, actor=factories.make_user("moderator"))


def test_two_keepers_end_at_once_and_the_next_one_keeps_it():
    for how, other in [(leave, leave), (stop_keeping, leave), (be_suspended, be_suspended), (leave, be_taken_out)]:
        circle, keepers = make_circle()
        third = factories.make_user()
        factories.join(circle, third)
        faults = one_amid_the_other(partial(how, circle, keepers[0]), partial(other, circle, keepers[1]))
        kept = SpaceMembership.objects.get(space=circle, is_keeper=True)
        # Whoever stopped keeping it and stayed has been in it the longest.
        assert (faults, kept.person) == ([], keepers[0] if how == stop_keeping else third), (how, other)


def test_the_last_keeper_leaves_while_somebody_comes_in():
    for is_first_to_leave in (True, False):
        circle, (keeper, left) = make_circle()
        leave(circle, left)
        guest = factories.make_user()
        factories.join(circle, guest, state=SpaceMembership.State.INVITED)
        deeds = [partial(leave, circle, keeper), partial(actions.join_space, space=circle, person=guest)]
        assert one_amid_the_other(*(deeds if is_first_to_leave else reversed(deeds))) == []
        assert SpaceMembership.objects.get(space=circle).is_keeper


def test_the_last_place_goes_to_one(monkeypatch):
    monkeypatch.setattr("forum.actions.membership.MOST_PEOPLE", 3)
    circle, (keeper, _other) = make_circle()
    deeds = [partial(actions.invite, space=circle, person=factories.make_user(), actor=keeper) for _ in range(2)]
    assert [type(fault) for fault in one_amid_the_other(*deeds)] == [CircleFullError]
    assert SpaceMembership.objects.filter(space=circle).count() == 3
