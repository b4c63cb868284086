import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from outbox import actions
from outbox.actions import MOST_ATTEMPTS, WORKER_DIED, claim, drain, enqueue, release_expired
from outbox.handlers import SetAside, SomeFailed, TryLater
from outbox.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def states():
    return list(Job.objects.order_by("pk").values_list("state", flat=True))


def make_due(**filters):
    Job.objects.filter(state="waiting", **filters).update(due_at=timezone.now() - dt.timedelta(seconds=1))


def test_work_is_done_once_in_order_and_leaves_no_payload(seen):
    for n in range(5):
        enqueue("note", payload={"n": n})
    assert drain() == 5
    assert seen == [[0, 1, 2], [3, 4]]
    assert drain() == 0
    assert states() == ["done"] * 5
    assert all(job.payload == {} and job.finished_at and job.leased_until is None for job in Job.objects.all())


def test_of_one_key_only_the_first_is_kept(seen):
    assert enqueue("note", payload={"n": 1}, key="once")
    assert enqueue("note", payload={"n": 2}, key="once") is None
    drain()
    assert enqueue("note", payload={"n": 3}, key="once") is None
    assert seen == [[1]]


def test_many_keys_are_written_at_once_and_known_ones_left_alone(seen, django_assert_num_queries):
    enqueue("note", payload={"n": 0}, key="a")
    with django_assert_num_queries(1):
        actions.enqueue_all("note", {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}})
    assert list(Job.objects.order_by("pk").values_list("payload__n", flat=True)) == [0, 2, 3]


def test_work_waits_until_it_is_due(seen):
    enqueue("note", payload={"n": 1}, due_at=timezone.now() + dt.timedelta(minutes=1))
    assert drain() == 0
    make_due()
    assert drain() == 1


def test_a_limit_and_chosen_kinds_are_kept_to(handle, seen):
    done = []
    handle("other", lambda jobs: done.extend(jobs), repeat_safe=False)
    for n in range(5):
        enqueue("note", payload={"n": n})
    enqueue("other")
    assert drain(limit=2, kinds=["note"]) == 2
    assert drain(kinds=["other", "unknown"]) == 1
    assert (seen, len(done)) == ([[0, 1]], 1)


def test_work_that_no_room_knows_stays_and_holds_nobody_up(seen):
    enqueue("from-the-future")
    enqueue("note", payload={"n": 1})
    assert drain() == 1
    assert states() == ["waiting", "done"]


def test_a_poisoned_job_in_a_batch_holds_nobody_up(seen):
    for n in range(3):
        enqueue("note", payload={"n": n, "bad": n == 1})
    assert drain() == 2
    assert seen == [[0, 1, 2], [0], [1], [2]]
    assert states() == ["done", "waiting", "done"]


def test_an_error_is_kept_without_its_own_words(seen, caplog):
    enqueue("note", payload={"n": 1, "bad": True})
    drain()
    job = Job.objects.get()
    assert job.last_error.startswith("builtins.KeyError at ")
    assert "tests/outbox/conftest.py:" in job.last_error
    assert "anna" not in job.last_error + caplog.text


def test_retries_come_later_and_later_and_end_set_aside(seen):
    enqueue("note", payload={"n": 1, "bad": True})
    delays = []
    for _ in range(MOST_ATTEMPTS):
        make_due()
        drain()
        job = Job.objects.get()
        delays.append((job.due_at - timezone.now()).total_seconds())
    assert job.state == "aside"
    waits = delays[:-1]
    assert 20 < waits[0] < 40
    assert all(later > 1.1 * earlier for earlier, later in zip(waits[:-4], waits[1:-3], strict=True))
    assert max(waits) < 8 * 3600
    assert drain() == 0


def test_what_failed_together_is_not_tried_together(seen):
    """The delays are drawn by chance from 15 seconds; that twenty of them fall within three is beyond chance."""
    for n in range(20):
        enqueue("note", payload={"n": n, "bad": True})
    drain()
    due = Job.objects.values_list("due_at", flat=True)
    assert (max(due) - min(due)).total_seconds() > 3


def test_when_the_other_side_is_down_all_wait_and_no_attempt_counts(handle):
    calls = []

    def down(jobs):
        calls.append(len(jobs))
        raise TryLater("The engine does not answer.")

    handle("index", down, repeat_safe=True, batch=2)
    for _ in range(6):
        enqueue("index")
    assert drain() == 0
    assert calls == [2]
    assert set(states()) == {"waiting"}
    assert set(Job.objects.values_list("attempts", flat=True)) == {0}
    assert Job.objects.order_by("pk").first().last_error == "The engine does not answer."
    assert Job.objects.filter(due_at__gt=timezone.now()).count() == 2


def test_when_the_other_side_goes_down_amid_a_batch_the_rest_waits_untried(handle):
    calls = []

    def flaky(jobs):
        calls.append([job.payload["n"] for job in jobs])
        if len(jobs) > 1:
            raise ValueError
        if jobs[0].payload["n"] == 1:
            raise TryLater("Gone.")

    handle("index", flaky, repeat_safe=True, batch=3)
    for n in range(3):
        enqueue("index", payload={"n": n})
    assert drain() == 1
    assert calls == [[0, 1, 2], [0], [1]]
    assert states() == ["done", "waiting", "waiting"]
    assert list(Job.objects.order_by("pk").values_list("attempts", flat=True))[1:] == [0, 0]


def test_what_cannot_be_mended_by_trying_is_set_aside_at_once(handle):
    def refuse(jobs):
        raise SetAside("The address does not exist.")

    handle("letter", refuse, repeat_safe=False)
    enqueue("letter")
    drain()
    job = Job.objects.get()
    assert (job.state, job.last_error, job.attempts) == ("aside", "The address does not exist.", 1)


def test_work_on_one_subject_is_never_out_of_order(seen):
    first = enqueue("note", payload={"n": 1, "bad": True}, subject="post:1")
    enqueue("note", payload={"n": 2}, subject="post:1")
    enqueue("note", payload={"n": 3}, subject="post:2")
    drain()
    assert seen == [[1, 3], [1], [3]]
    Job.objects.filter(pk=first.pk).update(payload={"n": 1})
    make_due()
    drain()
    assert seen[3:] == [[1], [2]]


def test_what_is_set_aside_does_not_hold_its_subject_up(seen):
    Job.objects.create(kind="note", subject="post:1", state="aside", due_at=timezone.now())
    enqueue("note", payload={"n": 2}, subject="post:1")
    assert drain() == 1


def test_claimed_work_is_not_claimed_again_and_a_late_worker_changes_nothing(seen):
    enqueue("note", payload={"n": 1})
    (held,) = claim("note", 5)
    assert claim("note", 5) == []
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    release_expired()
    (again,) = claim("note", 5)
    assert actions._settle([held], state="done") == 0
    assert actions._settle([again], state="done") == 1


@pytest.mark.parametrize(("may_repeat", "state"), [(True, "waiting"), (False, "aside")])
def test_what_a_dead_worker_held_comes_back_only_if_it_may_be_repeated(handle, may_repeat, state):
    handle("letter", lambda jobs: None, repeat_safe=lambda job: job.payload["safe"])
    enqueue("letter", payload={"safe": may_repeat})
    claim("letter", 1)
    release_expired()
    assert states() == ["claimed"]
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    release_expired()
    job = Job.objects.get()
    assert (job.state, job.last_error) == (state, "" if may_repeat else WORKER_DIED)


def test_work_that_kills_its_worker_each_time_is_set_aside(seen):
    enqueue("note", payload={"n": 1})
    Job.objects.update(attempts=MOST_ATTEMPTS - 1)
    claim("note", 1)
    Job.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    release_expired()
    assert states() == ["aside"]


def test_batches_are_for_work_that_may_be_repeated(handle):
    with pytest.raises(ValueError, match="batches"):
        handle("mail", lambda jobs: None, repeat_safe=False, batch=2)


def test_draining_stops_between_batches_when_told(seen):
    for n in range(9):
        enqueue("note", payload={"n": n})
    assert drain(should_stop=lambda: len(seen) == 2) == 6


def test_try_again_and_drop_leave_work_at_hand_alone(seen):
    for state in Job.State.values:
        Job.objects.create(kind="note", state=state, attempts=5, due_at=timezone.now() + dt.timedelta(days=1))
    assert actions.try_again(Job.objects.all()) == 2
    assert Job.objects.due().filter(attempts=0).count() == 2
    assert actions.drop(Job.objects.all()) == 2
    assert set(states()) == {"claimed", "done"}


def test_the_worker_is_woken_once_a_transaction_and_not_while_it_is_asked(django_capture_on_commit_callbacks, seen):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for n in range(4):
            enqueue("note", payload={"n": n})
    assert len(callbacks) == 1
    assert DBTaskResult.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("note", payload={"n": 5})
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_work_whose_transaction_failed(seen):
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("note", payload={"n": 1})
        raise RuntimeError
    assert Job.objects.count() == DBTaskResult.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_job_outside_the_rolled_back_part_still_wakes_the_worker(seen):
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue("note", payload={"n": 1})
            raise RuntimeError
        enqueue("note", payload={"n": 2})
    assert DBTaskResult.objects.count() == 1


def test_the_number_of_queries_does_not_depend_on_the_batch(handle):
    for kind, number in (("few", 2), ("many", 40)):
        handle(kind, lambda jobs: None, repeat_safe=True, batch=50)
        for _ in range(number):
            enqueue(kind)
    with CaptureQueriesContext(connection) as few:
        drain(["few"])
    with CaptureQueriesContext(connection) as many:
        drain(["many"])
    assert len(few) == len(many)


def test_what_spoils_a_batch_fails_alone_and_the_rest_is_done(handle, seen):
    def spoiled(jobs):
        raise SomeFailed({jobs[1]: SetAside("Nobody can do this."), jobs[2]: RuntimeError()})

    handle("spoiled", spoiled, repeat_safe=True, batch=3)
    for n in range(3):
        enqueue("spoiled", payload={"n": n})
    assert drain() == 1
    assert states() == ["done", "aside", "waiting"]
    assert Job.objects.get(state="aside").last_error == "Nobody can do this."
