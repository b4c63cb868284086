"""Member text to safe HTML: the one way in."""

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from markup.characters import clean_characters
from markup.markdown import Profile, to_html
from markup.sanitise import sanitise

# Stored beside the HTML. Raise it with every change of what render() returns, then run `manage.py rerender`.
RENDERER_VERSION = 1
# Nobody writes two thousand list items in one text, and cleaning them would take a second: they are shown as typed.
MOST_TAGS = 4000


def render(source: str, *, profile: Profile = "post") -> SafeString:
    """Safe HTML of member text; the same text always gives the same HTML.

    `profile` is "post" for everything members write to each other, or "about" for what they say of
    themselves: paragraphs, lists, emphasis and links only.
    Errors: markup.markdown.SourceTooLong (a ValueError) beyond MAX_SOURCE characters.
    """
    # Again, because character references such as &#x202E; have become characters by now.
    html = clean_characters(to_html(source, profile))
    if html.count("<") > MOST_TAGS:
        html = f"<pre>{escape(clean_characters(source))}</pre>"
    return mark_safe(sanitise(html, settings.BASE_URL).strip())  # noqa: S308
