import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.utils import timezone

from notifications import actions, kinds
from notifications.models import Channel, Event, Notification, Preference
from outbox.actions import drain
from outbox.models import Job
from tests.factories import make_resource, make_space, make_thread, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def both(person):
    return {(person.pk, "inbox"), (person.pk, "email")}


def test_people_are_told_on_the_site_and_by_mail(announce, lines, member):
    event = announce(member)
    assert lines() == both(member)
    assert [message.to for message in mail.outbox] == [[member.email]]
    event.refresh_from_db()
    assert event.expanded_at
    assert Notification.objects.get(channel="email").sent_at


def test_nobody_is_told_of_their_own_act(announce, lines, member):
    other = make_user()
    announce(member, other, actor=member)
    assert lines() == both(other)


def test_those_who_left_are_told_nothing(announce, lines):
    announce(make_user(is_active=False))
    assert lines() == set()


def test_those_who_may_not_see_it_are_told_nothing(announce, lines, member):
    closed = make_thread(make_space(visibility="invited"), posts=0)
    announce(member, about=closed)
    assert lines() == set()
    assert mail.outbox == []


def test_what_a_kind_does_not_describe_for_somebody_is_not_told(announce, lines, member, described):
    described["hidden_from"] = {member.pk}
    other = make_user()
    announce(member, other)
    assert lines() == both(other)


def test_telling_twice_tells_nobody_twice(announce, lines, member):
    event = announce(member)
    Event.objects.update(expanded_at=None)
    Job.objects.create(kind="notify", payload={"event": event.pk}, due_at=timezone.now())
    drain(["notify", "notify-mail"])
    assert lines() == both(member)
    assert Notification.objects.count() == 2
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("chosen", "channels"),
    [
        ({}, {"inbox", "email"}),
        ({"email": False}, {"inbox"}),
        ({"inbox": False}, {"email"}),
        ({"inbox": False, "email": False}, set()),
        ({"email": True}, {"inbox", "email"}),
    ],
)
def test_people_choose_how_they_are_told(announce, member, chosen, channels):
    actions.choose(person=member, choices={("reply", channel): wanted for channel, wanted in chosen.items()})
    announce(member)
    assert set(Notification.objects.values_list("channel", flat=True)) == channels
    assert len(mail.outbox) == ("email" in channels)


def test_a_choice_made_twice_is_one_row(kind, member):
    for wanted in (True, False):
        actions.choose(person=member, choices={("reply", "email"): wanted})
    assert Preference.objects.get().wanted is False


@pytest.mark.parametrize("change", ["preference", "leaves", "hidden", "read", "deleted", "kind is gone"])
def test_everything_is_asked_again_before_a_mail_goes_out(announce, member, described, thread, monkeypatch, change):
    announce(member, work=False)
    drain(["notify"])
    if change == "preference":
        actions.choose(person=member, choices={("reply", "email"): False})
    elif change == "leaves":
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    elif change == "hidden":
        described["hidden_from"] = {member.pk}
    elif change == "read":
        actions.mark_read_for(member, thread)
    elif change == "deleted":
        thread.delete()
    else:
        monkeypatch.setattr("notifications.kinds._kinds", {})
    drain(["notify-mail"])
    assert mail.outbox == []
    assert not Job.objects.exclude(state="done").exists()


def test_a_subject_that_is_gone_is_passed_over(announce, lines, member, thread):
    event = announce(member, work=False)
    thread.delete()
    drain(["notify"])
    event.refresh_from_db()
    assert event.expanded_at
    assert lines() == set()


def test_a_kind_that_nobody_knows_any_more_is_set_aside(announce, member, monkeypatch):
    announce(member, work=False)
    monkeypatch.setattr("notifications.kinds._kinds", {})
    drain(["notify"])
    assert Job.objects.get(kind="notify").state == "aside"


def test_only_registered_kinds_are_announced(kind, member, thread):
    with pytest.raises(ValueError, match="unheard"):
        actions.announce(kind="unheard", actor=member, subject=thread)
    assert not Event.objects.exists()


def test_wagtail_pages_are_seen_through_their_privacy(lines, member, kind, told):
    kinds.register(replace(kind, prepare=None))
    page = make_resource()
    told[:] = [member.pk]
    actions.announce(kind="reply", actor=None, subject=page)
    drain(["notify"])
    assert lines() == both(member)
    Notification.objects.all().delete()
    page.unpublish()
    actions.announce(kind="reply", actor=None, subject=page)
    drain(["notify"])
    assert lines() == set()


def test_having_the_thing_before_you_marks_it_read(announce, member, thread, django_assert_num_queries):
    other = make_user()
    elsewhere = make_thread(posts=0)
    announce(member, other)
    announce(member, about=elsewhere)
    with django_assert_num_queries(1):
        assert actions.mark_read_for(member, thread) == 1
    unread = Notification.objects.filter(channel="inbox", read_at=None)
    assert set(unread.values_list("person", "event__object_id")) == {(other.pk, thread.pk), (member.pk, elsewhere.pk)}
    assert actions.mark_read_for(member, thread, elsewhere) == 1
    assert actions.mark_read_for(AnonymousUser(), thread) == 0
    assert actions.mark_read_for(member) == 0


def test_who_loses_sight_of_a_thing_loses_its_line(announce, lines, member, thread, described):
    other = make_user()
    announce(member, other)
    described["hidden_from"] = {member.pk, other.pk}
    actions.recheck_for(member)
    drain(["notify-recheck"])
    assert lines(channel="inbox") == {(other.pk, "inbox")}


def test_the_sweep_withdraws_what_may_not_be_seen_any_more_a_bounded_number_at_a_time(
    announce, member, described, monkeypatch
):
    monkeypatch.setattr(actions, "RECHECKED_AT_ONCE", 2)
    threads = [make_thread(posts=0) for _ in range(4)]
    for thread in threads:
        announce(member, about=thread)
    for thread in threads[1:]:
        thread.hidden_at = timezone.now()
        thread.save()
    described["calls"] = 0
    actions.sweep()
    assert Notification.objects.inbox_of(member).unread_count(member) == 3
    assert described["calls"] == 1
    actions.sweep()
    assert Notification.objects.unread_count(member) == 1


def test_the_sweep_forgets_what_is_very_old(announce, member):
    announce(member)
    actions.sweep()
    assert Notification.objects.count() == 2
    old = timezone.now() - actions.KEPT - dt.timedelta(days=1)
    Notification.objects.update(created_at=old)
    Event.objects.update(created_at=old)
    actions.sweep()
    assert not Notification.objects.exists()
    assert not Event.objects.exists()


def test_the_sweep_passes_over_those_who_left(announce, lines, member):
    announce(member)
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    actions.sweep()
    assert lines(channel="inbox") == set()


def test_the_count_stops_at_a_hundred(member, thread, django_assert_num_queries):
    content_type = ContentType.objects.get_for_model(thread)
    events = [Event(kind="reply", content_type=content_type, object_id=thread.pk) for _ in range(105)]
    Event.objects.bulk_create(events)
    Notification.objects.bulk_create(
        Notification(event=event, person=member, channel=Channel.INBOX) for event in Event.objects.all()
    )
    with django_assert_num_queries(1):
        assert Notification.objects.unread_count(member) == 100
