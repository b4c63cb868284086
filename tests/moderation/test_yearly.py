"""The year in numbers: equal to the rows, without names or texts, for moderators only."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation import actions, transparency
from moderation.models import Decision, Report
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def numbers(year=None):
    """By number of the section and label: "Waiting" is a state of reports and of appeals."""
    found = transparency.report_of(year or timezone.localdate().year)
    return {(n, str(line.label)): line.number for n, section in enumerate(found) for line in section.lines}


@pytest.fixture
def a_year(post, moderator):
    """One report upheld after five hours, one from outside dismissed at once, one held by the site, one waiting."""
    first = actions.report(subject=post, reporter=factories.make_user(), reason="harm")
    Report.objects.filter(pk=first.pk).update(created_at=timezone.now() - dt.timedelta(hours=5))
    actions.hide(subject=post, actor=moderator, reason="Marmalade.", seen=actions.Seen(0, first.pk))
    second = factories.make_post(post.thread)
    outside = actions.report_from_outside(subject=second, reason="spam", sender="someone@example.com")
    actions.dismiss(subject=second, actor=moderator, reason="Fine.", seen=actions.Seen(0, outside.pk))
    actions.hold(subject=factories.make_post(post.thread), hold=actions.Hold("Because.", ()))
    actions.report(subject=factories.make_post(post.thread), reporter=factories.make_user(), reason="spam")


def test_the_numbers_are_those_of_the_rows(a_year):
    found = numbers()
    assert (found[0, "It is advertising or does not belong here"], found[0, "Somebody may be at risk of harm"]) == (
        2,
        1,
    )
    assert (found[1, "Members"], found[1, "People without an account"], found[1, "The site, by itself"]) == (2, 1, 1)
    assert (found[2, "Waiting"], found[2, "Hidden"], found[2, "Left as it is"]) == (2, 1, 1)
    assert 2.4 <= found[2, "Hours until half of them were decided"] <= 2.6
    assert (found[3, "Hidden"], found[3, "Hidden until a moderator looks"], found[4, "Waiting"]) == (1, 1, 0)


def test_another_year_has_other_rows(a_year):
    year = timezone.localdate().year - 1
    assert not any(number for number in numbers(year).values() if number)
    Decision.objects.filter(verb="hide").update(decided_at=timezone.now() - dt.timedelta(days=366))
    assert transparency.years()[-1] < timezone.localdate().year


def test_the_page_and_the_table_hold_no_names_and_no_texts(a_year, as_moderator, post):
    page = as_moderator.get("/desk/yearly/").content.decode()
    table = as_moderator.get(f"/desk/yearly/{timezone.localdate().year}/?format=csv")
    assert table["Content-Type"].startswith("text/csv")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert "Who reported it,People without an account,1" in lines
    for text in (page, "\n".join(lines)):
        assert "Marmalade" not in text and post.author.display_name not in text and "someone@" not in text


def test_an_empty_year_and_one_that_never_was(as_moderator):
    assert "–" in as_moderator.get("/desk/yearly/").content.decode()
    assert as_moderator.get("/desk/yearly/1999/").status_code == 404
    assert as_moderator.get("/desk/yearly/99999999/").status_code == 404
    assert as_moderator.post("/desk/yearly/").status_code == 405


def test_for_moderators_only(member):
    assert Client().get("/desk/yearly/").status_code == 404
    assert signed_in(member).get("/desk/yearly/").status_code == 403


def test_it_costs_the_same_however_much_happened(as_moderator, a_year, post):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            as_moderator.get("/desk/yearly/")
        return len(queries)

    cost()  # what a process remembers is remembered now
    before = cost()
    for _ in range(3):
        actions.report(subject=factories.make_post(post.thread), reporter=factories.make_user(), reason="other")
    assert cost() == before


def test_no_cell_of_the_table_is_a_formula(a_year, as_moderator, monkeypatch):
    """Labels are translated, and a translation may begin with any sign."""
    monkeypatch.setitem(transparency._AUDITED, "accounts.suspended", "=cmd|' /C calc'!A0")
    table = as_moderator.get(f"/desk/yearly/{timezone.localdate().year}/?format=csv").content.decode()
    assert ",'=cmd|" in table
    assert ",=cmd|" not in table
