"""What the thesaurus adds is shown, weighs less than what was typed, and can be taken out."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from knowledge.models import ResourcePage
from search import expanding
from search.engines import elasticsearch_query
from search.expanding import ADDED
from search.finding import find
from search.permissions import readable_containers
from search.query import Query
from tests import factories
from tests.search.community import announce
from vocabulary import expansion

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
VISITOR = AnonymousUser()
LABELS = {
    ("hv",): ("Health visitor", "HV"),
    ("conduct", "disorder"): ("Behaviour that challenges",),
    ("speech", "of", "toddlers"): ("Early language",),
    ("home", "visit"): ("Home visiting", "home visits by nurses", "Outreach"),
}


@pytest.fixture(autouse=True)
def thesaurus(monkeypatch):
    def expand(words, typed=()):
        found = []
        for run, labels in LABELS.items():
            for start in range(len(words)):
                if tuple(words[start : start + len(run)]) == run:
                    found.append(expansion.Expansion(start, len(run), " ".join(run), labels, 1))
        return found

    monkeypatch.setattr(expansion, "expand", expand)


def expanded(query):
    return expanding.expanded(query, readable_containers(VISITOR))


def additions(text, **fields):
    return [
        (each.typed, each.label, each.start, each.length) for each in expanded(Query(text=text, **fields)).additions
    ]


def index(*titles):
    announce(ResourcePage, *[factories.make_resource(title=title, summary="Words.") for title in titles])


def found(text, **fields):
    results = find(Query(text=text, exact=True, **fields), VISITOR)
    return [str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in results.hits[: results.complete]]


def test_another_name_is_added_to_the_words_that_it_stands_for():
    index("Health visitor and early language", "Behaviour that challenges")
    assert additions("HV visits") == [("HV", "Health visitor", 0, 1)]
    assert additions("help with conduct disorder") == [("conduct disorder", "Behaviour that challenges", 1, 2)]
    assert additions("the speech of toddlers") == [("speech of toddlers", "Early language", 0, 2)]
    assert additions('"hv" visits') == additions("nothing here") == []
    group = expanded(Query(text="HV visits")).groups[0]
    assert [(term.text, term.weight) for term in group.alternatives if term.weight < 1] == [("health visitor", ADDED)]


def test_a_form_of_what_was_typed_is_no_other_name():
    index("Home visiting", "Home visits by nurses", "Outreach")
    assert [label for _typed, label, *_ in additions("first home visit")] == ["Outreach"]


def test_what_is_near_has_room_beside_a_thing_of_twenty_names(monkeypatch):
    names = tuple(f"Naughty{letter}" for letter in "abcdefghijklmnopqrst")
    kinds = [("Biting", "Hitting"), ("Conduct disorder", "Conduct problems")]
    same = expansion.Expansion(0, 2, "challenging behaviour", names, 1)
    near = [expansion.Expansion(0, 2, "challenging behaviour", kind, 2, expansion.NEAR) for kind in kinds]
    monkeypatch.setattr(expansion, "expand", lambda words, typed=(): [same, *near])
    index(*names, *(name for kind in kinds for name in kind))
    labels = [label for _typed, label, *_ in additions("challenging behaviour")]
    assert labels == [*names[:9], "Biting", "Conduct disorder", "Hitting"]


def test_what_stands_for_several_words_scores_once_in_elasticsearch():
    index("Outreach")
    asked = expanded(Query(text="first home visit"))
    scoring = elasticsearch_query.asked(asked, frozenset(), []).to_dict()["bool"]["must"]
    named = scoring[-1]["bool"]
    assert str(scoring).count("outreach") == 3
    assert [str(named[part]).count("outreach") for part in ("must", "filter")] == [1, 2]


def test_what_is_found_by_another_name_comes_after_what_was_typed():
    index("HV for all", "Health visitor for all", "Visitor of health")
    assert found("hv") == ["HV for all", "Health visitor for all"]


def test_a_rare_name_that_was_typed_tells_no_more_than_the_commonest_one():
    index("HV for all", *[f"Health visitor number {number}" for number in range(4)])
    assert 0 < expanded(Query(text="HV visits")).telling[0] < 1
    assert expanded(Query(text="conduct disorder")).telling == {}


def test_what_calls_a_thing_by_two_of_its_names_comes_before_what_has_one():
    index("Conduct disorder at home today", "Conduct disorder, behaviour that challenges", "Unlike the others")
    assert found("conduct disorder")[0] == "Conduct disorder, behaviour that challenges"


def test_a_name_of_several_words_stands_for_several_words():
    index("Conduct disorder at home", "Behaviour that challenges at home", "Conduct at home")
    assert found("conduct disorder home") == ["Conduct disorder at home", "Behaviour that challenges at home"]


def test_an_addition_can_be_taken_out():
    index("HV for all", "Health visitor for all")
    key = expanded(Query(text="hv")).additions[0].key
    query = Query.read(QueryDict(f"q=hv&without={key}"))
    assert find(query, VISITOR).total == 1
    assert find(query, VISITOR).additions == ()
    assert f"without={key}" in query.address()


@pytest.mark.parametrize(("text", "kept"), [("hv home", ("health-visitor",)), ("home", ()), ("", ())])
def test_what_was_taken_out_of_other_words_is_forgotten(text, kept):
    index("HV at home", "Health visitor for all")
    results = find(Query.read(QueryDict(f"q={text}&kind=resource&without=health-visitor&without=nothing")), VISITOR)
    assert results.query.taken_out == kept


def test_the_words_of_an_addition_are_marked():
    index("Health visitor for all")
    hit = find(Query(text="hv"), VISITOR).hits[0]
    assert str(hit.title) == "<mark>Health</mark> <mark>visitor</mark> for all"


def test_what_was_typed_scores_the_same_with_and_without_additions():
    index("Sleep and HV", "Sleep at night", "Sleep", "Health visitor and sleep", "HV and sleep at night")
    with_additions = found("sleep hv", sort="relevance")
    without = [title for title in with_additions if "Health visitor" not in title]
    assert found("sleep hv", taken_out=("health-visitor",)) == without
