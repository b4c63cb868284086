"""Parts of pages that depend on nothing but the values they are given, rendered once for the same values.

Writing twenty posts out costs a page more than everything else it does, and the next reader gets the same twenty.
What is kept is keyed by every value shown, so nothing is ever out of date, and nobody sees what a page has not
looked up for them: who may see what is decided before a fragment is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

Made = TypeVar("Made")
# About 8 MB in each process, at three kilobytes for a long post with its key.
MOST_KEPT = 2500


def fragment(template: str, **values: Any) -> SafeString:
    """The template with these values and no other context: no request, no reader, no token against forged requests.

    Values are hashable and final: text, numbers, tuples of them; dates come written out, since "today" passes.
    """
    # Whoever works on a template wants to see the change.
    render = _rendered.__wrapped__ if settings.DEBUG else _rendered
    return render(template, get_language(), tuple(values), *values.values())


def written(template: str, **values: Any) -> SafeString:
    """The same, not kept: for what is kept by what it is made of (see `kept`)."""
    return cast(SafeString, get_template(template).render(values))


def kept(most: int) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Decorator: what the function made of the same values in the same language is given again, up to `most`.

    For values as they come from the database, before anything is worked out of them. What holds for a fragment's
    values holds for these; of values inside a tuple the types must always be the same.
    """

    def decorate(make: Callable[..., Made]) -> Callable[..., Made]:
        @lru_cache(maxsize=most, typed=True)
        def made(language: str, *values: Any) -> Made:
            return make(*values)

        @wraps(make)
        def asked(*values: Any) -> Made:
            return make(*values) if settings.DEBUG else made(get_language(), *values)

        asked.cache_clear = made.cache_clear  # type: ignore[attr-defined]
        return asked

    return decorate


# `typed`, because a SafeString equals the same text unescaped.
@lru_cache(maxsize=MOST_KEPT, typed=True)
def _rendered(template: str, language: str, names: tuple[str, ...], *values: Any) -> SafeString:
    return cast(SafeString, get_template(template).render(dict(zip(names, values, strict=True))))
