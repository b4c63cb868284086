"""People who chose to be found, and collections that are open to all, as documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.db.models import QuerySet

from accounts.models import User
from knowledge.models import ReadingList
from search import documents
from search.documents import Document
from search.sources.filing import places_above, slugs


def people() -> QuerySet:
    return User.objects.filter(is_active=True).listed().select_related("place", "sector", "organisation")


def collections() -> QuerySet:
    return ReadingList.objects.open_to_all().filter(is_collection=True)


def people_documents(people: list[User]) -> Iterator[Document]:
    above = places_above(person.place for person in people)
    for person in people:
        yield Document(
            key=f"person:{person.pk}",
            kind="person",
            group=f"person:{person.pk}",
            container=documents.PEOPLE,
            title=person.display_name,
            keywords=". ".join(filter(None, (person.job_title, str(person.organisation or "")))),
            summary=". ".join(filter(None, (str(person.sector or ""), str(person.place or "")))),
            body=documents.plain(person.about_html),
            sectors=slugs([person.sector] if person.sector else []),
            places=above.get(person.place_id or 0, ()),
            date=person.date_joined.astimezone(UTC),
        )


def collection_documents(collections: list[ReadingList]) -> Iterator[Document]:
    """Its own words: what is in it is found by itself, and need not be for everybody."""
    for each in collections:
        yield Document(
            key=f"collection:{each.pk}",
            kind="collection",
            group=f"collection:{each.pk}",
            container=documents.PUBLIC,
            title=each.title,
            summary=each.note,
            date=each.changed_at,
        )
