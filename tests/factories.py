"""Rows for tests: plain functions with sensible defaults; every argument can be overridden."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page, PageViewRestriction

from accounts.models import MEMBER, User
from events.models import Session, WebinarIndexPage, WebinarPage
from forum.models import Post, Space, SpaceMembership, Thread
from knowledge.models import HomePage, LibraryPage, ResourcePage
from vocabulary.models import Place, Sector, Topic

_numbers = count(1)


def make_user(*groups: str, **fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("display_name", f"Person {number}")
    fields.setdefault("is_staff", "administrator" in groups)
    password = fields.pop("password", None)
    user = User.objects.create_user(password=password, **fields)
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in (MEMBER, *groups)])
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_sector(**fields: Any) -> Sector:
    number = next(_numbers)
    defaults = {"name": f"Sector {number}", "slug": f"sector-{number}", "involvement": Sector.Involvement.DIRECT}
    return Sector.objects.create(**{**defaults, **fields})


def make_topic(**fields: Any) -> Topic:
    number = next(_numbers)
    return Topic.objects.create(**{"name": f"Topic {number}", "slug": f"topic-{number}", **fields})


def make_place(**fields: Any) -> Place:
    number = next(_numbers)
    defaults = {"name": f"Place {number}", "slug": f"place-{number}", "kind": Place.Kind.COUNCIL}
    return Place.add_root(**{**defaults, **fields})


def make_space(**fields: Any) -> Space:
    number = next(_numbers)
    defaults = {
        "name": f"Space {number}",
        "slug": f"space-{number}",
        "purpose": "To talk.",
        "visibility": Space.Visibility.MEMBERS,
    }
    return Space.objects.create(**{**defaults, **fields})


def join(space: Space, person: User, **fields: Any) -> SpaceMembership:
    return SpaceMembership.objects.create(space=space, person=person, **fields)


def make_thread(space: Space | None = None, *, posts: int = 1, text: str = "Hello.", **fields: Any) -> Thread:
    """A thread with `posts` posts by its author, written straight into the tables."""
    number = next(_numbers)
    space = space or make_space()
    author = fields.pop("author", None) or make_user()
    fields.setdefault("title", f"Thread {number}")
    fields.setdefault("slug", f"thread-{number}")
    thread = Thread.objects.create(space=space, author=author, last_post_by=author, **fields)
    for _ in range(posts):
        make_post(thread, author=author, source=text)
    return thread


def make_post(thread: Thread, **fields: Any) -> Post:
    source = fields.pop("source", "Hello.")
    author = fields.pop("author", None) or make_user()
    thread.last_number += 1
    post = Post.objects.create(
        thread=thread, number=thread.last_number, author=author, source=source, html=f"<p>{source}</p>", **fields
    )
    thread.reply_count = thread.last_number - 1
    thread.save(update_fields=["last_number", "reply_count"])
    return post


def home_page() -> HomePage:
    found = HomePage.objects.first()
    if found:
        return found
    return Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="start", lead="What this is."))


def library_page() -> LibraryPage:
    return LibraryPage.objects.first() or home_page().add_child(instance=LibraryPage(title="Library", slug="library"))


def make_resource(parent: Page | None = None, **fields: Any) -> ResourcePage:
    number = next(_numbers)
    topics, sectors = fields.pop("topics", ()), fields.pop("sectors", ())
    defaults = {
        "title": f"Resource {number}",
        "slug": f"resource-{number}",
        "kind": ResourcePage.Kind.RESEARCH,
        "summary": "What was found.",
    }
    page = (parent or library_page()).add_child(instance=ResourcePage(**{**defaults, **fields}))
    page.topics.set(topics)
    page.sectors.set(sectors)
    page.save()
    return page


def webinar_index() -> WebinarIndexPage:
    found = WebinarIndexPage.objects.first()
    return found or home_page().add_child(instance=WebinarIndexPage(title="Webinars", slug="webinars"))


def make_webinar(**fields: Any) -> WebinarPage:
    number = next(_numbers)
    defaults = {"title": f"Webinar {number}", "slug": f"webinar-{number}", "summary": "What you will hear."}
    return webinar_index().add_child(instance=WebinarPage(**{**defaults, **fields}))


def make_session(page: WebinarPage | None = None, **fields: Any) -> Session:
    import datetime

    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    defaults = {"page": page or make_webinar(), "date": tomorrow, "start_time": datetime.time(13)}
    return Session.objects.create(**{**defaults, **fields})


def for_members_only(page: Page) -> None:
    """Close a page of the CMS to visitors."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
