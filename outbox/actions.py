"""Putting work into the outbox, and doing it."""

from __future__ import annotations

import datetime as dt
import logging
import random
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from outbox.handlers import Handler, PlainError, SetAside, SomeFailed, TryLater, handlers
from outbox.models import Job, JobQuerySet

LEASE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 12
FIRST_DELAY = 30
LONGEST_DELAY = 6 * 3600
LATER_DELAY = 60
WORKER_DIED = "The worker died while it was at work on this: it may or may not have been done."

logger = logging.getLogger("commonground.outbox")


def enqueue(
    kind: str,
    *,
    payload: dict[str, Any] | None = None,
    subject: str = "",
    key: str | None = None,
    due_at: dt.datetime | None = None,
) -> Job | None:
    """Write a job in the caller's transaction and wake the worker on commit. None when the key exists already.

    A key is remembered for as long as its row: 30 days after the work is done.
    """
    job = Job(kind=kind, payload=payload or {}, subject=subject, key=key, due_at=due_at or timezone.now())
    if key is None:
        job.save(force_insert=True)
    else:
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            return None
    wake_on_commit()
    return job


def enqueue_all(kind: str, payloads: dict[str, dict[str, Any]]) -> None:
    """Write a job for each key that does not exist yet, all with one statement."""
    now = timezone.now()
    jobs = [Job(kind=kind, payload=payload, key=key, due_at=now) for key, payload in payloads.items()]
    Job.objects.bulk_create(jobs, ignore_conflicts=True, batch_size=500)
    wake_on_commit()


def enqueue_each(kind: str, payloads: Mapping[str, dict[str, Any]]) -> None:
    """Write a job about each of these subjects, all with one statement."""
    if payloads:
        now = timezone.now()
        jobs = [Job(kind=kind, subject=subject, payload=payload, due_at=now) for subject, payload in payloads.items()]
        Job.objects.bulk_create(jobs, batch_size=500)
        wake_on_commit()


def wake_on_commit() -> None:
    """Have the worker woken once when this transaction commits, however many jobs it writes."""
    from outbox.tasks import wake

    if all(entry[1] is not wake for entry in connection.run_on_commit):
        transaction.on_commit(wake)


def drain(
    kinds: Iterable[str] | None = None,
    limit: int | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Do what is due, kind after kind, until nothing is left or `limit` jobs are claimed. Returns the jobs done.

    Any number of processes may drain at once. What a handler raises is kept on its jobs, never raised here.
    """
    wanted = set(handlers) if kinds is None else set(kinds) & set(handlers)
    done = claimed = 0
    busy = True
    while busy and not should_stop():
        busy = False
        for kind in sorted(wanted & set(Job.objects.due().values_list("kind", flat=True).distinct())):
            room = handlers[kind].batch if limit is None else min(handlers[kind].batch, limit - claimed)
            jobs = claim(kind, room)
            claimed += len(jobs)
            finished, other_side_is_up = _work(handlers[kind], jobs)
            done += finished
            busy = busy or bool(jobs)
            if not other_side_is_up:
                wanted.discard(kind)
            if should_stop():
                break
    return done


def claim(kind: str, size: int) -> list[Job]:
    """Take up to `size` ready jobs for this process; committed before the work begins."""
    if size < 1:
        return []
    with transaction.atomic():
        # SQLite has no row locks; there the transaction itself (IMMEDIATE) keeps other writers out.
        ready = Job.objects.ready().filter(kind=kind).select_for_update(skip_locked=True)
        ids = list(ready.values_list("pk", flat=True)[:size])
        if not ids:
            return []
        Job.objects.filter(pk__in=ids, state=Job.State.WAITING).update(
            state=Job.State.CLAIMED, leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
        return list(Job.objects.filter(pk__in=ids).order_by("due_at", "pk"))


def release_expired() -> None:
    """Give back what dead workers had claimed; what may not be done twice is set aside for the operator."""
    for job in Job.objects.expired():
        handler = handlers.get(job.kind)
        may_repeat = handler is not None and handler.may_repeat(job)
        if may_repeat and job.attempts < MOST_ATTEMPTS:
            changed = _settle([job], state=Job.State.WAITING, due_at=timezone.now())
        else:
            changed = _settle([job], state=Job.State.ASIDE, last_error=WORKER_DIED)
        if changed:
            logger.warning("A worker died over job %s (%s).", job.pk, job.kind)


def try_again(jobs: Iterable[Job]) -> int:
    """Have jobs that wait or were set aside done as soon as possible, with all attempts before them."""
    changed = _not_at_work(jobs).update(state=Job.State.WAITING, attempts=0, due_at=timezone.now())
    wake_on_commit()
    return changed


def drop(jobs: Iterable[Job]) -> int:
    """Give up on jobs that wait or were set aside. Their rows are deleted."""
    return _not_at_work(jobs).delete()[0]


def _not_at_work(jobs: Iterable[Job]) -> JobQuerySet:
    return Job.objects.filter(pk__in=[job.pk for job in jobs], state__in=(Job.State.ASIDE, Job.State.WAITING))


def _work(handler: Handler, jobs: list[Job]) -> tuple[int, bool]:
    """Hand claimed jobs over. Returns how many are done, and whether it makes sense to hand over more."""
    if not jobs:
        return 0, True
    try:
        handler.work(jobs)
    except TryLater as reason:
        _postpone(jobs, str(reason))
        return 0, False
    except SomeFailed as failed:
        for job, error in failed.errors.items():
            _put_back(job, error)
        jobs = [job for job in jobs if job not in failed.errors]
    except Exception as error:
        if len(jobs) > 1:
            return _work_one_by_one(handler, jobs)
        _put_back(jobs[0], error)
        return 0, True
    # The payload has done its work; an e-mail's text has no reason to stay.
    return _settle(jobs, state=Job.State.DONE, finished_at=timezone.now(), last_error="", payload={}), True


def _work_one_by_one(handler: Handler, jobs: list[Job]) -> tuple[int, bool]:
    """After a batch failed: what spoils it stands alone, the rest gets done."""
    done = 0
    for position, job in enumerate(jobs):
        finished, other_side_is_up = _work(handler, [job])
        done += finished
        if not other_side_is_up:
            _postpone(jobs[position + 1 :], "The other side went away.")
            return done, False
    return done, True


def _postpone(jobs: list[Job], reason: str) -> None:
    later = timezone.now() + dt.timedelta(seconds=_jittered(LATER_DELAY))
    _settle(jobs, state=Job.State.WAITING, due_at=later, attempts=F("attempts") - 1, last_error=reason)
    for job in jobs[:1]:
        logger.warning("%d jobs of kind %s wait: %s", len(jobs), job.kind, reason)


def _put_back(job: Job, error: Exception) -> None:
    summary = summarise(error)
    if isinstance(error, SetAside) or job.attempts >= MOST_ATTEMPTS:
        _settle([job], state=Job.State.ASIDE, last_error=summary)
        logger.error("Job %s (%s) is set aside: %s", job.pk, job.kind, summary)
        return
    delay = _jittered(min(FIRST_DELAY * 2 ** (job.attempts - 1), LONGEST_DELAY))
    _settle([job], state=Job.State.WAITING, due_at=timezone.now() + dt.timedelta(seconds=delay), last_error=summary)
    logger.warning("Job %s (%s) failed and is tried again in %d seconds: %s", job.pk, job.kind, delay, summary)


def _settle(jobs: list[Job], **fields: Any) -> int:
    """Write the outcome, but only for leases that are still ours: a worker thought dead may come back late."""
    leases = {job.leased_until for job in jobs}
    ours = Job.objects.filter(pk__in=[job.pk for job in jobs], state=Job.State.CLAIMED, leased_until__in=leases)
    return ours.update(leased_until=None, **fields)


def summarise(error: Exception) -> str:
    """What went wrong and where, without the error's own words: those may hold addresses, names and texts."""
    if isinstance(error, PlainError):
        return str(error)
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path, line) for path, line in frames if _is_ours(path)]
    places = [f"{path.relative_to(settings.BASE_DIR)}:{line}" for path, line in ours[-3:]]
    return f"{type(error).__module__}.{type(error).__qualname__} at {', '.join(places) or 'an unknown place'}"


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts


def _jittered(seconds: float) -> float:
    """Between three and five quarters of it, so that what failed together is not tried together."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311
