"""Suggesting a resource: by a member, to a moderator, into the library; each step told, and no stranger sees it."""

from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.models import PageViewRestriction

from files.models import DocumentText
from knowledge import duplicates
from knowledge.actions import suggestions as actions
from knowledge.actions.withdrawal import withdraw
from knowledge.models import ResourcePage, Suggestion, SuggestionStep
from moderation.screening import Kind
from notifications.models import Notification
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FIELDS = {
    "title": "Talking at bath time", "reason": "Health visitors could hand it out.", "doi": "", "address": "",
    "kind": "", "authors": "", "publisher": "", "year": "", "summary": "",
}  # fmt: skip


def make(person=None, **fields) -> Suggestion:
    plain = {**FIELDS, "year": None, **fields}
    return actions.suggest(person=person or factories.make_user(), fields=plain)


def told(person) -> list[str]:
    drain()
    rows = Notification.objects.filter(person=person, channel="inbox").select_related("event").order_by("pk")
    return [row.event.kind for row in rows]


# The form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("https://doi.org/10.1000/ABC%2F1", 'value="10.1000/abc/1"'),
        ("www.example.org/report", 'value="https://www.example.org/report"'),
        ("Talking at bath time", 'value="Talking at bath time"'),
    ],
)
def test_what_somebody_has_fills_the_form(as_member, what, expected):
    assert expected in as_member.get("/suggest/", {"what": what}).content.decode()


def test_the_start_asks_for_one_thing_and_says_when_it_is_missing(as_member):
    assert 'name="what"' in as_member.get("/suggest/").content.decode()
    assert "a DOI, an address or a title" in as_member.get("/suggest/?what=").content.decode()
    assert 'name="file"' in as_member.get("/suggest/?by=hand").content.decode()


def test_what_the_library_has_is_shown_first(as_member):
    factories.make_resource(title="Bath time talk", doi="10.1000/182")
    hidden = factories.make_resource(title="Only for us", doi="10.1000/182")
    hidden.unpublish()
    text = as_member.get("/suggest/", {"what": "10.1000/182"}).content.decode()
    assert "We may have this already" in text and "Bath time talk" in text and "Only for us" not in text


@pytest.mark.postgres
def test_a_suggestion_is_kept_and_moderators_are_told(member, as_member, moderator, editor):
    answer = as_member.post("/suggest/", {**FIELDS, "doi": "doi:10.1000/182", "year": "2019"})
    made = Suggestion.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.person, made.doi, made.year, made.state) == (member, "10.1000/182", 2019, "waiting")
    assert told(moderator) == told(editor) == ["suggestion_made"]
    assert told(member) == []


def test_a_double_is_asked_about_and_may_be_suggested_all_the_same(as_member):
    factories.make_resource(title="Talking, at bath-time!")
    answer = as_member.post("/suggest/", FIELDS)
    assert "Its title is nearly the same." in answer.content.decode()
    assert not Suggestion.objects.exists()
    assert as_member.post("/suggest/", {**FIELDS, "anyway": "yes"}).status_code == 302


def test_what_may_tell_who_somebody_is_has_to_go_or_to_have_a_reason(as_member, as_moderator):
    words = "Call me on 07700 900123 about it."
    answer = as_member.post("/suggest/", {**FIELDS, "reason": words})
    assert "07700 900123" in answer.content.decode() and not Suggestion.objects.exists()
    as_member.post("/suggest/", {**FIELDS, "reason": words, "why": "It is the helpline."})
    made = Suggestion.objects.get()
    assert "helpline" in as_moderator.get(made.get_absolute_url()).content.decode()
    assert "helpline" not in as_member.get(made.get_absolute_url()).content.decode()
    assert str(Kind.PHONE.label) in made.steps.get(verb="noted").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Give its title"), ("reason", "", "Say in a sentence"), ("doi", "182", "no DOI"),
        ("address", "not an address", "no address"), ("year", "12", "greater than"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_said(as_member, field, value, says):
    text = as_member.post("/suggest/", {**FIELDS, field: value}).content.decode()
    assert says in text and not Suggestion.objects.exists()


def test_a_file_is_seen_by_its_person_and_by_moderators(as_member, as_moderator, client):
    file = SimpleUploadedFile("tips.txt", b"Talk about the bubbles.", "text/plain")
    as_member.post("/suggest/", {**FIELDS, "file": file})
    url = Suggestion.objects.get().document.url
    for reader in (as_member, as_moderator):
        with closing(reader.get(url)) as answer:
            assert b"bubbles" in answer.getvalue()
    stranger = signed_in(factories.make_user())
    assert client.get(url).status_code == stranger.get(url).status_code == 404


def test_whoever_gave_a_file_with_a_password_reads_what_to_do(as_member, as_moderator):
    file = SimpleUploadedFile("tips.txt", b"Talk about the bubbles.", "text/plain")
    as_member.post("/suggest/", {**FIELDS, "file": file})
    found = Suggestion.objects.get()
    url = found.get_absolute_url()
    assert "locked with a password" not in as_member.get(url).content.decode()
    locked = {"outcome": DocumentText.Outcome.LOCKED, "version": found.document.version}
    DocumentText.objects.update_or_create(document=found.document, defaults=locked)
    of_giver, of_moderator = (client.get(url).content.decode() for client in (as_member, as_moderator))
    assert "locked with a password" in of_giver and "Save it without the password" in of_giver
    assert "locked with a password" in of_moderator and "Save it without the password" not in of_moderator


def test_a_file_that_is_something_else_is_refused(as_member):
    file = SimpleUploadedFile("tips.pdf", b"MZ\x00\x01", "application/pdf")
    answer = as_member.post("/suggest/", {**FIELDS, "file": file})
    assert answer.status_code == 200 and not Suggestion.objects.exists()


# Who sees and who may ----------------------------------------------------------------------------------------


def test_only_its_person_and_those_who_look_after_the_library_see_it(member, as_member, as_moderator, as_editor):
    made = make(member)
    url = made.get_absolute_url()
    assert [seen.get(url).status_code for seen in (as_member, as_moderator, as_editor)] == [200, 200, 200]
    assert signed_in(factories.make_user()).get(url).status_code == 404
    assert Client().get(url).url.startswith("/account/login/")
    assert as_moderator.get("/suggestions/999999999999/").status_code == 404
    assert made.title in as_member.get("/me/suggestions/").content.decode()
    assert made.title not in as_moderator.get("/me/suggestions/").content.decode()


@pytest.mark.parametrize("verb", ["accept", "ask", "decline", "note"])
def test_only_those_who_look_after_the_library_decide(member, as_member, as_moderator, moderator, forged, verb):
    made = make(member)
    url = f"/suggestions/{made.pk}/{verb}/"
    data = {"text": "Because.", "kind": "research"}
    assert as_member.post(url, data).status_code == 403
    assert signed_in(factories.make_user()).post(url, data).status_code == 404
    assert Client().post(url, data).url.startswith("/account/login/")
    assert as_moderator.get(url).status_code == 405
    assert forged(moderator).post(url, data).status_code == 403
    assert as_moderator.post(f"/suggestions/99999/{verb}/", data).status_code == 404
    assert made.steps.count() == 1
    assert as_moderator.post(url, data).status_code == 302
    assert made.steps.count() == 2
    assert as_moderator.post(f"/suggestions/{made.pk}/eat/", data).status_code == 404


@pytest.mark.parametrize("path", ["change", "take-back"])
def test_only_its_person_changes_it_or_takes_it_back(member, as_member, as_moderator, forged, path):
    made = make(member)
    url = f"/suggestions/{made.pk}/{path}/"
    assert as_moderator.post(url, FIELDS).status_code == 404
    assert Client().post(url, FIELDS).url.startswith("/account/login/")
    assert forged(member).post(url, FIELDS).status_code == 403
    assert as_member.delete(url).status_code == 405
    assert as_member.get(url).status_code == 200
    assert made.steps.count() == 1
    assert as_member.post(url, FIELDS).status_code == 302
    assert made.steps.count() == 2


def test_suggesting_needs_a_member_and_a_token(member, forged):
    assert Client().get("/suggest/").url.startswith("/account/login/")
    assert forged(member).post("/suggest/", FIELDS).status_code == 403
    member.groups.clear()
    assert signed_in(member).post("/suggest/", FIELDS).status_code == 403


# The way into the library -------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_what_is_missing_is_asked_for_and_answered(member, as_member, as_moderator, moderator):
    made = make(member)
    as_moderator.post(f"/suggestions/{made.pk}/ask/", {"text": "Which ages is it for?"})
    made.refresh_from_db()
    assert made.state == "changes" and told(member) == ["suggestion_answered"]
    text = as_member.get(made.get_absolute_url()).content.decode()
    assert "Which ages is it for?" in text and moderator.display_name not in text
    page = as_member.get(f"/suggestions/{made.pk}/change/").content.decode()
    assert "Which ages is it for?" in page
    assert "Answer in a sentence" in as_member.post(f"/suggestions/{made.pk}/change/", FIELDS).content.decode()
    as_member.post(f"/suggestions/{made.pk}/change/", {**FIELDS, "answer": "Under two."})
    made.refresh_from_db()
    assert made.state == "waiting" and told(moderator) == ["suggestion_made"]
    assert "Under two." in as_moderator.get(made.get_absolute_url()).content.decode()


def test_a_refusal_has_a_reason_that_its_person_reads(member, as_member, as_moderator):
    made = make(member)
    empty = as_moderator.post(f"/suggestions/{made.pk}/decline/", {"text": ""}).content.decode()
    assert empty.index("Give a reason") < empty.index("<h1"), "what went wrong stands first"
    as_moderator.post(f"/suggestions/{made.pk}/decline/", {"text": "It sells something."})
    assert "It sells something." in as_member.get(made.get_absolute_url()).content.decode()
    assert told(member) == ["suggestion_answered"]
    as_moderator.post(f"/suggestions/{made.pk}/accept/", {"kind": "research"})
    assert not ResourcePage.objects.filter(title=made.title).exists()


def test_a_note_is_for_those_who_look_after_the_library(member, as_member, as_editor, moderator):
    made = make(member)
    actions.note(suggestion=made, actor=moderator, text="Looks like an advert to me.")
    assert "advert" in as_editor.get(made.get_absolute_url()).content.decode()
    assert "advert" not in as_member.get(made.get_absolute_url()).content.decode()


@pytest.mark.postgres
def test_accepting_makes_a_draft_in_wagtails_workflow(member, moderator, as_moderator, client):
    file = SimpleUploadedFile("tips.txt", b"Talk about the bubbles.", "text/plain")
    made = actions.suggest(
        person=member, fields={**FIELDS, "doi": "10.1000/182", "year": 2019, "publisher": "A charity"}, upload=file
    )
    as_moderator.post(f"/suggestions/{made.pk}/accept/", {"kind": "toolkit"})
    page = ResourcePage.objects.get(title=made.title)
    assert (page.live, page.kind, page.doi, page.year, page.owner) == (False, "toolkit", "10.1000/182", 2019, moderator)
    assert page.get_latest_revision_as_object().documents.get().document == made.document
    assert page.workflow_in_progress and page.current_workflow_state.requested_by == moderator
    assert client.get(page.url).status_code == 404
    page.summary = "Name what is in the water."
    page.save_revision().publish()
    made.refresh_from_db()
    assert made.state == "published"
    assert told(member) == ["suggestion_answered", "suggestion_answered"]


def test_whoever_suggested_a_private_resource_is_not_led_to_it(member, as_member, moderator):
    made = make(member)
    page = actions.accept(suggestion=made, actor=moderator, kind="research")
    page.summary = "In short."
    page.save_revision().publish()
    assert page.url in as_member.get(made.get_absolute_url()).content.decode()
    closed = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    assert closed.groups.count() == 0
    assert page.url not in as_member.get(made.get_absolute_url()).content.decode()


@pytest.mark.postgres
def test_two_moderators_do_not_decide_twice(member, as_moderator, editor):
    made = make(member)
    actions.accept(suggestion=made, actor=editor, kind="research")
    as_moderator.post(f"/suggestions/{made.pk}/decline/", {"text": "No."})
    made.refresh_from_db()
    assert made.state == "accepted"
    with pytest.raises(actions.AlreadyDecidedError):
        actions.take_back(suggestion=made)
    assert ResourcePage.objects.filter(title=made.title).count() == 1


def test_it_waits_on_the_desk_until_it_is_decided(as_moderator, member):
    made = make(member)
    text = as_moderator.get("/desk/").content.decode()
    assert made.title in text and made.get_absolute_url() in text
    as_moderator.post(f"/suggestions/{made.pk}/decline/", {"text": "No."})
    assert made.title not in as_moderator.get("/desk/").content.decode()


def test_a_change_of_ones_own_file_takes_the_old_one_away(member, as_member):
    made = actions.suggest(person=member, fields={**FIELDS, "year": None}, upload=SimpleUploadedFile("a.txt", b"One."))
    first = made.document_id
    as_member.post(f"/suggestions/{made.pk}/change/", {**FIELDS, "file": SimpleUploadedFile("b.txt", b"Two.")})
    made.refresh_from_db()
    assert made.document_id != first and not type(made.document).objects.filter(pk=first).exists()


def test_lists_cost_the_same_whatever_they_show(member, as_member, as_moderator, django_assert_max_num_queries):
    def cost(number):
        last = [make(member, title=f"Suggestion {number} {place}") for place in range(number)][-1]
        counts = []
        for client, url in (
            (as_member, "/me/suggestions/"),
            (as_moderator, "/desk/"),
            (as_moderator, last.get_absolute_url()),
        ):
            client.get(url)
            with django_assert_max_num_queries(40) as counted:
                assert client.get(url).status_code == 200
            counts.append(len(counted))
        return counts

    assert cost(1) == cost(5)


def test_what_did_not_come_into_the_library_goes_with_its_person(member, moderator):
    from accounts.privacy import everything_about, say_farewell

    kept, gone = make(member), make(member, title="Something else")
    actions.accept(suggestion=kept, actor=moderator, kind="research")
    assert len(everything_about(member)["suggestions"]) == 2
    say_farewell(member)
    assert set(Suggestion.objects.all()) == {kept} and gone not in Suggestion.objects.all()
    assert SuggestionStep.objects.filter(suggestion=kept).exists()


# What is the same ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.example.org/a/", "https://example.org/a#part", True),
        ("https://example.org/a?utm_source=x&b=1", "https://example.org/a?b=1", True),
        ("https://example.org/a?b=1", "https://example.org/a?b=2", False),
        ("https://example.org/a/index.html", "https://example.org/a", True),
    ],
)
def test_addresses_are_compared_as_people_mean_them(one, other, same):
    assert (duplicates.bare_address(one) == duplicates.bare_address(other)) is same
    assert duplicates.bare_address("http://[") == ""


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"doi": "10.1000/ABC"}, True), ({"address": "http://www.example.org/paper/"}, True),
        ({"title": "Méals and talk – in early childhood"}, True), ({"title": "Meals talk"}, False),
        ({"title": "A"}, False), ({"title": "Something else altogether"}, False), ({}, False),
    ],
)  # fmt: skip
def test_doubles(member, fields, found):
    factories.make_resource(
        title="Meals and talk in early childhood", doi="10.1000/abc", source_url="https://example.org/paper"
    )
    assert bool(duplicates.find(reader=member, **fields)) is found


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("title", "found"),
    [("Read naturaly", True), ("Infant sleep routines", True), ("infant sleep routine", True), ("Sleep", False)],
)
def test_a_slip_in_a_short_title_or_a_subtitle_left_out_hides_no_double(member, title, found):
    factories.make_resource(title="Read Naturally")
    factories.make_resource(title="Infant sleep routines: a small trial")
    factories.make_resource(title="Sleep: what helps")
    assert bool(duplicates.find(reader=member, title=title)) is found


def test_who_decides_sees_drafts_and_what_was_withdrawn_too(member, as_member, as_moderator, moderator):
    draft, gone = (
        factories.make_resource(title=f"Meals and talk in {when} childhood", doi="10.1000/abc", live=live)
        for when, live in (("early", False), ("later", True))
    )
    withdraw(page=gone, actor=moderator, reason="The trial was repeated.")
    made = make(member, doi="10.1000/abc")
    shown = as_moderator.get(made.get_absolute_url()).content.decode()
    assert f"/r/{draft.pk}/check/" in shown and "It is not published yet." in shown
    assert f'"/r/{gone.pk}/"' in shown and "It was withdrawn." in shown
    asked = as_member.get("/suggest/?what=10.1000/abc").content.decode()
    assert "childhood" not in asked and "childhood" not in as_member.get(made.get_absolute_url()).content.decode()


def test_whoever_suggested_what_was_withdrawn_since_is_led_to_the_reason(member, as_member, moderator):
    made = make(member, summary="Talk at meals helps.")
    page = actions.accept(suggestion=made, actor=moderator, kind="research")
    page.get_latest_revision().publish()
    withdraw(page=page, actor=moderator, reason="The trial was repeated.")
    shown = as_member.get(made.get_absolute_url()).content.decode()
    assert "Why it is not there any more" in shown and f'"/r/{page.pk}/"' in shown
