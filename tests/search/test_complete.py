"""What the search box offers while somebody types: only what its reader may see."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from forum.models import Thread
from knowledge.models import ResourcePage
from search.cards import cards
from search.completion import complete
from search.views.complete import SECONDS
from tests import factories
from tests.search import community
from tests.search.community import EXPECTED, WORD, announce
from vocabulary.models import Concept, Label

pytestmark = pytest.mark.django_db
ADDRESS = "/search/complete/?q="


def offered(text, user=None):
    return {group.title: [item.text for item in group.items] for group in complete(text, user or AnonymousUser())}


@pytest.fixture
def made():
    return community.build()


def test_nobody_is_offered_what_they_may_not_see(settle):
    made = community.build()
    settle()
    for who, expected in EXPECTED.items():
        user = made.people.get(who, AnonymousUser())
        everything = [text for texts in offered("zebraf", user).values() for text in texts]
        seen = {text.replace(f" {WORD}", "") for text in everything}
        assert seen and seen <= expected, who
        for name in ("public thread", "invited thread", "group resource", "listed person", "unlisted person"):
            exact = [text for texts in offered(f"{name} zeb", user).values() for text in texts]
            assert any(name in text for text in exact) == (name in expected), (who, name)


def test_spaces_and_topics_by_the_beginning_of_a_word(made, member):
    assert offered("public sp")["Spaces"] == ["The public space"]
    assert offered("ask joined spa", made.people["joined"])["Spaces"] == ["The ask joined space"]
    for reader in (None, member, made.people["invited"]):
        assert "Spaces" not in offered("ask joined spa", reader)
    assert "topic of public thread" in offered("topic of public th")["Topics"]


@pytest.mark.parametrize("typed", ["behavio", "behaviou", "Behavior", "managing behavior", "managing behaviour"])
def test_topics_and_spaces_in_either_spelling(typed):
    factories.make_topic(name="Managing behaviour", slug="managing-behaviour")
    factories.make_space(name="Managing behaviour together", slug="managing", visibility="public")
    assert offered(typed) == {"Topics": ["Managing behaviour"], "Spaces": ["Managing behaviour together"]}
    assert offered(f"{typed} x") == offered("%") == {}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("helth vis", {"Search for": ["Health visitor"], "Resources": ["Health visitors at home"]}),
        ("helth visitr", {"Search for": ["Health visitor"], "Resources": ["Health visitors at home"]}),
        ("vistors", {"Resources": ["Health visitors at home"]}),
        ("healthvisitors at ho", {"Resources": ["Health visitors at home"]}),
        # What is like nothing that stands here is no slip.
        ("kitchen vis", {}),
        # Nor is one looked for in a question, nor in what may not be typed to its end yet.
        ("health visitrs", {}),
        ("how do helth vis", {}),
        ("xy zw", {}),
    ],
)
def test_a_slip_is_put_right_where_nothing_begins_so(typed, expected, django_assert_max_num_queries):
    concept = Concept.objects.create(name="Health visitor", slug="health-visitor")
    Label.objects.create(concept=concept, text="Health visitor", kind="preferred")
    announce(ResourcePage, factories.make_resource(title="Health visitors at home", summary="Words."))
    announce(Thread, factories.make_thread(factories.make_space(visibility="invited"), title="Helthy visions"))
    with django_assert_max_num_queries(24):
        assert offered(typed) == expected


@pytest.mark.postgres
def test_terms_of_the_thesaurus():
    concept = Concept.objects.create(name="toilet training", slug="toilet-training")
    for text, kind in (("toilet training", "preferred"), ("potty training", "alternative"), ("poty", "hidden")):
        Label.objects.create(concept=concept, text=text, kind=kind)
    [group] = complete("pot", AnonymousUser())
    assert group.items == [("potty training", "/search/?q=potty+training")]
    assert offered("poty") == {}


@pytest.mark.postgres
@pytest.mark.parametrize("text", ["", " ", "z", "%", "_%", "zebra*", '"', "\x00zebra", "x" * 5000, "'; DROP", "a:b"])
def test_any_text_is_answered(client, made, text):
    answer = client.get("/search/complete/", {"q": text})
    assert answer.status_code == 200 and answer.json()["status"]


def test_who_asks_far_too_often_waits_quietly(client, as_member, made, monkeypatch):
    for name in ("BY_ACCOUNT", "BY_ADDRESS"):
        monkeypatch.setattr(f"search.views.complete.{name}", (2, 300))
    for _ in range(2):
        assert client.get(f"{ADDRESS}zebraf").status_code == 200
    answer = client.get(f"{ADDRESS}zebraf")
    assert (answer.status_code, answer.json()) == (429, {"groups": [], "status": ""})
    assert answer["Cache-Control"] == "no-store" and answer["Retry-After"] == "300"
    assert [as_member.get(f"{ADDRESS}zebraf").status_code for _ in range(3)] == [200, 200, 429]


def test_percent_and_underscore_mean_themselves(made):
    assert offered("%%%") == offered("___") == {}


def test_one_letter_is_no_beginning(made):
    assert offered("z") == {} and offered("ze")


def test_the_answer(client, as_member, made):
    answer = client.get(f"{ADDRESS}zebraf")
    assert answer.json()["status"] == "3 suggestions. Use the arrow keys."
    assert answer["Cache-Control"] == f"private, max-age={SECONDS}"
    titles = [group["title"] for group in answer.json()["groups"]]
    assert titles == ["Resources", "Discussions", "Webinars"]
    assert "no-store" in as_member.get(f"{ADDRESS}zebraf")["Cache-Control"]
    assert client.post(ADDRESS).status_code == 405
    assert client.get(f"{ADDRESS}qqqq").json() == {"groups": [], "status": "No suggestions."}


@pytest.mark.parametrize(("who", "most"), [("visitor", 5), ("member", 9)])
def test_queries_do_not_depend_on_how_much_is_offered(client, as_member, who, most):
    def queries():
        reader = as_member if who == "member" else client
        reader.get(f"{ADDRESS}heron")
        with CaptureQueriesContext(connection) as found:
            reader.get(f"{ADDRESS}heron")
        return len(found)

    def fill(number):
        space = factories.make_space(name=f"Heron space {number}", visibility="public")
        announce(type(thread := factories.make_thread(space, title=f"Heron {number}")), thread)
        announce(type(page := factories.make_resource(title=f"Heron {number}")), page)
        announce(User, factories.make_user(display_name=f"Heron {number}", is_listed=True))
        factories.make_topic(name=f"Heron {number}")

    fill(1)
    few = queries()
    for number in range(2, 5):
        fill(number)
    assert queries() == few <= most


@pytest.mark.postgres
def test_cards_are_in_the_order_asked_for(made):
    keys = [f"thread:{made.threads['public thread'].pk}", "thread:999999", "nothing:1", "post:x", "document:3:1",
            f"resource:{made.pages['public resource'].pk}", f"webinar:{made.pages['public webinar'].pk}"]  # fmt: skip
    found = cards(reversed(keys), AnonymousUser())
    assert [card.kind for card in found.values()] == ["webinar", "resource", "discussion"]
    assert cards([], AnonymousUser()) == {}


def test_a_reply_that_is_hidden_has_no_card(member):
    thread = factories.make_thread(factories.make_space(visibility="public"))
    shown = factories.make_post(thread)
    hidden = factories.make_post(thread, hidden_at=timezone.now())
    assert list(cards([f"post:{shown.pk}", f"post:{hidden.pk}"], member)) == [f"post:{shown.pk}"]


def test_more_than_a_dozen_cards():
    threads = [factories.make_thread(factories.make_space(visibility="public")) for _ in range(15)]
    assert len(cards([f"thread:{thread.pk}" for thread in threads], AnonymousUser())) == 15
