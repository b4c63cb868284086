"""What editors chose for some words stands above the results, for who may see it."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from knowledge.models import ResourcePage
from search.models import PromotedPhrase, PromotedResult
from search.models.promoted import CACHE_KEY
from search.promoted import chosen_for
from tests import factories
from tests.search.community import announce, restrict

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


def promote(page, *phrases, **fields):
    made = PromotedResult(page=page, **fields)
    made.phrases = [PromotedPhrase(text=text) for text in phrases]
    made.save()
    return made


def titles(text, user=None):
    return [each.title for each in chosen_for(text, user or AnonymousUser())]


@pytest.fixture
def page():
    return factories.make_resource(title="Potty training in practice", search_description="What helps.")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("potty training", True),
        ("Potty-Training!", True),
        ("help with potty training please", True),
        ("potty trainings", True),
        ("potty", False),
        ("training potty", False),
        ("", False),
        ("!!!", False),
    ],
)
def test_words_anywhere_in_the_search(page, text, is_found):
    promote(page, "toilets", "Potty training")
    assert titles(text) == (["Potty training in practice"] if is_found else [])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("challenging behaviour", "challenging behavior at home"),
        ("pediatrician", "a paediatrician"),
        ("how do I get my baby to sleep through", "How do I get my baby to sleep through?"),
    ],
)
def test_in_either_spelling_and_however_long(page, phrase, text):
    promote(page, phrase)
    assert titles(text) == [page.title]


def test_a_phrase_counts_at_once_for_who_searched_while_it_was_being_kept(page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        promote(page, "potty training")
        # Another process, which does not see it yet.
        cache.set(CACHE_KEY, frozenset(), 60)
    assert titles("potty training") == ["Potty training in practice"]


def test_once_each_the_longest_phrase_first_and_three_at_most(page):
    promote(page, "sleep", "sleep training")
    others = [factories.make_resource(title=f"Sleep {n}") for n in range(4)]
    for other in others:
        promote(other, "sleep")
    found = titles("sleep training")
    assert found[0] == page.title and len(found) == 3


def test_the_reason_or_the_pages_description(page):
    promoted = promote(page, "potty")
    assert chosen_for("potty", AnonymousUser())[0].text == "What helps."
    promoted.reason = "Read this first."
    promoted.save()
    assert chosen_for("potty", AnonymousUser())[0].text == "Read this first."
    assert chosen_for("potty", AnonymousUser())[0].url == page.url


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [(None, None, True), (0, 0, True), (-1, None, True), (None, 1, True), (1, None, False), (None, -1, False)],
)
def test_only_for_a_time(page, first, last, is_found):
    days = {
        name: None if day is None else TODAY() + day * DAY for name, day in (("first_day", first), ("last_day", last))
    }
    promote(page, "potty", **days)
    assert bool(titles("potty")) == is_found


def test_only_who_may_see_the_page(page, member):
    promote(page, "potty")
    restrict(page, PageViewRestriction.LOGIN)
    assert titles("potty") == []
    assert titles("potty", member) == [page.title]
    page.unpublish()
    assert titles("potty", member) == []


def test_days_in_order(page):
    days = {"first_day": TODAY(), "last_day": TODAY() - DAY}
    with pytest.raises(ValidationError):
        PromotedResult(page=page, **days).clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        promote(page, "potty", **days)
    with pytest.raises(ValidationError):
        PromotedPhrase(text="!!").clean()


def test_one_query_however_many(page, django_assert_num_queries):
    for number in range(5):
        promote(factories.make_resource(title=f"Sleep {number}"), "sleep")
    titles("sleep")
    with django_assert_num_queries(1):
        titles("sleep and much more than that besides")
    with django_assert_num_queries(0):
        titles("weaning")


def test_the_page_of_results_shows_it(client, page):
    promote(page, "potty")
    text = client.get("/search/?q=potty").content.decode()
    assert "Chosen by the editors" in text and page.title in text
    assert "Chosen by the editors" not in client.get("/search/?q=something").content.decode()


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [
        ("q=poty+training", True),
        ("q=practice+-potty", False),
        ("q=potty+is:open", False),
        ("q=potty+in:webinars", False),
        ("q=potty&kind=webinar", False),
        ("q=potty&cursor=WyJlbWJlZGRlZCIsMjAsIngiXQ", False),
    ],
)
def test_what_editors_chose_is_for_what_was_meant_and_for_unfiltered_searches(client, page, asked, is_shown):
    announce(ResourcePage, page)
    promote(page, "potty")
    assert ("Chosen by the editors" in client.get(f"/search/?{asked}").content.decode()) == is_shown


def test_editors_choose_in_the_cms(as_editor, as_moderator, page):
    address = "/cms/snippets/search/promotedresult/"
    data = {
        "page": page.pk, "reason": "Read this first.", "first_day": "", "last_day": "",
        "phrases-TOTAL_FORMS": 1, "phrases-INITIAL_FORMS": 0, "phrases-MIN_NUM_FORMS": 1, "phrases-MAX_NUM_FORMS": 20,
        "phrases-0-text": "Potty training", "phrases-0-id": "", "phrases-0-DELETE": "",
    }  # fmt: skip
    assert as_moderator.post(f"{address}add/", data).status_code in (302, 403, 404)
    assert not PromotedResult.objects.exists()
    assert as_editor.post(f"{address}add/", data).status_code == 302
    assert titles("potty training") == [page.title]
    assert page.title in as_editor.get(address).content.decode()


def test_the_list_in_the_cms_asks_the_same_whatever_it_shows(as_editor, page):
    def asked():
        with CaptureQueriesContext(connection) as found:
            assert as_editor.get("/cms/snippets/search/promotedresult/").status_code == 200
        return len(found)

    promote(page, "potty")
    asked()
    few = asked()
    for number in range(5):
        promote(factories.make_resource(title=f"Sleep {number}"), "sleep", f"night {number}")
    assert asked() == few
