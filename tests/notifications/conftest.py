import pytest

from notifications import actions, kinds
from notifications.kinds import Description, Kind
from notifications.models import Notification
from outbox.actions import drain
from outbox.models import Job
from tests.factories import make_space, make_thread, make_user


@pytest.fixture
def told():
    """The ids of those whom a kind tells; tests put them in."""
    return []


@pytest.fixture
def described():
    """What `describe` answers besides a description of the thread: tests may switch it to nothing."""
    return {"hidden_from": set(), "is_public": False, "calls": 0}


@pytest.fixture
def kind(monkeypatch, told, described):
    """One kind, "reply", about a thread, in place of the rooms' own."""
    monkeypatch.setattr(kinds, "_kinds", {})

    def describe(event, person):
        described["calls"] += 1
        if person.pk in described["hidden_from"]:
            return None
        thread = event.subject
        return Description(
            title=f"{event.actor} replied in {thread.title}",
            url=f"/community/thread/{thread.pk}/{thread.slug}/",
            text="Secret & <b>tender</b> words.",
            is_public=described["is_public"],
        )

    found = Kind(
        key="reply",
        label="Somebody replied to you",
        description="When somebody answers what you wrote.",
        news="There is a new reply to you",
        audience=lambda event: told,
        describe=describe,
        prepare=lambda threads: threads.select_related("space"),
    )
    kinds.register(found)
    return found


@pytest.fixture
def thread(db):
    return make_thread(make_space(), title="Sleep at eight months", posts=0)


@pytest.fixture
def announce(kind, told, thread):
    """Tells people of a reply in a thread, by default the fixture's, and lets the worker work."""

    def tell(*people, about=thread, actor=None, work=True, data=None):
        told[:] = [person.pk for person in people]
        actor = actor or make_user(display_name="Bea")
        event = actions.announce(kind="reply", actor=actor, subject=about, data=data)
        if work:
            drain(["notify", "notify-mail"])
        assert not Job.objects.exclude(last_error="").exists()
        return event

    return tell


@pytest.fixture
def lines():
    """Who was told over which channel."""

    def read(**filters):
        return set(Notification.objects.filter(**filters).values_list("person", "channel"))

    return read
