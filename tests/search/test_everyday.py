"""Questions as people ask them: what decides the order, each rule with the least that shows it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from forum.models import Space
from knowledge.models import ResourcePage
from search.finding import find
from search.query import Query
from tests import factories
from tests.search.community import announce
from tests.vocabulary.thesaurus import add_label, make_concept
from vocabulary.models import Label

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
VISITOR = AnonymousUser()


# How rare a word is says little among five documents.
OTHERS = tuple(f"Bread number {number}" for number in range(12))


def index(*titles):
    announce(ResourcePage, *[factories.make_resource(title=title, summary="Words.") for title in titles])
    # As the database does by itself, some minutes later.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_words")


@pytest.fixture(autouse=True)
def few_entries(db):
    """How many documents there are is read off the newest one's number, and PostgreSQL never counts back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE search_entry_id_seq RESTART")


def ask(text, **fields):
    return find(Query(text=text, **fields), VISITOR)


def titles(results):
    return [str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in results.hits]


class TestAQuestion:
    def test_needs_only_the_words_that_say_what_it_is_about(self):
        index("Stop tantrums early", "The best way to vary heart medicine", "Ways to stop bleeding")
        results = ask("what is the best way to stop tantrums")
        assert titles(results)[0] == "Stop tantrums early"
        assert results.complete == 1
        assert "The best way to vary heart medicine" not in titles(results)

    def test_puts_what_has_its_other_words_first_among_equals(self):
        index("Tantrums stop, some time", "Tantrums stop, the best way")
        assert titles(ask("what is the best way to stop tantrums"))[0] == "Tantrums stop, the best way"

    def test_of_such_words_alone_is_about_them(self):
        index("The best way", "Something else")
        assert titles(ask("what is the best way")) == ["The best way"]

    @pytest.mark.parametrize("text", ["best way", "just ways"])
    def test_is_not_what_is_short(self, text):
        assert len(Query(text=text).wanted.terms) == 2


class TestWhatOthersCallIt:
    def test_a_rare_other_name_does_not_outrank_the_usual_one(self):
        make_concept("Immunisation", "jabs", "injections")
        index("Immunisation at one year", "Immunisation at two years", "Immunisation at three")
        # Longer than the others, so that it is last where no name is more telling than another.
        index("Injections into a painful knee joint after sport", *OTHERS)
        assert titles(ask("jabs"))[-1] == "Injections into a painful knee joint after sport"

    def test_what_was_typed_stands_before_it(self):
        make_concept("Baby", "infancy")
        index("Baby one", "Baby two", "Baby three", "Baby four", "Infancy", *OTHERS)
        assert titles(ask("baby"))[-1] == "Infancy"

    def test_only_what_stands_in_something_visible_is_added_and_said(self):
        make_concept("Immunisation", "jabs", "vaccination", "imms")
        index("Vaccination")
        space = factories.make_space(visibility=Space.Visibility.MEMBERS)
        announce(type(factories.make_thread(space=space)), factories.make_thread(space=space, title="About imms"))
        assert [each.label for each in ask("jabs").additions] == ["vaccination"]

    def test_one_word_of_a_name_is_a_weaker_answer_than_the_whole_thing_by_another_name(self):
        make_concept("Persistent crying", "colic")
        index("Habits that persist and a persistent cough", "Colic and what to do", *OTHERS)
        assert titles(ask("persistent crying baby"))[0] == "Colic and what to do"


class TestWhatIsNear:
    @pytest.fixture(autouse=True)
    def concepts(self):
        wide = make_concept("Perinatal mental health")
        low = make_concept("Postnatal depression", broader=[wide])
        add_label(low, "PND", kind=Label.Kind.ABBREVIATION)

    def test_is_found_where_nothing_else_is(self):
        index("Perinatal mental health: beyond the first question")
        results = ask("postnatal depression")
        assert titles(results) == ["Perinatal mental health: beyond the first question"]
        assert results.complete == 0

    def test_stands_after_what_was_meant(self):
        index("Perinatal mental health", "Postnatal depression", "PND")
        assert titles(ask("pnd")) == ["PND", "Postnatal depression", "Perinatal mental health"]

    def test_is_left_out_where_enough_was_found(self):
        index("Perinatal mental health", *[f"PND {number}" for number in range(21)])
        assert ask("pnd").total == 21

    def test_is_no_news_for_a_saved_search(self):
        index("Perinatal mental health")
        assert ask("pnd", sort="newest").complete == 0
