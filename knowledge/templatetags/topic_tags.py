"""What pages show of topics: {% load topic_tags %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.db.models import Count

from knowledge.models import GUIDE_DEPTH, ChosenResource, ResourcePage, TopicPage
from knowledge.standing import kept
from knowledge.templatetags.knowledge_tags import FIELDS
from vocabulary.models import Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.template import Context

    from accounts.models import User

register = template.Library()


class OnTopic(NamedTuple):
    """The newest resources on a topic, and how many there are."""

    newest: list[ResourcePage]
    total: int


class TopicRow(NamedTuple):
    name: str
    slug: str
    summary: str
    total: int


@register.simple_tag(takes_context=True)
def resources_on(context: Context, topic: Topic, limit: int = 6) -> OnTopic:
    """`{% resources_on topic 6 as found %}`: of a guide only its first page is among the newest."""
    reader = context["request"].user

    def find() -> OnTopic:
        pages = ResourcePage.objects.visible_to(reader).filter(topics=topic)
        newest = pages.filter(depth=GUIDE_DEPTH).order_by("-first_published_at", "-pk")
        return OnTopic(list(newest.only(*FIELDS)[:limit]), pages.count())

    return kept(f"topic-{topic.pk}-{limit}", reader, find)


@register.simple_tag(takes_context=True)
def chosen_on(context: Context, page: TopicPage | None) -> list[ChosenResource]:
    """`{% chosen_on page as chosen %}`: what the editor wants to be read first, as far as this reader may see it."""
    if page is None:
        return []
    rows = list(page.chosen.all())
    pages = ResourcePage.objects.visible_to(context["request"].user).only(*FIELDS)
    seen = pages.in_bulk([row.resource_id for row in rows])
    found = [row for row in rows if row.resource_id in seen]
    for row in found:
        row.resource = seen[row.resource_id]
    return found


@register.simple_tag(takes_context=True)
def all_topics(context: Context) -> list[TopicRow]:
    """`{% all_topics as topics %}`: by name, each with the number of resources that this reader may see."""
    return topic_rows(context["request"].user)


@register.simple_tag(takes_context=True)
def busiest_topics(context: Context, limit: int = 8) -> list[TopicRow]:
    """`{% busiest_topics 8 as topics %}`: those with most resources, by name."""
    rows = sorted((row for row in topic_rows(context["request"].user) if row.total), key=lambda row: -row.total)
    return sorted(rows[:limit])


def topic_rows(reader: User | AnonymousUser) -> list[TopicRow]:
    def count() -> dict[int, int]:
        through: Any = ResourcePage.topics.through
        pages = ResourcePage.objects.visible_to(reader).order_by().values("pk")
        links = through.objects.filter(resourcepage__in=pages).order_by()
        return dict(links.values_list("topic").annotate(Count("pk")))

    numbers = kept("topics", reader, count)
    return [
        TopicRow(name, slug, summary, numbers.get(pk, 0))
        for pk, name, slug, summary in Topic.objects.values_list("pk", "name", "slug", "summary")
    ]
