"""Bringing a file of records into the library, step by step: whatever is done is kept, and nothing is done twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.actions import record
from knowledge import citing
from knowledge.actions.in_use import in_use
from knowledge.actions.reviews import spread_reviews
from knowledge.exchange import formats, tables
from knowledge.exchange.record import Failure, Item, Record, Unreadable, no_address
from knowledge.models import ColumnMapping, Import, ImportLine, LibraryPage, ResourcePage
from knowledge.models.workflow import NEEDS_SECOND_PERSON
from knowledge.shelf import Shelf, Twin
from outbox.actions import enqueue
from vocabulary.models import Sector, Topic

if TYPE_CHECKING:
    from accounts.models import User
    from outbox.models import Job

JOB = "knowledge.import"
BATCH = 100
# A worker that is at work for longer is taken for dead; what is not done in time goes on in another job.
SECONDS = 120.0
YEAR = dt.timedelta(days=365)
State = Import.State
LineState = ImportLine.State


@transaction.atomic
def start(
    *, actor: User | None, name: str, content: bytes, kind: str, publish: bool = False, with_duplicates: bool = False
) -> Import:
    """Keep the file and see what it is. A table waits for its mapping, all else can be read. Raises Unreadable."""
    form = formats.detect(name, content)
    job = Import(name=name[:200], form=form, kind=kind, publish=publish, with_duplicates=with_duplicates, actor=actor)
    if form in formats.TABLES:
        titles = formats.headings(content, form)
        kept = ColumnMapping.objects.filter(headings=_digest(titles)).first()
        job.mapping = kept.mapping if kept else tables.guess(titles)
        job.state = State.MAPPING
    job.save()
    job.file.save(f"{job.pk}.{form}", ContentFile(content))
    record(actor=actor, verb="import.start", subject=job, detail={"format": form, "bytes": len(content)})
    return job


def headings(job: Import) -> list[str]:
    """The headings of a table. Raises Unreadable."""
    return formats.headings(content_of(job), job.form)


def unread_sheets(job: Import) -> list[str]:
    """What of its workbook is not read, by name."""
    return formats.unread_sheets(content_of(job), job.form)


def content_of(job: Import) -> bytes:
    with job.file.open("rb") as file:
        return file.read()


@transaction.atomic
def set_mapping(*, job: Import, mapping: Mapping[str, str]) -> None:
    """What each column is, remembered for the next table with the same headings; then the table can be read."""
    ColumnMapping.objects.update_or_create(headings=_digest(headings(job)), defaults={"mapping": dict(mapping)})
    job.lines.all().delete()
    job.mapping, job.state = dict(mapping), State.READING
    job.total = 0
    job.save()


def _digest(titles: list[str]) -> str:
    return hashlib.sha256(json.dumps(titles).encode()).hexdigest()


@transaction.atomic
def work_later(*, job: Import, state: Import.State | None = None) -> None:
    """Have the worker do what this import waits for; `state` says what that is from now on."""
    if state:
        Import.objects.filter(pk=job.pk).update(state=state)
        job.state = state
    enqueue(JOB, payload={"import": job.pk}, subject=f"import:{job.pk}")


def advance(job: Import, until: Callable[[], bool] = lambda: False) -> bool:
    """Do what the import waits for, a batch at a time, until it is done (True) or `until` says stop (False)."""
    steps = {State.READING: _read, State.RUNNING: _make, State.UNDOING: _take_back}
    step = steps.get(State(job.state))
    try:
        return step(job, until) if step else True
    except Unreadable as why:
        job.state, job.error = State.FAILED, str(why)[:300]
        job.save(update_fields=["state", "error", "changed_at"])
        return True


def work(jobs: list[Job]) -> None:
    """The outbox's handler."""
    for each in jobs:
        job = Import.objects.filter(pk=each.payload["import"]).first()
        if job and not advance(job, _after(SECONDS)):
            work_later(job=job)


def _after(seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() > deadline


def _read(job: Import, until: Callable[[], bool]) -> bool:
    """Each record becomes a line: to be taken, a duplicate, or wrong and why. Lines that are there already stay."""
    shelf = Shelf()
    taken = job.lines.filter(state__in=(LineState.READY, LineState.DUPLICATE)).values_list("item", "number")
    for item, number in taken.iterator(chunk_size=500):
        shelf.add(item, number)
    seen = job.lines.order_by("number").values_list("number", flat=True).last() or 0
    results = formats.read(content_of(job), job.form, job.mapping or None)
    fresh = (result for result in results if result.number > seen)
    while batch := list(islice(fresh, BATCH)):
        lines = [_line(job, result, shelf) for result in batch]
        with transaction.atomic():
            ImportLine.objects.bulk_create(lines)
            Import.objects.filter(pk=job.pk).update(total=F("total") + len(lines))
        if until():
            return False
    if not job.lines.exists():
        raise Unreadable(_("There is no record in this file."))
    _set_state(job, State.READY)
    return True


def _line(job: Import, result: Record | Failure, shelf: Shelf) -> ImportLine:
    line = ImportLine(job=job, number=result.number, line=result.line)
    if isinstance(result, Failure):
        line.state, line.error = LineState.WRONG, result.why[:300]
        return line
    line.item, line.title = result.item, result.item["title"][:255]
    left_out, faults = list(result.left_out), _faults(result.item, job)
    if "source_url" in faults:
        left_out.append(no_address(line.item.pop("URL")))
        faults = _faults(line.item, job)
    if faults:
        line.state, line.error = LineState.WRONG, _said(faults)[:300]
        return line
    twin = shelf.find(result.item)
    line.state = LineState.DUPLICATE if twin else LineState.READY
    line.error = " ".join([*([_alike(twin)] if twin else []), *left_out])[:300]
    line.twin_id = twin.page if twin else None
    shelf.add(result.item, result.number)
    return line


def _alike(twin: Twin) -> str:
    if twin.page:
        return str(twin.why)
    return _("Record %(number)d of this file is the same: %(why)s") % {"number": twin.number, "why": twin.why}


def _faults(item: Item, job: Import) -> dict[str, list[str]]:
    """Why no page can be made of it, by field; empty where one can. Drafts may still lack what readers need."""
    page, people = citing.page_of(item, kind=job.kind)
    left_out = ["path", "depth", "slug", "content_type", "url_path", "locale", "translation_key", "body", "families"]
    try:
        page.clean_fields(exclude=left_out if page.summary else [*left_out, "summary"])
        for person in people:
            person.clean_fields(exclude=["page"])
    except ValidationError as error:
        return error.message_dict
    return {}


def _said(faults: Mapping[str, list[str]]) -> str:
    labels = {field.name: str(getattr(field, "verbose_name", field.name)) for field in ResourcePage._meta.get_fields()}
    return " ".join(f"{labels.get(name, name)}: {' '.join(texts)}" for name, texts in faults.items())


def _make(job: Import, until: Callable[[], bool]) -> bool:
    """A page and its first revision for each line that can be taken: the same calls that the editor's form makes."""
    library = LibraryPage.objects.get()
    words = Words()
    wanted = [LineState.READY, *([LineState.DUPLICATE] if job.with_duplicates else [])]
    while batch := list(job.lines.filter(state__in=wanted).order_by("number")[:BATCH]):
        with transaction.atomic():
            # Two workers at one import take turns, and the second finds nothing left of the batch.
            Import.objects.select_for_update().get(pk=job.pk)
            still = set(
                job.lines.filter(pk__in=[line.pk for line in batch], state__in=wanted).values_list("pk", flat=True)
            )
            batch = [line for line in batch if line.pk in still]
            slugs = _free_slugs(library, batch)
            dates = _review_dates(job.actor, len(batch))
            made = partial(make_page, kind=job.kind, publish=job.publish, actor=job.actor)
            for line, slug, day in zip(batch, slugs, dates, strict=True):
                page = made(line.item, library, words, slug=slug, review_by=day)
                line.page, line.revision, line.state = page, page.latest_revision_id, LineState.MADE
            ImportLine.objects.bulk_update(batch, ["page", "revision", "state"])
            Import.objects.filter(pk=job.pk).update(made=F("made") + len(batch))
        if until():
            return False
    job.file.delete(save=False)
    _set_state(job, State.DONE)
    return True


def _review_dates(owner: User | None, count: int) -> Sequence[dt.date | None]:
    """When what is brought in is to be read again: from a year on, so many a week. None where nobody could keep up."""
    if owner is not None:
        with suppress(ValueError):
            return spread_reviews(count, owner=owner, start=timezone.localdate() + YEAR)
    return [None] * count


class Words:
    """Topics and sectors by their names and slugs, read once."""

    def __init__(self) -> None:
        self.topics = _by_name(Topic.objects.all())
        self.sectors = _by_name(Sector.objects.all())


def _by_name(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found[row.slug.lower()] = found[row.name.lower()] = row
    return found


def make_page(
    item: Item,
    library: LibraryPage,
    words: Words,
    *,
    slug: str,
    kind: str,
    publish: bool,
    actor: User | None,
    review_by: dt.date | None = None,
) -> ResourcePage:
    """One page with its people and its first revision, in the caller's transaction.

    What a second person has to read stays a draft, whatever was wished for.
    """
    page, people = citing.page_of(item, kind=kind)
    page.slug, page.live, page.owner, page.review_by = slug, False, actor, review_by
    publish = publish and page.kind not in NEEDS_SECOND_PERSON
    if publish and not page.summary:
        page.summary = page.title
    page.people.set(people)
    custom = item.get("custom", {})
    page.topics.set(_named(words.topics, custom.get("topics", "")))
    page.sectors.set(_named(words.sectors, custom.get("sectors", "")))
    library.add_child(instance=page)
    # A draft may still lack what readers need, as in the editor: its form does not ask for it either.
    revision = page.save_revision(user=actor, clean=publish)
    if publish:
        revision.publish(user=actor)
    return page


def _named(known: dict[str, Any], text: str | list) -> list[Any]:
    pieces = text if isinstance(text, list) else text.split(";")
    found = [known.get(str(piece).strip().lower()) for piece in pieces]
    return list(dict.fromkeys(row for row in found if row))


def _free_slugs(library: LibraryPage, lines: list[ImportLine]) -> list[str]:
    """A slug for each line from its title; where it is taken, with the line's own number behind it. One query."""
    bases = [slugify(line.title, allow_unicode=False)[:60].strip("-") or f"import-{line.pk}" for line in lines]
    taken = set(ResourcePage.objects.child_of(library).filter(slug__in=bases).values_list("slug", flat=True))
    slugs = []
    for base, line in zip(bases, lines, strict=True):
        slugs.append(f"{base}-{line.pk}" if base in taken else base)
        taken.add(base)
    return slugs


def _take_back(job: Import, until: Callable[[], bool]) -> bool:
    """Delete the pages that nobody has changed or used since; the others stay and say so."""
    while batch := list(job.lines.filter(state=LineState.MADE).order_by("-number").select_related("page")[:BATCH]):
        with transaction.atomic():
            used = in_use([line.page_id for line in batch if line.page_id])
            for line in batch:
                _take_line_back(line, job, is_used=line.page_id in used)
            ImportLine.objects.bulk_update(batch, ["state", "page", "error"])
        if until():
            return False
    _set_state(job, State.UNDONE)
    record(actor=job.actor, verb="import.undo", subject=job)
    return True


def _take_line_back(line: ImportLine, job: Import, *, is_used: bool) -> None:
    line.state = LineState.UNDONE
    if line.page and not _is_as_made(line, job):
        line.state = LineState.CHANGED
    elif line.page and is_used:
        line.state = LineState.CHANGED
        line.error = _("It is in use by now: a list, a discussion or another page points at it.")
    elif line.page:
        line.page.delete(user=job.actor)  # type: ignore[call-arg]
        line.page = None


def _is_as_made(line: ImportLine, job: Import) -> bool:
    page = line.page
    if not page or page.latest_revision_id != line.revision or page.numchild:
        return False
    return page.live == (job.publish and page.kind not in NEEDS_SECOND_PERSON)


def _set_state(job: Import, state: Import.State) -> None:
    job.state = state
    job.save(update_fields=["state", "file", "changed_at"])
    job.refresh_from_db(fields=["made", "total"])


def results(job: Import) -> Iterator[dict[str, Any]]:
    """Each line for a report that programs read."""
    for line in job.lines.order_by("number").iterator(chunk_size=500):
        found = {"record": line.number, "line": line.line, "state": line.state, "title": line.title}
        yield {**found, "error": line.error, "page": line.page_id, "duplicate_of": line.twin_id}


@transaction.atomic
def drop(*, job: Import, actor: User | None) -> None:
    """Forget an import, its file and its lines; pages stay."""
    record(actor=actor, verb="import.drop", subject=job)
    job.file.delete(save=False)
    job.delete()
