import pytest

from forum.models import Space
from tests import factories
from tests.conftest import signed_in

VISIBILITIES = [Space.Visibility.PUBLIC, Space.Visibility.MEMBERS, Space.Visibility.ASK, Space.Visibility.INVITED]

NO_SUCH = 10**15


@pytest.fixture
def thread(db):
    """Of three posts, in a space that one asks to join."""
    space = factories.make_space(visibility="ask", slug="nook")
    thread = factories.make_thread(space, posts=3)
    factories.join(space, thread.author)
    return thread


@pytest.fixture
def author(thread):
    return signed_in(thread.author)


@pytest.fixture
def people(db):
    """One person of each standing; None is a visitor."""
    suspended = factories.make_user()
    suspended.groups.clear()
    return {
        "visitor": None,
        "suspended": suspended,
        "member": factories.make_user(),
        "asked": factories.make_user(),
        "invited": factories.make_user(),
        "joined": factories.make_user(),
        "keeper": factories.make_user(),
        "editor": factories.make_user("editor"),
        "moderator": factories.make_user("moderator"),
        "administrator": factories.make_user("administrator"),
    }


@pytest.fixture
def house(people):
    """A space of each visibility with one thread of two posts, and the people in the standing their name says."""
    threads = {}
    for visibility in VISIBILITIES:
        space = factories.make_space(
            name=f"Name of {visibility}",
            slug=f"room-{visibility}",
            visibility=visibility,
            open_to_search_engines=visibility == "public",
        )
        for state in ("asked", "invited", "joined"):
            factories.join(space, people[state], state=state)
        factories.join(space, people["keeper"], is_keeper=True)
        threads[visibility.value] = factories.make_thread(space, posts=2, title=f"Secret of {visibility}")
    return threads


@pytest.fixture
def browse(client):
    """Gives the client of a person, or a visitor's for None."""
    return lambda person: signed_in(person) if person else client
