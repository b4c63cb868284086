"""Who looks after a resource, until when it is right, and the dashboard of it all."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from accounts.models import User
from knowledge.actions import feedback, reviews
from knowledge.models import Link, LinkUse, ResourcePage, Review, ReviewReminder
from notifications.models import Notification
from outbox.actions import drain
from tests import factories

pytestmark = pytest.mark.django_db


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def reminded() -> list[tuple[str, User]]:
    reviews.remind()
    drain()
    rows = Notification.objects.filter(channel="inbox", event__kind="review_due", read_at=None).order_by("pk")
    return [(ReviewReminder.objects.get(pk=row.event.object_id).days, row.person) for row in rows]


@pytest.mark.parametrize(("due", "days"), [(31, None), (30, -30), (1, -30), (0, 0), (-29, 0), (-30, 30), (-400, 30)])
def test_reminders_come_a_month_before_on_the_day_and_a_month_after(moderator, due, days):
    factories.make_resource(owner=moderator, review_by=in_days(due))
    assert reminded() == ([] if days is None else [(days, moderator)])
    assert len(reminded()) == (days is not None), "asking again tells nobody twice"


@pytest.mark.postgres
def test_a_later_reminder_takes_the_place_of_an_earlier_one(moderator):
    page = factories.make_resource(owner=moderator, review_by=in_days(30))
    assert reminded() == [(-30, moderator)]
    ReviewReminder.objects.update(due_on=in_days(0))
    ResourcePage.objects.filter(pk=page.pk).update(review_by=in_days(0))
    assert reminded() == [(0, moderator)]


def test_without_an_owner_everybody_hears_and_members_never_do(moderator, editor, member):
    factories.make_resource(owner=member, review_by=in_days(0))
    assert {person for _days, person in reminded()} == {moderator, editor}


@pytest.mark.parametrize(
    ("due", "subject"),
    [(30, "To be reviewed within a month"), (0, "To be reviewed now"), (-30, "The review is late")],
)
def test_the_mail_says_which_resource_and_how_late(moderator, mailoutbox, due, subject):
    factories.make_resource(owner=moderator, review_by=in_days(due), title="Xylophone rules")
    reminded()
    (message,) = mailoutbox
    assert message.subject == f"{subject}: Xylophone rules – Common Ground"
    assert "conversation" not in message.body


def test_the_mail_names_no_resource_that_is_not_public(moderator, mailoutbox):
    page = factories.make_resource(owner=moderator, review_by=in_days(0), title="Xylophone rules")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    reminded()
    (message,) = mailoutbox
    assert message.subject == "A resource that you look after is to be reviewed – Common Ground"
    assert "Xylophone" not in str(message.message())


def test_drafts_and_withdrawn_resources_are_not_reviewed(moderator):
    factories.make_resource(owner=moderator, review_by=in_days(0), live=False)
    assert reminded() == []


@pytest.mark.postgres
def test_reviewed_still_right_in_one_click(moderator, as_moderator, as_member):
    page = factories.make_resource(owner=moderator, review_by=in_days(-40))
    page.summary = "A draft with other words."
    page.save_revision()
    assert reminded() == [(30, moderator)]
    answer = as_moderator.post(f"/r/{page.pk}/reviewed/", {"show": "late"})
    assert answer.url == "/desk/resources/?show=late"
    as_moderator.post(f"/r/{page.pk}/reviewed/")
    made = Review.objects.get()
    assert (made.reviewer, made.was_due_on, made.next_due_on) == (moderator, in_days(-40), in_days(365))
    assert reminded() == []
    ResourcePage.objects.get(pk=page.pk).get_latest_revision().publish()
    fresh = ResourcePage.objects.get(pk=page.pk)
    assert fresh.summary == "A draft with other words."
    assert fresh.review_by == in_days(365), "what is published later does not take the date back"
    assert "still right" in as_member.get(f"/r/{page.pk}/history/").content.decode()


def test_the_law_is_read_more_often():
    assert reviews.next_date("legal", dt.date(2026, 1, 1)) < reviews.next_date("research", dt.date(2026, 1, 1))


@pytest.mark.parametrize(("kind", "days"), [("research", 365), ("legal", 182)])
def test_what_is_published_without_a_date_gets_one_and_keeps_it(editor, kind, days):
    page = factories.make_resource(kind=kind, owner=editor)
    page.save_revision().publish()
    page.refresh_from_db()
    first = page.review_by
    assert 0 <= (first - timezone.localdate()).days - days <= 3 and first.weekday() < 5
    assert page.get_latest_revision_as_object().review_by == first
    page.save_revision().publish()
    page.refresh_from_db()
    assert page.review_by == first


def test_somebody_takes_it_upon_themselves(as_editor, editor):
    page = factories.make_resource()
    as_editor.post(f"/r/{page.pk}/look-after/", {"show": "nobody"})
    assert ResourcePage.objects.get(pk=page.pk).owner == editor


# Dates of imports ------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_dates_are_spread_at_most_five_a_week_beside_what_is_there(moderator):
    monday = dt.date(2027, 1, 4)
    for _ in range(3):
        factories.make_resource(owner=moderator, review_by=monday)
    dates = reviews.spread_reviews(12, owner=moderator, start=monday)
    weeks = [day.isocalendar().week for day in dates]
    assert [weeks.count(week) for week in (1, 2, 3)] == [2, 5, 5]
    assert dates == sorted(dates) and all(day.weekday() < 5 for day in dates)
    assert reviews.spread_reviews(0, owner=moderator, start=monday) == []
    friday = reviews.spread_reviews(2, owner=factories.make_user("editor"), start=dt.date(2027, 1, 8))
    assert friday == [dt.date(2027, 1, 8), dt.date(2027, 1, 11)]


def test_fifty_thousand_dates_have_an_end(moderator):
    assert len(reviews.spread_reviews(3000, owner=moderator, start=dt.date(2027, 1, 4))) == 3000


# The dashboard ---------------------------------------------------------------------------------------------------


def test_the_dashboard_is_for_those_who_look_after_the_library(as_member, as_editor, as_moderator):
    assert as_member.get("/desk/resources/").status_code == 403
    assert Client().get("/desk/resources/").status_code == 404
    assert as_editor.get("/desk/resources/").status_code == as_moderator.get("/desk/resources/").status_code == 200
    assert as_editor.post("/desk/resources/").status_code == 405
    assert "/desk/resources/" in as_moderator.get("/desk/").content.decode()
    assert "/desk/resources/" in as_editor.get("/cms/").content.decode()


def listed(client, show: str, mine: str = "") -> str:
    return client.get(f"/desk/resources/?show={show}{mine}").content.decode()


@pytest.mark.postgres
def test_each_list_shows_what_belongs_there(as_editor, editor):
    make = factories.make_resource
    make(title="Due soon", owner=editor, review_by=in_days(20))
    make(title="Late one", owner=editor, review_by=in_days(-1))
    make(title="Nobody’s", review_by=in_days(400))
    make(title="No date", owner=editor)
    make(title="All right", owner=editor, review_by=in_days(400))
    make(title="A draft", live=False, review_by=in_days(-1))
    broken = make(title="Leads nowhere", owner=editor, review_by=in_days(400))
    link = Link.objects.create(address="https://example.org/gone", outcome="gone", status=404, broken_since=in_days(-2))
    LinkUse.objects.create(page=broken, link=link)
    poor = make(title="Hard to read", owner=editor, review_by=in_days(400))
    feedback.explain(feedback=feedback.say(page=poor, is_helpful=False), reason="unclear", text="Too many words.")
    titles = {
        "due": ["Due soon", "Late one"], "late": ["Late one"], "nobody": ["Nobody’s", "No date"],
        "links": ["Leads nowhere"], "feedback": ["Hard to read"],
    }  # fmt: skip
    everything = [title for several in titles.values() for title in several] + ["All right", "A draft"]
    for show, expected in titles.items():
        text = listed(as_editor, show)
        assert {title for title in everything if f">{title}</a>" in text} == set(expected), show
    assert "https://example.org/gone" in listed(as_editor, "links") and "Too many words." in listed(
        as_editor, "feedback"
    )
    assert "Nobody’s</a>" not in listed(as_editor, "nobody", "&mine=1")
    assert listed(as_editor, "nonsense") and "All right</a>" not in listed(as_editor, "nonsense")


def test_what_readers_found_unhelpful_leaves_when_it_is_dealt_with(as_editor):
    page = factories.make_resource(title="Hard to read")
    for answer in (True, True, False, False):
        feedback.say(page=page, is_helpful=answer)
    assert "Hard to read" not in listed(as_editor, "feedback"), "four answers say little"
    feedback.say(page=page, is_helpful=False)
    assert "Hard to read" in listed(as_editor, "feedback")
    as_editor.post(f"/r/{page.pk}/feedback-read/", {"show": "feedback"})
    assert "Hard to read" not in listed(as_editor, "feedback")
    feedback.say(page=page, is_helpful=False)
    assert "Hard to read" in listed(as_editor, "feedback")


def test_late_reviews_stand_on_the_desk_of_their_owner(as_moderator, moderator, editor):
    factories.make_resource(title="Mine and late", owner=moderator, review_by=in_days(-1))
    factories.make_resource(title="Of somebody else", owner=editor, review_by=in_days(-1))
    text = as_moderator.get("/desk/").content.decode()
    assert "Mine and late" in text and "Of somebody else" not in text


@pytest.mark.parametrize("show", ["due", "links", "feedback"])
def test_the_dashboard_costs_the_same_whatever_it_shows(as_editor, editor, django_assert_max_num_queries, show):
    def cost(number):
        for place in range(number):
            page = factories.make_resource(owner=factories.make_user("editor"), review_by=in_days(1))
            link = Link.objects.create(address=f"https://example.org/{page.pk}", broken_since=in_days(0))
            LinkUse.objects.create(page=page, link=link)
            feedback.explain(feedback=feedback.say(page=page, is_helpful=False), reason="wrong", text=str(place))
        as_editor.get(f"/desk/resources/?show={show}")
        with django_assert_max_num_queries(25) as counted:
            assert as_editor.get(f"/desk/resources/?show={show}").status_code == 200
        return len(counted)

    assert cost(1) == cost(4)
