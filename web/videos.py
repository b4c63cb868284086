"""Videos that lie on other sites: shown only once the reader agrees that their site is asked for them."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core import signing
from django.urls import reverse

LONGEST = 4000
_SALT = "web.videos"
_FRAME = re.compile(r"""<iframe[^>]*?\ssrc=["']([^"']+)""", re.IGNORECASE)
# Each player by the host that its oEmbed answer names: the host to use instead, and what makes it remember less.
_PLAYERS = {
    "www.youtube.com": ("www.youtube-nocookie.com", {}),
    "www.youtube-nocookie.com": ("www.youtube-nocookie.com", {}),
    "player.vimeo.com": ("player.vimeo.com", {"dnt": "1"}),
}
_SITES = {"youtube.com": "YouTube", "youtu.be": "YouTube", "youtube-nocookie.com": "YouTube", "vimeo.com": "Vimeo"}


class Video(NamedTuple):
    """`back` is the page of ours on which it is offered."""

    url: str
    title: str
    back: str

    @property
    def site(self) -> str:
        """The name of the site on which it lies; its host where it has no name that people know."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.").removeprefix("m.")
        return _SITES.get(host.removeprefix("player."), host)


def watch_url(url: str, title: str, back: str) -> str:
    """Where a reader is asked. The address is signed: nobody can make this site show a video that no editor chose."""
    return reverse("watch", args=[signing.dumps([url, title, back], salt=_SALT, compress=True)])


def read(token: str) -> Video | None:
    """What the address says; None for what is not ours."""
    try:
        return Video(*signing.loads(token, salt=_SALT)) if len(token) <= LONGEST else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def player(video: Video) -> str:
    """The address of the site's own player, by oEmbed; "" where the site has none or does not answer."""
    from wagtail.embeds.embeds import get_embed
    from wagtail.embeds.exceptions import EmbedException

    try:
        found = _FRAME.search(get_embed(video.url).html or "")
    except EmbedException:
        return ""
    parts = urlsplit(unescape(found[1])) if found else None
    if parts is None or parts.scheme != "https" or parts.hostname not in _PLAYERS:
        return ""
    host, more = _PLAYERS[parts.hostname]
    query = urlencode({**dict(parse_qsl(parts.query)), **more})
    return urlunsplit(parts._replace(netloc=host, query=query))
