"""Topics that an editor composed, collections, a member's list and chosen results: ways through the demo's library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from config.demo.leaving import take_away
from config.demo.source import read
from knowledge.actions.topics import compose
from knowledge.models import ChosenResource, ListItem, ReadingList, ResourcePage, TopicIndexPage, TopicPage
from search.models import PromotedPhrase, PromotedResult
from vocabulary.models import Topic
from web.signals import content_changed


def count() -> int:
    return sum(map(len, read("browsing").values()))


def load(people: dict[str, User], now: datetime) -> Iterator[str]:
    """Add what is missing, yielding the title of each."""
    rows = read("browsing")
    resources = {page.slug: page for page in ResourcePage.objects.filter(is_demo=True)}
    for row in rows["topics"]:
        yield _topic(row, resources)
    for place, row in enumerate(rows["lists"]):
        yield _list(row, people, resources, now - timedelta(days=5 + 6 * place))
    for row in rows["promoted"]:
        yield _promoted(row, resources[row["resource"]])
    _tell_search(_collections())


def _collections() -> list[int]:
    return list(ReadingList.objects.filter(is_demo=True, is_collection=True).values_list("pk", flat=True))


def _tell_search(collections: list[int]) -> None:
    content_changed.send(sender=ReadingList, ids=collections)


def remove() -> None:
    topics = [row["topic"] for row in read("browsing")["topics"]]
    for page in TopicPage.objects.filter(topic__slug__in=topics, owner=None):
        take_away(page)
    for index in TopicIndexPage.objects.filter(numchild=0, introduction=""):
        take_away(index)
    PromotedResult.objects.filter(page__in=ResourcePage.objects.filter(is_demo=True)).delete()
    gone = _collections()
    ReadingList.objects.filter(is_demo=True).delete()
    _tell_search(gone)


def _topic(row: dict, resources: dict[str, ResourcePage]) -> str:
    page = compose(topic=Topic.objects.get(slug=row["topic"]), editor=None)
    if not page.first_published_at:
        page.introduction = row["introduction"]
        page.key_messages = [("message", text) for text in row["key_messages"]]
        page.chosen = [
            ChosenResource(resource=resources[each["resource"]], note=each["note"], sort_order=place)
            for place, each in enumerate(row["chosen"])
        ]
        page.save_revision().publish()
    return page.title


def _promoted(row: dict, page: ResourcePage) -> str:
    """What stands above the results for some words. What editors chose for the page themselves stays as it is."""
    if not PromotedResult.objects.filter(page=page).exists():
        made = PromotedResult(page=page, reason=row["reason"])
        made.phrases = [PromotedPhrase(text=text) for text in row["phrases"]]
        made.save()
    return page.title


def _list(row: dict, people: dict[str, User], resources: dict[str, ResourcePage], changed: datetime) -> str:
    """Written straight into the tables: nobody is notified of what never happened."""
    keeper = people[row["keeper"]] if row["keeper"] else None
    if not ReadingList.objects.filter(title=row["title"], is_demo=True).exists():
        made = ReadingList.objects.create(
            title=row["title"],
            note=row["note"],
            owner=keeper,
            is_collection=keeper is None,
            visibility=ReadingList.Visibility.PUBLIC,
            created_at=changed,
            changed_at=changed,
            is_demo=True,
        )
        ListItem.objects.bulk_create(
            ListItem(
                list=made,
                page=resources[each["resource"]],
                note=each["note"],
                position=place,
                added_at=changed,
            )
            for place, each in enumerate(row["items"], start=1)
        )
    return row["title"]
