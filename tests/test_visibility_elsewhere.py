"""What each kind of reader sees of a resource, on every shelf of the library, and of what people say about themselves.

As in test_visibility.py a secret word stands in the title: of a page that is for all, for members, for one group, or
a draft.
"""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageViewRestriction

from accounts.actions import update_profile
from accounts.models import ProfileChange
from knowledge import announcing
from knowledge.actions import lists
from knowledge.actions.topics import compose
from knowledge.actions.withdrawal import withdraw
from knowledge.models import ChosenResource, Citation, Evidence, Relation, ResourcePage
from moderation import actions as moderation
from outbox.actions import drain
from search.indexing import rows_changed
from tests import factories
from tests.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

RESOURCE = "Zucchini"
CLOSED_TO = {
    "open": set(),
    "members": {"visitor"},
    "group": {"visitor", "member", "moderator"},
    "draft": {"visitor", "member", "moderator", "editor"},
    "withdrawn": {"visitor", "member", "moderator", "editor"},
}


NEEDS_MEMBER = {"saving to a list", "the same, when somebody suggests it"}


class Shelf:
    """One programme of each kind of privacy on every shelf of the library, and one that all may see beside it."""

    def __init__(self, privacy: str) -> None:
        self.topic = factories.make_topic(name="Marrow", slug="marrow")
        self.keeper = factories.make_user("editor")
        self.page, self.other = (
            factories.make_resource(title=title, kind="programme", topics=[self.topic], families="<p>Peel it.</p>")
            for title in (f"{RESOURCE} club", "Open club")
        )
        Evidence.objects.create(page=self.page, scheme="eif", value="4+", outcome="Appetite")
        Evidence.objects.create(page=self.other, scheme="eif", value="2", outcome="Sleep")
        topic_page = compose(topic=self.topic, editor=None)
        topic_page.chosen = [ChosenResource(resource=self.page)]
        topic_page.save_revision().publish()
        self.collection = lists.make_list(keeper=self.keeper, title="Garden", visibility="public", is_collection=True)
        self.shared = lists.make_list(keeper=self.keeper, title="Shed", visibility="link")
        Relation.objects.create(page=self.other, other=self.page)
        Citation.objects.create(page=self.page, cited=self.other)
        for kept in (self.collection, self.shared):
            for page in (self.page, self.other):
                lists.save_to(reading_list=kept, page=page, actor=self.keeper)
        self._close(privacy)
        self.people = {
            name: factories.make_user(*name.replace("member", "").split()) for name in ("member", "moderator")
        }
        self.people["editor"] = self.keeper if privacy != "group" else factories.make_user("editor", "gardener")
        rows_changed(ResourcePage, [self.page.pk, self.other.pk])

    def _close(self, privacy: str) -> None:
        if privacy == "draft":
            self.page.unpublish()
        elif privacy == "withdrawn":
            withdraw(page=self.page, actor=self.keeper, reason="It is out of date.")
        elif privacy != "open":
            kind = PageViewRestriction.LOGIN if privacy == "members" else PageViewRestriction.GROUPS
            made = PageViewRestriction.objects.create(page=self.page, restriction_type=kind)
            if privacy == "group":
                made.groups.add(Group.objects.create(name="gardener"))

    def text(self, who: str, url: str) -> str:
        client = signed_in(self.people[who]) if who in self.people else Client()
        answer = client.get(url)
        return answer.getvalue().decode() if answer.status_code == 200 else ""


def shelves(shelf: Shelf) -> dict[str, tuple[str, str]]:
    """Address of each surface of the library, and the words that show that it gives the resource away."""
    listed, shared = shelf.collection.get_absolute_url(), shelf.shared.shared_url
    return {
        "the page": (shelf.page.url, RESOURCE),
        "beside another resource": (shelf.other.url, RESOURCE),
        "library": ("/library/", RESOURCE),
        "topic": ("/topics/marrow/", RESOURCE),
        "number of the topic": ("/topics/", ">2 resources<"),
        "collection": (listed, RESOURCE),
        "number of the collection": ("/collections/", ">2 resources<"),
        "collection to take along": (f"{listed}export/ris/", RESOURCE),
        "shared list": (shared, RESOURCE),
        "shared list to take along": (f"{shared}export/csv/", RESOURCE),
        "comparison": (f"/compare/?id={shelf.page.pk}", RESOURCE),
        "offered for comparison": (f"/compare/?id={shelf.other.pk}", RESOURCE),
        "evidence map": ("/evidence-map/?scheme=eif", "rated 4+"),
        "evidence map by outcome, as a table": ("/evidence-map/?scheme=eif&by=outcome&as=table", "Appetite"),
        "saving to a list": (f"/lists/save/?page={shelf.page.pk}", RESOURCE),
        "its history": (f"/r/{shelf.page.pk}/history/", RESOURCE),
        "its reference": (f"/r/{shelf.page.pk}/reference/", RESOURCE),
        "its reference as a file": (f"/r/{shelf.page.pk}/reference/ris/", RESOURCE),
        "its page for families": (f"/r/{shelf.page.pk}/for-families/", RESOURCE),
        "the same, when somebody suggests it": (f"/suggest/?what={RESOURCE}+club", f">{RESOURCE} club<"),
    }


@pytest.mark.parametrize("privacy", list(CLOSED_TO))
def test_no_shelf_of_the_library_disagrees_with_the_table(privacy):
    shelf = Shelf(privacy)
    for who in ("visitor", "member", "moderator", "editor"):
        allowed = who not in CLOSED_TO[privacy]
        for name, (url, words) in shelves(shelf).items():
            signs_in_first = who == "visitor" and name in NEEDS_MEMBER
            # Who reads why something is gone may read how it changed.
            stays = privacy in ("draft", "withdrawn") and name == "its history"
            is_seen = stays or (allowed and not signs_in_first)
            assert (words in shelf.text(who, url)) == is_seen, f"{who}, {name}, of a resource that is {privacy}"


def for_programs(shelf: Shelf) -> dict[str, tuple[str, str]]:
    """What programs read without signing in: shown to nobody unless it is open to all."""
    number, slug = shelf.page.pk, f"/{shelf.page.slug}/"
    return {
        "feed": ("/feeds/resources.atom", RESOURCE),
        "feed of the kind": ("/feeds/kinds/programme.rss", RESOURCE),
        "feed of the topic": ("/feeds/topics/marrow.atom", RESOURCE),
        "feed of a search": ("/search/feed.atom?q=club", RESOURCE),
        "sitemap": ("/sitemap-pages-0.xml", slug),
        "OAI-PMH, records": ("/oai?verb=ListRecords&metadataPrefix=oai_dc", RESOURCE),
        "OAI-PMH, one record": (
            f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:resource/{number}",
            RESOURCE,
        ),
        "API": ("/api/resources", RESOURCE),
        "API, one resource": (f"/api/resources/{number}", RESOURCE),
        "API, collection": (f"/api/collections/{shelf.collection.pk}", RESOURCE),
    }


@pytest.mark.parametrize("privacy", list(CLOSED_TO))
def test_programs_are_shown_only_what_is_open_to_all(privacy):
    shelf = Shelf(privacy)
    announcing.refresh()
    for who in ("visitor", "editor"):
        for name, (url, words) in for_programs(shelf).items():
            assert (words in shelf.text(who, url)) == (privacy == "open"), f"{who}, {name}, of what is {privacy}"


def test_what_is_closed_after_it_was_announced_is_announced_no_more():
    shelf = Shelf("open")
    announcing.refresh()
    factories.for_members_only(shelf.page)
    for name, (url, words) in for_programs(shelf).items():
        assert words not in shelf.text("editor", url), name


def test_what_somebody_wants_to_say_about_themselves_is_theirs_and_the_moderators_until_it_is_let_through():
    """On every surface that says anything about a person."""
    writer = factories.make_user(display_name="Ann Quill", is_listed=True)
    old, new = "I sing.", "Aunt of Jayden Quokka, aged 3."
    update_profile(person=writer, changes={"about_source": old})
    form = {"display_name": "Ann Quill", "role": "volunteer", "time_zone": "Europe/London"}
    signed_in(writer).post("/me/profile/", {**form, "about_source": new, "why": "My own nephew."})
    change = ProfileChange.objects.get()
    people = {"visitor": None, "writer": writer, "member": factories.make_user()}
    people |= {"editor": factories.make_user("editor"), "moderator": factories.make_user("moderator")}
    clients = {who: signed_in(person) if person else Client() for who, person in people.items()}
    desk = f"/desk/profile-change/{change.pk}/"
    table = {
        writer.get_absolute_url(): set(), "/search/?q=Quokka": set(), "/search/?q=Ann+Quill": set(), "/": set(),
        f"/report/profile-change/{change.pk}/": {"moderator"}, f"/report/profile/{writer.pk}/": set(),
        f"/desk/person/{writer.pk}/": set(), "/desk/log/": set(), "/inbox/": set(),
        "/me/profile/": {"writer"}, "/me/data/": set(), desk: {"moderator"}, "/desk/": {"moderator"},
    }  # fmt: skip

    def readers(url: str) -> set[str]:
        pages = {who: client.get(url) for who, client in clients.items()}
        return {who for who, page in pages.items() if page.status_code == 200 and "Jayden" in page.getvalue().decode()}

    drain()
    assert {url: readers(url) for url in table} == table
    seen = clients["moderator"].get(desk).context["item"].seen
    moderation.restore(subject=change, actor=people["moderator"], reason="He may.", seen=seen)
    drain()
    assert {"writer", "member", "moderator"} <= readers(writer.get_absolute_url())
