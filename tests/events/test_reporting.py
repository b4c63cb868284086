"""A webinar is reported, taken out of sight and put back like anything else that people read here."""

import pytest

from events.models import WebinarPage
from forum import actions as forum
from moderation import actions
from moderation.models import Report
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return factories.make_webinar(title="Sleep at two", owner=factories.make_user("editor"))


def test_its_page_leads_to_the_report(as_member, client, page):
    url = f"/report/webinar/{page.pk}/"
    for reader in (as_member, client):
        assert url in reader.get(page.url).content.decode()
        assert "Sleep at two" in reader.get(url).content.decode()
    as_member.post(url, {"reason": "wrong", "details": "The times are wrong."})
    assert Report.objects.get().subject == page and WebinarPage.objects.get(pk=page.pk).live


def test_what_may_identify_a_child_is_out_of_sight_until_it_is_shown_again(as_member, as_moderator, moderator, page):
    made = actions.report(subject=page, reporter=factories.make_user(), reason="identifies")
    assert as_member.get(page.url).status_code == 404
    assert as_member.get(f"/report/webinar/{page.pk}/").status_code == 404
    assert "Sleep at two" in as_moderator.get(f"/desk/webinar/{page.pk}/").content.decode()
    drain()
    item = as_moderator.get(f"/desk/webinar/{page.pk}/").context["item"]
    actions.restore(subject=page, actor=moderator, reason="Nobody is named.", seen=item.seen)
    assert as_member.get(page.url).status_code == 200
    made.refresh_from_db()
    assert made.state == "dismissed"


def test_an_editors_draft_is_nothing_for_the_desk(as_moderator, page):
    page.unpublish()
    assert as_moderator.get(f"/desk/webinar/{page.pk}/").status_code == 404


def test_a_space_has_a_report_link_for_those_who_do_not_keep_it(client, as_member, as_moderator):
    space = factories.make_space(visibility="public", welcome_source="Bring your **own** tea.")
    keeper = factories.make_user()
    factories.join(space, keeper, is_keeper=True)
    url = f"/report/space/{space.pk}/"
    assert url in client.get(space.get_absolute_url()).text and url in as_member.get(space.get_absolute_url()).text
    assert url not in signed_in(keeper).get(space.get_absolute_url()).text
    assert "own** tea" in as_member.get(url).content.decode()
    as_member.post(url, {"reason": "abuse"})
    assert "own** tea" in as_moderator.get(f"/desk/space/{space.pk}/").content.decode()


def test_in_a_circle_its_people_report_and_a_moderator_reads_nothing(as_moderator):
    space = factories.make_space(visibility="invited", is_reflective=True)
    people = [factories.make_user(), factories.make_user()]
    for person in people:
        factories.join(space, person)
    thread = forum.start_thread(space=space, author=people[0], kind="discussion", title="A day", source="Secret tale.")
    reply = forum.post_reply(thread=thread, author=people[0], source="Secret end.")
    reader = signed_in(people[1])
    page = reader.get(thread.get_absolute_url()).getvalue().decode()
    for url in (f"/report/thread/{thread.pk}/", f"/report/post/{reply.pk}/"):
        assert url in page
        assert reader.post(url, {"reason": "abuse"}).status_code == 302
        assert as_moderator.get(url).status_code == 404
    desk = as_moderator.get("/desk/").content.decode()
    assert desk.count("Something in a reflective space") == 2 and "Secret" not in desk
