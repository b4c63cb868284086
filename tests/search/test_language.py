"""The query language: what people know from elsewhere works, and whatever else they type is plain words."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.models import Thread
from knowledge.models import ResourcePage
from search.finding import find
from search.items import MOST_TERMS
from search.parsing import MOST_NAMES, bare, parse, without_each_filter
from search.query import Limits, Query
from search.wanted import Filters
from tests import factories
from tests.conftest import signed_in
from tests.search.community import VISITOR, announce, titles


def alternatives(text):
    return [[term.text for term in group.alternatives] for group in parse(text).terms]


def test_or_joins_its_neighbours_and_nothing_else():
    assert alternatives("nurse OR doula home") == [["nurse", "doula"], ["home"]]
    assert alternatives('a1 OR "b1 c1" OR d1') == [["a1", "b1 c1", "d1"]]
    assert [group[0] for group in alternatives("tea or coffee")] == ["tea", "coffee"]


@pytest.mark.parametrize("text", ["OR", "OR OR", "x OR", "OR x", "x OR -y", '"" OR x'])
def test_or_without_neighbours_is_left_out(text):
    assert all(group.text in ("x", "or") for group in parse(text).terms)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("in:library", Filters(within=("library",))),
        ('IN:"Speech and language"', Filters(within=("Speech and language",))),
        ('by:"Anna Smith"', Filters(by=("Anna Smith",))),
        ("topic:sleep topic:play", Filters(topics=("sleep", "play"))),
        ("after:2024", Filters(after=dt.date(2024, 1, 1))),
        ("before:2024-02", Filters(before=dt.date(2024, 2, 1))),
        ("after:2024-02-29", Filters(after=dt.date(2024, 2, 29))),
        ("is:answered", Filters(states=("answered",))),
        ("is:Unanswered is:open", Filters(states=("unanswered", "open"))),
        ("topic: sleep", Filters(topics=("sleep",))),
        ('By: "Anna Smith" is: answered', Filters(by=("Anna Smith",), states=("answered",))),
        ("-topic: sleep", Filters(barred=(("topic", "sleep"),))),
        ("before: 2024", Filters(before=dt.date(2024, 1, 1))),
    ],
)
def test_operators(text, filters):
    assert parse(text).filters == filters
    assert parse(text).terms == ()
    assert [group.text for group in parse(f"sleep {text}").terms] == ["sleep"]


def test_so_many_names_are_looked_up_and_no_more():
    assert len(parse(" ".join(f"-topic:t{n}" for n in range(9))).filters.barred) == MOST_NAMES
    assert len(parse(" ".join(f"topic:t{n}" for n in range(9))).filters.topics) == MOST_NAMES


def test_an_operator_takes_no_other_operator_for_its_value():
    assert parse("in: topic: sleep") == parse("in: topic:sleep")
    assert parse("tea in: OR coffee").filters == Filters()


@pytest.mark.parametrize(
    "text",
    ["before:2024-13", "after:yesterday", "before:", "is:great", "in:", "by:!!", "topic:''", "before:٢٠٢٤",
     "after:99999", "https://example.org/in:x", "re:hello", "12:30", "before:0000", "-before:2024"],
)  # fmt: skip
def test_what_cannot_be_understood_is_plain_words(text):
    wanted = parse(f"sleep {text}")
    assert not wanted.filters
    assert wanted.terms[0].alternatives[0].text == "sleep"


def test_an_operator_of_other_sites_is_words_that_need_not_stand_side_by_side():
    wanted = parse("title:sleep author:o-brien")
    assert [group.text for group in wanted.terms] == ["title", "sleep", "author", "o", "brien"]
    assert wanted.misread == ("title:sleep", "author:o-brien")
    assert [group.text for group in parse("12:30").terms] == ["12 30"]


@pytest.mark.parametrize(
    "text", ['"toddler sleep', 'toddler "sleep', 'toddler sleep"', 'toddler" sleep', '"toddler" "sleep']
)
def test_a_quotation_mark_that_none_closes_is_not_there(text):
    wanted = parse(text)
    assert [group.text for group in wanted.terms] == ["toddler", "sleep"]
    assert not any(term.is_quoted and len(term.words) > 1 for group in wanted.terms for term in group.alternatives)


@pytest.mark.django_db
@pytest.mark.postgres
def test_in_narrows_to_a_space_a_place_or_a_kind():
    bradford = factories.make_place(name="Bradford", slug="bradford", kind="council")
    speech = factories.make_space(name="Speech and language", slug="speech-and-language", visibility="public")
    for space, title in (
        (speech, "heron one"),
        (factories.make_space(visibility="public", place=bradford), "heron two"),
    ):
        announce(Thread, factories.make_thread(space, title=title))
    announce(ResourcePage, factories.make_resource(title="heron three"))
    assert titles("heron in:speech") == titles('heron in:"Speech and language"') == {"heron one"}
    assert titles("heron in:bradford") == {"heron two"}
    assert titles("heron in:library") == titles("in:resources") == {"heron three"}
    assert titles("heron in:community") == {"heron one", "heron two"}
    assert titles("heron in:speech in:bradford") == set()


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_space_and_a_place_have_the_spellings_of_their_words():
    place = factories.make_place(name="Harbour Centre", slug="harbour-centre", kind="council")
    space = factories.make_space(name="Behaviour", slug="behaviour-at-home", visibility="public", place=place)
    announce(Thread, factories.make_thread(space, title="heron one"))
    announce(ResourcePage, factories.make_resource(title="heron two in behavior harbor"))
    for room in ("behavior", "behaviour", "behavior-at-home", "harbor", '"Harbor Center"', "harbour-centre"):
        assert titles(f"heron in:{room}") == {"heron one"}, room
        assert titles(f"heron -in:{room}") == {"heron two in behavior harbor"}, room


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize("words", ["heron", "herron", "ponds", ""])
def test_in_a_space_and_not_in_it_is_nowhere_and_no_error(client, words):
    ponds = factories.make_space(name="Ponds", slug="ponds", visibility="public")
    announce(Thread, factories.make_thread(ponds, title="heron one"))
    assert titles("heron in:ponds") == {"heron one"}
    assert "Nothing found" in client.get("/search/", {"q": f"{words} in:ponds -in:ponds"}).content.decode()


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_space_that_the_reader_may_not_know_of_is_plain_words(member):
    secret = factories.make_space(name="Secret plans", slug="secret-plans", visibility="invited")
    announce(Thread, factories.make_thread(secret, title="heron one"))
    announce(ResourcePage, factories.make_resource(title="heron in secret-plans"))
    for user in (VISITOR, member):
        assert titles("heron in:secret-plans", user) == {"heron in secret-plans"}
        assert titles("heron in:no-such-space", user) == titles("heron in:other-space", user)


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_space_that_the_reader_may_not_know_of_takes_no_name_from_others(member):
    housing = factories.make_space(name="Housing officers", slug="housing-officers", visibility="public")
    announce(Thread, factories.make_thread(housing, title="heron one"))
    factories.make_space(name="Housing", slug="housing", visibility="invited")
    for user in (VISITOR, member):
        assert titles("heron in:housing", user) == {"heron one"}


@pytest.mark.parametrize(("name", "field"), [("in", "within"), ("by", "by"), ("topic", "topics")])
def test_only_so_many_names_are_looked_up(name, field):
    wanted = parse(" ".join(f"{name}:heron{number}" for number in range(MOST_NAMES + 1)))
    assert len(getattr(wanted.filters, field)) == MOST_NAMES
    assert [group.text for group in wanted.terms if group.text != name] == [f"heron{MOST_NAMES}"]


@pytest.mark.django_db
@pytest.mark.postgres
def test_topics_by_slug_or_name_and_unknown_ones_as_words():
    topic = factories.make_topic(name="Sleep and rest", slug="sleep-and-rest")
    page = factories.make_resource(title="heron one", topics=[topic])
    announce(ResourcePage, page, factories.make_resource(title="heron two topic quagga"))
    assert (
        titles('heron topic:"Sleep and rest"')
        == titles("topic:sleep-and-rest")
        == titles("topic:sleep")
        == {"heron one"}
    )
    assert titles("heron topic:quagga") == {"heron two topic quagga"}


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_topic_has_the_spellings_of_its_words():
    for name, slug in (("Behaviour", "behaviour"), ("Behind the wheel", "behind-the-wheel")):
        page = factories.make_resource(title=f"heron {slug}", topics=[factories.make_topic(name=name, slug=slug)])
        announce(ResourcePage, page)
    assert titles("topic:behavior") == titles("topic:Behaviour") == titles("-topic:behind heron") == {"heron behaviour"}
    # No beginning of a word is a name.
    assert titles("heron topic:behav") == set()


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("“health visitor”", '"health visitor"'),
        ("feeding -“bottle”", 'feeding -"bottle"'),
        ("„health visitor“ by:“Anna Smith”", '"health visitor" by:"Anna Smith"'),
        ("«health visitor» sleep", '"health visitor" sleep'),
        ("“health visitor", '"health visitor'),
    ],
)
def test_the_quotation_marks_of_phones_and_word_processors_are_quotation_marks(typed, plain):
    assert parse(typed) == parse(plain)
    assert bare(typed) == bare(plain)
    assert [rest for _typed, rest in without_each_filter(typed)] == [rest for _, rest in without_each_filter(plain)]


def test_a_minus_before_an_operator_and_what_is_none():
    assert parse("heron -topic:sleep -in:webinars -is:open").filters.barred == (
        ("topic", "sleep"), ("in", "webinars"), ("is", "open"),
    )  # fmt: skip
    wanted = parse("foo:bar -by:anna is:nonsense topic: http://heron.example 10:30")
    assert wanted.misread == ("foo:bar", "-by:anna", "is:nonsense")


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_minus_leaves_out_what_an_operator_names():
    space = factories.make_space(name="Ponds", slug="ponds", visibility="public")
    topic = factories.make_topic(name="Sleep", slug="sleep")
    announce(ResourcePage, factories.make_resource(title="heron asleep", topics=[topic]))
    announce(ResourcePage, factories.make_resource(title="heron awake"))
    announce(Thread, factories.make_thread(space, title="heron pond"))
    assert titles("heron -topic:sleep") == {"heron awake", "heron pond"}
    assert titles("heron -in:ponds") == titles("heron -in:discussions") == {"heron asleep", "heron awake"}
    assert titles("-topic:sleep -in:ponds", sort="newest") == {"heron awake"}


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_resource_is_as_old_as_its_year_of_publication():
    announce(ResourcePage, factories.make_resource(title="heron old", year=1998))
    announce(ResourcePage, factories.make_resource(title="heron ancient", year=1800))
    announce(ResourcePage, factories.make_resource(title="heron new", year=2021))
    announce(ResourcePage, factories.make_resource(title="heron undated", year=None, first_published_at=timezone.now()))
    assert titles("heron before:1950") == {"heron ancient"}
    assert titles("heron before:2000") == titles("heron before:2021") == {"heron ancient", "heron old"}
    assert titles("heron before:2021-02") == {"heron ancient", "heron old", "heron new"}
    assert titles("heron after:2021-06") == {"heron new", "heron undated"}
    assert titles("heron after:1999 before:2022-01-01") == {"heron new"}
    assert titles("heron before:0001") == set()
    # Of a year far away no more years are asked for than of the next.
    assert titles("heron before:9999") == {"heron ancient", "heron old", "heron new", "heron undated"}
    assert len(Limits(before=timezone.make_aware(dt.datetime(9999, 1, 1))).years) < 300


@pytest.mark.django_db
@pytest.mark.postgres
@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland", "America/New_York"])
def test_the_first_and_the_last_day_that_there_are_are_days_wherever_the_reader_is(zone):
    announce(ResourcePage, factories.make_resource(title="heron", year=2020))
    announce(Thread, factories.make_thread(factories.make_space(visibility="public"), title="heron pond"))
    reader = signed_in(factories.make_user(time_zone=zone))
    for text, found in (("before:0001", 0), ("after:0001", 2), ("before:9999-12-31", 2), ("after:9999-12-31", 0)):
        assert reader.get("/search/", {"q": f"heron {text}"}).context["results"].total == found
        assert reader.get("/search/results.csv", {"q": f"heron {text}"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.postgres
def test_dates_and_answers():
    space = factories.make_space(visibility="public")
    old = factories.make_thread(space, title="heron old")
    new = factories.make_thread(space, title="heron new")
    Thread.objects.filter(pk=old.pk).update(created_at=timezone.make_aware(dt.datetime(2023, 12, 31, 23, 59)))
    Thread.objects.filter(pk=new.pk).update(created_at=timezone.make_aware(dt.datetime(2024, 1, 1)))
    reply = factories.make_post(new, source="This helped.")
    Thread.objects.filter(pk=new.pk).update(answer=reply)
    announce(Thread, old, new)
    assert titles("heron after:2024") == titles("heron after:2024-01-01") == {"heron new"}
    assert titles("heron before:2024") == {"heron old"}
    assert titles("heron after:2023 before:2024") == {"heron old"}
    assert titles("heron is:answered") == {"heron new"}
    assert titles("heron is:unanswered") == {"heron old"}
    assert titles("is:answered is:unanswered") == set()


@pytest.mark.django_db
@pytest.mark.postgres
def test_only_exclusions_and_a_filter():
    announce(ResourcePage, factories.make_resource(title="heron one"), factories.make_resource(title="quagga two"))
    assert titles("in:library -heron") == {"quagga two"}


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ['"', '""', "-", "--", "OR", "AND", "NOT", "NEAR(", "in:", "by:", "topic:", "before:", "after:", "is:",
         "in:public", "by:a", "topic:x", "before:2024", "after:2024-02-30", "is:answered", "is:open", "*", "sleep*",
         "^", ":", "::",
         "(", ")", "{title}", "'", "%", "\\", "\x00", "\ud800", "ﬁ", "İ", "ß", "\u0301", "co-", "-co", "a-b-c",
         "don't", "'s"]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda glue: glue.join(parts))
)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_understood_and_bounded(text):
    wanted = parse(text)
    assert len(wanted.terms) <= MOST_TERMS
    assert len(wanted.excluded) <= MOST_TERMS
    for group in wanted.terms:
        assert group.alternatives
        assert all(word for term in group.alternatives for word in term.words)
    assert all(each.group is None or each.group < MOST_TERMS for each in wanted.typed)
    assert parse(text) == wanted


@pytest.mark.django_db
@pytest.mark.postgres
def test_any_text_is_answered():
    announce(ResourcePage, factories.make_resource(title="sleep a b c"))

    @given(TEXTS, st.text(max_size=60))
    @settings(max_examples=60, deadline=None, database=None)
    def ask(text, cursor):
        results = find(Query(text=text, cursor=cursor), VISITOR)
        assert results.total <= 1

    ask()


CORPORA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.django_db
def test_strings_out_of_real_files_are_understood():
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not here")
    lines = [line for path in sorted(CORPORA.rglob("*.txt"))[:200] for line in _lines(path)]
    for line in lines[:20_000]:
        parse(line)
    for line in lines[:: max(1, len(lines) // 40)]:
        find(Query(text=line), VISITOR)


def _lines(path):
    return path.read_text(errors="replace").splitlines()


@pytest.mark.parametrize(("short", "whole"), [("baby wont sleep", "baby won't sleep"), ("Cant cope", "can’t cope")])
def test_an_apostrophe_that_was_left_out_names_the_same(short, whole):
    def names(text):
        return [each.text.lower() for each in parse(text).typed]

    assert names(short) == names(whole)
    assert names("a cantata in kent") == ["a", "cantata", "in", "kent"]
