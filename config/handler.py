"""How a request is made out of what the web server hands over."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """Read as UTF-8, whatever its sender names: some of Python's codecs fail, others make halves of characters."""

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, named: str | None) -> None:
        pass


class Handler(WSGIHandler):
    request_class = Request
