"""What nobody decides about in time goes to the safeguarding lead of its place, then to a stand-in; once each."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from forum.models import Post
from moderation import actions
from moderation.models import Decision, Duty, Escalation, Outsider, Report
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def place():
    return factories.make_place(name="Wharfedale")


@pytest.fixture
def post(place):
    space = factories.make_space(visibility="invited", place=place)
    return factories.make_post(factories.make_thread(space, title="A closed talk"), source="He is left alone at night.")


@pytest.fixture
def lead(place):
    person = factories.make_user(display_name="Lead")
    Duty.objects.create(person=person, level="lead", place=place)
    return person


def waiting_for(post, reporter=None, reason="harm", **age):
    made = actions.report(subject=post, reporter=reporter or factories.make_user(), reason=reason)
    Report.objects.filter(pk=made.pk).update(created_at=timezone.now() - dt.timedelta(**age))
    return made


def told(kind="report_escalated"):
    drain()
    rows = Notification.objects.filter(event__kind=kind, channel="inbox")
    return set(rows.values_list("person", flat=True))


def test_the_lead_of_the_place_hears_after_two_hours_and_once(lead, post, moderator):
    elsewhere = factories.make_user()
    Duty.objects.create(person=elsewhere, level="lead", place=factories.make_place(name="Elsewhere"))
    made = waiting_for(post, hours=1, minutes=50)
    assert actions.escalate() == 0
    Report.objects.update(created_at=timezone.now() - dt.timedelta(hours=2, minutes=1))
    assert actions.escalate() == 1
    assert actions.escalate() == 0
    assert told() == {lead.pk}
    mails = [message for message in mail.outbox if message.to == [lead.email]]
    assert len(mails) == 1 and post.source not in mails[0].body and post.thread.title not in mails[0].body
    assert Entry.objects.filter(verb="moderation.escalated.lead", detail__report=made.reference).exists()


@pytest.mark.parametrize("reason", ["spam", "abuse", "other"])
def test_what_does_not_concern_a_child_waits_for_the_moderators(lead, post, reason):
    waiting_for(post, reason=reason, days=3)
    assert actions.escalate() == 0


def test_what_is_decided_goes_nowhere(lead, post, moderator):
    made = waiting_for(post, hours=3)
    actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(0, made.pk))
    assert actions.escalate() == 0


def test_never_to_the_author_nor_to_the_reporter(place, post, lead):
    for person in (post.author, factories.make_user()):
        Duty.objects.create(person=person, level="lead", place=None)
    reporter = Duty.objects.order_by("pk").last().person
    waiting_for(post, reporter=reporter, hours=3)
    actions.escalate()
    assert told() == {lead.pk}


def test_without_a_lead_the_administrators_hear(post):
    administrator = factories.make_user("administrator")
    waiting_for(post, hours=3)
    actions.escalate()
    assert told() == {administrator.pk}


def test_a_lead_for_everywhere_hears_of_every_place(post):
    everywhere = factories.make_user()
    Duty.objects.create(person=everywhere, level="lead", place=None)
    waiting_for(post, hours=3)
    actions.escalate()
    assert told() == {everywhere.pk}


def test_a_stand_in_hears_after_a_day_of_what_is_held(post):
    stand_in = factories.make_user()
    Duty.objects.create(person=stand_in, level="stand_in", place=None)
    Duty.objects.create(person=factories.make_user(), level="lead", place=None)
    actions.hold(subject=post, hold=actions.Hold("It must stay.", ()))
    Report.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert actions.escalate() == 1
    assert told() == {stand_in.pk}


def test_the_lead_reads_it_hides_it_and_each_look_is_recorded(lead, post, moderator):
    made = waiting_for(post, hours=3)
    actions.escalate()
    client, url = signed_in(lead), Escalation.objects.get().get_absolute_url()
    page = client.get(url).content.decode()
    assert post.source in page and made.get_reason_display() in page
    assert made.reporter.display_name not in page
    assert Entry.objects.filter(verb="moderation.concern.read", actor_id=lead.pk).count() == 1
    assert client.get("/desk/").status_code == 403
    seen = {"seen_decision": "0", "seen_report": str(made.pk)}
    assert "Choose a reason" in client.post(f"{url}hide/", seen).content.decode()
    assert client.post(f"{url}hide/", {**seen, "suggestion": "harm"}).status_code == 302
    assert Post.objects.get(pk=post.pk).hidden_at is not None
    assert Decision.objects.get().decided_by == lead
    assert client.get(url).status_code == 404, "it is decided"
    assert Report.objects.get().state == "upheld"


def test_a_moderator_is_led_to_the_desk(post, moderator, as_moderator):
    Duty.objects.create(person=moderator, level="lead", place=None)
    waiting_for(post, hours=3)
    actions.escalate()
    assert as_moderator.get(Escalation.objects.get().get_absolute_url()).url == f"/desk/post/{post.pk}/"


def test_what_was_decided_meanwhile_is_not_done_twice(lead, post, moderator):
    made = waiting_for(post, hours=3)
    actions.escalate()
    later = actions.report(subject=post, reporter=factories.make_user(), reason="spam")
    actions.dismiss(subject=post, actor=moderator, reason="Fine.", seen=actions.Seen(0, made.pk))
    Report.objects.filter(pk=made.pk).update(state="open")
    url = Escalation.objects.get().get_absolute_url()
    typed = {"seen_decision": "0", "seen_report": str(later.pk), "suggestion": "harm"}
    answer = signed_in(lead).post(f"{url}hide/", typed, follow=True)
    assert "Nothing was done" in answer.content.decode()
    assert Post.objects.get(pk=post.pk).hidden_at is None


def test_nobody_else_sees_it(lead, post, member):
    waiting_for(post, hours=3)
    actions.escalate()
    url = Escalation.objects.get().get_absolute_url()
    hide = f"{url}hide/"
    assert Client().get(url).status_code == 302
    for person in (member, post.author, factories.make_user("editor")):
        assert signed_in(person).get(url).status_code == 404
        assert signed_in(person).post(hide, {"suggestion": "harm"}).status_code == 404
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(hide, {"suggestion": "harm"}).status_code == 403
    assert signed_in(lead).put(url).status_code == 405
    assert signed_in(lead).get(hide).url == url
    for verb in ("suspend", "nothing"):
        assert signed_in(lead).post(f"{url}{verb}/", {"note": "So."}).status_code == 404
    assert signed_in(lead).post(f"{url}remove/", {"note": "So."}).status_code == 200, "for moderators alone"
    assert signed_in(lead).get("/concern/999999/").status_code == 404
    assert Post.objects.get(pk=post.pk).hidden_at is None


def test_the_desk_says_when_nobody_is_named(as_moderator, lead):
    assert "Nobody is named as safeguarding lead" not in as_moderator.get("/desk/").content.decode()
    Duty.objects.all().delete()
    assert "Nobody is named as safeguarding lead" in as_moderator.get("/desk/").content.decode()


def test_what_the_only_moderator_wrote_goes_to_the_stand_in_at_once(member, moderator):
    stand_in = factories.make_user()
    Duty.objects.create(person=stand_in, level="stand_in")
    own = factories.make_post(factories.make_thread(), author=moderator)
    actions.report(subject=own, reporter=member, reason="abuse")
    assert list(Escalation.objects.get().told.all()) == [stand_in]
    factories.make_user("moderator")
    other = factories.make_post(factories.make_thread(), author=moderator)
    actions.report(subject=other, reporter=member, reason="abuse")
    assert Escalation.objects.count() == 1, "another moderator decides about this one"


def test_of_whoever_looks_after_all_alone_the_outsider_hears(member):
    alone, outsider = factories.make_user("administrator", "moderator"), factories.make_user()
    Outsider.objects.create(person=outsider)
    own = factories.make_post(factories.make_thread(), author=alone)
    actions.report(subject=own, reporter=member, reason="abuse")
    gone_on = Escalation.objects.get()
    assert list(gone_on.told.all()) == [outsider]
    assert signed_in(alone).get(gone_on.get_absolute_url()).status_code == 404
    drain()
    assert told() == {outsider.pk}
    page = signed_in(outsider).get(gone_on.get_absolute_url())
    assert page.status_code == 200 and "Hide" in page.content.decode()


def test_whom_a_report_concerned_when_it_was_made_does_not_hear_of_it_later(post, lead):
    """A space says who keeps it, and somebody else may by the time that the report goes on."""
    other = factories.make_user()
    Duty.objects.create(person=other, level="lead")
    waiting_for(post, hours=3)
    Report.objects.update(concerns=lead)
    actions.escalate()
    assert list(Escalation.objects.get().told.all()) == [other]


@pytest.mark.parametrize(("verb", "is_shown"), [("restore", True), ("hide", False)])
def test_a_stand_in_lets_a_held_post_through_or_keeps_it_hidden(post, verb, is_shown):
    stand_in = factories.make_user()
    Duty.objects.create(person=stand_in, level="stand_in", place=None)
    decided = actions.hold(subject=post, hold=actions.Hold("It must stay.", ()))
    Report.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    actions.escalate()
    client, url = signed_in(stand_in), Escalation.objects.get().get_absolute_url()
    page = client.get(url).content.decode()
    assert "It must stay." in page and "Let others read it" in page and "Keep it hidden" in page
    typed = {"seen_decision": str(decided.pk), "seen_report": str(Report.objects.get().pk), "note": "I have read it."}
    assert client.post(f"{url}{verb}/", typed).url == "/inbox/"
    assert (Post.objects.get(pk=post.pk).hidden_at is None) is is_shown
    assert Decision.objects.order_by("pk").last().decided_by == stand_in


def test_what_was_reported_can_be_left_as_it_is(lead, post):
    made = waiting_for(post, hours=3)
    actions.escalate()
    url = Escalation.objects.get().get_absolute_url()
    typed = {"seen_decision": "0", "seen_report": str(made.pk), "suggestion": "rules"}
    assert signed_in(lead).post(f"{url}dismiss/", typed).status_code == 302
    assert Report.objects.get().state == "dismissed" and Post.objects.get(pk=post.pk).hidden_at is None
