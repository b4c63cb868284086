"""Misspelt words are put right from what their reader may see, and from nothing else."""

import pytest
from django.contrib.auth.models import AnonymousUser

from forum.models import Thread
from knowledge.models import ResourcePage
from search import engines, learning, spelling
from search.finding import find
from search.models import Word
from search.query import Query
from tests import factories
from tests.search.community import announce
from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary import expansion
from vocabulary.models import Label

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
VISITOR = AnonymousUser()


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(learning, "_remembered", set())


def resource(title, **fields):
    page = factories.make_resource(title=title, **fields)
    announce(ResourcePage, page)
    return page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("breastfeding", "breastfeeding"),
        ("saftey", "safety"),
        ("pyschology", "psychology"),
        ("anxeity", "anxiety"),
        ("hosing", "housing"),
        ("behavoir", "behaviour"),
        ("ecxema", "eczema"),
        ("toddlr sleep", "toddler sleep"),
        ('"toddler" slepe', '"toddler" sleep'),
        ("toddler slepe -bottle", "toddler sleep -bottle"),
    ],
)
def test_what_finds_nothing_is_searched_as_it_was_meant(typed, meant):
    resource("Breastfeeding, safety, psychology, anxiety, housing, behaviour, eczema: the toddler at sleep")
    results = find(Query(text=typed), VISITOR)
    assert (results.corrected, results.total) == (meant, 1)
    assert results.query.text == typed


def test_what_finds_something_is_left_as_it_is():
    resource("Hosing down a yard")
    resource("Housing advice")
    results = find(Query(text="hosing"), VISITOR)
    assert (results.corrected, results.did_you_mean, results.total) == ("", "", 1)


def test_what_others_wrote_stands_between_nobody_and_a_word_that_they_may_read():
    resource("Eczema clinic")
    space = factories.make_space()
    near = [f"eczem{one}{two}" for one in "bcdfgh" for two in "bcdfg"]
    factories.make_thread(space=space, text=" ".join(near))
    announce(Thread, Thread.objects.get(space=space))
    found = spelling.candidates({"eczembx": False})["eczembx"]
    assert found.index("eczema") > spelling.TOGETHER
    assert find(Query(text="eczembx"), VISITOR).corrected == "eczema"


def test_a_rare_spelling_of_a_usual_word_is_asked_about():
    resource("Slepe at night")
    for number in range(12):
        resource(f"Sleep at night {number}")
    results = find(Query(text="slepe"), VISITOR)
    assert (results.corrected, results.did_you_mean, results.total) == ("", "sleep", 1)


@pytest.mark.parametrize("written", ["naïve", "NAÏVE"])
def test_a_word_that_the_site_writes_with_an_accent_is_no_slip(written, settle):
    for number in range(24):
        resource(f"Native trees {number}")
    space = factories.make_space(visibility="invited")
    announce(Thread, factories.make_thread(space, title=written))
    settle()
    # What its reader may not see is not known to them.
    assert find(Query(text="naive"), VISITOR).corrected == "native"
    resource(f"A {written} question")
    settle()
    for typed in ("naive", "naïve", "Naive"):
        results = find(Query(text=typed), VISITOR)
        assert (results.corrected, results.did_you_mean, results.total) == ("", "", 1), typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("autisim waiting list", "autism waiting list"),
        ("autism waitng list", "autism waiting list"),
        ("waiting in a hire car", ""),
        ("waiting for exclusion", ""),
        ("waiting ATISM list", ""),
    ],
)
def test_a_slip_is_asked_about_where_nothing_has_all_words_but_some_have_some(typed, meant):
    resource("Autism: the explosion")
    resource("Hide and seek: waiting together")
    results = find(Query(text=typed), VISITOR)
    assert (results.corrected, results.did_you_mean, results.total > 0) == ("", meant, True)


def test_of_words_that_stand_nowhere_together_only_slips_are_put_right():
    resource("Breast or bottle")
    resource("Jump and hide")
    assert find(Query(text="brest pump hire"), VISITOR).corrected == "breast pump hire"


@pytest.mark.parametrize(("typed", "meant"), [("todler", "toddler"), ("brest", "breast"), ("bruse", "bruise")])
def test_the_word_with_the_same_letters_and_beginning_is_nearest(typed, meant):
    for title in ("Toller", "Best", "Brush", "Toddler", "Breast", "Bruise"):
        resource(title)
    assert find(Query(text=typed), VISITOR).corrected == meant


def test_a_rare_word_is_no_slip_of_one_that_begins_otherwise():
    resource("Uptake of clinics")
    for number in range(22):
        resource(f"Take a clinic {number}")
    assert find(Query(text="uptake"), VISITOR).did_you_mean == ""


@pytest.mark.parametrize("typed", ["homeless", "crying"])
def test_a_word_that_the_vocabulary_has_is_no_slip_however_rare_it_is(typed):
    make_concept("Homeless and crying")
    resource("Crying, once")
    for number in range(22):
        resource(f"Home, less and caring {number}")
    results = find(Query(text=typed), VISITOR)
    assert (results.corrected, results.did_you_mean) == ("", "")


@pytest.mark.parametrize("typed", ["after", "without"])
def test_a_small_word_is_no_slip_of_a_usual_one(typed):
    resource(f"Toothpaste, and what is {typed} it")
    for number in range(22):
        resource(f"Toothpaste: alter withdout {number}")
    results = find(Query(text=f"toothpaste {typed}"), VISITOR)
    assert (results.corrected, results.did_you_mean) == ("", "")


@pytest.mark.parametrize("typed", ["cafe", "café"])
def test_a_rare_short_word_is_no_slip_of_a_usual_one(typed):
    resource("A café for dads")
    for number in range(22):
        resource(f"Who came {number}")
    results = find(Query(text=typed), VISITOR)
    assert (results.corrected, results.did_you_mean, results.total) == ("", "", 1)


@pytest.mark.parametrize("typed", ["is:purple", "is:purple waiting"])
def test_what_is_no_filter_is_not_put_right_to_another_that_is_none(typed):
    resource("Puree, and waiting for it")
    results = find(Query(text=typed), VISITOR)
    assert (results.corrected, results.did_you_mean, results.misread) == ("", "", ("is:purple",))


def test_a_topic_that_is_misspelt_is_put_right_as_any_word():
    resource("Behaviour at night")
    results = find(Query(text="topic:behavoiur"), VISITOR)
    assert "topic:behaviour" in (results.corrected, results.did_you_mean)


def test_what_a_filter_is_put_right_to_filters():
    topic = factories.make_topic(name="Behaviour", slug="behaviour")
    resource("Behaviour at night", topics=[topic])
    resource("Something else")
    results = find(Query(text="topic:behavoiur"), VISITOR)
    assert (results.corrected, results.total, results.misread) == ("topic:behaviour", 1, ())


def test_what_the_vocabulary_has_a_name_for_is_not_misspelt(monkeypatch):
    named = expansion.Expansion(0, 1, "depressed", ("low mood",), 1)
    monkeypatch.setattr(expansion, "expand", lambda words, typed=(): [named] if words[0] == "depressed" else [])
    resource("Milk expressed for a baby")
    found = find(Query(text="depressed baby"), VISITOR)
    assert (found.corrected, found.did_you_mean, found.total) == ("", "", 1)
    assert find(Query(text="depressed babby"), VISITOR).corrected == "depressed baby"
    assert find(Query(text="expresed baby"), VISITOR).corrected == "expressed baby"


def test_a_word_that_only_the_vocabulary_has_is_put_right_too():
    stammering = make_concept("Stammering")
    add_label(stammering, "stuttering")
    resource("Help with stammering")
    resource("Sputtering taps")
    results = find(Query(text="stutering"), VISITOR)
    assert (results.corrected, results.total) == ("stuttering", 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nappychanging", "nappy changing"),
        ("Sleepproblems", "sleep problems"),
        ("waitingroom toys", "waiting room toys"),
        # Neither part is a word here, or only one.
        ("heronchanging", ""),
        ("waitinghall", ""),
    ],
)
def test_words_that_were_run_together_are_put_apart(typed, meant):
    make_concept("Sleep problems")
    resource("Changing a nappy", summary="Problems with sleep.")
    resource("Toys for a waiting room", summary="Words.")
    assert find(Query(text=typed), VISITOR).corrected == meant


def test_of_two_ways_apart_the_one_that_is_written_here_is_meant():
    resource("Nowhere near a cart horse", summary="The art of hearing.")
    resource("Carthorse", summary="Words.").delete()
    assert find(Query(text="carthorse"), VISITOR).corrected == "cart horse"


def test_nobody_is_told_apart_what_only_others_may_read(member):
    announce(Thread, factories.make_thread(factories.make_space(visibility="invited"), title="Quetzal plumage"))
    assert find(Query(text="quetzalplumage"), member).corrected == ""
    resource("Plumage of a heron")
    assert find(Query(text="quetzalplumage"), member).corrected == ""


def test_exactly_what_was_typed_is_searched_when_asked_for():
    resource("Housing advice")
    results = find(Query(text="hosing", exact=True), VISITOR)
    assert (results.corrected, results.total) == ("", 0)


def test_nobody_is_told_a_word_that_only_others_may_read(member, moderator):
    secret = factories.make_thread(factories.make_space(visibility="invited"), title="Quetzalcoatl plans")
    announce(Thread, secret)
    assert Word.objects.filter(text="quetzalcoatl").exists()
    for user in (VISITOR, member):
        results = find(Query(text="quetzalcoalt"), user)
        assert (results.corrected, results.did_you_mean, results.total) == ("", "", 0)
    assert find(Query(text="quetzalcoalt"), moderator).corrected == "quetzalcoatl"
    engine, public = engines.embedded(), frozenset({"public"})
    assert engine.known(["quetzalcoatl"], public) == {"quetzalcoatl": 0}
    assert engine.known(["quetzalcoatl"], frozenset({secret.space.container})) == {"quetzalcoatl": 1}


def test_words_that_are_no_longer_anywhere_are_not_suggested():
    page = resource("Housing advice")
    page.delete()
    assert find(Query(text="hosing"), VISITOR).corrected == ""


def test_only_words_are_kept():
    resource("The 2024 plan ﬁt für x " + "y" * 40)
    assert set(Word.objects.values_list("text", flat=True)) >= {"plan", "fur"}
    assert not Word.objects.filter(text__in=["the", "2024", "x", "y" * 40]).exists()


@pytest.mark.parametrize(
    ("one", "two", "far"),
    [("sleep", "slepe", 1), ("sleep", "slep", 1), ("form", "from", 1), ("same", "same", 0), ("abc", "xyz", 3)],
)
def test_how_far_two_words_are_apart(one, two, far):
    assert spelling.distance(one, two, 2) == far


def test_of_two_slips_the_second_may_be_one_that_the_vocabulary_knows():
    concept = make_concept("Health visitor")
    add_label(concept, "health visiter", kind=Label.Kind.HIDDEN)
    resource("Your health visitor and a visiter")
    assert find(Query(text="helth visiter"), VISITOR).corrected == "health visitor"
