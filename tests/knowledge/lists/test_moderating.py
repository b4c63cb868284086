"""What others read in a list is looked through, reported and hidden."""

import pytest

from knowledge.actions import lists as actions
from knowledge.models import ReadingList
from moderation.actions import Seen
from moderation.actions import hide as decide_to_hide
from moderation.models import Report
from tests import factories
from tests.conftest import signed_in, text_of
from tests.knowledge.lists.making import make_list

pytestmark = pytest.mark.django_db
SECRET = "born 04/03/2021, NHS number 943 476 5919"


def test_words_that_others_read_are_looked_through(as_member, member, client, moderator):
    data = {"title": "For my team", "note": SECRET, "visibility": "public"}
    answer = as_member.post("/lists/new/", data)
    assert "It may tell who a child or a family is" in answer.content.decode()
    assert not ReadingList.objects.exists()
    as_member.post("/lists/new/", {**data, "why": "It is invented."})
    made = ReadingList.objects.get()
    assert made.hidden_at is not None
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "a moderator looks at it first" in text_of(as_member, made.get_absolute_url())
    assert signed_in(moderator).get(made.get_absolute_url()).status_code == 200
    assert "For my team" in text_of(signed_in(moderator), "/desk/")


def test_what_one_writes_for_oneself_is_looked_through_when_it_is_shared(as_member, member, page):
    data = {"title": "For me", "note": SECRET, "visibility": "private"}
    assert as_member.post("/lists/new/", data).status_code == 302
    made = ReadingList.objects.get()
    as_member.post(f"/lists/save/?page={page.pk}", {"list": made.pk, "note": SECRET})
    assert made.items.get().note == SECRET
    answer = as_member.post(f"/lists/{made.pk}/change/", {"title": "For me", "note": "", "visibility": "link"})
    assert "It may tell who a child or a family is" in answer.content.decode()
    made.refresh_from_db()
    assert made.visibility == "private"


def test_notes_in_a_public_list_are_looked_through(as_member, member, page):
    made = make_list(member, page)
    for url in (f"/lists/save/?page={page.pk}", f"/lists/item/{made.items.get().pk}/note/"):
        answer = as_member.post(url, {"list": made.pk, "note": SECRET})
        assert "It may tell who a child or a family is" in answer.content.decode()
        as_member.post(url, {"list": made.pk, "note": SECRET, "why": "It is invented."})
        made.refresh_from_db()
        assert made.hidden_at is not None
        actions.restore(reading_list=made)
        made.items.update(note="")


@pytest.mark.postgres
def test_a_public_list_is_reported_and_hidden(as_member, member, moderator, client):
    keeper = factories.make_user()
    made = make_list(keeper, title="Not kind")
    assert f"/report/list/{made.pk}/" in text_of(as_member, made.get_absolute_url())
    as_member.post(f"/report/list/{made.pk}/", {"reason": "abuse", "details": "Look."})
    report = Report.objects.get()
    decide_to_hide(subject=made, actor=moderator, reason="Unkind.", seen=Seen(report=report.pk))
    for reader in (client, as_member):
        assert reader.get(made.get_absolute_url()).status_code == 404
        assert "Not kind" not in text_of(reader, "/collections/?by=members")
    assert "a moderator looks at it first" in text_of(signed_in(keeper), made.get_absolute_url())


def test_a_private_list_cannot_be_reported(as_member, member):
    for visibility in ("private", "link"):
        made = make_list(factories.make_user(), visibility=visibility)
        assert as_member.get(f"/report/list/{made.pk}/").status_code == 404
