"""Photos and files are looked through before others get them."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Trust, User
from forum.models import Attachment
from moderation import actions as moderation
from moderation.models import Decision, Report
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in
from tests.files import documents
from tests.forum.attaching.sending import answered, bytes_of, handout, photo, posted_file, reply

pytestmark = pytest.mark.django_db


def test_what_it_shows_is_looked_through_before_posting(as_member, thread):
    token = uuid.uuid4()
    reply(as_member, thread, photo(), token=token)
    row = Attachment.objects.get()
    page = reply(as_member, thread, token=token, **answered(row, text="Call me: 07700 900123")).content.decode()
    assert "07700 900123" in page and 'name="why"' in page and thread.posts.count() == 1
    reply(as_member, thread, token=token, why="My own number", **answered(row, text="Call me: 07700 900123"))
    assert thread.posts.get(number=2).hidden_at and Decision.objects.get().verb == "hold"


def test_a_file_name_is_looked_through_too(as_member, thread):
    page = reply(as_member, thread, handout(name="NHS number 943 476 5919.docx")).content.decode()
    assert "943 476 5919" in page and thread.posts.count() == 1


@pytest.mark.parametrize("text", ["Mum: 07700 900123", "NHS number 943 476 5919"])
def test_a_file_that_tells_who_somebody_is_waits_for_a_moderator(as_member, member, thread, text, as_moderator):
    row = posted_file(as_member, thread, text=text)
    assert row.hidden_at and row.waits_for == ""
    decision = Decision.objects.get()
    assert decision.author == member and "number" in decision.reason
    assert bytes_of(signed_in(factories.make_user()), row).status_code == 404
    assert bytes_of(as_moderator, row).status_code == 200
    assert "A file in" in as_moderator.get(reverse("moderation:desk")).content.decode()
    assert as_member.get(decision.get_absolute_url()).status_code == 200
    seen = moderation.Seen(decision.pk, Report.objects.get().pk)
    moderation.restore(subject=row, actor=factories.make_user("moderator"), reason="Fine.", seen=seen)
    assert bytes_of(signed_in(factories.make_user()), row).status_code == 200


def test_a_file_that_cannot_be_read_waits_for_a_moderator(as_member, thread):
    row = reply(as_member, thread, SimpleUploadedFile("long.txt", b"word " * 250_000))
    drain()
    row = Attachment.objects.get()
    assert row.hidden_at and "could not read" in Decision.objects.get().reason


@pytest.mark.parametrize(("cell", "is_held"), [("Songs for Monday", False), (9434765919, True)])
def test_tables_are_read_before_others_get_them(as_member, thread, cell, is_held):
    content = documents.table(["What", "NHS number"], ["Rota", cell])
    reply(as_member, thread, SimpleUploadedFile("rota.xlsx", content))
    drain()
    row = Attachment.objects.get()
    assert (row.waits_for, bool(row.hidden_at)) == ("", is_held)
    report = Report.objects.filter(content_type__model="attachment").first()
    assert (report is not None) is is_held and (report is None or "NHS number" in report.details)


@pytest.mark.parametrize(("people", "trust", "is_held"), [
    ("agreed", Trust.NEW, True), ("nobody", Trust.NEW, False), ("agreed", Trust.MEMBER, False)
])  # fmt: skip
def test_of_somebody_new_a_moderator_sees_first_in_whom_others_recognise_people(
    as_member, member, thread, people, trust, is_held
):
    User.objects.filter(pk=member.pk).update(trust=trust, trust_is_set=True)
    token = str(uuid.uuid4())
    reply(as_member, thread, photo(), token=token)
    row = Attachment.objects.get()
    reply(as_member, thread, token=token, **answered(row, people=people))
    row.refresh_from_db()
    assert row.post.hidden_at is None and bool(row.hidden_at) is is_held
    assert Report.objects.filter(content_type__model="attachment", object_id=row.pk).exists() is is_held
    reader = factories.make_user()
    assert Attachment.objects.visible_to(reader).filter(pk=row.pk).exists() is not is_held


def test_a_file_that_may_say_who_made_it_is_not_added_without_a_name(as_member, member):
    thread = factories.make_thread(factories.make_space(allows_nameless=True))
    token, posts = uuid.uuid4(), thread.posts.count()
    answer = reply(as_member, thread, handout(name="Minutes.docx"), token=token, nameless="on")
    page = answer.content.decode()
    assert thread.posts.count() == posts
    assert "may say inside who made it" in page and "Look at this." in page and "Minutes" in page
    row = Attachment.objects.get()
    # Taken out, or with a name, it goes; plain text says nothing of who wrote it.
    reply(as_member, thread, SimpleUploadedFile("list.txt", b"Sand, water, cups"), token=token, nameless="on",
          **answered(row, "Minutes", **{f"file{row.pk}-remove": "on"}))  # fmt: skip
    assert thread.posts.count() == posts + 1 and Attachment.objects.get().text == "list"
    mine = Attachment.objects.get().post
    url = reverse("forum:edit", args=[mine.pk])
    changed = {"form_token": str(uuid.uuid4()), "text": "Look at this.", "files": [handout(name="Plan.docx")]}
    assert "may say inside who made it" in as_member.post(url, changed).content.decode()
    assert Attachment.objects.filter(post=mine).count() == 1
