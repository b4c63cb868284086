"""The summary by e-mail: what stands in it, for whom, when, once, and never more than its reader may see."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.digests import ears_of
from forum.models import Space, SpaceMembership
from notifications import digests, following
from notifications.models import Digest, DigestChoice
from outbox.actions import drain
from outbox.models import Job
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
# A Wednesday and a Tuesday in winter, 7.40 in London.
WEDNESDAY, TUESDAY = dt.datetime(2026, 1, 14, 7, 40, tzinfo=dt.UTC), dt.datetime(2026, 1, 13, 7, 40, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch):
    def turn_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn_to(WEDNESDAY)
    return turn_to


@pytest.fixture
def reader(clock):
    person = factories.make_user(display_name="Ann", date_joined=WEDNESDAY - dt.timedelta(days=99))
    digests.choose(person=person, frequency="daily")
    return person


@pytest.fixture
def space():
    return factories.make_space(visibility="public", name="The nook")


def run():
    digests.start_due()
    drain([digests.KIND, "mail"])
    assert not Job.objects.exclude(last_error="").exists()


def new_thread(space, **fields):
    earlier = timezone.now() - dt.timedelta(hours=3)
    return factories.make_thread(space, **{"last_post_at": earlier, "created_at": earlier, **fields})


def body():
    (message,) = mail.outbox
    return message.body


def test_what_is_new_comes_once_as_text_and_html_with_a_way_out(reader, space):
    following.set_wish(person=reader, key="space", thing=space, wish="follow")
    thread = new_thread(space, title="Sleep & naps")
    run()
    run()
    (message,) = mail.outbox
    assert message.to == [reader.email] and "Sleep & naps" in message.subject
    assert "New where you follow" in message.body and thread.get_absolute_url() in message.body
    html = message.alternatives[0][0]
    assert "Sleep &amp; naps" in html and "The nook · 0 replies" in html
    way_out = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    client = Client()
    assert "summary" in client.get(way_out).content.decode()
    assert digests.choice_of(reader) == "daily"
    client.post(way_out)
    assert digests.choice_of(reader) == "off"


def test_nothing_new_is_no_mail(reader, space):
    new_thread(space)
    run()
    assert not mail.outbox and not Digest.objects.exists()


@pytest.mark.parametrize("key", ["thread", "space", "topic", "person"])
def test_each_way_of_following(key, reader, space):
    topic, author = factories.make_topic(), factories.make_user()
    thread = new_thread(space, title="Rainbow", author=author)
    thread.topics.add(topic)
    things = {"thread": thread, "space": space, "topic": topic, "person": author}
    following.set_wish(person=reader, key=key, thing=things[key], wish="follow")
    run()
    assert "Rainbow" in body()


def test_not_ones_own_nor_read_nor_muted_nor_old(reader, space):
    following.set_wish(person=reader, key="space", thing=space, wish="follow")
    new_thread(space, author=reader)
    actions.mark_read(thread=new_thread(space), person=reader, number=1)
    actions.set_thread_wish(thread=new_thread(space), person=reader, wish="mute")
    muted = new_thread(space)
    following.set_wish(person=reader, key="person", thing=muted.author, wish="mute")
    long_ago = timezone.now() - dt.timedelta(days=3)
    new_thread(space, last_post_at=long_ago, created_at=long_ago)
    hidden = new_thread(space)
    actions.hide_thread(thread=hidden, actor=None)
    run()
    assert not mail.outbox


def test_what_is_not_public_is_counted_without_a_word(reader):
    space = factories.make_space(visibility="ask", name="Quiet room", slug="quiet")
    factories.join(space, reader)
    following.set_wish(person=reader, key="space", thing=space, wish="follow")
    for _ in range(2):
        new_thread(space, title="Secret", slug="secret")
    run()
    text = str(mail.outbox[0].message())
    assert not any(word in text.lower() for word in ("secret", "quiet"))
    assert "2 that not everybody may read" in body() and "/community/new/?show=unread" in body()


def test_of_what_every_member_reads_no_word_is_said_but_what_it_is_about(reader):
    space = factories.make_space(visibility="members", name="Quiet room", slug="quiet")
    following.set_wish(person=reader, key="space", thing=space, wish="follow")
    plain = new_thread(space, title="Secret", slug="secret", kind="problem")
    thread = new_thread(space, title="Secret", slug="secret", kind="question")
    thread.topics.set([factories.make_topic(name=name) for name in ("Sleep", "Crying", "Weaning")])
    run()
    text = str(mail.outbox[0].message())
    assert not any(word in text.lower() for word in ("secret", "quiet", "weaning")) and "Sleep" in text
    assert "* A question about Crying and Sleep" in body() and "* A problem to solve together\n" in body()
    assert mail.outbox[0].subject == "What is new for you – Common Ground"
    client = Client()
    client.force_login(reader)
    for told in (plain, thread):
        address = f"/community/thread/{told.pk}/conversation/"
        assert address in body() and client.get(address).url == told.get_absolute_url()


def test_who_has_left_a_space_hears_nothing_of_it(reader):
    space = factories.make_space(visibility="invited")
    following.set_wish(person=reader, key="space", thing=space, wish="follow")
    actions.set_follow(thread=new_thread(space), person=reader, wanted=True)
    run()
    assert not mail.outbox


def test_questions_of_ones_sector_wait(reader, space):
    reader.sector = factories.make_sector()
    reader.save()
    thread = new_thread(space, title="Who knows?", kind="question")
    thread.sectors.add(reader.sector)
    other = new_thread(space, title="Not mine", kind="question")
    other.sectors.add(factories.make_sector())
    run()
    assert "Waiting for an answer in your sector" in body()
    assert "Who knows?" in body() and "Not mine" not in body()


def test_webinars_and_resources_that_anybody_may_see(reader):
    begins = timezone.now().date() + dt.timedelta(days=1)
    factories.make_session(factories.make_webinar(title="Feeding"), date=begins)
    page = factories.make_resource(title="Sleep trial", first_published_at=timezone.now() - dt.timedelta(hours=2))
    run()
    assert "Feeding" in body() and "Thursday 15 January, 1pm" in body()
    assert "Sleep trial" in body() and page.get_url() in body()


def test_rules_in_python_agree_with_those_in_the_database(clock):
    spaces = [factories.make_space(visibility=visibility) for visibility in Space.Visibility.values]
    people = [factories.make_user(), factories.make_user("moderator"), factories.make_user(is_superuser=True)]
    for state in SpaceMembership.State.values:
        people.append(factories.make_user())
        for space in spaces:
            factories.join(space, people[-1], state=state)
    ears = ears_of(people)
    for person in people:
        seen = set(Space.objects.readable_by(type(person).objects.get(pk=person.pk)).values_list("pk", flat=True))
        assert ears[person.pk].spaces == seen


class TestWhen:
    @pytest.mark.parametrize(
        ("zone", "moment", "comes"),
        [
            ("Europe/London", dt.datetime(2026, 1, 14, 7, 29, tzinfo=dt.UTC), False),
            ("Europe/London", dt.datetime(2026, 1, 14, 7, 30, tzinfo=dt.UTC), True),
            ("Europe/London", dt.datetime(2026, 7, 15, 6, 30, tzinfo=dt.UTC), True),
            ("Europe/London", dt.datetime(2026, 1, 14, 21, 0, tzinfo=dt.UTC), False),
            ("America/New_York", dt.datetime(2026, 1, 14, 12, 31, tzinfo=dt.UTC), True),
            ("America/New_York", dt.datetime(2026, 1, 14, 7, 40, tzinfo=dt.UTC), False),
            ("Pacific/Auckland", dt.datetime(2026, 1, 13, 18, 30, tzinfo=dt.UTC), True),
            # The mornings on which the clocks change.
            ("Europe/London", dt.datetime(2026, 3, 29, 6, 29, tzinfo=dt.UTC), False),
            ("Europe/London", dt.datetime(2026, 3, 29, 6, 30, tzinfo=dt.UTC), True),
            ("Europe/London", dt.datetime(2026, 10, 25, 7, 29, tzinfo=dt.UTC), False),
            ("Europe/London", dt.datetime(2026, 10, 25, 7, 30, tzinfo=dt.UTC), True),
        ],
    )
    def test_in_the_morning_where_the_reader_is(self, zone, moment, comes, reader, space, clock):
        type(reader).objects.filter(pk=reader.pk).update(time_zone=zone)
        following.set_wish(person=reader, key="space", thing=space, wish="follow")
        clock(moment)
        new_thread(space)
        run()
        assert len(mail.outbox) == comes
        if comes:
            assert Digest.objects.get().day == moment.astimezone(ZoneInfo(zone)).date()

    @pytest.mark.parametrize(
        ("frequency", "moment", "comes"),
        [
            ("weekly", WEDNESDAY, False),
            ("weekly", TUESDAY, True),
            (None, TUESDAY, True),
            (None, WEDNESDAY, False),
            ("off", TUESDAY, False),
            ("daily", TUESDAY, True),
        ],
    )
    def test_as_often_as_chosen(self, frequency, moment, comes, reader, space, clock):
        DigestChoice.objects.all().delete()
        if frequency:
            digests.choose(person=reader, frequency=frequency)
        clock(moment)
        following.set_wish(person=reader, key="space", thing=space, wish="follow")
        new_thread(space)
        run()
        assert len(mail.outbox) == comes

    @pytest.mark.parametrize("taken", ["account", "membership"])
    def test_not_to_people_who_are_out(self, taken, reader, space):
        following.set_wish(person=reader, key="space", thing=space, wish="follow")
        new_thread(space)
        if taken == "account":
            type(reader).objects.filter(pk=reader.pk).update(is_active=False)
        else:
            reader.groups.clear()
        run()
        assert not mail.outbox


class TestBatches:
    @pytest.fixture
    def crowd(self, reader, space, monkeypatch):
        monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 2)
        people = [reader, *(factories.make_user() for _ in range(4))]
        for person in people:
            digests.choose(person=person, frequency="daily")
            following.set_wish(person=person, key="space", thing=space, wish="follow")
        new_thread(space)
        return people

    def test_everybody_hears_once(self, crowd):
        run()
        assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in crowd)

    def test_after_a_kill_those_who_are_left_hear_and_nobody_twice(self, crowd, monkeypatch):
        digests.start_due()
        drain([digests.KIND], limit=1)
        assert Digest.objects.count() == 2
        compose, calls = digests.mail.compose, []

        def dies(person, **options):
            calls.append(person)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return compose(person, **options)

        monkeypatch.setattr(digests.mail, "compose", dies)
        with pytest.raises(KeyboardInterrupt):
            drain([digests.KIND])
        Job.objects.update(state=Job.State.WAITING, leased_until=None, due_at=timezone.now())
        monkeypatch.setattr(digests.mail, "compose", compose)
        drain()
        assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in crowd)

    def test_a_batch_done_twice_at_once_is_refused_as_a_whole(self, crowd, monkeypatch):
        make = digests._messages

        def slowly(people, window):
            found = make(people, window)
            Digest.objects.create(person=people[0], day=dt.date(2026, 1, 14))
            return found

        monkeypatch.setattr(digests, "_messages", slowly)
        with pytest.raises(IntegrityError):
            digests._send_batch(frequency="daily", zone="Europe/London", day="2026-01-14", after=0)
        assert not Job.objects.filter(kind="mail").exists()

    def test_costs_the_same_for_more_people_and_threads(self, crowd, space, monkeypatch):
        def asked(size):
            Digest.objects.all().delete()
            Job.objects.all().delete()
            monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", size)
            with CaptureQueriesContext(connection) as found:
                digests._send_batch(frequency="daily", zone="Europe/London", day="2026-01-14", after=0)
            assert Digest.objects.count() == size
            return len(found)

        asked(2)
        few = asked(2)
        for _ in range(5):
            new_thread(space)
        assert asked(5) == few <= 40


class TestChoosing:
    def test_on_the_page(self, as_member, member):
        page = "/me/notifications/"
        answer = as_member.get(page)
        assert "Once a week, on Tuesdays" in answer.content.decode()
        assert answer.context["form"]["digest"].initial == "weekly"
        as_member.post(page, {"digest": "daily"})
        assert digests.choice_of(member) == "daily"
        assert as_member.post(page, {"digest": "hourly"}).status_code == 200
        assert digests.choice_of(member) == "daily"

    def test_old_ones_are_forgotten(self, reader):
        Digest.objects.create(person=reader, day=dt.date(2025, 1, 1))
        digests.start_due()
        assert not Digest.objects.exists()
