import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from accounts.models import MEMBER
from events.models import Registration, Session
from tests import factories
from tests.conftest import signed_in
from tests.events.conftest import JOIN_URL, place, session_in

WRITES = ("events:register", "events:cancel")


def close(page, *groups):
    kind = PageViewRestriction.GROUPS if groups else PageViewRestriction.LOGIN
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    restriction.groups.set(Group.objects.get_or_create(name=name)[0] for name in groups)


def url(name, session):
    return reverse(name, args=[session.pk])


@pytest.fixture
def unconfirmed(db):
    person = factories.make_user()
    person.groups.remove(Group.objects.get(name=MEMBER))
    return person


def test_register_and_come_back_to_the_page(as_member, session):
    response = as_member.post(url("events:register", session), follow=True)
    assert response.redirect_chain == [(session.page.url, 302)]
    assert "You have a place" in response.text
    assert "Give my place back" in response.text
    assert Registration.objects.get().is_confirmed


def test_a_full_session_says_so(as_member):
    session = session_in(capacity=1)
    place(session)
    response = as_member.post(url("events:register", session), follow=True)
    assert "You are 1st in line" in response.text


def test_give_a_place_back(as_member, member, session):
    place(session, member)
    question = as_member.get(url("events:cancel", session))
    assert "Give your place back?" in question.text
    assert Registration.objects.get().is_confirmed
    response = as_member.post(url("events:cancel", session), follow=True)
    assert "Your place is free" in response.text
    assert "Save my place" in response.text


def test_too_late(as_member):
    session = session_in(hours=-5)
    response = as_member.post(url("events:register", session), follow=True)
    assert "This session is over." in response.text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("name", WRITES)
def test_a_visitor_signs_in_and_comes_back_to_the_page(client, session, name):
    response = client.post(url(name, session))
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={session.page.url}"
    assert not Registration.objects.exists()


def test_an_address_must_be_confirmed(unconfirmed, session):
    client = signed_in(unconfirmed)
    assert client.post(url("events:register", session)).status_code == 403
    assert "confirm your e-mail address" in client.get(session.page.url).text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("name", [*WRITES, "events:calendar", "events:my_calendar"])
def test_unknown_sessions(as_member, name):
    path = reverse(name, args=[999_999])
    assert (as_member.post(path) if name in WRITES else as_member.get(path)).status_code == 404


@pytest.mark.parametrize("name", WRITES)
def test_wrong_verbs(as_member, session, name):
    assert as_member.put(url(name, session)).status_code == 405


def test_no_get_changes_anything(as_member, member, session):
    assert as_member.get(url("events:register", session)).status_code == 405
    place(session, member)
    as_member.get(url("events:cancel", session))
    assert Session.objects.get().confirmed_count == 1


@pytest.mark.parametrize("name", WRITES)
def test_forged_requests(forged, member, session, name):
    assert forged(member).post(url(name, session)).status_code == 403
    assert not Registration.objects.exists()


@pytest.mark.parametrize("groups", [(), ("moderator",)], ids=["members only", "moderators only"])
def test_a_closed_page_is_unseen_by_visitors(client, session, groups):
    close(session.page, *groups)
    for name in (*WRITES, "events:calendar", "events:my_calendar", "events:people", "events:people_csv"):
        response = client.post(url(name, session)) if name in WRITES else client.get(url(name, session))
        assert response.status_code == 404 or response.url.startswith(reverse("account_login")), name
        assert session.page.title not in response.text
    assert client.get(session.page.url).status_code == 302
    assert session.page.title not in client.get("/webinars/").text


def test_a_page_for_others_is_unseen_by_a_member(as_member, member, session):
    place(session, member)
    close(session.page, "moderator")
    for name in ("events:calendar", "events:my_calendar"):
        assert as_member.get(url(name, session)).status_code == 404
    assert as_member.post(url("events:register", session)).status_code == 404
    assert session.page.title not in as_member.get("/webinars/").text
    assert session.page.title not in as_member.get(reverse("events:mine")).text
    assert JOIN_URL not in as_member.get(reverse("events:all_my_calendar")).text


def test_a_members_page_is_seen_by_members(as_member, session):
    close(session.page)
    assert as_member.get(session.page.url).status_code == 200
    assert session.page.title in as_member.get("/webinars/").text
    assert as_member.post(url("events:register", session)).status_code == 302


@pytest.mark.parametrize("hours", [0.1, -0.5], ids=["just before", "running"])
def test_only_people_with_a_place_can_join(client, member, hours):
    session = session_in(hours=hours, capacity=1)
    place(session, member)
    waiting = factories.make_user()
    place(session, waiting, state="waiting")
    assert JOIN_URL in signed_in(member).get(session.page.url).text
    for other in (client, signed_in(waiting), signed_in(factories.make_user("moderator"))):
        for path in (session.page.url, "/webinars/", url("events:calendar", session)):
            assert JOIN_URL not in other.get(path).text


@pytest.mark.parametrize("hours", [1, -2], ids=["too early", "over"])
def test_no_joining_before_and_after(as_member, member, hours):
    session = session_in(hours=hours, minutes=60)
    place(session, member)
    text = as_member.get(session.page.url).text
    assert JOIN_URL not in text
    assert "Join now" not in text


def test_a_page_with_the_address_to_join_is_in_no_cache(as_member, client, session):
    assert "no-store" in as_member.get(session.page.url)["Cache-Control"]
    assert "no-store" not in client.get(session.page.url).get("Cache-Control", "")


def test_my_webinars(as_member, member):
    first, second, third, other = (factories.make_webinar(title=f"Number {n}") for n in ("one", "two", "three", "four"))
    place(session_in(first), member)
    full = session_in(second, capacity=1)
    place(full)
    place(full, member, state="waiting")
    place(session_in(third, hours=-50), member)
    place(session_in(other), member, state="cancelled")
    text = as_member.get(reverse("events:mine")).text
    assert text.index("Coming</h2>") < text.index("Number one") < text.index("In line</h2>") < text.index("Number two")
    assert "You are 1st in line" in text
    assert text.index("Past</h2>") < text.index("Number three")
    assert "Number four" not in text


def test_my_webinars_when_there_are_none(as_member):
    assert "You have no place at a coming webinar." in as_member.get(reverse("events:mine")).text


@pytest.mark.django_db
def test_my_webinars_are_for_people_who_signed_in(client):
    response = client.get(reverse("events:mine"))
    assert response.url == f"{reverse('account_login')}?next={reverse('events:mine')}"


def test_my_webinars_cost_the_same_for_many(as_member, member, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(30) as queries:
            as_member.get(reverse("events:mine"))
        return len(queries)

    for hours in (24, -24):
        place(session_in(hours=hours), member)
    place(session_in(), member, state="waiting")
    as_member.get(reverse("events:mine"))
    few = count()
    for _ in range(5):
        for hours in (24, -24):
            place(session_in(hours=hours), member)
        place(session_in(), member, state="waiting")
    assert count() == few


def test_too_many_presses_are_slowed_down(as_member, session):
    codes = {as_member.post(url("events:register", session)).status_code for _ in range(41)}
    assert codes == {302, 429}


def test_the_menu_leads_here(client, db):
    factories.webinar_index()
    assert 'href="/webinars/"' in Client().get("/webinars/").text
