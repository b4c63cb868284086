import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from config.apps import ConfigConfig  # noqa: F401  (its ready() brings the forum in)
from knowledge.actions import lists, statistics
from knowledge.actions.statistics import before, count, gather, month_of
from knowledge.models import Feedback, ListItem, ResourceMonth
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db]

NOTED = "/resources/noted/"
REPORT = "/cms/reports/resources/"
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile", "sec-fetch-site": "same-origin"}


@pytest.fixture
def page(db):
    return factories.make_resource(title="Brushing twice")


def this_month():
    return month_of(timezone.localdate())


def tell(client, page, what="views", **headers):
    return client.post(NOTED, {"page": page.pk, "what": what}, headers={**PHONE, **headers})


def numbers(page):
    rows = ResourceMonth.objects.filter(page=page, month=this_month())
    return rows.values_list("views", "downloads", "helpful", "saved", "cited").first()


@pytest.mark.postgres
def test_reading_and_opening_files_are_counted_without_a_cookie(client, page, django_assert_num_queries):
    for what in ("views", "views", "downloads"):
        assert tell(client, page, what).status_code == 204
    assert numbers(page) == (2, 1, 0, 0, 0)
    assert not client.cookies
    # The limit, the page, the number: nothing else is written.
    with django_assert_num_queries(3):
        tell(client, page)


def test_opening_a_resource_writes_nothing_and_its_page_can_tell(client, page):
    text = client.get(page.url).content.decode()
    assert f'data-counted="{NOTED}" data-page="{page.pk}"' in text
    assert "js/counted.js" in text
    assert not ResourceMonth.objects.exists()


@pytest.mark.parametrize(
    "agent",
    [
        "Googlebot/2.1",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "HeadlessChrome/130",
        "python-requests/2",
        "WhatsApp link preview",
    ],
)
def test_programs_are_not_counted(client, page, agent):
    assert tell(client, page, **{"user-agent": agent}).status_code == 204
    assert numbers(page) is None


def test_those_who_look_after_the_library_are_not_counted(page, member, moderator, editor):
    for person in (moderator, editor):
        assert tell(signed_in(person), page).status_code == 204
    assert numbers(page) is None
    tell(signed_in(member), page)
    assert numbers(page) == (1, 0, 0, 0, 0)


def test_what_comes_from_another_site_is_refused(client, page):
    assert tell(client, page, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert numbers(page) is None


@pytest.mark.parametrize(
    "data",
    [{}, {"page": "x", "what": "views"}, {"page": "9" * 30, "what": "views"}, {"page": "0", "what": "views"},
     {"page": "1", "what": "saved"}],
)  # fmt: skip
def test_nonsense_is_not_counted(client, data):
    assert client.post(NOTED, data, headers=PHONE).status_code == 404
    assert client.get(NOTED).status_code == 405


def test_what_somebody_may_not_see_they_do_not_count(client, page, member):
    factories.for_members_only(page)
    assert tell(client, page).status_code == 404
    assert tell(signed_in(member), page).status_code == 204


@pytest.mark.postgres
def test_each_hour_the_other_numbers_come_in_and_go_out_again(page, member):
    kept = lists.make_list(keeper=member, title="Mine")
    item, _is_new = lists.save_to(reading_list=kept, page=page, actor=member)
    Feedback.objects.create(page=page, is_helpful=True)
    Feedback.objects.create(page=page, is_helpful=False)
    thread = factories.make_thread(page=page)
    factories.make_thread(page=page, hidden_at=timezone.now())
    factories.make_thread(page=factories.make_webinar())
    count(page=page, name="views")
    gather()
    gather()
    assert numbers(page) == (1, 0, 1, 1, 1)
    lists.take_out(item=item)
    thread.delete()
    gather()
    assert numbers(page) == (1, 0, 1, 0, 0)


def test_each_month_has_numbers_of_its_own_and_old_ones_are_forgotten(page, member):
    kept = lists.make_list(keeper=member, title="Mine")
    lists.save_to(reading_list=kept, page=page, actor=member)
    last = before(this_month())
    ListItem.objects.update(added_at=timezone.make_aware(dt.datetime.combine(last, dt.time(12))))
    ResourceMonth.objects.create(page=page, month=before(this_month(), statistics.KEPT_MONTHS + 1), views=5)
    ResourceMonth.objects.create(page=page, month=before(this_month(), statistics.KEPT_MONTHS), views=4)
    gather()
    assert dict(ResourceMonth.objects.filter(saved=1).values_list("month", "saved")) == {last: 1}
    assert list(ResourceMonth.objects.filter(views__gt=0).values_list("views", flat=True)) == [4]


def test_months_are_counted_backwards_over_years():
    assert before(dt.date(2026, 1, 1)) == dt.date(2025, 12, 1)
    assert before(dt.date(2026, 3, 1), 27) == dt.date(2023, 12, 1)
    assert before(dt.date(2026, 12, 1), -1) == dt.date(2027, 1, 1)


def test_only_known_numbers_are_counted(page):
    for wrong in (lambda: count(page=page, name="people"), lambda: statistics.register("people", None)):
        with pytest.raises(ValueError, match="Nothing counts"):
            wrong()


def test_editors_read_the_numbers_and_others_do_not(page, member, moderator, editor, administrator, client):
    count(page=page, name="views")
    for person in (editor, administrator):
        reader = signed_in(person)
        text = reader.get(REPORT).content.decode()
        assert "Brushing twice" in text and "All resources, month by month" in text
        assert REPORT in reader.get("/cms/").content.decode()
    for person in (member, moderator):
        answer = signed_in(person).get(REPORT)
        assert answer.status_code in (302, 403) and b"Brushing twice" not in answer.content
        assert b"Brushing twice" not in signed_in(person).get(f"{REPORT}?format=csv").content
    assert client.get(REPORT).status_code == 302
    assert signed_in(editor).post(REPORT).status_code == 405


def test_the_numbers_of_a_month_in_the_order_that_was_chosen(as_editor, page):
    other = factories.make_resource(title="Sleeping well")
    ResourceMonth.objects.create(page=page, month=this_month(), views=9, saved=1)
    ResourceMonth.objects.create(page=other, month=this_month(), views=2, saved=3)
    last = before(this_month())
    ResourceMonth.objects.create(page=other, month=last, views=1)

    def order(query=""):
        text = as_editor.get(f"{REPORT}{query}").content.decode()
        return sorted((title for title in ("Brushing twice", "Sleeping well") if title in text), key=text.index)

    assert order() == order("?by=nonsense&month=nonsense&cursor=x") == ["Brushing twice", "Sleeping well"]
    assert order("?by=saved") == ["Sleeping well", "Brushing twice"]
    assert order(f"?month={last:%Y-%m}") == ["Sleeping well"]
    assert order("?by=cited") == []
    assert "Nothing yet in this month." in as_editor.get(f"{REPORT}?by=cited").content.decode()


def test_the_numbers_are_taken_along(as_editor):
    page = factories.make_resource(title="=HYPERLINK(1)")
    ResourceMonth.objects.create(page=page, month=this_month(), views=3, cited=1)
    ResourceMonth.objects.create(page=page, month=before(this_month()), views=2)
    for month, length in ((f"{this_month():%Y-%m}", 2), ("all", 3)):
        answer = as_editor.get(f"{REPORT}?format=csv&month={month}")
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode().lstrip("\ufeff"))))
        assert len(rows) == length
        assert rows[1][:2] == [f"{this_month():%Y-%m}", "'=HYPERLINK(1)"] and rows[1][3:] == ["3", "0", "0", "0", "1"]


def test_the_report_costs_the_same_whatever_it_shows(as_editor, django_assert_max_num_queries):
    def cost(number):
        for _ in range(number):
            ResourceMonth.objects.create(page=factories.make_resource(), month=this_month(), views=1)
        as_editor.get(REPORT)
        with django_assert_max_num_queries(20) as counted:
            as_editor.get(REPORT)
        return len(counted)

    assert cost(1) == cost(5)
