"""What other rooms show of the forum, each list for its reader: {% load forum_tags %}."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.prepared import PreparedForReader
from forum.models import Follow, PostLink, Thread
from web.templatetags.web_tags import when

if TYPE_CHECKING:
    from accounts.models import User

register = template.Library()
ABOUT_A_PAGE = 10
NEWEST_FIRST = ("-last_post_at", "-id")
COLUMNS = (
    "slug", "title", "kind", "page", "reply_count", "last_number", "last_post_at", "answer",
    "space__name", "space__slug", "space__visibility", "author__display_name", "last_post_by__display_name",
)  # fmt: skip


class Line(NamedTuple):
    """A thread as a list shows it, for a fragment: `date` is written out. For components/row.html."""

    label: str
    title: str
    url: str
    who: str
    date: str
    replies: int


def _seen(user: User | AnonymousUser) -> Any:
    """Threads this reader sees in lists, with what a line of a list shows and no more: one query."""
    return (
        Thread.objects.shown_elsewhere_to(user)
        .select_related("space", "author", "last_post_by")
        .only(*COLUMNS)
        .order_by(*NEWEST_FIRST)
    )


def _about(reader: User | AnonymousUser, page: int) -> Any:
    """Threads about a page, and those in which a post points at it."""
    about = Thread.objects.filter(page=page).order_by().values("pk")
    pointing = PostLink.objects.filter(page=page, post__hidden_at__isnull=True).order_by().values("post__thread")
    return _seen(reader).filter(pk__in=about.union(pointing, all=True))[:ABOUT_A_PAGE]


ABOUT = PreparedForReader(_about, "page")
ON = PreparedForReader(lambda reader, topic: _seen(reader).filter(topics=topic)[:ABOUT_A_PAGE], "topic")


def _reader(context: template.Context) -> User | AnonymousUser:
    request = context.get("request")
    return request.user if request is not None else AnonymousUser()


@register.simple_tag(takes_context=True)
def discussions_about(context: template.Context, page: Any) -> list[Thread]:
    """`{% discussions_about page as threads %}`: threads about a resource or webinar, newest posts first.

    And those that mention it: `how` says so.
    """
    threads = ABOUT.rows(_reader(context), page=page.pk)
    for thread in threads:
        thread.how = "" if thread.page_id == page.pk else _("Mentioned in")
    return threads


@register.filter
def lines(threads: Iterable[Any]) -> tuple[Line, ...]:
    """`{{ threads|lines }}`: what `discussions_about` gave."""
    return tuple(
        Line(each.how, each.title, each.get_absolute_url(), each.space.name, when(each.last_post_at), each.reply_count)
        for each in threads
    )


@register.simple_tag(takes_context=True)
def threads_on(context: template.Context, topic: Any, number: int = ABOUT_A_PAGE) -> list[Thread]:
    """`{% threads_on topic 5 as threads %}`: threads on a topic, newest posts first; ten at most."""
    return ON.rows(_reader(context), topic=topic.pk)[:number]


@register.simple_tag(takes_context=True)
def latest_threads(context: template.Context, number: int) -> list[Thread]:
    """`{% latest_threads 3 as threads %}`: the newest that this reader may see."""
    return list(_seen(_reader(context))[:number])


@register.simple_tag
def unanswered_for(user: User, number: int) -> list[Thread]:
    """`{% unanswered_for user 3 as threads %}`: what nobody has replied to, in this person's sector first.

    Where the sector has fewer, others fill the list. Not what the person asked themselves.
    """
    waiting = _seen(user).unanswered()
    if user.is_authenticated:
        waiting = waiting.exclude(author=user)
    found: list[Thread] = []
    if user.is_authenticated and user.sector_id:
        found = list(waiting.filter(sectors=user.sector_id)[:number])
    if len(found) < number:
        found += list(waiting.exclude(pk__in=[thread.pk for thread in found])[: number - len(found)])
    return found


@register.simple_tag
def new_in_followed(user: User, number: int) -> list[Thread]:
    """`{% new_in_followed user 5 as threads %}`: threads that this person follows and has not read to the end."""
    if not user.is_authenticated:
        return []
    followed = Follow.objects.filter(person=user).values("thread")
    return list(_seen(user).filter(pk__in=followed).unread_by(user)[:number])
