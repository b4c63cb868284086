"""Keeping the index equal to the rows: embedded at once, Elasticsearch by events that the worker drains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Page

from forum.models import Post, Thread
from outbox.actions import enqueue
from outbox.handlers import SetAside, SomeFailed, TryLater
from outbox.models import Job
from search import engines
from search.batches import batches
from search.documents import CLOSED, Document
from search.engines.base import DocumentsRefused, SearchUnavailable
from search.engines.shelf import SHELVED
from search.events import KIND, announce
from search.models import Edition, Entry, Stamp
from search.semantic import jobs
from search.sources import BATCH, SOURCES, Source, source_of
from search.sources.pages import Branches

if TYPE_CHECKING:
    from search.engines.elasticsearch import ElasticsearchEngine


# Containers whose documents are brought up to date by the worker in the embedded index too.
LATER = ("space", "page")


def rows_changed(model: type[Model], ids: Iterable[int], rows: Sequence[Any] = ()) -> None:
    """Index these rows as they are now; those that are gone or may not be found are taken away.

    `rows` are all of them, where whoever changed them has them at hand (web.signals).
    """
    source = source_of(model)
    if source is None:
        return
    if rows and source.is_found:
        _rows_changed(source, [row.pk for row in rows], rows)
        return
    for batch in source.light(ids):
        _rows_changed(source, batch)


def _rows_changed(source: Source, ids: list[int], rows: Sequence[Any] = ()) -> None:
    before = _fingerprints(source, ids) if source.name == "thread" else {}
    store(source, ids, rows)
    keys = [source.key(pk) for pk in ids]
    announce(*keys)
    jobs.announce(*keys)
    if source.name == "post":
        # The first post's words are the thread's own document.
        openings = Post.objects.filter(pk__in=ids, number=1).values_list("thread_id", flat=True)
        threads = [row.thread_id for row in rows if row.number == 1] if rows else list(openings)
        if threads:
            _rows_changed(SOURCES["thread"], threads)
    if source.name == "thread":
        after = _fingerprints(source, ids)
        for pk in ids:
            if before.get(pk) != after.get(pk):
                container_changed(f"discussion:{pk}")


def container_changed(container: str) -> None:
    """Something that every document of a container repeats has changed, or who may see it."""
    if container.startswith("page:"):
        _branch_changed(container)
        return
    announce(container)
    for source, ids in members_of(container):
        store(source, ids)


def _branch_changed(container: str) -> None:
    """A branch of pages moved, or its privacy changed: who may see them counts at once, the rest is the worker's."""
    with transaction.atomic(savepoint=False):
        for source, ids in members_of(container):
            engines.embedded().lock(source, ids)
            _place(source, list(Page.objects.filter(pk__in=ids).only("path")))
        enqueue(KIND, subject=container)


def _place(source: Source, pages: list[Page]) -> None:
    branches, groups = Branches(pages), defaultdict[str, list[str]](list)
    for page in pages:
        groups[branches.container(page)].append(source.key(page.pk))
    for readers, keys in groups.items():
        # What nobody may find stays so until the worker has looked why.
        Entry.objects.filter(group_key__in=keys).exclude(container=CLOSED).update(container=readers)
    if source.kind == SHELVED:
        Edition.change()


def close_parts(source: Source, ids: Iterable[int], parts: Container[int]) -> None:
    """Have nobody find these parts of these rows, at once; the rows are to be indexed again by the worker."""
    for batch in batches(ids, BATCH):
        engines.embedded().lock(source, batch)
        inside = Entry.objects.filter(group_key__in=map(source.key, batch)).exclude(key__startswith=f"{source.name}:")
        rows = inside.values_list("pk", "key")
        for closed in batches((pk for pk, key in rows if int(key.rpartition(":")[2]) in parts), BATCH):
            Entry.objects.filter(pk__in=closed).update(container=CLOSED)
        if source.kind == SHELVED:
            Edition.change()
        announce(*map(source.key, batch))


def store(source: Source, ids: Iterable[int], rows: Sequence[Any] = ()) -> None:
    """Bring the embedded index up to date for these rows."""
    engine, ids = engines.embedded(), list(ids)
    with transaction.atomic(savepoint=False):
        engine.lock(source, ids, rows)
        found, gone = split(source, ids, rows)
        vanished = _vanished(source, ids, found) if source.has_parts else []
        engine.write(found, [*gone, *vanished])


def _vanished(source: Source, ids: list[int], found: list[Document]) -> list[str]:
    """Parts of these rows that the index has and they no longer do."""
    present = {document.key for document in found}
    parts = Entry.objects.filter(group_key__in=map(source.key, ids)).exclude(key__startswith=f"{source.name}:")
    return [key for key in parts.values_list("key", flat=True) if key not in present]


def members_of(container: str) -> Iterator[tuple[Source, list[int]]]:
    """The rows inside a container, batch by batch."""
    name, _, value = container.partition(":")
    if name == "discussion":
        rows = {"post": {"thread": value, "number__gt": 1}}
    elif name == "space":
        rows = {"thread": {"space": value}, "post": {"thread__space": value, "number__gt": 1}}
    elif name == "page":
        path = Page.objects.values_list("path", flat=True).filter(pk=value).first() or "gone"
        rows = {"resource": {"path__startswith": path}, "webinar": {"path__startswith": path}}
    else:
        rows = {}
    for source_name, condition in rows.items():
        source = SOURCES[source_name]
        numbers = source.model._default_manager.filter(**condition).order_by("pk").values_list("pk", flat=True)
        for ids in batches(numbers.iterator(chunk_size=BATCH), BATCH):
            yield source, ids


def _light_members_of(container: str) -> Iterator[tuple[Source, list[int]]]:
    """As `members_of`, for whoever makes documents of them."""
    return ((source, some) for source, ids in members_of(container) for some in source.light(ids))


def space_changed(pk: int) -> None:
    """A space was saved. Who may read it is asked at each query; only its place stands in its documents."""
    stored = Entry.objects.filter(container=f"space:{pk}").order_by("pk").first()
    thread = Thread.objects.filter(space=pk).order_by("pk").first()
    now = SOURCES["thread"].documents_for([thread.pk]) if thread else []
    if stored and now and set(_places(stored.tags)) != set(_places(now[0].tags)):
        # A space can hold a hundred thousand posts, and nothing about their place is a secret: the worker does it.
        enqueue(KIND, subject=f"space:{pk}")


def _places(tags: list[str]) -> list[str]:
    return [tag for tag in tags if tag.startswith("place:")]


def _fingerprints(source: Source, ids: list[int]) -> dict[int, str]:
    keys = {source.key(pk): pk for pk in ids}
    found = Entry.objects.filter(key__in=keys).values_list("key", "fingerprint")
    return {keys[key]: fingerprint for key, fingerprint in found}


def drain(jobs: list[Job]) -> None:
    """The outbox's handler for index events: tells Elasticsearch how things stand now, in bulk."""
    version = Stamp.take()
    ids: dict[str, set[int]] = defaultdict(set)
    refused: dict[str, str] = {}
    for subject in dict.fromkeys(job.subject for job in jobs):
        name, _colon, number = subject.partition(":")
        if name in SOURCES:
            ids[name].add(int(number))
            continue
        for source, members in _light_members_of(subject):
            if name in LATER:
                store(source, members)
            refused |= _tell_cluster(source, members, version)
    for name, numbers in ids.items():
        for batch in SOURCES[name].light(sorted(numbers)):
            refused |= _tell_cluster(SOURCES[name], batch, version)
    _settle(jobs, refused)


def _settle(jobs: list[Job], refused: dict[str, str]) -> None:
    """What Elasticsearch will never take waits for an operator, each row alone. Errors: SomeFailed."""
    named = {job.subject for job in jobs}
    # What was set aside before about rows that have just been told is done as well.
    aside = Job.objects.filter(kind=KIND, state=Job.State.ASIDE, subject__in=named - set(refused))
    aside.update(state=Job.State.DONE, finished_at=timezone.now())
    announce_refused(set(refused) - named)
    failed = {job: refused[job.subject] for job in jobs if job.subject in refused}
    if failed:
        raise SomeFailed({job: SetAside(f"Elasticsearch refuses it: {kind}.") for job, kind in failed.items()})


def announce_refused(owners: set[str]) -> None:
    """An event of its own for each row that was refused among others, unless there is one already."""
    if not owners:
        return
    known = Job.objects.filter(kind=KIND, subject__in=owners).exclude(state=Job.State.DONE)
    announce(*sorted(owners - set(known.values_list("subject", flat=True))))


def _tell_cluster(source: Source, ids: list[int], version: int) -> dict[str, str]:
    cluster = engines.cluster()
    if cluster is None:
        return {}
    try:
        return copy_to(cluster, source, ids, version)
    except SearchUnavailable as reason:
        raise TryLater(f"Elasticsearch cannot be told: {reason}") from reason


def copy_to(cluster: ElasticsearchEngine, source: Source, ids: list[int], version: int) -> dict[str, str]:
    """Make the cluster hold these rows as they are now. `version` was taken before.

    Returns what kind of error the cluster had with which rows, if any. Errors: SearchUnavailable.
    """
    found, gone = split(source, ids)
    refused: dict[str, str] = {}
    try:
        cluster.write(found, gone, version=version)
    except DocumentsRefused as reason:
        refused = refused_rows(found, reason)
    if source.has_parts:
        # Looked for afterwards: an index that is being built may have got them from an older reading meanwhile.
        has = cluster.keys_of(map(source.key, ids))
        vanished = has - {document.key for document in found}
        if vanished:
            cluster.write([], vanished, version=version)
    return refused


def clear_next(cluster: ElasticsearchEngine, source: Source) -> None:
    """Take out of the index being built the parts that its rows lost meanwhile. Errors: SearchUnavailable.

    A row that changed after it was read for the building has been written again, as a whole and with a later version;
    what came of the older reading alone keeps its own.
    """
    for ids in source.light(int(owner.partition(":")[2]) for owner in cluster.mixed_owners(source.name)):
        version = Stamp.take()
        present = {document.key for document in source.documents_for(ids)}
        has = cluster.keys_of(map(source.key, ids), only_next=True)
        cluster.build([], has - present, version=version)


def refused_rows(documents: Iterable[Document], refused: DocumentsRefused) -> dict[str, str]:
    owners = {document.key: document.owner for document in documents}
    return {owners[key]: kind for key, kind in refused.reasons.items() if key in owners}


def forget_missing(source: Source) -> int:
    """Take documents out of the embedded index whose rows no longer exist. Returns how many."""
    gone, after = 0, ""
    entries = Entry.objects.filter(key__startswith=f"{source.name}:").order_by("key").values_list("key", flat=True)
    while keys := list(entries.filter(key__gt=after)[: BATCH * 5]):
        numbers = {int(key.partition(":")[2]): key for key in keys}
        present = set(source.model._default_manager.filter(pk__in=numbers).values_list("pk", flat=True))
        missing = [key for number, key in numbers.items() if number not in present]
        if source.has_parts:
            missing = list(Entry.objects.filter(group_key__in=missing).values_list("key", flat=True))
        engines.embedded().write([], gone=missing)
        gone, after = gone + len(missing), keys[-1]
    return gone


def split(source: Source, ids: list[int], rows: Sequence[Any] = ()) -> tuple[list[Document], list[str]]:
    """Documents of these rows, and the keys of those that have none."""
    found = source.documents_of(rows) if rows else source.documents_for(ids)
    present = {document.key for document in found}
    return found, [key for key in map(source.key, ids) if key not in present]
