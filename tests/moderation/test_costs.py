"""What a report, a decision, a second look and a concern cost to read does not depend on how many others there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation import actions
from moderation.actions import Seen
from moderation.models import Decision, Duty, Escalation, Report
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
MANY = 8


@pytest.fixture
def thread(db):
    return factories.make_thread(factories.make_space(place=factories.make_place()))


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def cost_with_one_and_with_many(client, url, add):
    few = queries_of(client, url)
    for _ in range(MANY):
        add()
    return few, queries_of(client, url)


def a_post(thread):
    return factories.make_post(thread, author=factories.make_user(), source="I help at the group.")


def decided(post, moderator):
    return actions.hide(subject=post, actor=moderator, reason="It is unkind.", seen=Seen(0, 10**9))


def test_what_became_of_a_report(thread, member):
    post = a_post(thread)

    def report(who=None):
        return actions.report(subject=post, reporter=who or factories.make_user(), reason="abuse")

    report(member)
    url = f"/report/{Report.objects.get().reference}/"
    few, many = cost_with_one_and_with_many(signed_in(member), url, report)
    assert few == many and Report.objects.count() == MANY + 1


def test_a_decision_and_its_second_look(thread, moderator):
    first = decided(a_post(thread), moderator)
    author, other = signed_in(first.author), signed_in(factories.make_user("moderator"))

    def another():
        once_more = decided(a_post(thread), moderator)
        actions.appeal(decision=once_more, author=once_more.author, text="It was a quotation.")

    few, many = cost_with_one_and_with_many(author, f"/decision/{first.pk}/", another)
    assert few == many and Decision.objects.count() == MANY + 1
    asked = actions.appeal(decision=first, author=first.author, text="It was a quotation.")
    few, many = cost_with_one_and_with_many(other, f"/appeal/{asked.pk}/", another)
    assert few == many


def test_a_concern_about_somebody_who_works_with_children(thread):
    lead = factories.make_user()
    Duty.objects.create(person=lead, level="lead", place=thread.space.place)
    post = a_post(thread)

    def allege():
        actions.report(subject=post, reporter=factories.make_user(), reason="staff")

    allege()
    few, many = cost_with_one_and_with_many(signed_in(lead), f"/concern/{Escalation.objects.get().pk}/", allege)
    assert few == many


def test_the_wording_of_decisions(as_moderator, moderator, thread):
    few, many = cost_with_one_and_with_many(as_moderator, "/desk/wording/", lambda: decided(a_post(thread), moderator))
    assert few == many
