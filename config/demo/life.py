"""Who looks after the demo's library, what members suggest for it, and what its readers say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from config.demo.source import read
from knowledge.actions.reviews import spread_reviews
from knowledge.models import Feedback, Link, LinkUse, ResourcePage, Suggestion, SuggestionStep, Version

KEEPERS = ("colin-tasker", "alison-penrose")
# Some dates lie behind, so that there is something to do; one in so many has nobody who looks after it.
BEHIND = timedelta(days=4)
WITHOUT = 23
STATES = {
    "asked": Suggestion.State.CHANGES,
    "accepted": Suggestion.State.ACCEPTED,
    "published": Suggestion.State.PUBLISHED,
    "declined": Suggestion.State.DECLINED,
}


def count() -> int:
    return len(read("life")["suggestions"]) + 1


def load(people: dict[str, User], now: datetime) -> Iterator[str]:
    """Add what is missing. Written straight into the tables: nobody is notified of what never happened."""
    rows = read("life")
    if not ResourcePage.objects.filter(is_demo=True, review_by__isnull=False).exists():
        _look_after([people[key] for key in KEEPERS], now)
        _say(rows, now)
    yield "Looking after"
    for row in rows["suggestions"]:
        if not Suggestion.objects.filter(title=row["title"], person__is_demo=True).exists():
            _suggest(row, people, now)
        yield row["title"]


def remove() -> None:
    Suggestion.objects.filter(person__is_demo=True).delete()
    Link.objects.filter(address__in=read("life")["broken"].values()).delete()


def _look_after(keepers: list[User], now: datetime) -> None:
    pages = list(ResourcePage.objects.filter(is_demo=True).order_by("pk").only("pk", "owner", "review_by"))
    for place, keeper in enumerate(keepers):
        mine = [page for number, page in enumerate(pages[place :: len(keepers)]) if (number + 1) % WITHOUT]
        for page, day in zip(mine, spread_reviews(len(mine), owner=keeper, start=(now - BEHIND).date()), strict=True):
            page.owner, page.review_by = keeper, day
    ResourcePage.objects.bulk_update(pages, ["review_by"])
    for keeper in keepers:
        own = [page.pk for page in pages if page.owner == keeper]
        ResourcePage.objects.filter(pk__in=own).update(owner=keeper)


def _say(rows: dict, now: datetime) -> None:
    pages = {page.slug: page for page in ResourcePage.objects.filter(is_demo=True)}
    for slug, text in rows["families"].items():
        ResourcePage.objects.filter(pk=pages[slug].pk).update(families=text)
    Version.objects.bulk_create(
        Version(page=pages[slug], number=number, note=note, published_at=now - timedelta(days=300 - 90 * number))
        for slug, notes in rows["versions"].items()
        for number, note in enumerate(notes, start=1)
    )
    for slug, said in rows["feedback"].items():
        answers = [Feedback(page=pages[slug], is_helpful=True) for _ in range(said["yes"])]
        answers += [Feedback(page=pages[slug], is_helpful=False) for _ in range(said["no"] - len(said["reasons"]))]
        for reason, text in said["reasons"]:
            answers.append(Feedback(page=pages[slug], is_helpful=False, reason=reason, text=text))
        for place, answer in enumerate(answers):
            answer.day = (now - timedelta(days=7 * place % 180)).date()
        Feedback.objects.bulk_create(answers)
    for slug, address in rows["broken"].items():
        day = (now - timedelta(days=5)).date()
        link = Link.objects.create(
            address=address,
            outcome=Link.Outcome.GONE,
            status=404,
            failures=3,
            broken_since=day,
            next_check_at=now + timedelta(days=3650),
        )
        LinkUse.objects.create(page=pages[slug], link=link)


def _suggest(row: dict, people: dict[str, User], now: datetime) -> None:
    fields = {name: row[name] for name in ("title", "kind", "address", "publisher", "reason")}
    made = Suggestion.objects.create(person=people[row["person"]], **fields)
    if "page" in row:
        made.page = ResourcePage.objects.get(slug=row["page"], is_demo=True)
    steps = [["suggested", row["person"], "", row["days_ago"]], *row["steps"]]
    for verb, person, text, days in steps:
        at = now - timedelta(days=days)
        step = SuggestionStep.objects.create(suggestion=made, verb=verb, actor=people[person], text=text)
        SuggestionStep.objects.filter(pk=step.pk).update(at=at)
        made.state, made.changed_at = STATES.get(verb, Suggestion.State.WAITING), at
    made.save()
    Suggestion.objects.filter(pk=made.pk).update(created_at=now - timedelta(days=row["days_ago"]))
