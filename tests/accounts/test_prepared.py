"""SQL that serves all readers of a kind shows each of them what building it for them would show."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.prepared import PreparedForReader
from forum.models import Thread
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_everybody_gets_their_own_answer():
    prepared = PreparedForReader(lambda reader, most: Thread.objects.visible_to(reader).filter(pk__lt=most), "most")
    for visibility in ("public", "members", "ask", "invited"):
        factories.make_thread(factories.make_space(visibility=visibility))
    closed = factories.make_thread(factories.make_space(visibility="ask"))
    insider, outsider, moderator = factories.make_user(), factories.make_user(), factories.make_user("moderator")
    factories.join(closed.space, insider)
    unconfirmed, chief, superuser = factories.make_user(), factories.make_user("administrator"), factories.make_user()
    unconfirmed.groups.clear()
    superuser.is_superuser = True
    most = closed.pk + 1
    readers = (AnonymousUser(), insider, outsider, insider, unconfirmed, moderator, chief, superuser)
    for reader in readers:
        expected = set(Thread.objects.visible_to(reader).filter(pk__lt=most))
        assert set(prepared.rows(reader, most=most)) == expected
    assert closed in prepared.rows(insider, most=most)
    assert closed not in prepared.rows(outsider, most=most)


def test_a_moderator_reads_what_was_written_for_another_one_and_nothing_of_theirs():
    """In a circle they are members like others: what it shows hangs on who they are."""
    prepared = PreparedForReader(lambda reader: Thread.objects.visible_to(reader))
    circle = factories.make_thread(factories.make_space(visibility="invited", is_reflective=True))
    inside, outside = factories.make_user("moderator"), factories.make_user("moderator")
    factories.join(circle.space, inside)
    assert prepared.rows(inside) == [circle]
    assert prepared.rows(outside) == []


def test_a_rule_that_does_not_ask_which_member_reads_is_refused():
    prepared = PreparedForReader(lambda reader: Thread.objects.filter(space__visibility="members"))
    with pytest.raises(ValueError, match="does not use reader"):
        prepared.rows(factories.make_user())


def test_no_more_sets_of_rights_are_kept_than_a_site_has(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("accounts.prepared.MOST_SETS", 1)
    prepared = PreparedForReader(lambda reader: Thread.objects.visible_to(reader))
    thread = factories.make_thread(factories.make_space(visibility="members"))
    assert prepared.rows(factories.make_user()) == prepared.rows(factories.make_user("moderator")) == [thread]
    assert len(prepared.by_rights) == 1


def test_a_member_who_is_suspended_reads_as_one_whose_rights_are_gone():
    prepared = PreparedForReader(lambda reader: Thread.objects.visible_to(reader))
    factories.make_thread(factories.make_space(visibility="members"))
    suspended = factories.make_user(is_active=False)
    assert set(prepared.rows(suspended)) == set(Thread.objects.visible_to(suspended))
