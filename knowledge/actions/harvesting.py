"""Asking repositories elsewhere for what is new, over OAI-PMH: drafts for editors, a page of answers at a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.actions import record
from knowledge import citing
from knowledge.actions.imports import Words, make_page
from knowledge.exchange import dublincore
from knowledge.exchange.dublincore import Harvested as Answer
from knowledge.exchange.record import Failure, Item, Unreadable
from knowledge.models import Harvested, LibraryPage, ResourcePage, Source
from knowledge.shelf import Shelf
from outbox.actions import enqueue
from outbox.fetching import FetchFailed, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import User
    from outbox.models import Job

JOB = "knowledge.harvest"
MOST_BYTES = 20_000_000
MOST_ANSWERS = 10_000
PAUSE = 1.0
# As for imports: a worker that is at work for longer is taken for dead.
SECONDS = 120.0
DAY = dt.timedelta(days=1)
Ask = Callable[[str], bytes]


def ask(url: str) -> bytes:
    """The answer of a repository on the public web. Raises FetchFailed."""
    found = fetch(url, accept="text/xml, application/xml", most_bytes=MOST_BYTES)
    if found.status != 200 or not found.is_whole:
        raise FetchFailed(f"The repository answered {found.status}." if found.is_whole else "Its answer is too large.")
    return found.body


def harvest(source: Source, ask: Ask = ask, pause: float = PAUSE) -> Iterator[tuple[int, int]]:
    """Everything that is new or changed since the last time; yields (taken, passed over) after each answer.

    What was read is kept after each answer, with the way to the next: an interrupted harvest goes on from there.
    Raises FetchFailed and Unreadable; the source then says why.
    """
    shelf, words, library = Shelf(), Words(), LibraryPage.objects.get()
    is_anew = False
    try:
        for number in range(MOST_ANSWERS):
            if number:
                time.sleep(pause)
            answer = dublincore.harvested(ask(_address(source)))
            # Once: who refuses the tokens of a list just begun would be asked for ever.
            if not is_anew and _is_too_late(source, answer):
                is_anew = True
                continue
            _check(answer)
            with transaction.atomic():
                counts = _take(source, answer, shelf, words, library)
                _remember(source, answer, *counts)
            yield counts
            if not source.token:
                return
    except (FetchFailed, Unreadable) as why:
        Source.objects.filter(pk=source.pk).update(error=str(why)[:300], tried_at=timezone.now())
        raise


@transaction.atomic
def add_source(*, actor: User, url: str, subset: str, kind: str, is_daily: bool) -> Source:
    """A repository that is known already takes the new choices. It is asked for the first time at once."""
    choices = {"kind": kind, "is_daily": is_daily}
    source, _is_new = Source.objects.update_or_create(url=url, subset=subset, defaults=choices)
    record(actor=actor, verb="source.added", subject=source)
    harvest_later(source=source)
    return source


@transaction.atomic
def set_daily(*, source: Source, actor: User, wanted: bool) -> None:
    Source.objects.filter(pk=source.pk).update(is_daily=wanted)
    record(actor=actor, verb="source.resumed" if wanted else "source.paused", subject=source)


def harvest_later(*, source: Source) -> None:
    """Have the worker ask it now; once a minute at most."""
    key = f"{JOB}:{source.pk}:{timezone.now():%Y-%m-%dT%H:%M}"
    enqueue(JOB, payload={"source": source.pk}, subject=f"source:{source.pk}", key=key)


def plan() -> None:
    """The timer's: those that are asked every day and were not for that long."""
    yesterday = timezone.now() - DAY
    for source in Source.objects.filter(Q(tried_at=None) | Q(tried_at__lte=yesterday), is_daily=True):
        harvest_later(source=source)


def work(jobs: list[Job], ask: Ask = ask, pause: float = PAUSE) -> None:
    """The outbox's handler. What is not done in time goes on in another job; what went wrong the source says."""
    for job in jobs:
        source = Source.objects.filter(pk=job.payload["source"]).first()
        if source is None:
            continue
        deadline = time.monotonic() + SECONDS
        with suppress(FetchFailed, Unreadable):
            for _counts in harvest(source, ask, pause):
                if time.monotonic() > deadline:
                    enqueue(JOB, payload=job.payload, subject=job.subject)
                    break


def _address(source: Source) -> str:
    if source.token:
        asked = {"verb": "ListRecords", "resumptionToken": source.token}
    else:
        asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
        asked |= {"set": source.subset} if source.subset else {}
        asked |= {"from": source.harvested_to} if source.harvested_to else {}
    return f"{source.url}{'&' if '?' in source.url else '?'}{urlencode(asked)}"


def _is_too_late(source: Source, answer: Answer) -> bool:
    """Whether the token was too old, so that the list is asked for anew."""
    codes = [code for code, _text in answer.errors]
    if "badResumptionToken" not in codes or not source.token:
        return False
    source.token = ""
    source.save(update_fields=["token", "changed_at"])
    return True


def _check(answer: Answer) -> None:
    """Raises Unreadable where it is an error, and not only that nothing is new."""
    wrong = [f"{code}: {text}" for code, text in answer.errors if code != "noRecordsMatch"]
    if wrong:
        raise Unreadable(_("The repository answered: %(errors)s") % {"errors": "; ".join(wrong)})


def _remember(source: Source, answer: Answer, taken: int, passed: int) -> None:
    """The way to the next answer; at the end of the list, the time from which to ask the next time."""
    if not source.asked_at:
        source.asked_at, source.taken, source.passed = answer.date[:20], 0, 0
    source.token, source.error, source.tried_at = answer.token, "", timezone.now()
    source.taken, source.passed = source.taken + taken, source.passed + passed
    if not answer.token:
        # The other side's clock counts, and its granularity: a day is understood by all of them.
        source.harvested_to, source.asked_at = source.asked_at[:10], ""
    source.save()


def _take(source: Source, answer: Answer, shelf: Shelf, words: Words, library: LibraryPage) -> tuple[int, int]:
    taken = 0
    for result in answer.records:
        if not isinstance(result, Failure):
            taken += _record(source, result.item, shelf, words, library)
    for identifier in answer.deleted:
        _forget(source, identifier)
    return taken, len(answer.records) - taken


def _record(source: Source, item: Item, shelf: Shelf, words: Words, library: LibraryPage) -> bool:
    """Whether the record became a draft, or changed one that nobody had touched."""
    identifier = str(item.get("custom", {}).get("oai", ""))[:500]
    row = Harvested.objects.filter(source=source, identifier=identifier).select_related("page").first()
    if row and row.page:
        return _change(row, item, source)
    row = row or Harvested(source=source, identifier=identifier)
    twin = shelf.find(item)
    row.is_deleted, row.error = False, str(twin.why) if twin else ""
    if not twin:
        row.page = make_page(
            item, library, words, slug=_slug(library, item), kind=source.kind, publish=False, actor=None
        )
        row.revision = row.page.latest_revision_id
        shelf.add(item, row.page.pk)
    row.save()
    return twin is None


def _change(row: Harvested, item: Item, source: Source) -> bool:
    """A draft that nobody touched follows its source; whatever somebody worked on is theirs."""
    page = row.page
    if page is None or not _is_untouched(row, page):
        row.error = _("It changed there; the page here was left as it is.")
        row.save()
        return False
    fresh, people = citing.page_of(item, kind=source.kind)
    for name in ("title", "summary", "publisher", "issued", "language", "doi", "isbn", "pmid", "source_url", "licence",
                 "subject_headings", "csl"):  # fmt: skip
        setattr(page, name, getattr(fresh, name))
    page.people.set(people)
    page.save()
    row.revision, row.error, row.is_deleted = page.save_revision(clean=False).pk, "", False
    row.save()
    return True


def _forget(source: Source, identifier: str) -> None:
    """The record is gone there: an untouched draft goes too, any other page stays and its row says so."""
    row = Harvested.objects.filter(source=source, identifier=identifier[:500]).select_related("page").first()
    if row is None:
        return
    if row.page and _is_untouched(row, row.page):
        row.page.delete()
        row.page = None
    elif row.page:
        row.error = _("It was deleted there; the page here was left as it is.")
    row.is_deleted = True
    row.save()


def _is_untouched(row: Harvested, page: ResourcePage) -> bool:
    return not page.live and page.latest_revision_id == row.revision and not page.numchild


def _slug(library: LibraryPage, item: Item) -> str:
    base = slugify(item["title"])[:60].strip("-") or "resource"
    slug, count = base, 1
    while ResourcePage.objects.child_of(library).filter(slug=slug).exists():
        count += 1
        slug = f"{base}-{count}"
    return slug
