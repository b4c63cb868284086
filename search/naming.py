"""What people's documents repeat by name: once it is named otherwise, or is gone, those people are indexed again."""

from __future__ import annotations

from django.db.models import Model

from accounts.models import Organisation, User
from outbox.actions import enqueue, enqueue_each
from outbox.models import Job
from search import indexing
from search.batches import batches
from search.sources import BATCH
from vocabulary.models import Place, Sector

KIND = "named"
# All else names its topics, sectors, places and spaces when it is shown, and has only slugs and numbers in the index.
NAMED: dict[str, type[Model]] = {"organisation": Organisation, "sector": Sector, "place": Place}


def people_of(row: Model) -> list[int]:
    """Who is filed under it. Once it is gone nobody is."""
    return list(User.objects.filter(**{_name(row): row.pk}).order_by("pk").values_list("pk", flat=True))


def _name(row: Model) -> str:
    return next(name for name, model in NAMED.items() if isinstance(row, model))


def saved(row: Model) -> None:
    """Perhaps under another name. A sector can have thousands of people: the worker does it."""
    name = _name(row)
    if User.objects.filter(**{name: row.pk}).exists():
        enqueue(KIND, subject=f"{name}:{row.pk}")


def gone(people: list[int]) -> None:
    """What these people were filed under was deleted."""
    enqueue_each(KIND, {f"people:{some[0]}": {"people": some} for some in batches(people, BATCH)})


def index(jobs: list[Job]) -> None:
    """The outbox's handler."""
    indexing.rows_changed(User, {pk for job in jobs for pk in job.payload.get("people", ())})
    for subject in dict.fromkeys(job.subject for job in jobs if not job.payload):
        name, _colon, number = subject.partition(":")
        people = User.objects.filter(**{name: number}).order_by("pk").values_list("pk", flat=True)
        indexing.rows_changed(User, people.iterator(chunk_size=2000))
