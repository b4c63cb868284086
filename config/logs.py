"""What goes into the log: enough to find a mistake, nothing about people."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

from django.urls import Resolver404, resolve

ABOUT_REQUESTS = ("django.request", "django.security.csrf")
Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _route(request: Any) -> str:
    """The pattern that the address matches; asked anew where a middleware failed before the site did."""
    try:
        return (request.resolver_match or resolve(request.path_info)).route
    except (AttributeError, Resolver404):
        return "no route"


class Formatter(logging.Formatter):
    """Names the route instead of the address, and an error's type and place instead of its message.

    An address may hold a handle or a signed token; a message may hold what somebody typed (a database names the
    e-mail address that broke a constraint).
    """

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if record.name in ABOUT_REQUESTS and request is not None and hasattr(request, "method"):
            status = getattr(record, "status_code", "")
            told = {"msg": "%s %s %s", "args": (status, request.method, _route(request))}
            record = logging.makeLogRecord({**record.__dict__, **told, "exc_text": None})
        return super().format(record)

    def formatException(self, ei: Failure) -> str:  # noqa: N802  (logging's name)
        lines = []
        error = ei[1]
        while error is not None:
            lines += [f"{type(error).__name__} at", *traceback.format_tb(error.__traceback__)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines).rstrip()
