"""A small community in which every kind of thing exists in every kind of visibility, all with one word in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser, Group
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from accounts.models import User
from events.models import WebinarPage
from forum.models import Post, Space, SpaceMembership, Thread
from knowledge.models import ResourcePage
from search import reconciling
from search.finding import find
from search.query import Query
from search.sources import SOURCES
from tests import factories
from web.signals import content_changed

WORD = "zebrafinch"
VISITOR = AnonymousUser()
PUBLIC = {"public thread", "public reply", "public resource", "public webinar"}
MEMBERS = PUBLIC | {"members thread", "ask joined thread", "login resource", "login child", "listed person"}
# What each reader finds, by title. Everybody who is signed in finds what visitors do.
EXPECTED = {
    "visitor": PUBLIC,
    "member": MEMBERS - {"ask joined thread"},
    "joined": MEMBERS,
    "invited": MEMBERS - {"ask joined thread"} | {"invited thread"},
    "moderator": MEMBERS | {"ask thread", "invited thread", "group resource"},
    "suspended": PUBLIC | {"login resource", "login child"},
}


@dataclass
class Community:
    spaces: dict[str, Space] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def keys_in(cluster):
    """Of all documents that the live index has."""
    return sorted(cluster.digests_of(owner for name in SOURCES for owner in cluster.owners(name)))


def differences(kept):
    """Of an index from the rows: three numbers a source, as `reconciling.Differences` has them."""
    return sum(
        (
            list(reconciling.compare(kept, source, mend=False, tell=lambda rows: None))
            for source in SOURCES.values()
        ),
        [],
    )  # fmt: skip


def announce(model, *rows):
    content_changed.send(sender=model, ids=[row.pk for row in rows])


def topic_of(name):
    """Each thing has a topic of its own, so that a leak shows in the counts as well."""
    return factories.make_topic(name=f"topic of {name}", slug=f"of-{name.replace(' ', '-')}")


def thread(community, space, name, **fields):
    made = factories.make_thread(space, title=f"{name} {WORD}", text=f"{WORD} told in {name}", **fields)
    made.topics.set([topic_of(name)])
    community.threads[name] = made
    announce(Thread, made)
    return made


def resource(community, name, parent=None, **fields):
    page = factories.make_resource(parent, title=f"{name} {WORD}", summary=f"{WORD} in {name}", **fields)
    page.topics.set([topic_of(name)])
    page.save()
    community.pages[name] = page
    announce(ResourcePage, page)
    return page


def restrict(page, kind, *groups):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    restriction.groups.set(groups)
    return restriction


def build() -> Community:
    made = Community()
    _people(made)
    for name, visibility in (("public", "public"), ("members", "members"), ("ask", "ask"), ("ask joined", "ask"),
                             ("invited", "invited")):  # fmt: skip
        made.spaces[name] = factories.make_space(
            name=f"The {name} space", visibility=visibility, open_to_search_engines=name == "public"
        )
        thread(made, made.spaces[name], f"{name} thread")
    factories.join(made.spaces["ask joined"], made.people["joined"])
    factories.join(made.spaces["invited"], made.people["invited"])
    factories.join(made.spaces["ask"], made.people["member"], state=SpaceMembership.State.ASKED)
    _posts(made)
    _pages(made)
    return made


def _people(made: Community) -> None:
    made.people = {name: factories.make_user() for name in ("member", "joined", "invited")}
    made.people["moderator"] = factories.make_user("moderator")
    made.people["suspended"] = factories.make_user()
    made.people["suspended"].groups.clear()
    listed = factories.make_user(display_name=f"listed person {WORD}", is_listed=True)
    unlisted = factories.make_user(display_name=f"unlisted person {WORD}")
    gone = factories.make_user(display_name=f"gone person {WORD}", is_listed=True, is_active=False)
    announce(User, listed, unlisted, gone)


def _posts(made: Community) -> None:
    plain = factories.make_thread(made.spaces["public"], title="public reply", text="Nothing.")
    reply = factories.make_post(plain, source=f"{WORD} in a reply")
    hidden = factories.make_post(plain, source=f"{WORD} hidden reply", hidden_at=timezone.now())
    announce(Thread, plain)
    announce(Post, reply, hidden)
    thread(made, made.spaces["public"], "hidden thread", hidden_at=timezone.now())


def _pages(made: Community) -> None:
    resource(made, "public resource")
    resource(made, "draft resource", live=False)
    login = resource(made, "login resource")
    restrict(login, PageViewRestriction.LOGIN)
    resource(made, "login child", login)
    restrict(resource(made, "group resource"), PageViewRestriction.GROUPS, Group.objects.get(name="moderator"))
    webinar = factories.make_webinar(title=f"public webinar {WORD}")
    made.pages["public webinar"] = webinar
    announce(WebinarPage, webinar)


def titles(text, user=VISITOR, **fields):
    """Of what has all of the words."""
    results = find(Query(text=text, exact=True, **fields), user)
    return {str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in results.hits[: results.complete]}
