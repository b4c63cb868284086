import tracemalloc

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary import folding
from vocabulary.actions import load_concepts, load_sectors, load_topics
from vocabulary.expansion import FAR, MOST_EXPANSIONS, MOST_LABELS, NEAR, SAME, Thesaurus, broader, expand
from vocabulary.models import Label

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def said(text: str, **options) -> dict[str, tuple[str, ...]]:
    """What is added to a search, by what was typed."""
    return {each.typed: each.labels for each in expand(folding.split(text), **options)}


def test_an_abbreviation_brings_the_full_words_and_the_other_way_round():
    make_concept("Health visitor", "public health nurse", abbreviation="HV")
    assert said("hv caseload") == {"hv": ("Health visitor", "public health nurse")}
    assert said("my health visitors") == {"health visitors": ("HV", "public health nurse")}


def test_where_the_words_stand_is_said():
    concept = make_concept("Health visitor", abbreviation="HV")
    (found,) = expand(["the", "health", "visitor", "came"])
    assert (found.start, found.length, found.typed, found.concept_id) == (1, 2, "health visitor", concept.pk)
    assert found.weight == SAME


@pytest.mark.parametrize(
    "typed",
    ["HVs", "health-visitor", "Health Visitors'", "behavior problem", "behaviour problems", "preschool", "pre school",
     "well-being", "well being", "wellbeing"],
)  # fmt: skip
def test_plural_hyphen_apostrophe_and_spelling_make_no_difference(typed):
    make_concept("Health visitor", abbreviation="HV")
    make_concept("Challenging behaviour", "behaviour problems")
    make_concept("Nursery", "pre-school")
    make_concept("Mental health", "wellbeing")
    (labels,) = said(typed).values()
    assert labels


@pytest.mark.parametrize("typed", ["2 yr check", "two year check", "2.5 year check", "two-and-a-half-year check"])
def test_numbers_and_times_are_the_same_in_words_and_in_figures(typed):
    make_concept("Two-year review", "2 year check", "two-and-a-half-year check")
    (labels,) = said(typed).values()
    assert labels[0] == "Two-year review"


def test_the_longest_label_wins():
    make_concept("Speech", "talking")
    make_concept("Speech and language therapist", "speech therapist", abbreviation="SLT")
    assert list(said("speech and language therapist")) == ["speech and language therapist"]
    assert list(said("speech therapist speech")) == ["speech therapist", "speech"]


def test_little_words_within_a_label_may_be_left_out():
    make_concept("Team around the family", abbreviation="TAF")
    assert list(said("team around family")) == ["team around family"]
    assert list(said("a team around the family meeting")) == ["team around the family"]


def test_a_label_of_one_telling_word_needs_its_little_words():
    make_concept("Child who is looked after", "in care")
    assert said("health care") == {}
    assert list(said("children in care")) == ["in care"]


def test_short_labels_come_before_long_ones_and_none_holds_another():
    make_concept("Health visitor", "the nurse who comes round", "health visiting team", "health visiting", "HV")
    assert said("hv") == {"hv": ("Health visitor", "health visiting", "the nurse who comes round")}


def test_a_label_that_holds_what_was_typed_finds_nothing_more():
    make_concept("Damp", "mould", "black mould", "wet walls")
    assert said("mould") == {"mould": ("Damp", "wet walls")}


def test_what_was_typed_is_not_added_for_its_little_words():
    make_concept("Housing Benefit", "help with rent")
    assert said("help with the rent") == {"help with the rent": ("Housing Benefit",)}


def test_labels_are_shared_out_among_what_was_typed():
    for number in range(3):
        make_concept(f"Thing{number}", *(f"a{number}{letter}" for letter in "bcdefghijklmnop"))
    counts = [len(each.labels) for each in expand(["thing0", "thing1", "thing2"])]
    assert counts == [MOST_LABELS // 3] * 3


def test_misspellings_lead_on_but_are_never_added():
    concept = make_concept("Midwife", "midwifery")
    add_label(concept, "midwive", kind=Label.Kind.HIDDEN)
    assert said("midwive") == {"midwive": ("Midwife", "midwifery")}
    assert said("midwifery") == {"midwifery": ("Midwife",)}


def test_what_an_editor_took_out_of_the_search_is_neither_found_nor_added():
    concept = make_concept("Carer", "caregiver")
    add_label(concept, "nan", expands=False)
    assert said("nan") == {}
    assert said("caregiver") == {"caregiver": ("Carer",)}


class TestAnEverydayWord:
    @pytest.fixture(autouse=True)
    def hub(self):
        concept = make_concept("Safeguarding hub", definition="Police and council look at worries about a child.")
        add_label(concept, "MASH", kind=Label.Kind.ABBREVIATION, is_ambiguous=True)

    def test_is_expanded_alone(self):
        assert said("mash") == {"mash": ("Safeguarding hub",)}

    def test_is_expanded_beside_a_word_of_the_definition(self):
        assert list(said("police mash")) == ["mash"]

    def test_is_left_alone_beside_other_words(self):
        assert said("potato mash") == {}

    def test_is_expanded_in_capitals(self):
        assert list(said("who runs the mash", typed=["who", "runs", "the", "MASH"])) == ["mash"]

    def test_is_left_alone_where_everything_is_in_capitals(self):
        assert said("potato mash", typed=["POTATO", "MASH"]) == {}

    def test_is_never_added(self):
        assert said("safeguarding hub") == {}


class TestAnAbbreviationOfTwoThings:
    @pytest.fixture(autouse=True)
    def two(self):
        make_concept("Cerebral palsy", abbreviation="CP", definition="A condition of movement and posture.")
        make_concept("Child protection", abbreviation="CP", definition="Keeping from harm, by a conference.")

    def test_gives_both(self):
        assert {each.labels[0] for each in expand(["cp"])} == {"Cerebral palsy", "Child protection"}

    def test_gives_the_one_that_fits(self):
        assert [each.labels[0] for each in expand(["cp", "conference"])] == ["Child protection"]


def test_a_few_narrower_concepts_are_added_with_less_weight():
    wide = make_concept("Vaccination", "jabs")
    make_concept("Flu vaccine", broader=[wide])
    found = expand(["jabs"])
    assert [(each.labels, each.weight) for each in found] == [(("Vaccination",), SAME), (("Flu vaccine",), NEAR)]


def test_so_is_what_they_are_a_part_of():
    wide = make_concept("Behaviour that challenges", "naughty", "kicking off")
    make_concept("Conduct disorder", "defiance", broader=[wide])
    found = expand(["conduct", "disorder"])
    assert [(each.labels, each.weight) for each in found] == [
        (("defiance",), SAME),
        (("Behaviour that challenges", "naughty", "kicking off"), NEAR),
    ]


def test_what_is_related_or_two_steps_wider_weighs_least():
    widest = make_concept("Mental health", "wellbeing")
    wide = make_concept("Perinatal mental health", broader=[widest])
    blues = make_concept("Baby blues")
    low = make_concept("Postnatal depression", broader=[wide])
    low.related.add(blues)
    found = {each.labels[0]: each.weight for each in expand(["postnatal", "depression"])}
    assert found == {"Perinatal mental health": NEAR, "Baby blues": FAR, "Mental health": FAR}


def test_many_narrower_concepts_are_not_added():
    wide = make_concept("Benefits", "social security")
    for number in range(10):
        make_concept(f"Benefit {number}", f"allowance {number}", broader=[wide])
    assert [each.weight for each in expand(["benefits"])] == [SAME]
    assert [each.labels for each in expand(["benefit", "3"])] == [("allowance 3",), ("Benefits", "social security")]


def test_concepts_that_are_not_in_use_are_out_of_it():
    wide = make_concept("Vaccination", "jabs")
    make_concept("Flu vaccine", broader=[wide], is_in_use=False)
    make_concept("Caseload", "workload", is_in_use=False)
    assert [each.labels for each in expand(["jabs"])] == [("Vaccination",)]
    assert expand(["caseload"]) == []


def test_a_change_counts_at_once_and_costs_one_query_when_there_is_none(django_assert_num_queries):
    concept = make_concept("Health visitor")
    assert said("hv") == {}
    add_label(concept, "HV")
    assert said("hv") == {"hv": ("Health visitor",)}
    with django_assert_num_queries(1):
        said("hv")
    concept.labels.get(text="HV").delete()
    assert said("hv") == {}
    concept.is_in_use = False
    concept.save()
    assert said("health visitor") == {}


def test_wider_concepts_are_offered():
    wide = make_concept("Housing")
    make_concept("Damp and mould", "black mould", broader=[wide])
    (found,) = broader(["black", "mould", "toddler"])
    assert (found.label, found.slug, found.topic) == ("Housing", "housing", "")
    assert broader([]) == broader(["toddler"]) == []


def test_nothing_is_expanded_without_a_thesaurus():
    assert expand([]) == expand(["hv"]) == []


@pytest.fixture(scope="module")
def field(django_db_setup, django_db_blocker):
    """The whole thesaurus of the field, and how much memory it takes; it needs no database once it is read."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_sectors()
        load_topics()
        load_concepts()
        tracemalloc.start()
        thesaurus = Thesaurus()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        transaction.set_rollback(True)
    return thesaurus, size


TYPED = ["hv", "the", "of", "care", "team", "cp", "mash", "pip", "in", "child", "health", "visitors", "plan"]
WORDS = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(TYPED)), max_size=90)


class TestTheFieldsOwn:
    @pytest.fixture(autouse=True)
    def here(self, field):
        self.thesaurus, self.size = field

    def added(self, text: str) -> set[str]:
        return {label for each in self.thesaurus.expand(folding.split(text)) for label in each.labels}

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("HV", "Health visitor"),
            ("health visitor", "HV"),
            ("conduct disorder", "Behaviour that challenges"),
            ("behaviour that challenges", "Conduct disorder"),
            ("naughty", "challenging behaviour"),
            ("late talker", "Speech delay"),
            ("glue ear", "otitis media with effusion"),
            ("ankyloglossia", "Tongue-tie"),
            ("statementing", "Education, health and care plan"),
            ("Sure Start", "Family hub"),
            ("EHCP", "Education, health and care plan"),
            ("TAF", "Team around the family"),
            ("CIN", "Child in need"),
            ("CRB check", "DBS"),
            ("free hours", "Funded early education"),
            ("red book", "PCHR"),
            ("pediatrician", "paediatrics"),
            ("cot death", "SIDS"),
            ("black mould", "disrepair"),
            ("mums", "Mother"),
            ("wont eat", "Fussy eating"),
            ("diapers", "Nappies"),
            ("stroller", "Pushchair"),
            ("crib", "Cot"),
            ("homeschool", "Home education"),
            ("healthvisitor", "Health visitor"),
            ("foodbank", "Food bank"),
            ("salt referral", "Speech and language therapist"),
        ],
    )
    def test_finds_what_others_call_it(self, typed, expected):
        assert expected in self.added(typed)

    def test_letters_with_a_sign_between_them_are_not_run_together(self):
        assert "Vomiting and diarrhoea" in self.added("D&V")
        assert self.added("DV") >= {"Domestic abuse"}
        assert "Vomiting and diarrhoea" not in self.added("DV")

    @pytest.mark.parametrize(
        "typed",
        ["capacity of a jug", "shed in a garden", "delivery of parcels", "stop that", "it", "salt in crisps"],
    )
    def test_leaves_everyday_words_alone(self, typed):
        assert self.added(typed) == set()

    @given(WORDS)
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    def test_never_fails_is_bounded_and_always_says_the_same(self, words):
        found = self.thesaurus.expand(words)
        assert found == self.thesaurus.expand(words)
        assert len(found) <= MOST_EXPANSIONS
        assert sum(len(each.labels) for each in found) <= MOST_LABELS
        taken: dict[int, tuple[int, int]] = {}
        for each in found:
            assert each.labels
            assert each.typed == " ".join(words[each.start : each.start + each.length])
            for place in range(each.start, each.start + each.length):
                assert taken.setdefault(place, (each.start, each.length)) == (each.start, each.length)

    def test_adding_what_was_added_brings_nothing_far_away(self):
        """A label leads to concepts that bear it, so what is added never drifts from concept to concept."""
        for each in self.thesaurus.expand(["hv"]):
            again = self.thesaurus.expand(folding.split(each.labels[0]))
            assert {found.concept_id for found in again if found.weight == SAME} <= {each.concept_id}

    def test_is_small_in_memory(self):
        assert self.size < 12_000_000
