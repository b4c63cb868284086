"""One post of a thread's page and one row of a list of threads, each rendered once for the same values."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from markup.templatetags.markup import member_html
from web.fragments import fragment
from web.templatetags.web_tags import when

register = template.Library()
OF_POST = (
    "id", "key", "number", "n", "name", "initials", "tone", "photo", "profile", "job", "sector", "shape", "place",
    "is_mine", "is_helped", "thanks", "same", "has_thanked", "has_same",
)  # fmt: skip
OF_THREAD = (
    "url", "title", "kind_name", "is_pinned", "is_locked", "answer_id", "new", "last_number", "author_name",
    "last_name", "reply_count",
)  # fmt: skip


@register.simple_tag(takes_context=True)
def post_article(context: template.Context, post: dict[str, Any]) -> SafeString:
    """`{% post_article post %}`: a row of forum.views.rows, with the buttons that this reader has."""
    is_first = post["number"] == 1
    return fragment(
        "forum/_post.html",
        **{name: post[name] for name in OF_POST},
        body=member_html(post["html"], context["people"]),
        is_hidden=post["hidden_at"] is not None,
        is_deleted=post["deleted_at"] is not None,
        reason=post.get("reason", ""),
        created=when(post["created_at"]),
        edited=when(post["edited_at"]),
        url=context["url"],
        edit_base=context["edit_base"],
        page_n=context["page_n"],
        # A report of the first post is one of the whole thread.
        thread_id=context["thread"].pk if is_first else 0,
        thread_title=context["thread"].title if is_first else "",
        can_reply=bool(context.get("can_reply")),
        can_edit=bool(context.get("can_edit")),
        sees_people=bool(context.get("sees_people")),
        can_react=bool(context.get("can_react")),
        can_mark=bool(context.get("can_mark")),
    )


@register.simple_tag
def thread_row(row: dict[str, Any], with_space: bool = False) -> SafeString:
    """`{% thread_row row %}`: a row of forum.views.spaces.finished_rows."""
    return fragment(
        "forum/_thread_row.html",
        **{name: row[name] for name in OF_THREAD},
        space_name=row["space_name"] if with_space else "",
        last_post=when(row["last_post_at"]),
    )
