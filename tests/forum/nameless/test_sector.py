"""Beside a post without a name stands a sector only where enough people have it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Trust, User
from forum import actions, nameless
from forum.models import Post, SpaceMembership
from tests import factories
from tests.conftest import text_of

pytestmark = pytest.mark.django_db
FEWEST = nameless.FEWEST_OF_A_SECTOR


def join_long_ago(space, person, days=15):
    factories.join(space, person)
    long_ago = timezone.now() - dt.timedelta(days=days)
    SpaceMembership.objects.filter(space=space, person=person).update(created_at=long_ago)


@pytest.mark.parametrize(("trust", "days"), [(Trust.NEW, 15), (Trust.WATCHED, 15), (Trust.MEMBER, 13)])
def test_accounts_made_to_find_out_do_not_count(scene, trust, days):
    """Whoever had the four others would know the fifth."""
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.MEMBER)
    join_long_ago(scene.space, scene.author)
    puppets = [factories.make_user(sector=scene.sector, trust=trust) for _ in range(FEWEST - 1)]
    for person in puppets:
        join_long_ago(scene.space, person, days)
    assert nameless.byline(scene.author, scene.space) == "A member"
    User.objects.filter(pk__in=[person.pk for person in puppets]).update(trust=Trust.MEMBER)
    SpaceMembership.objects.update(created_at=timezone.now() - dt.timedelta(days=15))
    assert nameless.byline(scene.author, scene.space) == "A member, Falconry"


def test_the_sector_stands_there_only_where_enough_have_it(scene):
    User.objects.filter(pk=scene.author.pk).update(trust=Trust.MEMBER)
    others = [factories.make_user(sector=scene.sector, trust=Trust.MEMBER) for _ in range(FEWEST - 1)]
    for person in [scene.author, *others[1:]]:
        join_long_ago(scene.space, person)
    assert nameless.byline(scene.author, scene.space) == "A member"
    join_long_ago(scene.space, others[0])
    assert nameless.byline(scene.author, scene.space) == "A member, Falconry"
    actions.post_reply(thread=scene.thread, author=scene.author, source="Third.", is_nameless=True)
    assert "Falconry" in text_of(Client(), scene.thread.get_absolute_url())
    # What they were when they wrote, not what they are; and nothing once there are too few.
    User.objects.filter(pk=scene.author.pk).update(sector=factories.make_sector(name="Whaling"))
    User.objects.filter(pk=others[0].pk).update(sector=None)
    page = text_of(Client(), scene.thread.get_absolute_url())
    assert "Falconry" not in page
    assert "Whaling" not in page


@pytest.mark.parametrize("how", ["moved", "merged"])
def test_among_other_people_it_says_no_sector(scene, how):
    Post.objects.filter(pk=scene.reply.pk).update(nameless_sector=scene.sector)
    other = factories.make_space(visibility="public")
    if how == "moved":
        actions.move_thread(thread=scene.thread, space=other, actor=scene.moderator)
    else:
        into = factories.make_thread(other)
        actions.merge_threads(thread=scene.thread, into=into, actor=scene.moderator)
    scene.reply.refresh_from_db()
    assert scene.reply.thread.space_id == other.pk
    assert scene.reply.nameless_sector_id is None
