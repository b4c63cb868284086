"""Photos and a hand-out beneath posts of the demo. The pictures are drawn here: nobody real is in them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from config.demo.source import DATA, read
from files.actions import store_attached_document, store_photo
from forum.actions import erase_attachments
from forum.models import Attachment, Post, Thread
from web.signals import content_changed

PAPER, INK, WOOD = "#faf7f2", "#1d2a26", "#d9a65c"
COLOURS = ("#b3402a", "#e3b778", "#1f5c4a", "#4583d1")


def load() -> Iterator[str]:
    """Hang what is missing on the demo's posts, yielding the text of each."""
    for position, row in enumerate(read("attached")):
        found = Post.objects.filter(thread__space__is_demo=True, thread__title=row["thread"], number=row["post"])
        post = found.select_related("author").first()
        if post is not None and not post.attachments.filter(text=row["text"]).exists():
            _hang(row, post, position)
        yield row["text"]


def count() -> int:
    return len(read("attached"))


def remove() -> None:
    """Before the threads go: the bytes go with the rows."""
    hung = Attachment.objects.filter(post__thread__space__is_demo=True)
    erase_attachments(hung.select_related("image", "document"))


def _hang(row: dict, post: Post, position: int) -> None:
    made = Attachment(post=post, uploader=post.author, text=row["text"], position=position, created_at=post.created_at)
    if "draw" in row:
        content = _drawn(DRAWINGS[row["draw"]])
        made.image = store_photo(upload=SimpleUploadedFile("drawn.png", content, "image/png"), title="Photo")
        made.people = Attachment.People.NOBODY
    else:
        content = (DATA / "documents" / row["file"]).read_bytes()
        made.document = store_attached_document(upload=SimpleUploadedFile(row["file"], content), title=row["text"])
    made.digest = hashlib.sha256(content).hexdigest()
    made.save()
    post.attachment_count = post.attachments.count()
    post.save(update_fields=["attachment_count"])
    # What a picture shows is found with its post, and the first one stands for its thread.
    is_first = post.number == 1
    content_changed.send(sender=Thread if is_first else Post, ids=[post.thread_id if is_first else post.pk])


def _drawn(draw: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    picture = Image.new("RGB", (1200, 800), PAPER)
    draw(ImageDraw.Draw(picture))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _tray(draw: ImageDraw.ImageDraw) -> None:
    draw.rounded_rectangle((80, 120, 1120, 680), 60, fill=WOOD)
    draw.rounded_rectangle((120, 160, 1080, 640), 40, fill="#f1eadf")
    for place, colour in enumerate(COLOURS):
        left = 160 + place * 225
        draw.rounded_rectangle((left, 290, left + 195, 510), 20, fill=colour)
        draw.ellipse((left + 40, 340, left + 155, 455), outline=PAPER, width=16)
        draw.ellipse((left + 75, 375, left + 120, 420), fill=PAPER)


def _bars(draw: ImageDraw.ImageDraw) -> None:
    draw.line((120, 690, 1100, 690), fill=INK, width=6)
    for place, (number, colour) in enumerate(zip((14, 7, 5), COLOURS, strict=False)):
        left, top = 190 + place * 310, 690 - number * 40
        draw.rectangle((left, top, left + 200, 690), fill=colour)
        draw.text((left + 75, top - 70), str(number), fill=INK, font_size=56)
        draw.text((left + 30, 710), ("red", "amber", "green")[place], fill=INK, font_size=48)


DRAWINGS = {"tray": _tray, "bars": _bars}
