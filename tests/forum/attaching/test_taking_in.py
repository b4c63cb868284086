"""Photos and files in posts: taken in, asked about, refused."""

import io
import uuid
import warnings

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Trust, User
from files.models import SiteImage
from forum.models import Attachment, Draft, Post
from moderation.trust import ALLOWED
from tests import factories
from tests.forum.attaching.sending import answered, bytes_of, handout, photo, reply

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("trust", Trust)
def test_one_more_than_the_level_of_trust_allows_is_too_many(as_member, member, thread, trust):
    User.objects.filter(pk=member.pk).update(trust=trust, trust_is_set=True)
    most = ALLOWED[trust].files
    files = (photo(f"{n}.jpg", size=(n, n)) for n in range(10, 11 + most))
    page = reply(as_member, thread, *files).content.decode()
    assert f"You can add {most} photos and files to a post" in page and Attachment.objects.count() == most


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


def test_forged_and_strangers(client, forged, member, thread):
    assert reply(client, thread, photo()).status_code == 302
    assert reply(forged(member), thread, photo()).status_code == 403
    assert not Attachment.objects.exists()
