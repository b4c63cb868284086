"""Photos and files are shown to whoever reads the post, and to nobody else."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from forum import actions
from forum.models import Attachment
from moderation import actions as moderation
from moderation.models import Report
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in
from tests.forum.attaching.sending import answered, bytes_of, photo, posted_file, posted_photo, reply

pytestmark = pytest.mark.django_db


class TestWhoSees:
    def test_what_waits_in_a_form_is_its_writers_alone(self, as_member, thread, as_moderator):
        reply(as_member, thread, photo())
        row = Attachment.objects.get()
        assert bytes_of(as_member, row).status_code == 200
        for client in (as_moderator, signed_in(factories.make_user())):
            assert bytes_of(client, row).status_code == 404
        assert as_moderator.get(reverse("moderation:report", args=["attachment", row.pk])).status_code == 404

    @pytest.mark.parametrize("gone", ["hide", "delete", "move", "close", "remove", "hide attachment"])
    def test_at_once_nobody_any_more(self, gone, client, as_moderator):
        author = factories.make_user()
        thread = factories.make_thread(factories.make_space(visibility="public"))
        row = posted_photo(signed_in(author), thread)
        assert bytes_of(client, row)["Cache-Control"] == "public, no-cache"
        closed = factories.make_space(visibility="invited")
        moderator = factories.make_user("moderator")
        {
            "hide": lambda: actions.hide_post(post=row.post, actor=None),
            "delete": lambda: actions.delete_post(post=row.post, actor=author),
            "move": lambda: actions.move_thread(thread=thread, space=closed, actor=moderator),
            "close": lambda: type(closed).objects.filter(pk=thread.space_id).update(visibility="ask"),
            "remove": lambda: Attachment.objects.update(removed_at=timezone.now()),
            "hide attachment": lambda: actions.hide_attachment(attachment=row, actor=None),
        }[gone]()
        assert bytes_of(client, row).status_code == 404
        assert bytes_of(signed_in(factories.make_user()), row).status_code == 404
        assert row.text not in client.get(thread.get_absolute_url()).content.decode()
        assert bytes_of(as_moderator, row)["Cache-Control"] == "private, no-cache"

    def test_editors_do_not_come_upon_it(self, as_member, thread, as_editor):
        row = posted_photo(as_member, thread)
        file = posted_file(as_member, thread)
        administrator = signed_in(factories.make_user("administrator", is_superuser=True))
        for client in (as_editor, administrator):
            for chooser in ("wagtailimages_chooser", "wagtaildocs_chooser"):
                page = client.get(reverse(f"{chooser}:choose_results")).content.decode()
                assert 'title="Photo"' not in page and "photo" not in page and file.text not in page
        assert as_editor.get(reverse("wagtailimages:edit", args=[row.image_id])).status_code in (302, 403, 404)
        assert row.image.uploaded_by_user is None and file.document.uploaded_by_user is None


@pytest.mark.postgres
def test_a_file_is_read_before_others_get_it(as_member, member, thread, moderator):
    row = posted_file(as_member, thread, read=False)
    other = signed_in(factories.make_user())
    page = as_member.get(thread.get_absolute_url()).content.decode()
    assert "Asha Patel notes" in page and "Others do not see it yet." in page
    assert "Asha Patel notes" not in other.get(thread.get_absolute_url()).content.decode()
    assert (bytes_of(other, row).status_code, bytes_of(as_member, row).status_code) == (404, 200)
    drain()
    assert "Asha Patel notes" in other.get(thread.get_absolute_url()).content.decode()
    answer = bytes_of(other, row)
    assert answer.status_code == 200 and "asha" not in row.document.url.lower()
    assert 'filename="asha-patel-notes.docx"' in answer["Content-Disposition"]


def test_anybody_can_report_one(as_member, thread, as_moderator):
    row = posted_photo(as_member, thread)
    reader = signed_in(factories.make_user(date_joined=timezone.now() - dt.timedelta(days=30)))
    url = reverse("moderation:report", args=["attachment", row.pk])
    assert url in reader.get(thread.get_absolute_url()).content.decode()
    assert url not in as_member.get(thread.get_absolute_url()).content.decode()
    assert reader.post(url, {"reason": Report.Reason.IDENTIFIES, "details": ""}).status_code == 302
    row.refresh_from_db()
    assert row.hidden_at and row.post.hidden_at is None
    assert bytes_of(reader, row).status_code == 404


def test_a_post_without_a_name_gives_nobody_away(as_member, member, as_moderator):
    thread = factories.make_thread(factories.make_space(allows_nameless=True))
    token = uuid.uuid4()
    reply(as_member, thread, photo("member.jpg"), token=token, nameless="on")
    row = Attachment.objects.get()
    reply(as_member, thread, token=token, nameless="on", **answered(row))
    row.refresh_from_db()
    assert row.post.is_nameless and row.uploader == member
    moderation.report(subject=row, reporter=factories.make_user(), reason=Report.Reason.HARM)
    desk = as_moderator.get(reverse("moderation:desk")).content.decode()
    page = as_moderator.get(thread.get_absolute_url()).content.decode()
    assert "A photo in" in desk and member.display_name not in desk + page


def test_thread_page_costs_one_query_more_however_many(as_member, thread, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = thread.get_absolute_url()
    reader = signed_in(factories.make_user())
    reader.get(url)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            reader.get(url)
        return len(queries)

    before = cost()
    posted_photo(as_member, thread)
    one = cost()
    for _more in range(2):
        posted_photo(as_member, thread)
    posted_file(as_member, thread)
    assert before + 1 == one == cost()
