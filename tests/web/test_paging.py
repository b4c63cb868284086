import datetime as dt

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from forum.models import Thread
from tests.factories import make_space, make_thread, make_user
from web.models import Allowance
from web.paging import keyset

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ORDER = ("-last_post_at", "-id")


@pytest.fixture
def threads():
    """Seven threads, several with the same moment, newest first."""
    space, author = make_space(), make_user()
    start = timezone.now()
    for hours in (1, 2, 2, 2, 3, 4, 5):
        make_thread(space, posts=0, author=author, last_post_at=start + dt.timedelta(hours=hours))
    return list(Thread.objects.order_by(*ORDER))


def walk(queryset, order, size):
    """Every page from the newest to the oldest, and back again by the other link."""
    forth, cursor = [], None
    while True:
        page = keyset(queryset, order=order, cursor=cursor, size=size)
        forth.append(page.items)
        if not page.older:
            break
        cursor = page.older
    back = [page.items]
    while page.newer:
        page = keyset(queryset, order=order, cursor=page.newer, size=size)
        back.insert(0, page.items)
    return forth, back


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_pages_hold_everything_once_both_ways(threads, size):
    forth, back = walk(Thread.objects.all(), ORDER, size)
    assert [thread for page in forth for thread in page] == threads
    assert [thread for page in back for thread in page] == threads
    assert all(len(page) == size for page in forth[:-1])


def test_ascending_orders_text_and_rows_of_values_work_too(threads):
    Thread.objects.filter(pk=threads[0].pk).update(title="Ünïcode ' \" % title")
    rows = Thread.objects.values("id", "title")
    forth, _ = walk(rows, ("title", "id"), 3)
    assert [row["id"] for page in forth for row in page] == list(
        Thread.objects.order_by("title", "id").values_list("id", flat=True)
    )


def test_page_one_has_nothing_newer_and_new_rows_do_not_shift_pages(threads):
    first = keyset(Thread.objects.all(), order=ORDER, cursor=None, size=3)
    assert first.newer is None
    make_thread(threads[0].space, posts=0, last_post_at=timezone.now() + dt.timedelta(days=1))
    second = keyset(Thread.objects.all(), order=ORDER, cursor=first.older, size=3)
    assert second.items == threads[3:6]


def test_a_cursor_survives_the_row_that_it_was_made_from(threads):
    first = keyset(Thread.objects.all(), order=ORDER, cursor=None, size=3)
    threads[2].delete()
    assert keyset(Thread.objects.all(), order=ORDER, cursor=first.older, size=3).items == threads[3:6]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "a:b", "é", "\x00", "[]", "WyJvIixbMV1d", "' OR 1=1 --", "x" * 5000, "eyJ9:abc", "::", "%00%ff"],
)
def test_a_hostile_cursor_is_page_one(threads, cursor):
    assert keyset(Thread.objects.all(), order=ORDER, cursor=cursor, size=3).items == threads[:3]


def test_a_cursor_of_another_list_or_changed_by_hand_is_page_one(threads):
    good = keyset(Thread.objects.all(), order=ORDER, cursor=None, size=3).older
    changed = good[:5] + ("A" if good[5] != "A" else "B") + good[6:]
    other = keyset(Thread.objects.all(), order=("-id",), cursor=None, size=3).older
    for cursor in (changed, other):
        assert keyset(Thread.objects.all(), order=ORDER, cursor=cursor, size=3).items == threads[:3]


def test_an_empty_list_is_one_empty_page():
    page = keyset(Allowance.objects.all(), order=("-id",), cursor=None, size=5)
    assert (page.items, page.older, page.newer) == ([], None, None)


@pytest.mark.parametrize("order", [("-last_post_at", "id"), ("hidden_at", "id"), ("-last_post_at",)])
def test_only_orders_that_an_index_serves_are_taken(order):
    with pytest.raises(ValueError, match="Keyset"):
        keyset(Thread.objects.all(), order=order, cursor=None, size=5)


def test_links_keep_the_rest_of_the_address(threads):
    request = RequestFactory().get("/community/", {"kind": "question", "cursor": "old"})
    page = keyset(Thread.objects.all(), order=ORDER, cursor=None, size=3)
    links = page.links(request)
    assert list(links) == ["older_url"]
    assert links["older_url"].startswith("?kind=question&cursor=")
    assert "old&" not in links["older_url"]


def test_the_database_walks_the_index(threads):
    """A later page is a range of the index, with no sort: the plan says so on both databases."""
    space = threads[0].space
    listed = Thread.objects.filter(space=space, hidden_at__isnull=True)
    cursor = keyset(listed, order=ORDER, cursor=None, size=3).older
    with connection.cursor() as raw:
        if connection.vendor == "postgresql":
            raw.execute("SET LOCAL enable_seqscan = off")
            raw.execute("SET LOCAL enable_bitmapscan = off")
            raw.execute("SET LOCAL enable_sort = off")  # with few rows it may rather sort
    captured = []

    def capture(run, sql, params, many, context):
        captured.append((sql, params))
        return run(sql, params, many, context)

    with connection.execute_wrapper(capture):
        keyset(listed, order=ORDER, cursor=cursor, size=3)
    sql, params = captured[0]
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as raw:
        raw.execute(explain + sql, params)
        plan = "\n".join(str(row[-1]) for row in raw.fetchall())
    assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan
    if connection.vendor == "postgresql":
        assert "Index Scan using thread_" in plan and "Index Cond: (" in plan, plan
        assert "ROW(last_post_at, id) <" in plan.partition("Index Cond")[2].partition("\n")[0], plan
    else:
        assert "SEARCH forum_thread USING INDEX thread_in_space (space_id=? AND last_post_at<?)" in plan, plan
