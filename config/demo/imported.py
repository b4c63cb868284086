"""A file of references that an editor has brought into the demo's library: drafts, a twin, and a line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from accounts.models import EDITOR, User
from config.demo.source import DATA
from knowledge.actions import imports
from knowledge.models import Import, ImportLine, ResourcePage
from knowledge.models.kinds import Kind

NAME = "reading-list.ris"


def load(people: dict[str, User]) -> Iterator[str]:
    """Bring the file in as the CMS does, once."""
    if not _brought_in().exists():
        editor = next((each for each in people.values() if EDITOR in each.rights), None)
        job = imports.start(actor=editor, name=NAME, content=(DATA / NAME).read_bytes(), kind=Kind.POLICY.value)
        imports.advance(job)
        job.state = Import.State.RUNNING
        imports.advance(job)
        ResourcePage.objects.filter(pk__in=job.lines.values("page")).update(is_demo=True)
    yield NAME


def remove() -> None:
    _brought_in().delete()


def _brought_in() -> QuerySet[Import]:
    return Import.objects.filter(pk__in=ImportLine.objects.filter(page__is_demo=True).values("job"), name=NAME)
