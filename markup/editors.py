"""What editors write in the CMS, as safe to show as what members write: whatever got into it is checked again."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from markup.characters import clean_characters

TAGS = frozenset(["a", "b", "br", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "strong", "ul"])
SCHEMES = frozenset(["http", "https", "mailto", "tel"])

_cleaner = nh3.Cleaner(tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


def clean_rich_text(value: RichText | str | None) -> SafeString:
    """Rich text from the database as HTML: links to pages and documents resolved, then nothing but the allow-list."""
    source = value.source if isinstance(value, RichText) else value or ""
    return mark_safe(_cleaner.clean(clean_characters(expand_db_html(source))))  # noqa: S308
