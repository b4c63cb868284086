import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outbox.models import Job
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/outbox/job/"


@pytest.fixture
def operator():
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="outbox", codename__in=["view_job", "change_job"])
    )
    return user


@pytest.fixture
def aside():
    return Job.objects.create(
        kind="note", state="aside", subject="post:7", last_error="It broke.", due_at=timezone.now(), attempts=9
    )


def act(client, action, *jobs, **extra):
    return client.post(LIST, {"action": action, "_selected_action": [job.pk for job in jobs], **extra}, follow=True)


def test_the_list_shows_what_failed_and_filters_by_state(operator, aside):
    client = signed_in(operator)
    page = client.get(LIST, {"state": "aside"}).content.decode()
    assert "It broke." in page and "post:7" in page
    assert "It broke." not in client.get(LIST, {"state": "done"}).content.decode()


def test_an_e_mails_words_and_addresses_are_not_shown(operator, settings):
    settings.EMAIL_BACKEND = "outbox.mail.OutboxBackend"
    EmailMessage("Private subject", "Private text", to=["anna@example.org"]).send()
    client = signed_in(operator)
    job = Job.objects.get()
    for address in (LIST, reverse("admin:outbox_job_change", args=[job.pk])):
        page = client.get(address).content.decode()
        assert "mail" in page
        assert "Private" not in page and "anna@" not in page and job.payload["mime"][:40] not in page


def test_try_again_and_drop(operator, aside):
    client = signed_in(operator)
    act(client, "try_again", aside)
    aside.refresh_from_db()
    assert (aside.state, aside.attempts) == ("waiting", 0)
    act(client, "drop", aside)
    assert not Job.objects.exists()
    assert LogEntry.objects.count() == 2


def test_work_at_hand_stays(operator, aside):
    Job.objects.update(state="claimed")
    page = act(signed_in(operator), "drop", aside).content.decode()
    assert "1 is in work or done and stays." in page
    assert Job.objects.exists()


def test_nothing_can_be_written_by_hand(operator, aside):
    client = signed_in(operator)
    change = reverse("admin:outbox_job_change", args=[aside.pk])
    client.post(change, {"kind": "evil", "state": "done"})
    aside.refresh_from_db()
    assert (aside.kind, aside.state) == ("note", "aside")
    assert client.get(reverse("admin:outbox_job_add")).status_code == 403
    assert client.post(reverse("admin:outbox_job_delete", args=[aside.pk])).status_code == 403
    assert client.get(reverse("admin:outbox_job_change", args=[10**6])).status_code == 302


def test_strangers_members_and_staff_without_the_right_do_not_get_in(aside, member):
    assert act(Client(), "drop", aside).redirect_chain
    assert act(signed_in(member), "drop", aside).redirect_chain
    assert act(signed_in(make_user(is_staff=True)), "drop", aside).status_code == 403
    assert Job.objects.exists()


def test_a_forged_request_changes_nothing(operator, aside, forged):
    assert forged(operator).post(LIST, {"action": "drop", "_selected_action": [aside.pk]}).status_code == 403
    assert Job.objects.exists()


def test_the_actions_need_a_post(operator, aside):
    signed_in(operator).get(LIST, {"action": "drop", "_selected_action": aside.pk})
    assert Job.objects.exists()
