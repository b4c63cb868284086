"""Sends the bytes of a stored file, with the headers that keep them harmless and private."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from files.uses import Audience

# Without `sandbox` for PDF: with it Chrome's own viewer refuses to open the file.
NOTHING = "default-src 'none'; frame-ancestors 'none'"
POLICIES = {"application/pdf": f"{NOTHING}; style-src 'unsafe-inline'; object-src 'self'"}
A_DAY, AN_HOUR = 24 * 3600, 3600


def send(
    request: HttpRequest,
    file: FieldFile | ContentFile,
    *,
    version: str,
    audience: Audience,
    content_type: str,
    attached: bool = False,
    name: str = "",
) -> HttpResponseBase:
    """The file, or 304 where the browser has this `version`. Raises Http404 where the bytes are gone."""
    etag = quote_etag(version)
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = FileResponse(file.open("rb"), content_type=content_type, as_attachment=attached, filename=name)
        except FileNotFoundError as error:
            raise Http404("The bytes of this file are gone.") from error
    response["ETag"] = etag
    response["Cache-Control"] = cache_control(request, audience)
    response["X-Content-Type-Options"] = "nosniff"
    # Search engines lead to pages, which say what a file is; and to no file of a post in a space closed to them.
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = POLICIES.get(content_type, f"{NOTHING}; sandbox")
    return response


def cache_control(request: HttpRequest, audience: Audience) -> str:
    """Public files may lie in any cache, others in the reader's own browser unless the computer is shared."""
    if audience is Audience.EVERYBODY:
        return f"public, max-age={A_DAY}"
    if audience is Audience.EVERYBODY_NOW:
        return "public, no-cache"
    if request.session.get_expire_at_browser_close():
        return "private, no-store"
    if audience is Audience.READER_NOW:
        return "private, no-cache"
    return f"private, max-age={AN_HOUR}"
