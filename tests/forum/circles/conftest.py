"""A circle, and a file in it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from forum import actions
from forum.models import Attachment
from tests.forum.circles.circle import Circle


@pytest.fixture
def circle() -> Circle:
    return Circle()


@pytest.fixture
def photo_in():
    def attach(circle: Circle) -> Attachment:
        upload = SimpleUploadedFile("plan.txt", b"A plan.", "text/plain")
        file = actions.add_upload(person=circle.member, token=uuid4(), upload=upload)
        actions.post_reply(thread=circle.thread, author=circle.member, source="See.", attachments=[file])
        Attachment.objects.update(waits_for="")
        return Attachment.objects.get(pk=file.pk)

    return attach
