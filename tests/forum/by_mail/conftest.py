"""Somebody in a quiet room who is told of a reply by e-mail."""

import pytest
from django.core import mail

from forum import actions
from outbox.actions import drain
from tests import factories


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.REPLY_ADDRESS = "reply@talk.example.org"


@pytest.fixture
def reader():
    return factories.make_user(display_name="Ann", email="ann@example.org")


@pytest.fixture
def thread(reader):
    space = factories.make_space(visibility="ask", name="Quiet room")
    thread = factories.make_thread(space, title="Secret")
    for person in (reader, thread.author):
        factories.join(space, person)
    actions.set_follow(thread=thread, person=reader, wanted=True)
    return thread


@pytest.fixture
def told(thread):
    """The e-mail that the reader got of a reply."""
    actions.post_reply(thread=thread, author=thread.author, source="What do you think?")
    drain()
    (message,) = [message for message in mail.outbox if message.to == ["ann@example.org"]]
    mail.outbox.clear()
    return message
