"""What somebody was typing when their session ended, kept until they are back.

A form carries a signed marker of who is typing. A POST that arrives signed out is kept, for an hour, in the
anonymous session under the page's path, and given back once, to that same person only: whoever else signs in on
a shared computer wipes it. Passwords, codes and files are never kept.
"""

from __future__ import annotations

import time
from typing import Any

from django.core import signing
from django.http import HttpRequest

FIELD = "typed_by"
PLACE_FIELD = "typed_at"
SESSION_KEY = "web.kept"
SECONDS = 3600
MOST_PATHS = 3
# The longest form, a record of risks, has eighty-six.
MOST_FIELDS = 120
LONGEST_FIELD = 50_000
LONGEST_ALL = 100_000
MARKER_SECONDS = 60 * 24 * 3600
WORTH_COPYING = 30
_SALT = "web.kept"
_SECRET_NAMES = {FIELD, PLACE_FIELD, "code", "otp"}
_SECRET_WORDS = ("password", "passwd", "secret", "token")


def marker(user: Any) -> str:
    """Says, signed, who is typing; goes into forms as a hidden field."""
    return signing.dumps(user.pk, salt=_SALT)


def keep_typed(request: HttpRequest) -> None:
    """Keep the text fields of this POST, if its marker says whose they are."""
    owner = _owner(request.POST.get(FIELD, ""))
    fields = _texts(request)
    if owner is None or not fields:
        return
    entries = _fresh(request)
    entries.pop(request.path, None)
    while len(entries) >= MOST_PATHS:
        entries.pop(min(entries, key=lambda path: entries[path]["at"]))
    entries[request.path] = {"by": owner, "at": int(time.time()), "fields": fields}
    request.session[SESSION_KEY] = entries


def take_typed(request: HttpRequest, path: str) -> dict[str, str | list[str]]:
    """What this person typed at `path`, once, as `initial` for the form; empty if there is nothing of theirs."""
    if SESSION_KEY not in request.session:
        return {}
    entries = {
        place: entry
        for place, entry in _fresh(request).items()
        if request.user.is_authenticated and entry["by"] == request.user.pk
    }
    found = entries.pop(path, None)
    if entries:
        request.session[SESSION_KEY] = entries
    else:
        del request.session[SESSION_KEY]
    if found is None:
        return {}
    return {name: values[0] if len(values) == 1 else values for name, values in found["fields"].items()}


def long_texts(request: HttpRequest) -> list[str]:
    """The texts of this POST that took some typing."""
    return [
        value for values in _texts(request).values() for value in values if len(value) >= WORTH_COPYING and " " in value
    ]


def _owner(text: str) -> int | None:
    try:
        return signing.loads(text, salt=_SALT, max_age=MARKER_SECONDS)
    except (signing.BadSignature, ValueError):
        return None


def _texts(request: HttpRequest) -> dict[str, list[str]]:
    """Field names and their values as they fit the bounds; what does not fit is left out whole."""
    room = LONGEST_ALL
    found: dict[str, list[str]] = {}
    for name, values in list(request.POST.lists())[:MOST_FIELDS]:
        length = len(name) + sum(map(len, values))
        if _is_secret(name) or length > min(room, LONGEST_FIELD):
            continue
        found[name] = [str(value) for value in values]
        room -= length
    return found


def _is_secret(name: str) -> bool:
    return name in _SECRET_NAMES or any(word in name.lower() for word in _SECRET_WORDS)


def _fresh(request: HttpRequest) -> dict[str, Any]:
    oldest = time.time() - SECONDS
    return {path: entry for path, entry in request.session.get(SESSION_KEY, {}).items() if entry["at"] >= oldest}
