"""What is about somebody who works or volunteers with children goes to the safeguarding lead, and to nobody else."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from audit.models import Entry
from forum import actions as forum_actions
from forum.models import Post
from moderation import actions, transparency
from moderation.models import Decision, Duty, Escalation, Outsider, Report
from outbox.actions import drain
from outbox.models import Job
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SECRET = "He was alone with the children."


@pytest.fixture(autouse=True)
def only_posts():
    """Takes the place of the room's own: the registry stays as the site fills it."""


@pytest.fixture
def place(db):
    return factories.make_place(designated_officer="LADO: 01632 960 100")


@pytest.fixture
def post(place):
    thread = factories.make_thread(factories.make_space(place=place))
    return forum_actions.post_reply(thread=thread, author=factories.make_user(), source="I help at the group.")


@pytest.fixture
def lead(place):
    person = factories.make_user(display_name="Lena Lead")
    Duty.objects.create(person=person, level="lead", place=place)
    return person


def allege(client, post, **fields):
    return client.post(f"/report/post/{post.pk}/", {"reason": "staff", "details": SECRET, **fields})


def test_it_goes_to_the_places_lead_at_once_and_shows_the_officers_route(as_member, post, lead, moderator):
    other = factories.make_user()
    Duty.objects.create(person=other, level="lead", place=factories.make_place())
    drain()
    mail.outbox.clear()
    page = as_member.get(allege(as_member, post).url).content.decode()
    assert "LADO: 01632 960 100" in page and "999" in page and "no moderator" in page
    gone_on = Escalation.objects.get()
    assert list(gone_on.told.all()) == [lead]
    drain()
    assert {to for sent in mail.outbox for to in sent.to} == {lead.email}
    assert all(SECRET not in sent.body for sent in mail.outbox)
    page = signed_in(lead).get(f"/concern/{gone_on.pk}/").content.decode()
    assert SECRET in page and "LADO: 01632 960 100" in page and post.author.display_name in page


def test_the_lead_says_what_they_did_and_the_reporter_hears_that_it_was_taken_up(as_member, post, lead):
    address = allege(as_member, post).url
    gone_on, client = Escalation.objects.get(), signed_in(lead)
    assert "Say what you did." in client.post(f"/concern/{gone_on.pk}/", {}).content.decode()
    client.post(f"/concern/{gone_on.pk}/", {"route": "lado"})
    assert Report.objects.get().state == "passed_on"
    entry = Entry.objects.get(verb="moderation.allegation.taken_up")
    assert entry.detail == {"route": "lado"} and entry.subject_kind == "moderation.escalation"
    assert "has taken it up" in as_member.get(address).content.decode()
    assert client.get(f"/concern/{gone_on.pk}/").status_code == 404


def test_it_can_follow_upon_another_report_of_the_same_thing(as_member, member, post, lead):
    actions.report(subject=post, reporter=member, reason="abuse")
    assert as_member.get(f"/report/post/{post.pk}/").status_code == 302
    assert as_member.get(f"/report/post/{post.pk}/?staff=1").status_code == 200
    allege(as_member, post)
    assert set(Report.objects.values_list("reason", flat=True)) == {"abuse", "staff"}


def test_from_outside_it_goes_to_the_lead_too(client, place, lead):
    thread = factories.make_thread(factories.make_space(place=place, visibility="public"))
    page = client.get(client.post(f"/report/thread/{thread.pk}/", {"reason": "staff", "details": SECRET}).url)
    assert "LADO: 01632 960 100" in page.content.decode() or "ask for the LADO" in page.content.decode()
    assert list(Escalation.objects.get().told.all()) == [lead]


@pytest.mark.parametrize("handle", ["@nobody-here", "x" * 71])
def test_a_name_that_nobody_has_is_said(as_member, post, lead, handle):
    assert allege(as_member, post, about=handle).status_code == 200
    assert not Report.objects.exists()


class TestNeverToWhomItConcerns:
    """Whoever they are, they find it nowhere; nor do moderators who have no part in it."""

    def surfaces(self, person, post, reference) -> str:
        client = signed_in(person)
        addresses = [
            "/desk/", f"/desk/post/{post.pk}/", f"/desk/profile/{person.pk}/", "/desk/log/",
            f"/desk/log/?reference={reference}", "/desk/yearly/", "/desk/yearly/?format=csv", "/inbox/", "/me/",
            f"/report/{reference}/", "/admin/moderation/report/", "/admin/moderation/escalation/",
            "/admin/moderation/decision/",
        ]  # fmt: skip
        return "".join(client.get(address).content.decode() for address in addresses)

    @pytest.mark.parametrize(("rights", "is_lead"), [("", False), ("moderator", True), ("administrator", True)])
    def test_on_no_page_and_in_no_mail(self, post, place, member, rights, is_lead):
        concerned = factories.make_user(*filter(None, [rights]), handle="carl")
        if is_lead:
            Duty.objects.create(person=concerned, level="lead", place=place)
            Duty.objects.create(person=concerned, level="stand_in", place=place)
        fallback = factories.make_user("administrator")
        allege(signed_in(member), post, about="@carl")
        made = Report.objects.get()
        assert made.concerns == concerned
        assert list(Escalation.objects.get().told.all()) == [fallback]
        actions.escalate()
        drain()
        assert not [sent for sent in mail.outbox if concerned.email in sent.to]
        found = self.surfaces(concerned, post, made.reference)
        # A page that is not there says which address it was.
        assert SECRET not in found and f'"numeric">{made.reference}' not in found and "still waits" not in found
        gone_on = Escalation.objects.get()
        assert signed_in(concerned).get(f"/concern/{gone_on.pk}/").status_code == 404
        assert signed_in(concerned).get(f"/admin/moderation/report/{made.pk}/change/").status_code != 200

    def test_the_number_of_a_year_does_not_tell(self, as_member, post, lead):
        year = timezone.localdate().year
        before = str(transparency.report_of(year))
        allege(as_member, post)
        assert str(transparency.report_of(year)) == before

    def test_another_moderator_neither_sees_nor_closes_it(self, as_moderator, moderator, as_member, post, lead):
        allege(as_member, post)
        made = Report.objects.get()
        assert SECRET not in self.surfaces(moderator, post, made.reference)
        actions.hide(subject=post, actor=moderator, reason="So.", seen=actions.Seen(0, 10**9))
        made.refresh_from_db()
        assert made.state == "open" and not made.decisions.exists()

    def test_the_audit_log_does_not_say_what_it_stands_beside(self, as_member, post, lead):
        allege(as_member, post)
        entry = Entry.objects.get(verb="moderation.allegation")
        assert (entry.subject_kind, entry.detail) == ("moderation.report", {"report": Report.objects.get().reference})

    def test_where_nobody_else_is_left_an_outsider_hears(self, as_member, post, place):
        Duty.objects.create(person=post.author, level="lead", place=place)
        outsider = factories.make_user()
        Outsider.objects.create(person=outsider)
        allege(as_member, post)
        assert list(Escalation.objects.get().told.all()) == [outsider]

    def test_a_lead_may_read_what_stands_beside_their_own_words(self, as_member, place):
        lead, other = factories.make_user(), factories.make_user(handle="olga")
        Duty.objects.create(person=lead, level="lead", place=place)
        thread = factories.make_thread(factories.make_space(place=place), author=lead)
        as_member.post(f"/report/thread/{thread.pk}/", {"reason": "staff", "details": SECRET, "about": "olga"})
        page = signed_in(lead).get(f"/concern/{Escalation.objects.get().pk}/")
        assert SECRET in page.content.decode() and other.display_name in page.content.decode()


def test_what_waits_to_be_sent_names_neither_side(as_member, post, lead, member):
    allege(as_member, post)
    drain(kinds=["notify"])
    for job in Job.objects.all():
        assert SECRET not in str(job.payload) and post.author.display_name not in str(job.payload)


class TestWhatNobodyTakesUp:
    """It goes on to the stand-in after two hours and to the outsider after a day, once each."""

    def later(self, **age) -> int:
        Report.objects.update(created_at=timezone.now() - dt.timedelta(**age))
        return actions.pass_allegations_on()

    def told(self, level) -> list:
        return list(Escalation.objects.get(level=level).told.all())

    def test_the_stand_in_and_then_the_outsider_hear(self, as_member, post, lead, moderator):
        stand_in, outsider = factories.make_user(), factories.make_user()
        Duty.objects.create(person=stand_in, level="stand_in")
        Outsider.objects.create(person=outsider)
        allege(as_member, post)
        assert self.later(hours=1, minutes=59) == 0
        assert (self.later(hours=2, minutes=1), self.later(hours=23)) == (1, 0)
        assert self.told("stand_in") == [stand_in]
        assert (self.later(hours=24, minutes=1), self.later(days=9)) == (1, 0)
        assert self.told("outsider") == [outsider]
        drain()
        written_to = {to for sent in mail.outbox for to in sent.to}
        assert {stand_in.email, outsider.email} <= written_to and moderator.email not in written_to
        address = f"/concern/{Escalation.objects.get(level='outsider').pk}/"
        assert SECRET in signed_in(outsider).get(address).content.decode()
        signed_in(outsider).post(address, {"route": "lado"})
        assert Report.objects.get().state == "passed_on"
        assert signed_in(lead).get(f"/concern/{Escalation.objects.get(level='lead').pk}/").status_code == 404

    def test_what_is_taken_up_goes_nowhere(self, as_member, post, lead):
        allege(as_member, post)
        actions.take_up(escalation=Escalation.objects.get(), actor=lead, route="lado")
        assert self.later(days=2) == 0

    def test_not_to_whom_it_concerns_nor_twice_to_one_person(self, as_member, post, lead):
        Duty.objects.create(person=post.author, level="stand_in")
        Duty.objects.create(person=lead, level="stand_in")
        administrator = factories.make_user("administrator")
        allege(as_member, post)
        assert self.later(days=2) == 2
        assert (self.told("stand_in"), self.told("outsider")) == ([administrator], [])


def test_the_lead_hides_what_it_stands_beside_and_the_allegation_waits_on(as_member, post, lead):
    allege(as_member, post)
    client, address = signed_in(lead), f"/concern/{Escalation.objects.get().pk}/"
    assert "say nothing there of what we were told" in client.get(address).content.decode()
    typed = {"seen_decision": "0", "seen_report": "0", "suggestion": "harm"}
    assert client.post(f"{address}dismiss/", typed).status_code == 200
    assert not Decision.objects.exists()
    assert client.post(f"{address}hide/", typed).url == address
    assert Post.objects.get(pk=post.pk).hidden_at is not None
    assert not Decision.objects.get().reports.exists() and Report.objects.get().state == "open"
    page = client.get(address).content.decode()
    assert "others cannot read it" in page and "/hide/" not in page
