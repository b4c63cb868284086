"""Editors change the words in the CMS."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.conftest import signed_in
from tests.factories import make_sector, make_topic, make_user
from tests.vocabulary.thesaurus import make_concept
from vocabulary.expansion import expand
from vocabulary.models import Concept, Label

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ADD = "/cms/snippets/vocabulary/concept/add/"


def edit_url(concept: Concept) -> str:
    return reverse("wagtailsnippets_vocabulary_concept:edit", args=[concept.pk])


def form(*labels: tuple[str, str], old: tuple = (), **fields) -> dict[str, object]:
    """What the form sends: labels as (text, kind); `old` are the rows that were there, in order."""
    data: dict[str, object] = {
        "definition": "What it is.", "scope_note": "", "topic": "", "source": "", "slug": "", "is_in_use": "on",
        "labels-TOTAL_FORMS": len(labels), "labels-INITIAL_FORMS": len(old), "labels-MIN_NUM_FORMS": 0,
        "labels-MAX_NUM_FORMS": 1000, "matches-TOTAL_FORMS": 0, "matches-INITIAL_FORMS": 0, "matches-MIN_NUM_FORMS": 0,
        "matches-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for number, (text, kind) in enumerate(labels):
        start = f"labels-{number}"
        data |= {f"{start}-text": text, f"{start}-kind": kind, f"{start}-language": "en", f"{start}-expands": "on"}
        data[f"{start}-id"] = old[number].pk if number < len(old) else ""
    return data | fields


def test_an_editor_adds_a_concept_and_it_counts_at_once(as_editor, editor):
    sector = make_sector()
    data = form(("Health visitor", "preferred"), ("HV", "abbreviation"), **{"labels-1-sectors": [sector.pk]})
    assert as_editor.get(ADD).status_code == 200
    answer = as_editor.post(ADD, data)
    assert answer.status_code == 302, answer.context["form"].errors
    concept = Concept.objects.get()
    assert (concept.name, concept.slug, concept.definition) == ("Health visitor", "health-visitor", "What it is.")
    assert [each.name for each in concept.labels.get(text="HV").sectors.all()] == [sector.name]
    assert [each.labels for each in expand(["hv"])] == [("Health visitor",)]
    assert ModelLogEntry.objects.filter(user=editor, action="wagtail.create").exists()


def test_an_editor_changes_labels_links_and_which_is_preferred(as_editor):
    concept, other = make_concept("Health visitor", "nurse"), make_concept("Midwife")
    old = tuple(concept.labels.order_by("pk"))
    assert as_editor.get(edit_url(concept)).status_code == 200
    data = form(
        ("nurse", "alternative"), ("Health visitor", "preferred"), ("HV", "abbreviation"), old=old,
        broader=[other.pk], slug="ignored",
    )  # fmt: skip
    assert as_editor.post(edit_url(concept), data).status_code == 302
    data = form(
        ("nurse", "preferred"), ("Health visitor", "alternative"), ("HV", "abbreviation"),
        old=tuple(concept.labels.order_by("pk")), related=[other.pk],
    )  # fmt: skip
    assert as_editor.post(edit_url(concept), data).status_code == 302
    concept.refresh_from_db()
    assert (concept.name, concept.slug) == ("nurse", "health-visitor")
    assert {(label.text, label.folded, label.kind) for label in concept.labels.all()} == {
        ("nurse", "nurse", "preferred"),
        ("Health visitor", "health visitor", "alternative"),
        ("HV", "hv", "abbreviation"),
    }
    assert list(concept.broader.all()) == []
    assert list(other.related.all()) == [concept]


def test_an_editor_takes_a_label_out(as_editor):
    concept = make_concept("Health visitor", "nurse")
    old = tuple(concept.labels.order_by("pk"))
    data = form(
        ("Health visitor", "preferred"), ("nurse", "alternative"), old=old, **{"labels-1-DELETE": "on"}
    )  # fmt: skip
    assert as_editor.post(edit_url(concept), data).status_code == 302
    assert [label.text for label in concept.labels.all()] == ["Health visitor"]
    assert expand(["nurse"]) == []


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([("One", "alternative")], "exactly one preferred label"),
        ([("One", "preferred"), ("Two", "preferred")], "exactly one preferred label"),
        ([("One", "preferred"), ("ONE", "alternative")], "A label is there twice"),
        ([("One", "preferred"), ("…", "alternative")], "at least one letter or digit"),
        ([("known", "preferred")], "There is a concept with this preferred label"),
        ([("Known!", "preferred")], "This address is taken or empty"),
        ([], "exactly one preferred label"),
    ],
)
def test_what_cannot_be_is_explained(as_editor, labels, said):
    make_concept("Known")
    answer = as_editor.post(ADD, form(*labels))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Concept.objects.count() == 1


def test_nothing_stands_above_itself(as_editor):
    wide = make_concept("Wide")
    narrow = make_concept("Narrow", broader=[wide])
    data = form(("Wide", "preferred"), old=tuple(wide.labels.all()), broader=[narrow.pk])
    answer = as_editor.post(edit_url(wide), data)
    assert "broader than themselves" in answer.content.decode()
    assert list(wide.broader.all()) == []


def test_editors_take_out_of_use_and_do_not_delete(as_editor):
    concept = make_concept("Health visitor", "nurse")
    delete = reverse("wagtailsnippets_vocabulary_concept:delete", args=[concept.pk])
    as_editor.post(delete)
    assert Concept.objects.filter(pk=concept.pk).exists()
    data = form(("Health visitor", "preferred"), ("nurse", "alternative"), old=tuple(concept.labels.order_by("pk")))
    del data["is_in_use"]
    assert as_editor.post(edit_url(concept), data).status_code == 302
    assert expand(["nurse"]) == []


def test_the_list_of_concepts_is_searched_by_any_label(as_editor):
    make_concept("Health visitor", "public health nurse")
    make_concept("Midwife")
    shown = as_editor.get("/cms/snippets/vocabulary/concept/", {"q": "nurse"}).content.decode()
    assert "Health visitor" in shown
    assert "Midwife" not in shown


@pytest.mark.parametrize(
    ("kind", "make", "more"),
    [
        ("topic", make_topic, {"summary": ""}),
        ("sector", make_sector, {"involvement": "direct", "shape": "circle", "hue": 1, "position": 0}),
    ],
)
def test_a_topic_and_a_sector_may_be_called_otherwise_and_keep_their_address(as_editor, kind, make, more):
    """Their slugs stand in addresses, saved searches and the search index."""
    row = make(name="Sleep", slug="sleep")
    address = f"/cms/snippets/vocabulary/{kind}/edit/{row.pk}/"
    assert as_editor.post(address, {"name": "Sleep and rest", "slug": "rest", **more}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.slug) == ("Sleep and rest", "sleep")
    new = {"name": "Play", "slug": "play", **more}
    assert as_editor.post(f"/cms/snippets/vocabulary/{kind}/add/", new).status_code == 302
    assert type(row).objects.filter(slug="play").exists()


@pytest.mark.parametrize("groups", [(), ("moderator",)])
def test_nobody_else_changes_the_words(groups):
    concept = make_concept("Health visitor")
    client = signed_in(make_user(*groups))
    for url in (ADD, edit_url(concept)):
        client.post(url, form(("Ours", "preferred")))
    assert Concept.objects.get().name == "Health visitor"
    assert Label.objects.count() == 1


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.post(ADD, form(("Ours", "preferred"))).status_code == 302
    assert not Concept.objects.exists()


def test_a_forged_form_is_refused(forged, editor):
    assert forged(editor).post(ADD, form(("Ours", "preferred"))).status_code == 403
    assert not Concept.objects.exists()


def test_a_concept_that_is_not_there_is_not_found(as_editor):
    assert as_editor.get("/cms/snippets/vocabulary/concept/edit/999999/").status_code == 404


def test_the_list_in_the_cms_asks_the_same_whatever_it_shows(as_editor):
    def asked():
        with CaptureQueriesContext(connection) as found:
            assert as_editor.get("/cms/snippets/vocabulary/concept/").status_code == 200
        return len(found)

    def add(number):
        concept = make_concept(f"Concept {number}")
        Concept.objects.filter(pk=concept.pk).update(topic=make_topic(name=f"Topic {number}", slug=f"topic-{number}"))

    add(1)
    asked()
    few = asked()
    for number in range(2, 6):
        add(number)
    assert asked() == few
