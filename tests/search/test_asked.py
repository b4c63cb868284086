"""What searches leave: counts without names, and no words that only one person searched for."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import asked
from search.models import AskedDay, AskedQuery, PositionDay, Trace
from search.report import report
from search.views.noted import token_for
from tests import factories
from tests.conftest import signed_in
from tests.search.test_promoted import promote
from web.models import Allowance

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOTED, REPORT = "/search/noted/", "/cms/reports/searches/"


def search(reader, text="toddler sleep", found=3, shown=3, promoted=False):
    asked.note_search(text=text, reader=reader, found=found, shown=shown, promoted=promoted)


def known():
    return list(AskedQuery.objects.values_list("text", flat=True))


@pytest.fixture
def people():
    return [factories.make_user() for _ in range(3)]


def everything_stored():
    """All text in the tables of this module."""
    rows = [list(model.objects.values_list()) for model in (Trace, AskedQuery, AskedDay, PositionDay)]
    return repr(rows)


def test_words_are_kept_from_the_second_person_on(people):
    search(people[0], "Toddler sleep")
    search(people[0], "toddler SLEEP!")
    assert known() == [] and "toddler" not in everything_stored().lower()
    search(people[1], "toddler  sleep")
    assert known() == ["toddler sleep"]
    search(people[0], found=0)
    search(AnonymousUser())
    assert AskedDay.objects.values_list("searches", "without_results").get() == (3, 1)


def test_a_day_is_the_site_s_wherever_its_readers_are(people):
    elsewhere = next(zone for zone in ("Pacific/Kiritimati", "Pacific/Niue") if _today(zone) != timezone.localdate())
    search(people[0])
    with timezone.override(elsewhere):
        search(people[1])
        asked.forget()
    assert known() == ["toddler sleep"] and Trace.objects.count() == 2


def _today(zone):
    return timezone.localdate(timezone=ZoneInfo(zone))


def test_visitors_are_nobody_in_particular(people):
    for _ in range(5):
        search(AnonymousUser())
    search(people[0])
    assert known() == []


def test_on_one_day(people):
    search(people[0])
    Trace.objects.update(day=timezone.localdate() - dt.timedelta(days=1))
    search(people[1])
    assert known() == []


def test_traces_tell_neither_who_nor_what_and_cannot_be_joined(people):
    search(people[0], "one")
    search(people[0], "two")
    first, second = Trace.objects.order_by("pk")
    assert first.person != second.person and first.query != second.query
    assert str(people[0].pk) not in (first.person, second.person)


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5919",
        "mail asha@example.org",
        "07700 900123",
        "LS1 4AP",
        "by:asha sleep",
        "x " * 90,
        "!!",
        "Asha Patel",
        "patel, asha housing",
        "Élodie",
        "ashapatel leaflet",
        "Asha Patels slides",
        "zoe obrien",
        "@asha",
        "sleep @asha",
    ],
)
def test_what_is_never_kept(people, text):
    factories.make_user(display_name="Asha Patel")
    factories.make_user(display_name="Elodie")
    factories.make_user(display_name="Zoe O’Brien")
    for person in people:
        search(person, text)
    assert known() == []


def test_a_short_name_is_a_part_of_many_words(people):
    factories.make_user(display_name="An Li")
    for person in people:
        search(person, "cleanliness")
    assert known() == ["cleanliness"]


def test_a_name_of_one_word_is_a_name_where_it_stands_alone(people):
    factories.make_user(display_name="Hope")
    for person in people:
        search(person, "hope house")
        search(person, "Hope")
    assert known() == ["hope house"]


def test_the_night_takes_the_traces_and_the_year_the_counts(people):
    search(people[0])
    search(people[1])
    search(people[0], "alone")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Trace.objects.update(day=yesterday)
    AskedDay.objects.create(query=AskedQuery.objects.get(), day=yesterday - asked.KEPT, searches=1)
    asked.forget()
    assert not Trace.objects.exists() and known() == ["toddler sleep"]
    assert AskedDay.objects.get().day == timezone.localdate()
    AskedDay.objects.update(day=yesterday - asked.KEPT)
    PositionDay.objects.update(day=yesterday - asked.KEPT)
    asked.forget()
    assert known() == [] and not PositionDay.objects.exists()


def test_the_report(people):
    for person in people:
        search(person, "sleep", found=5, shown=5)
        search(person, "weaning", found=0, shown=0)
        search(person, "housing", found=2, shown=2, promoted=True)
    asked.note_click(text="Sleep", position=2, is_first=True)
    asked.note_click(text="sleep", position=1, is_first=False)
    asked.note_click(text="housing?", position=0, is_first=True)
    asked.note_click(text="unknown", position=1, is_first=True)
    found = report(7)
    assert [row.text for row in found.frequent] == ["housing", "sleep", "weaning"]
    assert [row.text for row in found.without_results] == ["weaning"]
    assert [row.text for row in found.without_clicks] == []
    assert {row.position: row[1:] for row in found.positions} == {
        0: (3, 1), 1: (6, 2), 2: (6, 1), 3: (3, 0), 4: (3, 0), 5: (3, 0),
    }  # fmt: skip
    assert [row.share for row in found.positions if row.position == 2] == [17]
    search(people[0], "sleep")
    assert [row.searches for row in report(7).frequent if row.text == "sleep"] == [3]
    AskedDay.objects.update(day=timezone.localdate() - dt.timedelta(days=7), with_click=0)
    assert report(7).frequent == []
    assert [row.text for row in report(30).without_clicks] == ["sleep", "housing"]


def test_who_reads_the_report(client, as_member, as_moderator, as_editor, as_administrator, people):
    for person in people:
        search(person, "weaning", found=0)
    assert client.get(REPORT).status_code == as_member.get(REPORT).status_code == 302
    assert "weaning" not in as_moderator.get(REPORT, follow=True).content.decode()
    for reader in (as_editor, as_administrator):
        text = reader.get(f"{REPORT}?days=90").content.decode()
        assert "weaning" in text and not any(person.display_name in text for person in people)
        assert "Searches" in reader.get("/cms/").content.decode()
    assert as_editor.post(REPORT).status_code == 405
    assert as_editor.get(f"{REPORT}?days=x").status_code == 200


def test_the_report_asks_the_same_whatever_it_shows(as_editor, people):
    def queries():
        as_editor.get(REPORT)
        with CaptureQueriesContext(connection) as found:
            as_editor.get(REPORT)
        return len(found)

    few = queries()
    for number in range(12):
        for person in people:
            search(person, f"word {number}", found=number % 2)
    assert queries() == few


# The page of results tells it ---------------------------------------------------------------------------


def token(client, address="/search/?q=heron"):
    text = client.get(address).content.decode()
    return re.search(r'data-token="([^"]+)"', text)[1]


@pytest.fixture
def page():
    made = factories.make_resource(title="Heron")
    promote(made, "heron")
    return made


def test_looking_at_results_changes_nothing(page, as_member):
    with CaptureQueriesContext(connection) as found:
        as_member.get("/search/?q=heron")
    written = [q["sql"] for q in found if re.match("(INSERT|UPDATE|DELETE)", q["sql"])]
    assert all("web_allowance" in statement for statement in written)
    assert "None" not in everything_stored() and not PositionDay.objects.exists()


def test_the_page_tells_what_was_shown_and_opened(page, people):
    for person in people[:2]:
        client = signed_in(person)
        sent = token(client)
        assert client.post(NOTED, {"token": sent}).status_code == 204
        assert client.post(NOTED, {"token": sent, "position": "0"}).status_code == 204
    assert known() == ["heron"]
    assert AskedDay.objects.values_list("searches", "with_click").get() == (1, 1)
    assert PositionDay.objects.get(position=0).clicks == 2


def test_a_page_tells_each_thing_once_however_often_it_is_sent(page, people):
    for person in people[:2]:
        client = signed_in(person)
        sent = token(client)
        for _ in range(3):
            for more in ({}, {"position": "0"}):
                assert client.post(NOTED, {"token": sent, **more}).status_code == 204
    assert AskedDay.objects.values_list("searches", "with_click").get() == (1, 1)
    assert list(PositionDay.objects.values_list("position", "shown", "clicks")) == [(0, 2, 2)]


def test_a_script_that_asks_the_same_all_day_says_no_more_than_a_person(page, people):
    for person in people[:2]:
        search(person, "heron")
    client = signed_in(people[0])
    for number in range(12):
        sent = token(client, f"/search/?q=heron&without=x-{number}")
        assert client.post(NOTED, {"token": sent}).status_code == 204
        assert client.post(NOTED, {"token": sent, "position": "0"}).status_code == 204
    assert AskedDay.objects.values_list("searches", "without_results").get() == (1 + 5, 5)
    assert PositionDay.objects.get(position=0).clicks == 5
    assert "heron" not in repr(list(Allowance.objects.values_list()))


def test_names_are_read_while_no_count_is_locked(people, monkeypatch):
    search(people[0])
    seen = []
    monkeypatch.setattr(asked, "names_among", lambda texts: seen.append(len(connection.savepoint_ids)))
    before = len(connection.savepoint_ids)
    search(people[1])
    assert seen == [before]


def test_visitors_are_counted_without_a_cookie(page, client):
    sent = token(client)
    assert client.post(NOTED, {"token": sent}).status_code == 204
    assert not client.cookies
    assert PositionDay.objects.exists()


@pytest.mark.parametrize(
    "path", ["/search/", "/search/?topic=x", "/search/?q=heron&cursor=WyJlbWJlZGRlZCIsMjAsInJlc291cmNlOjEiXQ"]
)
def test_pages_that_have_nothing_to_tell(client, path):
    response = client.get(path)
    assert response.status_code == 200 and "data-token" not in response.content.decode()


def test_only_with_the_page_s_own_token(page, people, client, member):
    mine = token(signed_in(people[0]))
    assert signed_in(people[1]).post(NOTED, {"token": mine}).status_code == 403
    assert client.post(NOTED, {"token": mine}).status_code == 403
    assert client.post(NOTED, {"token": "forged"}).status_code == 404
    assert client.post(NOTED).status_code == 404
    assert client.get(NOTED).status_code == 405
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert strict.post(NOTED, {"token": token(strict)}).status_code == 403
    assert not PositionDay.objects.exists() and not Trace.objects.exists()


@pytest.mark.parametrize("position", ["-1", "3", "x", "0", "", "99999999999999999999"])
def test_only_positions_that_were_shown(client, position):
    sent = token_for(None, text="heron", found=2, shown=2, promoted=False)
    assert client.post(NOTED, {"token": sent, "position": position}).status_code == 404
    assert not PositionDay.objects.exists()


def test_words_that_are_about_to_be_counted_are_not_forgotten():
    AskedQuery.objects.create(text="heron")
    old = AskedQuery.objects.create(text="stork")
    AskedDay.objects.create(query=old, day=timezone.localdate() - asked.KEPT - dt.timedelta(days=1))
    asked.forget()
    assert list(AskedQuery.objects.values_list("text", flat=True)) == ["heron"]


def test_who_joins_under_a_name_that_was_searched_for_is_not_in_the_report():
    for text in ("jane winterbottom", "jane winterbottom sleep", "sleep"):
        AskedDay.objects.create(query=AskedQuery.objects.create(text=text), day=timezone.localdate(), searches=5)
    assert len(report(30).frequent) == 3
    factories.make_user(display_name="Jane Winterbottom")
    found = report(30)
    assert [each.text for each in (*found.frequent, *found.without_clicks)] == ["sleep", "sleep"]
