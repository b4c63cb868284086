"""Eight people write in one space at once: nobody fails, nobody waits for a deadlock, every number is given once."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from forum import actions
from tests import factories
from tests.forum.writers import write_together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 8
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def space():
    return factories.make_space(thread_count=4, post_count=4)


@pytest.fixture
def threads(space):
    return [factories.make_thread(space) for _ in range(4)]


def together(jobs, tmp_path):
    """The jobs at once: as threads on PostgreSQL, on SQLite as two processes of four threads on a copy in a file.

    Gives the errors, and what answers a statement with the rows as they are afterwards.
    """
    if connection.vendor == "postgresql":
        return write_together(jobs), lambda statement: _rows(connection.cursor(), statement)
    path = tmp_path / "busy.sqlite3"
    copy = sqlite3.connect(path)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.forum.writers"]
    running = [
        subprocess.Popen([*command, json.dumps(half)], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for half in (jobs[::2], jobs[1::2])
    ]
    errors = [error for process in running for error in json.loads(process.communicate(timeout=300)[0])]
    return errors, lambda statement: _read(path, statement)


def _read(path, statement):
    with closing(sqlite3.connect(path)) as after:
        return _rows(after.cursor(), statement)


def _rows(cursor, statement):
    cursor.execute(statement)
    return cursor.fetchall()


def run(space, jobs, tmp_path):
    """The errors, and the space's rows afterwards: (thread, number), (reply_count, last_number), post_count."""
    errors, read = together(jobs, tmp_path)
    own = f"SELECT id FROM forum_thread WHERE space_id = {space.pk:d}"
    posts = read(f"SELECT thread_id, number FROM forum_post WHERE thread_id IN ({own}) ORDER BY 1, 2")
    counts = read(f"SELECT reply_count, last_number FROM forum_thread WHERE id IN ({own}) ORDER BY id")
    ((post_count,),) = read(f"SELECT post_count FROM forum_space WHERE id = {space.pk:d}")
    return errors, posts, counts, post_count


def test_all_reply_in_one_thread(space, threads, tmp_path):
    jobs = [{"person": factories.make_user().pk, "threads": [threads[0].pk] * 4} for _ in range(PEOPLE)]
    errors, posts, counts, post_count = run(space, jobs, tmp_path)
    assert errors == []
    expected = PEOPLE * 4
    assert [number for thread, number in posts if thread == threads[0].pk] == list(range(1, expected + 2))
    assert counts[0] == (expected, expected + 1)
    assert post_count == 4 + expected


def test_all_write_edit_hide_and_choose_all_over_the_space(space, threads, tmp_path):
    keys = [thread.pk for thread in threads]
    jobs = [
        {"person": factories.make_user().pk, "threads": keys[turn % 4 :] + keys[: turn % 4], "is_busy": turn % 2 == 0}
        for turn in range(PEOPLE)
    ]
    errors, posts, counts, post_count = run(space, jobs, tmp_path)
    assert errors == []
    assert counts == [(PEOPLE, PEOPLE + 1)] * 4
    assert posts == [(key, number) for key in keys for number in range(1, PEOPLE + 2)]
    assert post_count == 4 + PEOPLE * 4


def test_one_form_sent_twice_at_once(threads):
    """On SQLite writers wait for each other from the first statement, so there is nothing to see there."""
    if connection.vendor != "postgresql":
        return
    import threading
    import uuid

    from forum import actions

    person, token, found = factories.make_user(), uuid.uuid4(), []

    def send(start: bool) -> None:
        try:
            if start:
                thread = actions.start_thread(
                    space=threads[0].space, author=person, kind="question", title="T", source="S", form_token=token
                )
                found.append(thread.pk)
            else:
                post = actions.post_reply(thread=threads[0], author=person, source="S", form_token=token)
                found.append(post.pk)
        finally:
            connection.close()

    for start in (False, True):
        token = uuid.uuid4()
        found.clear()
        senders = [threading.Thread(target=send, args=[start]) for _ in range(6)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert len(found) == 6 and len(set(found)) == 1


def test_the_same_vote_twice_at_once_counts_once(space, threads, tmp_path):
    poll = actions.save_poll(post=threads[0].posts.get(), question="Which day?", options=["Monday", "Tuesday"])
    options = list(poll.options.values_list("pk", flat=True))
    person, others = factories.make_user(), [factories.make_user() for _ in range(3)]
    jobs = [{"person": person.pk, "votes": [options[turn % 2]] * 3} for turn in range(5)]
    jobs += [{"person": other.pk, "votes": options} for other in others]
    errors, read = together(jobs, tmp_path)
    assert errors == []
    assert read("SELECT voter_count FROM forum_poll") == [(4,)]
    counted = read("SELECT vote_count FROM forum_polloption ORDER BY position")
    rows = read("SELECT option_id FROM forum_pollvote")
    assert [count for (count,) in counted] == [rows.count((option,)) for option in options]
    assert len(rows) == 4
