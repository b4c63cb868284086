"""What somebody was typing when their session ended, kept until they are back: for every form, unasked.

`{% csrf_token %}`, which no form can do without, also says, signed, who is typing and on which page. What such a form
sends when its session has ended is kept for an hour in the session of the browser that sent it. The page of the form,
opened by the same person, has it in its fields again (see `web.middleware.KeptTypingMiddleware` and `web.filling`); it
is never sent by itself. Whoever else signs in on that computer wipes it, and so does signing out. Passwords, codes,
tokens and files are never kept.
"""

from __future__ import annotations

import time
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

FIELD = "typed_by"
SESSION_KEY = "web.kept"
SECONDS = 3600
MOST_FORMS = 3
# The longest form, a record of risks, has eighty-six.
MOST_FIELDS = 120
LONGEST_FIELD = 50_000
LONGEST_ALL = 100_000
LONGEST_ADDRESS = 2_000
MARKER_SECONDS = 60 * 24 * 3600
WORTH_COPYING = 30
# The CMS saves a draft of what is written there every few seconds, and draws its forms by script.
NOT_KEPT = ("/cms/",)
_SALT = "web.kept"
_SECRET_NAMES = {FIELD, "code", "otp"}
_SECRET_WORDS = ("password", "passwd", "secret", "token")
# It opens nothing: a form that is sent twice is known by it, and the draft and the photos that belong to it.
_NO_SECRETS = {"form_token"}

Fields = dict[str, list[str]]


class Typed(NamedTuple):
    """What one form sent: whose it is, when it came, the page on which it was typed, and the fields."""

    by: int
    at: float
    page: str
    fields: Fields

    @property
    def has_words(self) -> bool:
        """A button alone sends words of our own, and no sentence."""
        return any(" " in value.strip() for values in self.fields.values() for value in values)


def marker(request: HttpRequest) -> str:
    """Says, signed, who is typing, and on which page: one for all forms of it. Empty for visitors."""
    if not request.user.is_authenticated:
        return ""
    if not hasattr(request, "_typed_by"):
        page = request.get_full_path()
        before = _read(request) if request.method == "POST" else None
        # What a POST shows (a preview, a mistake to mend) often stands at an address that cannot be opened.
        if before and before[0] == request.user.pk:
            page = before[1]
        request._typed_by = signing.dumps([request.user.pk, page[:LONGEST_ADDRESS]], salt=_SALT)  # type: ignore[attr-defined]
    return request._typed_by  # type: ignore[attr-defined]


def keep(request: HttpRequest) -> str:
    """Keep the text fields of this POST, if its marker says whose they are; the page on which they were typed.

    Nothing is kept of a form that somebody other than who is signed in was typing in; then the answer is empty.
    """
    typed = _read(request)
    if typed is None or is_somebody_elses(request) or request.path.startswith(NOT_KEPT):
        return ""
    owner, page = typed
    fields = _texts(request)
    if fields:
        entries = _entries(request)
        entries.pop(request.get_full_path(), None)
        while len(entries) >= MOST_FORMS:
            entries.pop(min(entries, key=lambda address: entries[address].at))
        entries[request.get_full_path()] = Typed(owner, time.time(), page, fields)
        _store(request, entries)
    return page


def waiting(request: HttpRequest) -> dict[str, Typed]:
    """What waits for whoever is signed in, by the address that it was sent to. What is another's goes for good."""
    if SESSION_KEY not in request.session:
        return {}
    entries = {address: typed for address, typed in _entries(request).items() if typed.by == request.user.pk}
    if len(entries) < len(request.session[SESSION_KEY]):
        _store(request, entries)
    return entries


def has_words(request: HttpRequest) -> bool:
    """Whether something that somebody wrote waits in this browser, for whoever it may be."""
    return any(typed.has_words for typed in _entries(request).values())


def forget(request: HttpRequest, address: str) -> None:
    """It is back in its form."""
    _store(request, {place: typed for place, typed in _entries(request).items() if place != address})


def move(request: HttpRequest, page: str, to: str) -> None:
    """The page on which something was typed leads elsewhere on this site now: it is shown there."""
    place = urlsplit(to)
    if place.netloc not in ("", request.get_host()):
        return
    to = f"{place.path}?{place.query}" if place.query else place.path
    entries = _entries(request).items()
    _store(request, {place: typed._replace(page=to) if typed.page == page else typed for place, typed in entries})


def is_somebody_elses(request: HttpRequest) -> bool:
    """Whether this form was opened by somebody other than the person who is signed in."""
    typed = _read(request)
    return typed is not None and request.user.is_authenticated and request.user.pk != typed[0]


def is_refused(response: HttpResponse) -> bool:
    """Whether this is what somebody gets who would have to be signed in."""
    if response.status_code != 302:
        return response.status_code in (403, 404)
    return urlsplit(response["Location"]).path in (resolve_url(settings.LOGIN_URL), "/admin/login/")


def long_texts(request: HttpRequest) -> list[str]:
    """The texts of this POST that took some typing."""
    return worth_copying(_texts(request))


def worth_copying(fields: Fields) -> list[str]:
    return [value for values in fields.values() for value in values if len(value) >= WORTH_COPYING and " " in value]


def _read(request: HttpRequest) -> tuple[int, str] | None:
    """Who was typing this POST, and on which page; None where no form of ours says so."""
    try:
        owner, page = signing.loads(request.POST.get(FIELD, ""), salt=_SALT, max_age=MARKER_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return owner, page


def _texts(request: HttpRequest) -> Fields:
    """Field names and their values as they fit the bounds; what does not fit is left out whole."""
    room = LONGEST_ALL
    found: Fields = {}
    for name, values in list(request.POST.lists())[:MOST_FIELDS]:
        length = len(name) + sum(map(len, values))
        if _is_secret(name) or length > min(room, LONGEST_FIELD):
            continue
        found[name] = [str(value) for value in values]
        room -= length
    return found


def _is_secret(name: str) -> bool:
    words = any(word in name.lower() for word in _SECRET_WORDS)
    return name in _SECRET_NAMES or (words and name not in _NO_SECRETS)


def _entries(request: HttpRequest) -> dict[str, Typed]:
    """All that is kept in this browser's session and not yet too old."""
    oldest = time.time() - SECONDS
    stored = request.session.get(SESSION_KEY, {})
    # A session that began before an upgrade may hold them in another form, which is an hour old soon.
    entries = {address: Typed(*typed) for address, typed in stored.items() if isinstance(typed, list)}
    return {address: typed for address, typed in entries.items() if typed.at >= oldest}


def _store(request: HttpRequest, entries: dict[str, Typed]) -> None:
    if not entries:
        request.session.pop(SESSION_KEY, None)
        return
    request.session[SESSION_KEY] = {address: list(typed) for address, typed in entries.items()}
    if not request.user.is_authenticated:
        # The row and the cookie go with what they keep; signing in sets this anew.
        request.session.set_expiry(SECONDS)
