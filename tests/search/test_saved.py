"""Saved searches: keeping, changing, deleting; one's own alone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.privacy import everything_about, say_farewell
from knowledge.models import Evidence
from notifications.actions import announce
from notifications.models import Event
from search import recent, saved
from search.alerts import MESSAGE
from search.models import SavedSearch
from search.models.saved import MOST_SAVED, SavedSearchQuerySet
from search.query import Query
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FORM = {"name": "Sleep", "frequency": "weekly"}
SAVE = "/me/searches/save/?q=toddler+sleep&kind=resource"


def keep(person, text="toddler sleep", **fields):
    fields = {"name": "Sleep", "frequency": "weekly", **fields}
    return saved.save(person=person, query=Query(text=text), **fields)


def test_a_search_is_saved_from_its_results(as_member, member):
    page = as_member.get("/search/?q=toddler+sleep&kind=resource&cursor=abc").content.decode()
    assert SAVE.replace("&", "&amp;") in page
    assert 'value="toddler sleep – Resources"' in as_member.get(SAVE).content.decode()
    answer = as_member.post(SAVE, FORM)
    row = SavedSearch.objects.get()
    assert answer.status_code == 302 and answer.url == "/me/searches/"
    assert (row.person, row.name, row.frequency) == (member, "Sleep", "weekly")
    assert row.get_absolute_url() == "/search/?q=toddler+sleep&kind=resource"
    assert "Sleep" in as_member.get("/me/searches/").content.decode()


def test_from_the_library_only_resources_are_asked_for_again(as_member):
    page = as_member.get("/library/?q=sleep").content.decode()
    assert "/me/searches/save/?q=sleep&amp;kind=resource" in page


def test_two_saves_at_once_keep_one_search(member, monkeypatch):
    """The second looked before the first was there."""
    keep(member)
    monkeypatch.setattr(SavedSearchQuerySet, "first", lambda self: None)
    keep(member, frequency="daily", name="Again")
    row = SavedSearch.objects.get()
    assert (row.name, row.frequency) == ("Again", "daily") and row.due_at is not None


def test_the_same_search_is_saved_once(member):
    keep(member)
    keep(member, name="Nights", frequency="daily")
    row = SavedSearch.objects.get()
    assert (row.name, row.frequency) == ("Nights", "daily")


def test_so_many_and_no_more(as_member, member):
    for number in range(MOST_SAVED):
        keep(member, f"search {number}")
    answer = as_member.post(SAVE, FORM)
    assert answer.status_code == 200 and "Delete one" in answer.content.decode()
    with pytest.raises(saved.CannotSave):
        keep(member, "one more")
    keep(member, "search 1", name="Renamed")
    assert SavedSearch.objects.count() == MOST_SAVED


def test_nothing_is_no_search(as_member, member):
    assert as_member.get("/me/searches/save/").status_code == 404
    assert as_member.post("/me/searches/save/?sort=newest", FORM).status_code == 404
    with pytest.raises(saved.CannotSave):
        saved.save(person=member, query=Query(), name="x", frequency="never")


def test_what_is_too_long_is_refused_with_a_sentence(member):
    choices = tuple(f"{n}-{'x' * 130}" for n in range(20))
    with pytest.raises(saved.CannotSave):
        saved.save(person=member, query=Query(text="x", chosen={"place": choices}), **FORM)


@pytest.mark.parametrize(
    "form", [{**FORM, "name": " "}, {**FORM, "frequency": "hourly"}, {}, {**FORM, "name": "x" * 81}]
)
def test_mistakes_are_said(as_member, form):
    answer = as_member.post(SAVE, form)
    assert answer.status_code == 200 and "error-summary" in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_it_is_changed_and_deleted(as_member, member):
    row = keep(member)
    assert 'value="Sleep"' in as_member.get(f"/me/searches/{row.pk}/").content.decode()
    assert as_member.post(f"/me/searches/{row.pk}/", {"name": "Nights", "frequency": "never"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.frequency, row.due_at) == ("Nights", "never", None)
    assert "Delete this saved search?" in as_member.get(f"/me/searches/{row.pk}/delete/").content.decode()
    assert SavedSearch.objects.exists()
    assert as_member.post(f"/me/searches/{row.pk}/delete/").status_code == 302
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("path", ["/me/searches/{pk}/", "/me/searches/{pk}/delete/"])
def test_nobody_touches_those_of_others(path, member, as_moderator, as_administrator, client, forged):
    row = keep(member)
    address = path.format(pk=row.pk)
    for other in (as_moderator, as_administrator):
        assert other.get(address).status_code == 404
        assert other.post(address, FORM).status_code == 404
        assert other.post(path.format(pk=row.pk + 99), FORM).status_code == 404
        assert other.post(path.format(pk="x"), FORM).status_code == 404
    assert client.post(address, FORM).status_code == 302
    assert forged(member).post(address, FORM).status_code == 403
    assert signed_in(member).put(address).status_code == 405
    row.refresh_from_db()
    assert row.name == "Sleep"


def test_nobody_runs_those_of_others(member, as_member, as_moderator, as_administrator, client):
    address = f"/me/searches/{keep(member).pk}/results/"
    assert as_member.get(address).url == "/search/?q=toddler+sleep&sort=newest"
    for other in (as_moderator, as_administrator):
        assert other.get(address).status_code == 404
    assert client.get(address).url.startswith("/account/login/")
    assert as_member.get("/me/searches/999999/results/").status_code == 404
    assert as_member.post(address).status_code == 405


def test_who_may_save(client, forged, member, as_member):
    assert client.get(SAVE).status_code == client.post(SAVE, FORM).status_code == 302
    assert forged(member).post(SAVE, FORM).status_code == 403
    assert as_member.delete(SAVE).status_code == 405
    assert as_member.post("/me/searches/").status_code == 405
    member.groups.clear()
    assert as_member.post(SAVE, FORM).status_code == 403
    assert as_member.get("/me/searches/").status_code == 403
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("path", ["", "delete/", "results/"])
def test_who_is_suspended_leaves_what_they_saved_as_it_is(path, member, as_member):
    row = keep(member)
    member.groups.clear()
    assert as_member.get(f"/me/searches/{row.pk}/{path}").status_code == 403
    assert as_member.post(f"/me/searches/{row.pk}/{path}", FORM | {"name": "Other"}).status_code in (403, 405)
    assert SavedSearch.objects.get().name == "Sleep"


@pytest.mark.postgres
def test_the_database_knows_that_what_is_told_is_due(member):
    row = keep(member)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.filter(pk=row.pk).update(due_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.filter(pk=row.pk).update(frequency="never")


@pytest.mark.parametrize(
    ("frequency", "when"),
    [
        ("soon", dt.datetime(2026, 3, 25, 22, 5, tzinfo=dt.UTC)),
        # Seven in New York, where that is eleven here; the clocks have gone forward there and not here.
        ("daily", dt.datetime(2026, 3, 26, 11, 0, tzinfo=dt.UTC)),
        ("weekly", dt.datetime(2026, 3, 30, 11, 0, tzinfo=dt.UTC)),
        ("never", None),
    ],
)
def test_when_it_is_due(frequency, when):
    person = factories.make_user(time_zone="America/New_York")
    row = SavedSearch(person=person, frequency=frequency)
    row.plan(dt.datetime(2026, 3, 25, 18, 0, tzinfo=ZoneInfo("America/New_York")))
    assert row.due_at == when


def test_on_a_monday_the_next_one_is_a_week_away():
    row = SavedSearch(person=factories.make_user(time_zone="Europe/London"), frequency="weekly")
    row.plan(dt.datetime(2026, 1, 5, 6, 0, tzinfo=dt.UTC))
    assert row.due_at == dt.datetime(2026, 1, 12, 7, 0, tzinfo=dt.UTC)


def test_renaming_leaves_alone_what_is_new(member):
    row = keep(member)
    SavedSearch.objects.update(checked_at=timezone.now() - dt.timedelta(days=3))
    before = SavedSearch.objects.get()
    saved.change(saved=row, name="Nights", frequency="weekly")
    after = SavedSearch.objects.get()
    assert (after.checked_at, after.due_at, after.name) == (before.checked_at, before.due_at, "Nights")


def test_who_turns_messages_on_hears_of_what_is_new_from_then(member):
    row = keep(member, frequency="never")
    SavedSearch.objects.update(checked_at=timezone.now() - dt.timedelta(days=3))
    before = timezone.now()
    saved.change(saved=row, name="Sleep", frequency="daily")
    assert SavedSearch.objects.get().checked_at >= before


def test_the_page_asks_the_same_whatever_it_shows(as_member, member):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert as_member.get("/me/searches/").status_code == 200
        return len(found)

    keep(member)
    queries()
    few = queries()
    for number in range(10):
        keep(member, f"search {number}")
    assert queries() == few <= 14


def test_their_person_gets_a_copy_and_takes_all_of_it_along(member):
    keep(member)
    keep(factories.make_user(), "somebody else's")
    recent.choose(person=member, keep=True)
    recent.remember(person=member, text="refuge")
    event = announce(kind=MESSAGE, actor=None, subject=member, data={"found": {"1": ["thread:1"]}})
    held = everything_about(member)
    assert [row["address"] for row in held["saved_searches"]] == ["q=toddler+sleep"]
    assert [row["text"] for row in held["recent_searches"]] == ["refuge"]
    say_farewell(member)
    member.delete()
    assert not Event.objects.filter(pk=event.pk).exists() and SavedSearch.objects.count() == 1


def test_a_search_is_called_by_its_words_and_what_was_chosen(member):
    factories.make_topic(name="Sleep and rest", slug="sleep")
    Evidence.objects.create(page=factories.make_resource(), scheme="eif", value="3+")
    query = saved.query_of("q=sleep&kind=resource&strength=eif-3-plus&topic=sleep&topic=gone")
    assert (
        saved.name_for(query, member) == "sleep – 3+ (Early Intervention Foundation), Resources, Sleep and rest, gone"
    )
    assert saved.name_for(saved.query_of("q=sleep"), member) == "sleep"
