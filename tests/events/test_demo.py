import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from config.demo import webinars
from events.models import Registration, Session, WebinarPage
from outbox.models import Job
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """What there is, and the mail that was sent meanwhile; loaded once, in a transaction around that of each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_vocabulary", verbosity=0)
        factories.webinar_index()
        for _ in range(60):
            factories.make_user(is_demo=True)
        mail.outbox.clear()
        yield list(webinars.load(NOW)), list(mail.outbox)
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded):
    return loaded[0]


def lists():
    rows = Registration.objects.order_by("session__page__slug", "session__sort_order", "person_id")
    return list(rows.values_list("session__page__slug", "session__starts_at", "person__handle", "state", "asked_at"))


def test_all_of_it_and_once(demo):
    assert len(demo) == webinars.count() == WebinarPage.objects.filter(is_demo=True).count() == 20
    before = lists()
    list(webinars.load(NOW))
    assert lists() == before
    assert Session.objects.count() == 24


def test_counts_agree_with_lists(demo):
    for session in Session.objects.all():
        confirmed = session.registrations.filter(state="confirmed")
        assert session.confirmed_count == confirmed.count() > 0
        assert session.capacity is None or session.confirmed_count <= session.capacity
        assert not session.registrations.filter(asked_at__gt=min(NOW, session.starts_at)).exists()
    full = Session.objects.get(page__slug="waiting-for-an-autism-assessment")
    assert full.is_full and full.registrations.waiting().count() == 3


def test_the_same_day_gives_the_same_rows(demo):
    before = lists()
    webinars.remove()
    assert not WebinarPage.objects.exists() and not Registration.objects.exists()
    list(webinars.load(NOW))
    assert lists() == before


def test_nobody_is_told(loaded):
    assert loaded[1] == []
    assert not Job.objects.filter(kind__in=["webinar-mail", "webinar-mail-all", "notify"]).exists()


def test_sessions_are_on_working_days(demo):
    days = set(Session.objects.values_list("date", flat=True))
    assert all(day.weekday() < 5 and (day.month, day.day) not in webinars.HOLIDAYS for day in days)


def test_past_and_coming_and_three_transcripts(demo):
    assert Session.objects.over().exclude(transcript="").count() == 3
    assert Session.objects.coming().filter(starts_at__gt=NOW + dt.timedelta(days=3)).count() >= 9


def test_every_page_opens(demo, client):
    client.raise_request_exception = True
    for page in WebinarPage.objects.all():
        assert "This is an invented event" in client.get(page.url).text
