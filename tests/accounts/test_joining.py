"""From the sign-up form to the first page as a member, through allauth and its mail."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import agreement
from accounts.models import MEMBER, Organisation, User
from audit.models import Entry
from outbox.models import Job
from tests import factories
from tests.accounts.mail import newest_code

pytestmark = pytest.mark.django_db


def answers(**changes):
    return {
        "email": "asha@example.org",
        "display_name": "Asha Patel",
        "role": "volunteer",
        "password1": "violet-kettle-harbour",
        "agree": "on",
        **changes,
    }


def join(client, **changes):
    return client.post(reverse("account_signup"), answers(**changes))


def confirm(client, code=None):
    return client.post(reverse("account_email_verification_sent"), {"code": code or newest_code()})


def test_somebody_joins_confirms_the_address_and_is_a_member():
    client = Client()
    before = timezone.now()
    sent = join(client)
    assert sent.url == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.display_name, person.role, person.handle) == ("Asha Patel", "volunteer", "asha-patel")
    assert before <= person.privacy_agreed_at <= timezone.now()
    assert person.rights == frozenset()
    assert client.get(reverse("accounts:me")).status_code == 302

    done = confirm(client)
    assert done.status_code == 302
    person = User.objects.get()
    assert person.rights == {MEMBER}
    assert client.get(reverse("accounts:me")).status_code == 200
    assert Entry.objects.get(verb="accounts.confirmed").subject_id == str(person.pk)


def test_the_code_stands_large_and_alone_and_may_be_sent_twice():
    join(Client())
    message = mail.outbox[-1]
    code = newest_code()
    assert code in message.subject
    assert f"<h1>{code}</h1>" in message.alternatives[0].content
    assert message.extra_headers["X-Repeat-Safe"] == "yes"
    assert message.to == ["asha@example.org"]


def test_the_mail_waits_in_the_outbox(settings):
    settings.EMAIL_BACKEND = "outbox.mail.OutboxBackend"
    join(Client())
    job = Job.objects.get(kind="mail")
    assert job.payload["to"] == ["asha@example.org"]
    assert job.payload["repeat_safe"] is True


def test_a_wrong_code_does_not_open_the_door():
    client = Client()
    join(client)
    wrong = "000000" if newest_code() != "000000" else "111111"
    assert confirm(client, wrong).status_code == 200
    assert User.objects.get().rights == frozenset()


def test_a_code_serves_only_the_browser_that_asked():
    join(Client())
    other = Client()
    assert confirm(other).url == reverse("account_login")
    assert User.objects.get().rights == frozenset()


def test_a_code_may_be_typed_with_spaces():
    client = Client()
    join(client)
    code = newest_code()
    confirm(client, f" {code[:3]} {code[3:]} ")
    assert User.objects.get().rights == {MEMBER}


def test_joining_with_a_known_address_looks_the_same_and_says_so_only_by_mail():
    factories.make_user(email="asha@example.org")
    new, known = Client(), Client()
    first = join(new, email="new@example.org")
    second = join(known)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    pages = [client.get(first.url).content.decode() for client in (new, known)]
    strip = [page.replace("new@example.org", "").replace("asha@example.org", "") for page in pages]
    assert _without_tokens(strip[0]) == _without_tokens(strip[1])
    assert "already a member" in mail.outbox[-1].subject
    assert User.objects.filter(email="asha@example.org").count() == 1


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agree": ""}, "agree"),
        ({"display_name": "asha@example.org"}, "display_name"),
        ({"display_name": "   "}, "display_name"),
        ({"display_name": "Site Moderator"}, "display_name"),
        ({"display_name": "𝐌öderators"}, "display_name"),
        ({"display_name": "M0derat0r Jo"}, "display_name"),
        ({"display_name": "Moder\u00b7ation"}, "display_name"),
        ({"display_name": "Support"}, "display_name"),
        ({"display_name": "The $taff"}, "display_name"),
        ({"display_name": "Jo (Support)"}, "display_name"),
        ({"display_name": "Help-Desk Jo"}, "display_name"),
        ({"display_name": "Common Ground Jo"}, "display_name"),
        ({"display_name": "a member"}, "display_name"),
        ({"display_name": "A member, health visiting"}, "display_name"),
        ({"display_name": "Somebody who has left"}, "display_name"),
        ({"display_name": "Аsha Patel"}, "display_name"),  # with a Cyrillic А
        ({"role": "queen"}, "role"),
        ({"role": ""}, "role"),
        ({"email": "no address"}, "email"),
        ({"password1": "short"}, "password1"),
        ({"sector": "999"}, "sector"),
        ({"place": "999"}, "place"),
    ],
)
def test_what_the_form_refuses(changes, field):
    page = join(Client(), **changes)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("name", ["Stafford Lead", "Ann Staff", "Jo Helpmann", "Modupe Ade", "Admira Teamer"])
def test_names_of_people_are_taken(name):
    join(Client(), display_name=name)
    assert User.objects.get().display_name == name


def test_sector_place_and_a_new_organisation_come_along():
    sector = factories.make_sector()
    place = factories.make_place(is_partnership=True)
    join(Client(), sector=sector.pk, place=place.pk, organisation="  Blackpool  Families ")
    person = User.objects.get()
    assert (person.sector, person.place, person.organisation.name) == (sector, place, "Blackpool Families")


def test_an_organisation_that_is_known_is_not_made_twice():
    Organisation.objects.create(name="Blackpool Families")
    join(Client(), organisation="blackpool families")
    assert User.objects.get().organisation == Organisation.objects.get()


def test_only_places_of_the_partnership_are_offered():
    ours = factories.make_place(is_partnership=True, name="Blackpool")
    ward = ours.add_child(name="Claremont", slug="claremont", kind="ward")
    elsewhere = factories.make_place(name="Elsewhere")
    page = Client().get(reverse("account_signup")).content.decode()
    assert "All of Blackpool" in page and f'<option value="{ward.pk}">Claremont' in page
    assert "Elsewhere" not in page
    assert "place" in join(Client(), place=elsewhere.pk).context["form"].errors


def test_the_page_costs_the_same_however_many_places_there_are(django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(10) as found:
            Client().get(reverse("account_signup"))
        return len(found)

    council = factories.make_place(is_partnership=True)
    council.add_child(name="One", slug="one", kind="ward")
    cost()  # Wagtail's roots and the footer's links are remembered after the first page
    few = cost()
    for number in range(8):
        council.refresh_from_db()
        council.add_child(name=f"Ward {number}", slug=f"ward-{number}", kind="ward")
        Organisation.objects.create(name=f"Organisation {number}")
        factories.make_sector()
    assert cost() == few


def test_the_privacy_notice_and_its_age_are_shown(monkeypatch):
    monkeypatch.setattr(agreement, "_sources", [lambda: None, lambda: ("/privacy/", 16)])
    page = Client().get(reverse("account_signup")).content.decode()
    assert "I am 16 or older, and I agree to the privacy notice" in page
    assert 'href="/privacy/"' in page


def test_two_people_of_one_name_have_two_handles():
    factories.make_user(display_name="Asha Patel")
    join(Client())
    assert User.objects.get(email="asha@example.org").handle == "asha-patel-2"


def test_a_forged_form_is_refused():
    assert join(Client(enforce_csrf_checks=True)).status_code == 403
    assert not User.objects.exists()


def test_who_has_not_confirmed_is_asked_for_a_code_again_when_signing_in():
    join(Client())
    cache.clear()
    client = Client()
    page = client.post(reverse("account_login"), {"login": "asha@example.org", "password": "violet-kettle-harbour"})
    assert page.url == reverse("account_email_verification_sent")
    confirm(client)
    assert client.get(reverse("accounts:me")).status_code == 200


def sign_in_by_code(client):
    client.post(reverse("account_request_login_code"), {"email": "asha@example.org"})
    return client.post(reverse("account_confirm_login_code"), {"code": newest_code()})


def test_who_joined_with_an_address_of_somebody_else_does_not_come_in_beside_them():
    """The owner is told that the address is a member's, and signs in by a code."""
    join(Client())
    cache.clear()
    owner = Client()
    assert sign_in_by_code(owner).status_code == 302
    assert "is forgotten" in owner.get(reverse("accounts:me")).content.decode()
    assert not User.objects.get().has_usable_password()
    stranger = Client()
    refused = stranger.post(
        reverse("account_login"), {"login": "asha@example.org", "password": "violet-kettle-harbour"}
    )
    assert refused.status_code == 200
    assert stranger.get(reverse("accounts:me")).status_code == 302


def test_a_member_who_signs_in_by_a_code_keeps_the_password():
    client = Client()
    join(client)
    confirm(client)
    cache.clear()
    assert sign_in_by_code(Client()).status_code == 302
    assert User.objects.get().has_usable_password()


@pytest.mark.parametrize("password", ["violet-kettle-harbour", "another-kettle-harbour"])
def test_the_same_address_twice_at_the_same_moment_is_one_account(monkeypatch, password):
    """The second form looked for the address before the first one had taken it."""
    join(Client())
    monkeypatch.setattr("allauth.account.forms.flows.manage_email.email_already_exists", lambda email: (email, False))
    client = Client()
    assert join(client, email="Asha@example.org", password1=password).url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    if password == "violet-kettle-harbour":
        confirm(client)
        assert client.get(reverse("accounts:me")).status_code == 200
    else:
        assert "already a member" in mail.outbox[-1].subject


def test_nobody_is_taken_for_a_practitioner_before_they_say_so():
    page = Client().get(reverse("account_signup")).content.decode()
    assert 'name="role"' in page and "checked" not in page.partition('name="role"')[2].partition("</fieldset>")[0]
    assert "novalidate" in page
