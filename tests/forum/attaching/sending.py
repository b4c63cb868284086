"""Forms with photos and files, as somebody fills them in."""

import io
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from forum.models import Attachment
from outbox.actions import drain
from tests.files import documents


def photo(name="IMG_0001.JPG", size=(60, 40), colour="green", **options):
    drawn = io.BytesIO()
    Image.new("RGB", size, colour).save(drawn, "JPEG", **options)
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


def handout(text="Songs for singing together.", name="Asha Patel notes.docx"):
    return SimpleUploadedFile(name, documents.word(text), "application/octet-stream")


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
