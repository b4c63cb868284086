"""Photos and files in posts: taken in, asked about, shown to whoever reads the post, and to nobody else."""

import datetime as dt
import io
import uuid
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import actions as accounts
from accounts.models import Trust, User
from files.models import SiteDocument, SiteImage
from forum import actions
from forum.actions.attaching import MOST_WAITING
from forum.models import Attachment, Draft, Post, PostRevision
from moderation import actions as moderation
from moderation.models import Decision, Report
from moderation.trust import ALLOWED
from outbox.actions import drain
from tests import factories
from tests.conftest import signed_in
from tests.files import documents

pytestmark = pytest.mark.django_db


def photo(name="IMG_0001.JPG", size=(60, 40), colour="green", **options):
    drawn = io.BytesIO()
    Image.new("RGB", size, colour).save(drawn, "JPEG", **options)
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


def handout(text="Songs for singing together.", name="Asha Patel notes.docx"):
    return SimpleUploadedFile(name, documents.word(text), "application/octet-stream")


@pytest.fixture
def thread():
    return factories.make_thread()


def reply(client, thread, *files, token=None, wish="post", **answers):
    """Sends the form of a reply, once."""
    token = token or uuid.uuid4()
    data = {"form_token": str(token), "text": "Look at this.", "wish": wish, "files": list(files), **answers}
    return client.post(reverse("forum:reply", args=[thread.pk]), data)


def answered(row, text="A sand tray", people="nobody", **more):
    return {"attached": "1", f"file{row.pk}-text": text, f"file{row.pk}-people": people, **more}


def posted_photo(client, thread, token=None, **answers):
    token = token or uuid.uuid4()
    reply(client, thread, photo(), token=token)
    row = Attachment.objects.latest("pk")
    reply(client, thread, token=token, **answered(row, **answers))
    row.refresh_from_db()
    return row


def posted_file(client, thread, *, read=True, **options):
    reply(client, thread, handout(**options))
    if read:
        drain()
    return Attachment.objects.latest("pk")


def bytes_of(client, row, size="photo"):
    url = reverse("files:sized", args=[row.image_id, size]) if row.image_id else row.document.url
    answer = client.get(url)
    if answer.streaming:
        answer.getvalue()  # read to its end, which closes the file and leaves the database's connection open
    return answer


@pytest.mark.parametrize(("text", "heading"), [("Look.", "Nearly done"), ("", "Please check your answers")])
def test_a_new_photo_is_no_mistake(as_member, thread, text, heading):
    shown = reply(as_member, thread, photo(), text=text).content.decode()
    assert f">{heading}</h2>" in shown and "Photo 1 is here. Now say" in shown


@pytest.mark.postgres
def test_a_photo_is_kept_asked_about_and_posted_once(as_member, member, thread):
    token = uuid.uuid4()
    first = reply(as_member, thread, photo(), token=token)
    assert first.status_code == 200 and "Photo 1 is here. Now say" in first.content.decode()
    assert "Mistake" not in first.content.decode()
    assert thread.posts.count() == 1
    row = Attachment.objects.get()
    assert f'name="file{row.pk}-text"' in first.content.decode() and str(token) in first.content.decode()
    second = reply(as_member, thread, token=token, **answered(row))
    again = reply(as_member, thread, photo(), token=token, **answered(row))
    post = Post.objects.get(thread=thread, number=2)
    assert second["Location"] == again["Location"] == post.get_absolute_url()
    row = Attachment.objects.get()
    assert (row.post, row.text, row.people, post.attachment_count) == (post, "A sand tray", "nobody", 1)
    page = as_member.get(thread.get_absolute_url()).content.decode()
    assert 'alt="A sand tray"' in page and f"/files/images/{row.image_id}/photo/" in page
    assert bytes_of(as_member, row)["Content-Type"] == "image/jpeg"


def test_what_was_answered_is_kept_with_a_refused_form(as_member, thread):
    token = uuid.uuid4()
    reply(as_member, thread, photo(), token=token)
    row = Attachment.objects.get()
    page = reply(as_member, thread, token=token, text="", **answered(row, text="A slide")).content.decode()
    assert 'value="A slide"' in page and "Write your reply." in page
    row.refresh_from_db()
    assert (row.text, row.people, row.post) == ("A slide", "nobody", None)


def test_nobody_is_shown_who_has_not_agreed(as_member, thread):
    token = uuid.uuid4()
    reply(as_member, thread, photo(), token=token)
    row = Attachment.objects.get()
    page = reply(as_member, thread, token=token, **answered(row, people="not_asked")).content.decode()
    assert "Please leave this photo out for now" in page and thread.posts.count() == 1
    reply(as_member, thread, token=token, **answered(row, **{f"file{row.pk}-remove": "on"}))
    assert thread.posts.count() == 2 and not Attachment.objects.exists() and not SiteImage.objects.exists()


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


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/svg+xml"),
        ("photo.jpg", b"%PDF-1.4 hello %%EOF", "image/jpeg"),
        ("paper.pdf", b"\xff\xd8\xff\xe0 no paper", "application/pdf"),
        ("page.html", b"<p>hello</p>", "text/html"),
        ("run.exe", b"MZ", "application/octet-stream"),
        ("cut.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        ("nothing.jpg", b"\xff\xd8", "image/jpeg"),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_the_words_kept(as_member, thread, name, content, kind):
    page = reply(as_member, thread, SimpleUploadedFile(name, content, kind)).content.decode()
    assert name in page and "Look at this." in page
    assert not Attachment.objects.exists() and thread.posts.count() == 1


def test_too_large_and_too_many_pixels(as_member, thread, monkeypatch):
    big = SimpleUploadedFile("big.jpg", photo().read() + b"\0" * (15 * 2**20), "image/jpeg")
    assert "larger than 15 MB" in reply(as_member, thread, big).content.decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bomb = io.BytesIO()
        Image.new("1", (9000, 9000)).save(bomb, "PNG")
    page = reply(as_member, thread, SimpleUploadedFile("bomb.png", bomb.getvalue(), "image/png")).content.decode()
    assert "too many pixels" in page and not Attachment.objects.exists()


@pytest.mark.parametrize(("cell", "is_held"), [("Songs for Monday", False), (9434765919, True)])
def test_tables_are_read_before_others_get_them(as_member, thread, cell, is_held):
    content = documents.table(["What", "NHS number"], ["Rota", cell])
    reply(as_member, thread, SimpleUploadedFile("rota.xlsx", content))
    drain()
    row = Attachment.objects.get()
    assert (row.waits_for, bool(row.hidden_at)) == ("", is_held)
    report = Report.objects.filter(content_type__model="attachment").first()
    assert (report is not None) is is_held and (report is None or "NHS number" in report.details)


@pytest.mark.parametrize("trust", Trust)
def test_one_more_than_the_level_of_trust_allows_is_too_many(as_member, member, thread, trust):
    User.objects.filter(pk=member.pk).update(trust=trust, trust_is_set=True)
    most = ALLOWED[trust].files
    files = (photo(f"{n}.jpg", size=(n, n)) for n in range(10, 11 + most))
    page = reply(as_member, thread, *files).content.decode()
    assert f"You can add {most} photos and files to a post" in page and Attachment.objects.count() == most


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


def test_a_telephones_photo_is_small_upright_and_says_nothing(as_member, thread):
    import pillow_heif

    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Telephone", 6
    exif.get_ifd(0x8825)[1] = "N"
    drawn = io.BytesIO()
    Image.new("RGB", (2000, 1000), "blue").save(drawn, "HEIF", exif=exif.tobytes())
    reply(as_member, thread, SimpleUploadedFile("IMG_1.HEIC", drawn.getvalue(), "image/heic"))
    row = Attachment.objects.get()
    with Image.open(row.image.file) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (800, 1600), {})
    with row.image.file.open("rb") as file:
        assert b"Telephone" not in file.read()
    assert "IMG_1" not in row.image.file.name


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


def test_previews_and_drafts_keep_what_was_added(as_member, thread):
    page = reply(as_member, thread, photo(), wish="preview").content.decode()
    assert "Preview: not posted yet" in page and "The photo that you added" in page
    token = uuid.uuid4()
    reply(as_member, thread, photo(), token=token, wish="draft")
    assert Draft.objects.get().fields["form_token"] == str(token)
    page = as_member.get(thread.get_absolute_url()).content.decode()
    assert str(token) in page and "The photo that you added" in page


def test_a_new_thread_has_them_too(as_member):
    space = factories.make_space()
    token = str(uuid.uuid4())
    data = {
        "form_token": token,
        "kind": "question",
        "space": space.slug,
        "title": "Sand",
        "text": "Look.",
        "wish": "post",
    }
    page = as_member.post(reverse("forum:start"), {**data, "files": [photo(), handout()]}).content.decode()
    assert "Photo 1" in page
    row = Attachment.objects.get(image__isnull=False)
    as_member.post(reverse("forum:start"), {**data, **answered(row)})
    assert Post.objects.get().attachment_count == 2


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


def test_forged_and_strangers(client, forged, member, thread):
    assert reply(client, thread, photo()).status_code == 302
    assert reply(forged(member), thread, photo()).status_code == 403
    assert not Attachment.objects.exists()


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


def test_what_a_moderator_removes_goes_for_good(as_member, thread):
    row = posted_photo(as_member, thread)
    actions.remove_attachment(attachment=row)
    assert Post.objects.get(pk=row.post_id).attachment_count == 0 and not SiteImage.objects.exists()


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
