"""The posts of a thread's page and the rows of a list of threads, each rendered once for the same values."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from forum.forms import ReplyForm
from forum.models import Thread
from forum.polls import FEWEST_ANONYMOUS
from markup.templatetags.markup import member_html
from web.fragments import kept, written
from web.templatetags.web_tags import Moment, initials, tone

register = template.Library()
ROLES = dict(User.Role.choices)
KINDS = dict(Thread.Kind.choices)
# About 6 MB and 1 MB in each process.
MOST_POSTS, MOST_ROWS = 1500, 1000
# Nearly all of them are empty; a text that somebody goes back to need not be kept.
MOST_BOXES = 10


class Around(NamedTuple):
    """What the posts of a page need to know of the page: where it is, and what this reader may do on it."""

    url: str
    page_n: str
    thread_id: int
    thread_title: str
    sees_people: bool = False
    can_reply: bool = False
    can_edit: bool = False
    can_react: bool = False
    can_mark: bool = False
    can_look: bool = False


@register.simple_tag
def post_articles(posts: Iterable[dict[str, Any]], around: Around, people: Mapping[str, tuple[str, str]]) -> SafeString:
    """`{% post_articles posts around people %}`: rows of forum.views.rows, with the buttons that this reader has."""
    now = Moment.now()
    return format_html_join("\n", "{}", ((_article_of(post, around, people, now),) for post in posts))


def _article_of(post: dict[str, Any], around: Around, people: Mapping[str, tuple[str, str]], now: Moment) -> SafeString:
    called = tuple(people.items()) if people and "@" in post["html"] else ()
    edited = now.say(post["edited_at"]) if post["edited_at"] else ""
    below = _cards(post["cards"], now) if post["cards"] else ""
    if post["poll"]:
        below = format_html("{}{}", _poll(post, around, now), below)
    if post["attachments"]:
        below = format_html("{}{}", _attachments(post), below)
    return _article(tuple(post), tuple(post.values()), now.say(post["created_at"]), edited, called, below, around)


def _cards(cards: Iterable[tuple[Any, ...]], now: Moment) -> SafeString:
    """With dates as they are said today."""
    said = [(*words, now.say(when) if when else "") for *words, when in cards]
    return written("forum/_cards.html", cards=said)


def _poll(post: dict[str, Any], around: Around, now: Moment) -> SafeString:
    poll = post["poll"]
    return written(
        "forum/_poll.html",
        poll=poll,
        fewest=str(FEWEST_ANONYMOUS),
        n=str(post["number"]),
        voters=str(poll.voters),
        closes=now.say(poll.closes_at) if poll.closes_at else "",
        can_vote=around.can_reply and not post["hidden_at"] and not poll.is_closed,
        can_see_voters=around.sees_people and poll.shows_results and not poll.is_anonymous and poll.voters > 0,
        can_change=around.can_edit and post["is_mine"] and not poll.voters and not poll.is_closed,
        can_close=(around.can_edit and post["is_mine"] or around.can_look) and not poll.is_closed,
        change_url=f"{_posts_address()}{post['id']}/poll/",
    )


def _attachments(post: dict[str, Any]) -> SafeString:
    edit_url = f"{_posts_address()}{post['id']}/edit/"
    return written("forum/_attachments.html", attachments=post["attachments"], edit_url=edit_url)


@kept(MOST_POSTS)
def _article(
    names: tuple[str, ...],
    values: tuple[Any, ...],
    created: SafeString,
    edited: SafeString | str,
    called: tuple[tuple[str, tuple[str, str]], ...],
    below: SafeString | str,
    around: Around,
) -> SafeString:
    post = dict(zip(names, values, strict=True))
    name = post["name"] or ""
    # Profiles and photos are for members only.
    is_known = around.sees_people and bool(name)
    return written(
        "forum/_post.html",
        **{**around._asdict(), **post, "below": below},
        # As text: a template would ask of every number how this language writes it.
        n=str(post["number"]),
        key=str(post["id"]),
        initials=initials(name),
        tone=tone(name),
        job_name=job_of(post),
        profile=f"{_profiles_address()}{post['handle']}/" if is_known else "",
        photo=_photo_address().replace("/0/", f"/{post['photo_id']}/") if is_known and post["photo_id"] else "",
        body=member_html(post["html"], dict(called)),
        created=created,
        edited=edited,
        is_hidden=post["hidden_at"] is not None,
        is_deleted=post["deleted_at"] is not None,
        edit_base=_posts_address(),
    )


@register.filter
def job_of(post: dict[str, Any]) -> str:
    """The job that the author of a row tells, else what they are here as."""
    return post["job"] or str(ROLES.get(post["role"], ""))


@cache
def _profiles_address() -> str:
    return reverse("accounts:profile", args=["x"]).removesuffix("x/")


@cache
def _photo_address() -> str:
    return reverse("files:sized", args=[0, "avatar"])


@cache
def _posts_address() -> str:
    return reverse("forum:post", args=[0]).removesuffix("0/")


@register.simple_tag
def opened() -> str:
    """`{% opened %}`: tells this page from another one on which the same draft is written."""
    return str(time.time_ns() // 1000)


@register.simple_tag
def reply_field(draft: str) -> SafeString:
    """`{% reply_field draft %}`: the box of a reply that nobody has sent yet, with what to begin with."""
    return _reply_field(draft)


@kept(MOST_BOXES)
def _reply_field(draft: str) -> SafeString:
    return written("components/field.html", field=ReplyForm(initial={"text": draft})["text"])


@register.simple_tag
def thread_rows(rows: Iterable[dict[str, Any]], with_space: bool = False) -> SafeString:
    """`{% thread_rows threads %}`: rows of forum.views.spaces.finished_rows."""
    now = Moment.now()
    return format_html_join(
        "\n",
        "{}",
        ((_row(tuple(row), tuple(row.values()), now.say(row["last_post_at"]), bool(with_space)),) for row in rows),
    )


@kept(MOST_ROWS)
def _row(names: tuple[str, ...], values: tuple[Any, ...], last_post: SafeString, with_space: bool) -> SafeString:
    row = dict(zip(names, values, strict=True))
    return written(
        "forum/_thread_row.html",
        **{**row, "space_name": row["space_name"] if with_space else ""},
        kind_name=KINDS[row["kind"]],
        last_post=last_post,
    )
