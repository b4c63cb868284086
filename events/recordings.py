"""Recordings lie elsewhere, with players of their own: how each is asked to begin in the middle."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST = 24 * 3600
_MEDIA = (".m4a", ".m4v", ".mp3", ".mp4", ".oga", ".ogg", ".ogv", ".webm")
_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_VIMEO = ("vimeo.com",)


def moment(text: str) -> int | None:
    """Seconds from an address; None for what is no such number."""
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    return min(int(text), LONGEST) if is_number else None


def starting_at(address: str, seconds: int) -> str:
    """The recording's address with where to begin, or "" where we do not know how its player is told."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in _YOUTUBE:
        query = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("t", "start")]
        return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{seconds}s")])))
    if host in _VIMEO or host.endswith(".vimeo.com"):
        return urlunsplit(parts._replace(fragment=f"t={seconds}s"))
    if parts.path.lower().endswith(_MEDIA):
        # W3C's media fragments: the browser's own player knows them.
        return urlunsplit(parts._replace(fragment=f"t={seconds}"))
    return ""
