"""Telling people what is new for the searches that they saved.

Each search that is due looks through what was written since it last did: only these documents are asked for, in the
site's own index, which is written with the rows. So a thousand searches cost a thousand small queries, and none at
all when nothing was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from events.models import WebinarPage
from forum.models import Post, Thread
from forum.nameless import writers
from knowledge.models import ResourcePage
from moderation.models import Decision
from notifications.actions import announce
from outbox.actions import enqueue_all
from outbox.models import Job
from search import engines, saved
from search.batches import batches
from search.documents import PARTS
from search.expanding import expanded
from search.models import Entry, SavedSearch, ToldResult
from search.narrowing import narrowed
from search.permissions import readable_containers
from search.query import NEWEST, Match
from search.writings import Writings

JOB, MESSAGE = "saved-searches", "saved-search"
PEOPLE_AT_ONCE = 50
# A week of a busy site is asked for in slices: each goes into a statement.
KEYS_AT_ONCE = 5000
MOST_TOLD = 20
# A row is dated when its transaction begins and seen when it ends: look a little further back, and tell once.
OVERLAP = dt.timedelta(minutes=15)


class Fresh(NamedTuple):
    """A document of something new."""

    key: str
    group: str
    since: dt.datetime
    author: int | None

    @property
    def name(self) -> str:
        """What is told of it: a new thread or page once, each new reply."""
        return self.key if self.key.startswith("post:") else self.group


def plan() -> None:
    """Every five minutes: have the worker look through what is due, some people's searches at a time."""
    now = timezone.now()
    people = list(SavedSearch.objects.due(now).order_by("person").values_list("person", flat=True).distinct())
    batches = [people[start : start + PEOPLE_AT_ONCE] for start in range(0, len(people), PEOPLE_AT_ONCE)]
    enqueue_all(JOB, {f"{JOB}:{now:%Y%m%d%H%M}:{batch[0]}": {"people": batch} for batch in batches})
    # What was told before a search's window opened cannot be found by it again.
    ToldResult.objects.filter(Q(told_at__lt=F("saved__checked_at") - OVERLAP) | Q(saved__due_at=None)).delete()


def look_through(jobs: list[Job]) -> None:
    """The outbox's handler. Doing it twice tells nobody twice: what was looked through is not due any more."""
    for job in jobs:
        now = timezone.now()
        due = SavedSearch.objects.due(now).filter(person__in=job.payload["people"]).select_related("person")
        rows = list(due.order_by("person", "pk"))
        if rows:
            fresh = fresh_since(min(row.checked_at for row in rows) - OVERLAP)
            for _person, several in groupby(rows, key=lambda row: row.person_id):
                _look_through(list(several), fresh, now)


def _look_through(rows: list[SavedSearch], fresh: list[Fresh], now: dt.datetime) -> None:
    """One person's searches that are due: one message about all that is new for them."""
    person = rows[0].person
    news: dict[int, list[str]] = {}
    if fresh and person.is_active and person.is_member:
        containers = readable_containers(person)
        news = {row.pk: keys for row in rows if (keys := _news(row, fresh, containers))}
    with transaction.atomic():
        for row in rows:
            if not _settle(row, now):
                news.pop(row.pk, None)
        told = [ToldResult(saved_id=pk, key=key) for pk, keys in news.items() for key in _with_replies(keys, fresh)]
        ToldResult.objects.bulk_create(told, ignore_conflicts=True)
        if news:
            announce(kind=MESSAGE, actor=None, subject=person, data={"found": news})


def _settle(row: SavedSearch, now: dt.datetime) -> bool:
    """Plan its next time. False when somebody else was quicker, or its person changed it meanwhile."""
    mine = SavedSearch.objects.filter(pk=row.pk, checked_at=row.checked_at, frequency=row.frequency)
    row.plan(now)
    return bool(mine.update(checked_at=now, due_at=row.due_at))


def _news(row: SavedSearch, fresh: list[Fresh], containers: frozenset[str]) -> list[str]:
    """Keys of what this search finds that is new, visible to its person, not their own and not told before."""
    since = row.checked_at - OVERLAP
    asked = [each for each in fresh if each.since > since and each.author != row.person_id]
    if not asked:
        return []
    told = set(row.told.values_list("key", flat=True))
    names = {each.key: each.name for each in asked if each.name not in told}
    keys, found = tuple(names), list[Match]()
    for end in range(len(keys), 0, -KEYS_AT_ONCE):
        found += _matches(row, keys[max(0, end - KEYS_AT_ONCE) : end], containers)
        if len(found) >= MOST_TOLD:
            break
    return list(dict.fromkeys(names[match.key] for match in found))[:MOST_TOLD]


def _matches(row: SavedSearch, keys: tuple[str, ...], containers: frozenset[str]) -> list[Match]:
    """Which of these documents the search finds for its person: those with all of its words."""
    query = replace(saved.query_of(row.address), counted=(), sort=NEWEST)
    query, among = narrowed(query, Writings(row.person), containers)
    if query.is_of_wholes:
        keys = tuple(key for key in keys if key.partition(":")[0] not in PARTS)
    if query.limits.keys is not None:
        keys = tuple(set(keys) & set(query.limits.keys))
    query = expanded(replace(query, limits=replace(query.limits, keys=keys)), among)
    return engines.embedded().search(query, among).matches


def _with_replies(keys: list[str], fresh: list[Fresh]) -> set[str]:
    """Of a thread the best document is found: what else is new in it has been told with it."""
    groups = {each.group for each in fresh if each.name in keys}
    return {each.name for each in fresh if each.group in groups}


def fresh_since(since: dt.datetime) -> list[Fresh]:
    """Documents of everything that was written or published after this, the newest last."""
    released = _released_since(since)
    recent = Q(created_at__gt=since, thread__last_post_at__gt=since) | Q(pk__in=released)
    threads = Thread.objects.listed().order_by()
    posts = Post.objects.filter(recent, hidden_at__isnull=True, thread__in=threads)
    groups: dict[str, tuple[dt.datetime, int | None]] = {}
    found: list[Fresh] = []
    rows = list(posts.values_list("pk", "number", "thread", "created_at", "author", "is_nameless"))
    own = writers(nameless) if (nameless := [row[0] for row in rows if row[-1]]) else {}
    for pk, number, thread, when, author, _is_nameless in rows:
        when, author = released.get(pk, when), own.get(pk, author)
        if number == 1:
            groups[f"thread:{thread}"] = (when, author)
        else:
            found.append(Fresh(f"post:{pk}", f"thread:{thread}", when, author))
    for name, model in (("resource", ResourcePage), ("webinar", WebinarPage)):
        pages = model.objects.live().filter(first_published_at__gt=since)
        groups |= {f"{name}:{pk}": (when, None) for pk, when in pages.values_list("pk", "first_published_at")}
    found += [Fresh(key, group, *groups[group]) for key, group in _documents_of(groups)]
    return sorted(found, key=lambda each: each.since)


def _released_since(since: dt.datetime) -> dict[int, dt.datetime]:
    """Posts that were held when they were written and shown since, and when. What was read before is not new."""
    types = ContentType.objects.get_for_models(Post, Thread)
    of = Decision.objects.filter(content_type__in=types.values())
    shown = of.filter(verb=Decision.Verb.RESTORE, decided_at__gt=since).order_by("decided_at")
    rows = list(shown.values_list("content_type", "object_id", "decided_at"))
    if not rows:
        return {}
    at = {(kind, pk): when for kind, pk, when in rows}
    numbers = {model: [pk for kind, pk in at if kind == found.pk] for model, found in types.items()}
    posts = Post.objects.filter(Q(pk__in=numbers[Post]) | Q(thread__in=numbers[Thread], number=1))
    subjects = {
        pk: (written, [(types[Post].pk, pk), (types[Thread].pk, thread)])
        for pk, thread, written in posts.values_list("pk", "thread", "created_at")
    }
    held = _first_held(of, [subject for _written, both in subjects.values() for subject in both])
    return {
        pk: max(at[subject] for subject in both if subject in at)
        for pk, (written, both) in subjects.items()
        if any(held.get(subject, written + OVERLAP) < written + OVERLAP for subject in both)
    }


def _first_held(decisions: QuerySet[Decision], subjects: list[tuple[int, int]]) -> dict[tuple[int, int], dt.datetime]:
    """When each of these posts and threads, as (type, number), was first held, if it was."""
    asked = decisions.filter(verb=Decision.Verb.HOLD, object_id__in={number for _kind, number in subjects})
    rows = asked.order_by().values_list("content_type", "object_id").annotate(Min("decided_at"))
    return {(kind, number): when for kind, number, when in rows}


def _documents_of(groups: Iterable[str]) -> list[tuple[str, str]]:
    """A resource has the texts of its files, a webinar its transcripts; replies are found by themselves."""
    whole = Entry.objects.exclude(key__startswith="post:").values_list("key", "group_key")
    return [row for some in batches(groups) for row in whole.filter(group_key__in=some)]
