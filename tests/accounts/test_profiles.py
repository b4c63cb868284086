"""A member's own pages, and what others see of them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts import actions
from accounts.forms import ProfileForm
from accounts.models import User
from files.models import SiteImage
from tests import factories
from tests.conftest import signed_in, typed_by
from web.signals import content_changed

pytestmark = pytest.mark.django_db


def picture(width=800, height=600, kind="JPEG"):
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(drawn, kind)
    return SimpleUploadedFile("me.jpg", drawn.getvalue(), "image/jpeg")


def answers(person, **changes):
    found = {name: value for name, value in ProfileForm.answers_of(person).items() if value}
    for name in ("sector", "place"):
        if name in found:
            found[name] = found[name].pk
    return {**found, **changes}


def save(client, person, **changes):
    return client.post(reverse("accounts:edit"), answers(person, **changes))


def test_a_member_edits_the_profile(member, as_member):
    sector, place = factories.make_sector(), factories.make_place(is_partnership=True)
    page = save(
        as_member,
        member,
        display_name="Asha Patel",
        job_title="Health visitor",
        sector=sector.pk,
        place=place.pk,
        organisation="Blackpool Families",
        about_source="I like **sleep** support.",
        is_listed="on",
        time_zone="Europe/Paris",
    )
    assert page.url == member.get_absolute_url()
    member.refresh_from_db()
    assert (member.sector, member.place, member.organisation.name) == (sector, place, "Blackpool Families")
    assert member.is_listed and member.time_zone == "Europe/Paris"
    shown = as_member.get(member.get_absolute_url()).content.decode()
    assert "<strong>sleep</strong>" in shown and "Health visitor" in shown


def test_what_is_written_is_made_safe(member, as_member):
    save(as_member, member, about_source="<script>alert(1)</script> [x](javascript:alert(1))")
    shown = as_member.get(member.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in shown and 'href="javascript' not in shown


def test_search_hears_of_a_change(member):
    heard = []

    def listen(sender, ids, **kwargs):
        heard.append((sender, ids))

    content_changed.connect(listen)
    try:
        actions.update_profile(person=member, changes={"job_title": "Midwife"})
    finally:
        content_changed.disconnect(listen)
    assert heard == [(User, [member.pk])]


def test_a_photo_becomes_square_and_replaces_the_old_one(member, as_member):
    save(as_member, member, photo=picture())
    member.refresh_from_db()
    first = member.photo
    assert (first.width, first.height) == (600, 600)
    assert first.collection.name == "Members’ uploads"
    save(as_member, member, photo=picture(300, 900))
    member.refresh_from_db()
    assert member.photo_id != first.pk
    assert SiteImage.objects.count() == 1
    save(as_member, member, remove_photo="on")
    member.refresh_from_db()
    assert member.photo is None and not SiteImage.objects.exists()


def test_a_photo_that_is_none_is_refused_and_says_why(member, as_member):
    bad = SimpleUploadedFile("me.jpg", b"<html>not a picture</html>", "image/jpeg")
    page = save(as_member, member, photo=bad)
    assert page.status_code == 200
    assert "cannot read this picture" in str(page.context["form"].errors["photo"])
    assert not SiteImage.objects.exists()


def test_a_photo_is_not_drawn_again_and_again(member, as_member, monkeypatch):
    monkeypatch.setattr("accounts.views.PHOTOS_AN_HOUR", 1)
    save(as_member, member, photo=picture(300, 300))
    page = save(as_member, member, photo=picture(300, 301))
    assert "very often" in str(page.context["form"].errors["photo"])
    assert save(as_member, member, display_name="Another Name").status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"role": ""}, "role"),
        ({"about_source": "x" * 2001}, "about_source"),
    ],
)
def test_what_the_form_refuses(member, as_member, changes, field):
    assert field in save(as_member, member, **changes).context["form"].errors


def test_a_visitor_signs_in_first_and_finds_the_text_again(member):
    client = Client()
    assert client.get(reverse("accounts:edit")).url == f"{reverse('account_login')}?next={reverse('accounts:edit')}"
    typed = answers(member, about_source="Half an hour of typing.")
    typed |= typed_by(member, reverse("accounts:edit"))
    assert client.post(reverse("accounts:edit"), typed).status_code == 302
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    assert "Half an hour of typing." in client.get(reverse("accounts:edit")).content.decode()


def test_who_is_no_member_any_more_may_not(member, as_member):
    actions.set_rights(actor=None, person=member, rights=[])
    assert as_member.get(reverse("accounts:edit")).status_code == 403
    assert save(as_member, member).status_code == 403


def test_forged_and_wrong_verbs(member, forged, as_member):
    assert forged(member).post(reverse("accounts:edit"), answers(member)).status_code == 403
    assert as_member.delete(reverse("accounts:edit")).status_code == 405
    assert as_member.get(reverse("accounts:end_sessions")).status_code == 405
    assert forged(member).post(reverse("accounts:end_sessions")).status_code == 403
    assert Client().post(reverse("accounts:end_sessions")).status_code == 302


def test_signing_out_everywhere_else(member):
    here, there = signed_in(member), signed_in(member)
    here.post(reverse("accounts:end_sessions"))
    assert here.get(reverse("accounts:me")).status_code == 200
    assert there.get(reverse("accounts:me")).status_code == 302


# What others see ----------------------------------------------------------------------------------------


def test_members_see_a_profile_and_search_engines_do_not(member, as_member):
    other = factories.make_user(display_name="Sam Okafor")
    page = as_member.get(other.get_absolute_url())
    assert page.status_code == 200 and "Sam Okafor" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_visitor_gets_404_with_a_way_to_sign_in(member):
    page = Client().get(member.get_absolute_url())
    assert page.status_code == 404
    assert reverse("account_login") in page.content.decode()
    assert member.display_name not in page.content.decode()


def test_who_is_no_member_any_more_sees_nobody(member, as_member):
    other = factories.make_user()
    actions.update_profile(person=other, changes={}, photo=picture())
    photo = reverse("files:sized", args=[other.photo_id, "avatar"])

    def statuses():
        found = [as_member.get(address) for address in (photo, other.get_absolute_url())]
        for response in found:
            response.close()  # or the file of the photo stays open
        return [response.status_code for response in found]

    assert statuses() == [200, 200]
    actions.set_rights(actor=None, person=member, rights=[])
    assert statuses() == [404, 404]


def test_a_closed_account_has_no_profile(as_member):
    closed = factories.make_user(is_active=False)
    assert as_member.get(closed.get_absolute_url()).status_code == 404
    assert as_member.get("/people/nobody/").status_code == 404


def test_the_profile_costs_the_same_for_everybody(as_member, django_assert_max_num_queries):
    bare = factories.make_user()
    full = factories.make_user(sector=factories.make_sector(), place=factories.make_place(), about_html="<p>x</p>")

    def cost(person):
        with django_assert_max_num_queries(14) as queries:
            assert as_member.get(person.get_absolute_url()).status_code == 200
        return len(queries)

    cost(bare)  # the footer and Wagtail's roots are remembered after the first page
    assert cost(bare) == cost(full)


def draw(text, **context):
    return Template("{% load accounts_tags %}" + text).render(Context(context))


def test_a_byline_names_job_sector_and_place_without_a_query(django_assert_num_queries):
    factories.make_user(
        display_name="<Asha>", job_title="Midwife", sector=factories.make_sector(), place=factories.make_place()
    )
    person = User.objects.select_related("sector", "place").get(job_title="Midwife")
    with django_assert_num_queries(0):
        line = draw("{% byline person %}{% avatar person 'small' %}", person=person)
    assert "&lt;Asha&gt;" in line and "Midwife" in line and person.sector.name in line and person.place.name in line
    assert person.get_absolute_url() in line


def test_somebody_who_has_left_still_has_a_byline():
    assert "Somebody who has left" in draw("{% byline nobody %}{% avatar nobody %}", nobody=None)


def test_a_photo_is_shown_instead_of_initials(member, django_assert_num_queries):
    actions.update_profile(person=member, changes={}, photo=picture())
    person = User.objects.get(pk=member.pk)
    with django_assert_num_queries(0):
        drawn = draw("{% avatar person %}", person=person)
    assert reverse("files:sized", args=[member.photo_id, "avatar"]) in drawn


def test_two_of_the_same_name_in_one_place_are_asked_to_tell_themselves_apart(as_member, member):
    place = factories.make_place()
    User.objects.filter(pk=member.pk).update(display_name="Jo Green", place=place)
    words = "Another member has the same name"
    assert words not in as_member.get(reverse("accounts:me")).content.decode()
    other = factories.make_user(display_name="jo green", place=factories.make_place())
    assert words not in as_member.get(reverse("accounts:me")).content.decode()
    User.objects.filter(pk=other.pk).update(place=place)
    assert words in as_member.get(reverse("accounts:me")).content.decode()
    User.objects.filter(pk=member.pk).update(job_title="Midwife")
    assert words not in as_member.get(reverse("accounts:me")).content.decode()


def test_who_moderates_may_say_so_and_nobody_else(member, moderator):
    for person, may in ((member, False), (moderator, True)):
        client = signed_in(person)
        save(client, person, display_name="Mo Moderator")
        person.refresh_from_db()
        save(client, person, job_title="Moderator of this site")
        person.refresh_from_db()
        assert ("oderator" in person.display_name) == ("oderator" in person.job_title) == may
