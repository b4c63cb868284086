"""A DOI, an address or a file is enough to suggest something between two visits; two who do so meet on the desk."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from knowledge.looking_up import look_up
from knowledge.models import Suggestion
from outbox.fetching import Answer
from outbox.models import Job
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
FIELDS = {"title": "", "reason": "Health visitors could hand it out.", "doi": "", "address": ""}


@pytest.mark.parametrize(
    ("field", "value", "called"),
    [
        ("doi", "https://doi.org/10.1000/182", "10.1000/182"),
        ("address", "https://example.org/report", "https://example.org/report"),
        ("file", "ella-smith.txt", "A document without a title yet"),
    ],
)
def test_without_a_title_it_is_called_by_what_is_known(as_member, field, value, called):
    value = SimpleUploadedFile(value, b"Talk.", "text/plain") if field == "file" else value
    answer = as_member.post("/suggest/", FIELDS | {field: value})
    assert answer.status_code == 302
    assert Suggestion.objects.get().title == called


@pytest.mark.parametrize(("field", "value"), [("doi", "182"), ("address", "nowhere at all"), ("title", " ")])
def test_with_nothing_that_names_it_it_is_refused_once(as_member, field, value):
    page = as_member.post("/suggest/", FIELDS | {field: value}).content.decode()
    assert not Suggestion.objects.exists()
    assert ("Give its title, or else its DOI" in page) is (field == "title")


def test_the_look_up_gives_it_its_title_and_takes_none_away(as_member, settings):
    settings.METADATA_LOOKUP_URL = "https://api.example.org/{doi}"
    for title in ("", "As somebody calls it"):
        as_member.post("/suggest/", FIELDS | {"doi": f"10.1000/{len(title)}", "title": title})
    body = json.dumps({"title": ["Talking at bath time"]}).encode()
    for made in Suggestion.objects.all():
        answer = Answer(200, "https://api.example.org/", "application/json", body, True)
        look_up([Job(payload={"suggestion": made.pk})], fetch=lambda address, answer=answer, **options: answer)
    assert set(Suggestion.objects.values_list("title", flat=True)) == {"Talking at bath time", "As somebody calls it"}


def test_the_same_doi_in_the_library_is_still_shown_first(as_member):
    factories.make_resource(title="Bath time talk", doi="10.1000/182")
    assert "Bath time talk" in as_member.post("/suggest/", FIELDS | {"doi": "10.1000/182"}).content.decode()
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({"title": "Another name", "doi": "10.1000/182"}, True),
        ({"title": "Another name", "address": "http://example.org/report/"}, True),
        ({"title": "Talking, at bath-time!"}, True),
        ({"title": "Another name", "doi": "10.1000/183"}, False),
    ],
)
def test_who_decides_sees_that_somebody_else_suggested_it_too(as_member, as_moderator, other, is_same):
    first = {"title": "Talking at bath time", "doi": "10.1000/182", "address": "https://www.example.org/report"}
    as_member.post("/suggest/", FIELDS | first)
    signed_in(factories.make_user()).post("/suggest/", FIELDS | other)
    mine, theirs = Suggestion.objects.order_by("pk")
    assert (theirs.title in as_moderator.get(mine.get_absolute_url()).content.decode()) is is_same
    assert "somebody else as well" not in as_member.get(mine.get_absolute_url()).content.decode()
    Suggestion.objects.filter(pk=theirs.pk).update(state=Suggestion.State.DECLINED)
    assert "somebody else as well" not in as_moderator.get(mine.get_absolute_url()).content.decode()
