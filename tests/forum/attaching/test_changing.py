"""What hangs on a post is changed, taken out and deleted with it."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions as accounts
from files.models import SiteDocument, SiteImage
from forum import actions
from forum.actions.attaching import MOST_WAITING
from forum.models import Attachment, Post, PostRevision
from moderation import actions as moderation
from moderation.models import Report
from tests import factories
from tests.conftest import signed_in
from tests.forum.attaching.sending import answered, bytes_of, handout, photo, posted_photo, reply

pytestmark = pytest.mark.django_db


class TestEditing:
    def edit(self, client, post, *files, **answers):
        data = {"text": post.source, "form_token": str(uuid.uuid4()), "wish": "post", "files": list(files), **answers}
        return client.post(reverse("forum:edit", args=[post.pk]), data)

    def test_words_change_and_the_history_says_what_hung_on_it(self, as_member, thread):
        row = posted_photo(as_member, thread)
        assert f'value="{row.text}"' in as_member.get(reverse("forum:edit", args=[row.post_id])).content.decode()
        self.edit(as_member, row.post, **answered(row, text="A water tray"))
        row.refresh_from_db()
        assert row.text == "A water tray" and PostRevision.objects.get().attachments == "Photo: A sand tray"
        assert "A sand tray" in as_member.get(reverse("forum:earlier", args=[row.post_id])).content.decode()

    def test_taking_out_and_adding(self, as_member, thread):
        row = posted_photo(as_member, thread)
        taken = answered(row, **{f"file{row.pk}-remove": "on"})
        self.edit(as_member, row.post, handout(), **taken)
        post = Post.objects.get(pk=row.post_id)
        row.refresh_from_db()
        assert row.removed_at and post.attachment_count == 1 and post.edited_at
        assert bytes_of(as_member, row).status_code == 404
        actions.erase_unused()
        assert not SiteImage.objects.exists() and SiteDocument.objects.count() == 1

    @pytest.mark.postgres
    def test_what_was_reported_stays_for_moderators(self, as_member, thread, as_moderator, moderator):
        row = posted_photo(as_member, thread)
        moderation.report(subject=row, reporter=factories.make_user(), reason=Report.Reason.HARM)
        self.edit(as_member, row.post, **answered(row, **{f"file{row.pk}-remove": "on"}))
        actions.erase_unused()
        assert bytes_of(as_moderator, row).status_code == 200 and bytes_of(as_member, row).status_code == 404
        Attachment.objects.update(removed_at=timezone.now() - dt.timedelta(days=31))
        Report.objects.update(state="closed")
        actions.erase_unused()
        assert not Attachment.objects.exists()

    def test_no_words_of_anybody_elses(self, as_member, thread):
        row = posted_photo(as_member, thread)
        other = signed_in(factories.make_user())
        assert self.edit(other, row.post, **answered(row, text="Mine")).status_code == 403
        token = uuid.uuid4()
        reply(other, thread, token=token, **answered(row, text="Mine"))
        row.refresh_from_db()
        assert row.text == "A sand tray" and row.post.author != thread.posts.get(number=3).author


def test_deleting_a_post_takes_the_bytes_too(as_member, member, thread):
    row = posted_photo(as_member, thread)
    path = row.image.file.path
    actions.delete_post(post=row.post, actor=member)
    Post.objects.update(deleted_at=timezone.now() - dt.timedelta(hours=1))
    actions.erase_deleted()
    assert not Attachment.objects.exists() and not SiteImage.objects.filter(file=path).exists()


def test_it_is_in_the_copy_of_ones_data_and_goes_with_the_account(as_member, member, thread):
    from accounts.privacy import everything_about

    row = posted_photo(as_member, thread)
    (held,) = everything_about(member)["attachments"]
    assert held["text"] == "A sand tray" and held["post"] == row.post_id
    post = row.post
    accounts.delete_account(person=member)
    post.refresh_from_db()
    assert post.attachment_count == 0 and not SiteImage.objects.exists() and post.source


def test_what_a_moderator_removes_goes_for_good(as_member, thread):
    row = posted_photo(as_member, thread)
    actions.remove_attachment(attachment=row)
    assert Post.objects.get(pk=row.post_id).attachment_count == 0 and not SiteImage.objects.exists()


@pytest.mark.postgres
def test_what_is_never_posted_goes_after_a_day_and_counts_till_then(as_member, member, thread):
    reply(as_member, thread, photo())
    Attachment.objects.bulk_create(
        Attachment(uploader=member, digest=str(n), document=SiteDocument.objects.create(title="x", file="x.txt"))
        for n in range(MOST_WAITING)
    )
    assert "without posting them" in reply(as_member, thread, photo(colour="red")).content.decode()
    actions.erase_unused()
    assert Attachment.objects.count() == MOST_WAITING + 1
    Attachment.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    actions.erase_unused()
    assert not Attachment.objects.exists() and not SiteImage.objects.exists() and not SiteDocument.objects.exists()
