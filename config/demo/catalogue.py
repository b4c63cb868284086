"""A resource of each kind that the other sources have not: real ones with their source, invented ones marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from accounts.models import User
from config.demo.source import read
from knowledge.actions import citations
from knowledge.models import Author, Evidence, LibraryPage, LivedExperience, PracticeNote, ResourcePage, Step
from vocabulary.models import Place, Sector, Topic
from web.signals import content_changed

INVENTED = "Invented for the demo."
CONTRIBUTOR = "pat-lowndes"
PLAIN = (
    "slug", "kind", "title", "bottom_line", "summary", "practice", "jurisdiction", "in_force_from", "delivered_by",
    "delivery", "minutes", "make_it_yours", "challenge", "approach", "result", "lessons", "contact", "video_url",
    "transcript", "publisher", "issued", "citation", "source_url", "licence", "credit", "country", "study_design",
    "funding", "conflicts", "age_from_months", "age_to_months",
)  # fmt: skip


def count() -> int:
    return len(read("catalogue"))


def load(people: dict[str, User], now: dt.datetime) -> Iterator[str]:
    """Add what is missing, yielding the title of each."""
    made = []
    for place, row in enumerate(read("catalogue")):
        if not ResourcePage.objects.filter(slug=row["slug"], is_demo=True).exists():
            made.append(_make(row, now - dt.timedelta(days=4 + 9 * place), people))
        yield row["title"]
    for page in made:
        citations.record(page=page)
    content_changed.send(sender=ResourcePage, ids=[page.pk for page in made])


def _make(row: dict, published: dt.datetime, people: dict[str, User]) -> ResourcePage:
    fields = {name: row[name] for name in PLAIN if name in row}
    if row.get("invented"):
        fields["credit"] = " ".join(filter(None, (INVENTED, row.get("credit"))))
    page = ResourcePage(**fields, is_demo=True, first_published_at=published, last_published_at=published)
    if "place" in row:
        page.place = Place.objects.filter(slug=row["place"]).first()
    page.topics = Topic.objects.filter(slug__in=row["topics"])
    page.sectors = Sector.objects.filter(slug__in=row["sectors"])
    page.people = [  # type: ignore[misc]
        Author(**each, sort_order=place) for place, each in enumerate(row.get("people", ()))
    ]
    page.evidence = [  # type: ignore[misc]
        Evidence(**each, sort_order=place) for place, each in enumerate(row.get("evidence", ()))
    ]
    page.steps = [  # type: ignore[misc]
        Step(title=title, text=text, due=due, strength=strength, sort_order=place)
        for place, (title, text, due, strength) in enumerate(row.get("steps", ()))
    ]
    page.practice_notes = [  # type: ignore[misc]
        PracticeNote(sector=Sector.objects.get(slug=slug), text=text) for slug, text in row.get("notes", {}).items()
    ]
    LibraryPage.objects.get().add_child(instance=page)
    if "replaces" in row:
        ResourcePage.objects.filter(slug=row["replaces"], is_demo=True).update(replaced_by=page)
    if "withdrawn" in row:
        _withdraw(page, row["withdrawn"], published)
    _lived(page, row, people)
    return page


def _withdraw(page: ResourcePage, row: dict, published: dt.datetime) -> None:
    """As if it had been taken out two days after it came in."""
    page.live, page.withdrawn_at, page.withdrawn_reason = False, published + dt.timedelta(days=2), row["reason"]
    page.replaced_by = ResourcePage.objects.filter(slug=row["replaced_by"], is_demo=True).first()
    page.save(clean=False)


def _lived(page: ResourcePage, row: dict, people: dict[str, User]) -> None:
    """One that was approved without an account, and one that a member is asked to approve."""
    if each := row.get("experience"):
        texts = {name: each[name] for name in ("aim", "method", "result")}
        LivedExperience.objects.create(
            page=page, **texts, approval_note=each["note"], name_shown=each["name"], approved_at=timezone.now()
        )
    if each := row.get("ask"):
        texts = {name: each[name] for name in ("aim", "method", "result")}
        LivedExperience.objects.create(page=page, **texts, name_shown=each["name"], contributor=people.get(CONTRIBUTOR))
