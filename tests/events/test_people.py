import csv
import io

import pytest
from django.urls import reverse

from accounts.models import Organisation
from tests import factories
from tests.events.conftest import place
from web.spreadsheet import plain_cell

NAMES = ("events:people", "events:people_csv")


def url(name, session):
    return reverse(name, args=[session.pk])


def read(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_moderators_see_who_registered(as_moderator, session):
    anna = factories.make_user(display_name="Anna Brook", organisation=Organisation.objects.create(name="Hub"))
    place(session, anna)
    place(session, factories.make_user(display_name="Ben Carr"), state="waiting")
    place(session, factories.make_user(display_name="Cora Dean"), state="cancelled")
    text = as_moderator.get(url("events:people", session)).text
    assert "Anna Brook" in text and "Hub" in text and "Ben Carr" in text
    assert "Cora Dean" not in text
    assert anna.email not in text
    assert "A year after the session the site deletes it" in text
    assert url("events:people", session) in as_moderator.get(session.page.url).text


def test_nobody_yet(as_moderator, session):
    assert "Nobody has registered yet." in as_moderator.get(url("events:people", session)).text


def test_the_same_as_a_spreadsheet(as_moderator, session):
    care = factories.make_sector(name="Care")
    anna = factories.make_user(display_name="Anna Brook", job_title="Midwife", sector=care)
    place(session, anna)
    response = as_moderator.get(url("events:people_csv", session))
    assert "attachment" in response["Content-Disposition"] and "no-cache" in response["Cache-Control"]
    head, row = read(response)
    assert head[0] == "Name"
    assert row[:3] == ["Anna Brook", "Midwife", "Care"] and row[5] == "has a place"
    assert anna.email not in response.content.decode()


@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "|calc"])
def test_no_cell_is_a_formula(as_moderator, session, name):
    place(session, factories.make_user(display_name=name))
    cell = read(as_moderator.get(url("events:people_csv", session)))[1][0]
    assert cell == f"'{name}" == plain_cell(name)


def test_ordinary_cells_stay_as_they_are():
    assert [plain_cell(text) for text in ("Anna-Lee", "", "O’Neil = O'Neil")] == ["Anna-Lee", "", "O’Neil = O'Neil"]


@pytest.mark.parametrize("name", NAMES)
def test_members_are_refused_and_visitors_see_nothing(client, as_member, session, name):
    assert as_member.get(url(name, session)).status_code == 403
    assert client.get(url(name, session)).status_code == 404
    assert url(name, session) not in as_member.get(session.page.url).text


@pytest.mark.parametrize("name", NAMES)
def test_wrong_verbs_and_unknown_sessions(as_moderator, session, name):
    assert as_moderator.post(url(name, session)).status_code == 405
    assert as_moderator.get(reverse(name, args=[999_999])).status_code == 404


def test_long_lists_have_pages_and_cost_the_same(as_moderator, session, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("events.views.PEOPLE_SIZE", 4)

    def count(path):
        with django_assert_max_num_queries(30) as queries:
            response = as_moderator.get(path)
        return len(queries), response

    for name in NAMES:
        as_moderator.get(url(name, session))
    place(session)
    few = [count(url(name, session))[0] for name in NAMES]
    for number in range(6):
        sector, place_ = factories.make_sector(), factories.make_place()
        place(session, factories.make_user(display_name=f"Guest {number}.", sector=sector, place=place_))
    many = [count(url(name, session)) for name in NAMES]
    assert [queries for queries, _ in many] == few
    first = many[0][1]
    assert "Guest 2." in first.text and "Guest 3." not in first.text
    assert "Guest 3." in as_moderator.get(url("events:people", session) + first.context["older_url"]).text
