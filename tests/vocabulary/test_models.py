import pytest
from django.db import IntegrityError, transaction

from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary.models import BroaderConcept, Concept, Label, Match, RelatedConcept

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda concept: add_label(concept, "Second", kind=Label.Kind.PREFERRED),
        lambda concept: add_label(concept, "HEALTH-VISITOR"),
        lambda concept: add_label(concept, "…"),
        lambda concept: BroaderConcept.objects.create(concept=concept, broader=concept),
        lambda concept: RelatedConcept.objects.create(concept=concept, other=concept),
        lambda concept: Concept.objects.create(name="Health visitor", slug="another"),
        lambda concept: Concept.objects.create(name="Another", slug="health-visitor"),
        lambda concept: Match.objects.bulk_create(
            [
                Match(concept=concept, scheme="MeSH", label="Nurses"),
                Match(concept=concept, scheme="MeSH", label="Nurses"),
            ]
        ),
    ],
)
def test_the_database_refuses(wrong):
    concept = make_concept("Health visitor")
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(concept)


def test_related_is_both_ways_and_broader_is_not():
    one, other = make_concept("One"), make_concept("Other")
    one.related.add(other)
    one.broader.add(other)
    assert list(other.related.all()) == [one]
    assert list(other.narrower.all()) == [one]
    assert list(other.broader.all()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda concept: concept.save(),
        lambda concept: add_label(concept, "HV"),
        lambda concept: concept.labels.get().delete(),
        lambda concept: Concept.objects.filter(pk=concept.pk).delete(),
        lambda concept: make_concept("Another"),
    ],
)
def test_every_change_gives_another_stamp(change):
    concept = make_concept("Health visitor")
    before = Concept.objects.stamp()
    change(concept)
    assert Concept.objects.stamp() != before


def test_there_is_a_stamp_without_concepts():
    assert Concept.objects.stamp() == (0, 0, 0)


def test_labels_match_by_the_beginnings_of_their_words_misspelt_ones_too_but_none_out_of_use():
    visitor = make_concept("Health visitor", "Health visiting team")
    add_label(visitor, "Heallth visitor", kind=Label.Kind.HIDDEN)
    make_concept("Health board", is_in_use=False)
    assert {label.text for label in Label.objects.matching("HEALTH-v")} == {"Health visitor", "Health visiting team"}
    assert {label.text for label in Label.objects.matching("visitor")} == {"Health visitor", "Heallth visitor"}
    assert not Label.objects.matching("health b").exists()
    assert not Label.objects.shown().filter(kind=Label.Kind.HIDDEN).exists()


@pytest.mark.parametrize("text", ["", " ", "%", "'; --", "\x00"])
def test_nothing_is_completed_for_what_is_no_word(text):
    make_concept("Health visitor")
    assert list(Label.objects.matching(text)) == []
