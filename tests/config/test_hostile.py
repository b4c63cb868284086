"""What somebody who means harm sends: numbers and bytes that no form makes, guesses, addresses typed by hand."""

import uuid

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from forum.models import Draft, Thread
from tests import factories
from tests.accounts.mail import newest_code
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
NINES = "9" * 25


# Numbers and bytes that a database refuses -----------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(
    "address",
    [
        f"/desk/post/{NINES}/",
        f"/files/images/{NINES}/avatar/",
        f"/community/post/{NINES}/",
        f"/webinars/sessions/{NINES}/people/",
        "/report/R-%00/",
    ],
)
def test_a_row_that_no_database_can_hold_is_not_found(as_moderator, address):
    assert as_moderator.get(address).status_code == 404


def opening(**changes):
    return {"kind": "question", "space": "lounge", "title": "Sleep", "text": "How?", **changes}


@pytest.mark.postgres
@pytest.mark.parametrize("field", ["topics", "sectors"])
def test_a_choice_that_no_database_can_hold_is_a_wrong_choice(as_member, field):
    factories.make_space(slug="lounge")
    page = as_member.post(reverse("forum:start"), opening(**{field: NINES}))
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert not Thread.objects.exists()


@pytest.mark.postgres
def test_a_null_byte_is_no_error_of_the_site(as_member):
    factories.make_space(slug="lounge")
    assert as_member.get(reverse("forum:start"), {"space": "lou\0nge"}).status_code == 200
    assert as_member.post(reverse("forum:start"), opening(space="x\0")).status_code == 200
    key = f"thread:{uuid.uuid4().hex}"
    kept = as_member.post(reverse("forum:draft"), {"draft_key": key, "text": "a\0b", "topics": "1\0"})
    assert kept.status_code == 200
    assert Draft.objects.get().fields["topics"] == ["1"]


def test_a_body_larger_than_any_upload_is_refused_unread(client):
    class Unread:
        def read(self, *args, **more):
            raise AssertionError("The body was read.")

        readline = read

    largest = {"CONTENT_LENGTH": str(settings.LARGEST_BODY + 1), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = client.generic("POST", "/", **{"wsgi.input": Unread(), **largest})
    assert answer.status_code == 413


# Who has joined, and codes ---------------------------------------------------------------------------


def test_joining_with_a_known_address_costs_as_much_as_with_a_new_one(monkeypatch, db):
    factories.make_user(email="asha@example.org")
    hashed = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args, **more: hashed.append(1) or encode(self, *args, **more))

    def cost(email):
        hashed.clear()
        answers = {"display_name": "Asha", "role": "volunteer", "password1": "violet-kettle-harbour", "agree": "on"}
        assert Client().post(reverse("account_signup"), {"email": email, **answers}).status_code == 302
        return len(hashed)

    assert cost("asha@example.org") == cost("new@example.org") == 1


def code_asked_for(email):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": email})
    return client, newest_code()


def test_guesses_sent_at_the_same_moment_are_all_counted():
    factories.make_user(email="asha@example.org")
    client, code = code_asked_for("asha@example.org")
    before = Session.objects.get().session_data
    for guess in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": f"{(int(code) + guess + 1) % 1_000_000:06d}"})
        # What a request sees that came before the one above had written its count.
        Session.objects.update_or_create(
            session_key=client.cookies["sessionid"].value,
            defaults={"session_data": before, "expire_date": "2100-01-01T00:00:00Z"},
        )
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get(reverse("accounts:me")).status_code == 302


def test_one_address_cannot_guess_codes_of_one_account_after_the_other(monkeypatch):
    monkeypatch.setattr("accounts.forms.signing_in.GUESSES_AN_ADDRESS", 2)
    for number in range(2):
        factories.make_user(email=f"person{number}@example.org")
        client, code = code_asked_for(f"person{number}@example.org")
        client.post(reverse("account_confirm_login_code"), {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    factories.make_user(email="last@example.org")
    client, code = code_asked_for("last@example.org")
    page = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "too many times" in page.content.decode()
    assert client.get(reverse("accounts:me")).status_code == 302
    elsewhere, code = code_asked_for("last@example.org")
    elsewhere.post(reverse("account_confirm_login_code"), {"code": code}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.get(reverse("accounts:me")).status_code == 200


def test_links_in_account_mail_lead_to_the_site_whatever_host_was_asked(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    factories.make_user(email="asha@example.org")
    stranger = Client(HTTP_HOST="testserver:1337")
    stranger.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})
    answers = {"display_name": "Asha", "role": "volunteer", "password1": "violet-kettle-harbour", "agree": "on"}
    stranger.post(reverse("account_signup"), {"email": "asha@example.org", **answers})
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert settings.BASE_URL in message.body
        assert "1337" not in message.body


# Names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["\u200b\u200b", "\u2800", "\u3164", "...", "\u202e"])
def test_a_name_can_be_read(as_member, member, name):
    answers = {"display_name": name, "role": "volunteer", "time_zone": "Europe/London"}
    page = as_member.post(reverse("accounts:edit"), answers)
    assert "display_name" in page.context["form"].errors


def test_no_part_of_a_byline_turns_the_direction_of_reading_or_hides_letters(as_member, member):
    as_member.post(
        reverse("accounts:edit"),
        {
            "display_name": "\u202eAli\u200bson \u2066P",
            "job_title": "Health\u202e visitor",
            "organisation": "Early \u202eYears\U000e0041",
            "role": "volunteer",
            "time_zone": "Europe/London",
        },
    )
    member = User.objects.get(pk=member.pk)
    assert (member.display_name, member.job_title, str(member.organisation)) == (
        "Alison P",
        "Health visitor",
        "Early Years",
    )


def test_names_in_other_scripts_stay_as_they_are(as_member, member):
    persian = "نیلو\u200cفر"
    answers = {"display_name": persian, "role": "volunteer", "time_zone": "Europe/London"}
    as_member.post(reverse("accounts:edit"), answers)
    assert User.objects.get(pk=member.pk).display_name == persian


def test_strangers_do_not_read_what_one_person_typed_as_their_organisation(client):
    alone, shared = (Organisation.objects.create(name=name) for name in ("Ring 0800 Prize", "Southend Library"))
    factories.make_user(organisation=alone)
    for _ in range(2):
        factories.make_user(organisation=shared)
    page = client.get(reverse("account_signup")).content.decode()
    assert "Southend Library" in page
    assert "0800" not in page


# Both admins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/admin/accounts/user/?password__startswith=md5", "/admin/outbox/job/?payload__icontains=a"],
)
def test_an_address_does_not_ask_for_secrets_letter_by_letter(administrator, address):
    client = signed_in(administrator)
    assert client.get(address.partition("?")[0]).status_code == 200
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_wagtails_bulk_actions_on_people_are_off(administrator, member, action):
    client = signed_in(administrator)
    address = f"/cms/bulk/accounts/user/{action}/?id={member.pk}"
    assert client.get(address).status_code == 404
    assert client.post(address, {"mark_as_active": "False"}).status_code == 404
    assert User.objects.get(pk=member.pk).is_active


def test_no_get_signs_anybody_out_of_the_cms(as_moderator):
    page = as_moderator.get(reverse("wagtailadmin_logout"))
    assert page.status_code == 200
    assert as_moderator.get(reverse("accounts:me")).status_code == 200
    as_moderator.post(reverse("wagtailadmin_logout"))
    assert as_moderator.get(reverse("accounts:me")).status_code == 302
