"""Show stored member HTML: `{% load markup %}{{ post.html|member_html:people }}`."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from markup.editors import clean_rich_text
from markup.mentions import link_mentions

register = template.Library()


@register.filter
def member_html(html: str, people: Mapping[str, tuple[str, str]] | None = None) -> SafeString:
    """Mark HTML that markup.render() made as safe, with mentions of `people` linked.

    `html` must come from render(), straight or by way of the database: nothing is sanitised here.
    `people` is as in markup.mentions.link_mentions.
    """
    if people and "@" in html:
        html = link_mentions(html, people)
    return mark_safe(html)  # noqa: S308


@register.filter
def editor_html(value: RichText | str | None) -> SafeString:
    """Rich text of the CMS; takes the place of Wagtail's own `richtext`, which trusts what it finds."""
    return clean_rich_text(value)
