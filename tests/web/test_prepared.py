"""SQL written once answers each time for the parameters of that time."""

import gc
import threading

import pytest
from django.db import connection

from forum.models import Post, Thread
from tests import factories
from web.prepared import Prepared

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_rows_are_those_of_the_queryset():
    threads = [factories.make_thread(posts=number) for number in (2, 3)]
    values = Prepared(
        lambda thread, after: Post.objects.filter(thread=thread, number__gt=after).order_by("number").values(),
        "thread",
        "after",
    )
    for thread in threads:
        for after in (0, 1, 5):
            expected = thread.posts.filter(number__gt=after).order_by("number").values()
            assert values.rows(thread=thread.pk, after=after) == list(expected)


def test_models_come_with_what_was_selected_with_them(django_assert_num_queries):
    threads = [factories.make_thread() for _ in range(2)]
    prepared = Prepared(lambda pk: Thread.objects.filter(pk=pk).select_related("space"), "pk")
    for thread in threads:
        with django_assert_num_queries(1):
            (found,) = prepared.rows(pk=thread.pk)
            assert (found, found.space, found.created_at) == (thread, thread.space, thread.created_at)
    assert prepared.rows(pk=0) == []


def test_a_parameter_that_does_not_reach_the_sql_is_an_error():
    prepared = Prepared(lambda size: Post.objects.filter(number=1)[:5], "size")
    with pytest.raises(ValueError, match="size"):
        prepared.rows(size=3)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_through_its_own_connection():
    thread = factories.make_thread()
    prepared = Prepared(lambda pk: Thread.objects.filter(pk=pk), "pk")
    found = [prepared.rows(pk=thread.pk)]

    def ask():
        found.append(prepared.rows(pk=thread.pk))
        connection.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    # Django leaves a connection to a database in memory open. Were it collected while the flush of this test runs a
    # function of ours within SQLite, SQLite would wait for itself.
    gc.collect()
    assert found == [[thread], [thread]]


def test_text_may_stand_for_a_parameter():
    threads = [factories.make_thread(title=title) for title in ("One's own", "Another")]
    prepared = Prepared(lambda title: Thread.objects.filter(title=title), texts=("title",))
    assert [prepared.rows(title=thread.title) for thread in threads] == [[thread] for thread in threads]
    assert prepared.rows(title="'; --") == []


def test_what_never_changes_may_hold_any_sign():
    thread = factories.make_thread(title="100 %s 'sure' \\ %%")
    prepared = Prepared(lambda pk: Thread.objects.filter(pk=pk, title=thread.title, title__contains="%"), "pk")
    assert prepared.rows(pk=thread.pk) == [thread]
    assert prepared.rows(pk=thread.pk + 1) == []


def test_postgresql_prepares_it_once_whatever_the_size_of_the_numbers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its statements itself")
    prepared = Prepared(lambda pk, most: Thread.objects.filter(pk=pk, last_number__lt=most), "pk", "most")
    for pk, most in ((1, 2), (2_000_000_000, 3), (9_000_000_000, 40_000)):
        prepared.rows(pk=pk, most=most)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%last_number_ <%'")
        assert cursor.fetchone() == (1,)


def test_a_plan_is_not_compiled_first():
    """It takes longer than what it is for."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            assert cursor.fetchall() == [("off",)]
