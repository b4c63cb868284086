from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.bulk_action import dispatcher
from wagtail.permissions import policy_registry

from files import uses
from files.checks import DOCUMENT_TYPES
from files.models import FirstPage, Rendition, SiteDocument, SiteImage
from files.serving import send

# Asked for by the picture's number alone, so that a list of people needs no query for photos.
SIZES = {
    "avatar": "fill-96x96|bgcolor-ffffff|format-jpeg",
    "portrait": "fill-320x320|bgcolor-ffffff|format-jpeg",
    "thumbnail": "max-480x480|bgcolor-ffffff|format-jpeg",
    "photo": "max-1600x1600|bgcolor-ffffff|format-jpeg",
}
ACTED_ON: dict[str, type[SiteImage | SiteDocument]] = {"siteimage": SiteImage, "sitedocument": SiteDocument}
CMS_RIGHTS = ["add", "change", "delete", "choose"]


@require_safe
def image(request: HttpRequest, pk: int, filename: str) -> HttpResponseBase:
    """A rendition, as CMS pages show it."""
    rendition = get_object_or_404(Rendition, pk=pk)
    if PurePosixPath(rendition.file.name).name != filename:
        raise Http404
    return _send_rendition(request, rendition, _image_audience(request, rendition.image_id))


@require_safe
def sized_image(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """A picture in one of the few sizes that have a name."""
    if size not in SIZES:
        raise Http404
    audience = _image_audience(request, pk)
    rendition = Rendition.objects.filter(image_id=pk, filter_spec=SIZES[size]).order_by("-pk").first()
    if rendition is None:
        try:
            rendition = get_object_or_404(SiteImage, pk=pk).get_rendition(SIZES[size])
        except OSError as error:
            raise Http404("The bytes of this picture are gone.") from error
    return _send_rendition(request, rendition, audience)


@require_safe
def document(request: HttpRequest, pk: int, filename: str) -> HttpResponseBase:
    found = get_object_or_404(SiteDocument.objects.select_related("collection"), pk=pk)
    if found.filename != filename:
        raise Http404
    content_type = DOCUMENT_TYPES.get(found.file_extension.lower(), "application/octet-stream")
    return send(
        request,
        found.file,
        version=f"document-{pk}-{found.get_file_hash()}",
        audience=_document_audience(request, found),
        content_type=content_type,
        attached=content_type != "application/pdf",
        name=found.saved_as,
    )


@require_safe
def first_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How a document begins, for whoever may open it."""
    found = get_object_or_404(SiteDocument.objects.select_related("collection", "first_page"), pk=pk)
    audience = _document_audience(request, found)
    drawn: FirstPage | None = getattr(found, "first_page", None)
    if drawn is None:
        raise Http404
    picture = ContentFile(bytes(drawn.picture), name="first-page.jpg")
    version = f"first-page-{pk}-{found.get_file_hash()}"
    return send(request, picture, version=version, audience=audience, content_type="image/jpeg")


@require_admin_access
def act_on_many(request: HttpRequest, model: str, action: str) -> HttpResponseBase:
    """Wagtail's acts on many files at once, which would name those too that the person may not act on."""
    named = [number for number in request.GET.getlist("id") if number != "all"]
    if model not in ACTED_ON or not all(number.isdecimal() and len(number) < 19 for number in named):
        raise Http404
    for file in ACTED_ON[model].objects.filter(pk__in=named):
        _audience_in_cms(request, file)
    return dispatcher.index(request, "files", model, action)


def _document_audience(request: HttpRequest, found: SiteDocument) -> uses.Audience:
    """Who may have this document and this reader among them. Raises Http404 for all others."""
    audience = uses.audience("document", found.pk, _reader(request))
    # Wagtail lets an editor close a whole collection of documents: that binds beside the pages' own privacy.
    restrictions = found.collection.get_view_restrictions()
    if restrictions:
        closed = any(not restriction.accept_request(request) for restriction in restrictions)
        audience = None if closed or audience is None else uses.Audience.READER
    return audience or _audience_in_cms(request, found)


def _reader(request: HttpRequest) -> uses.Reader:
    # Looking for a session where there is no cookie would mark a public picture as different for everybody.
    return request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else AnonymousUser()


def _image_audience(request: HttpRequest, pk: int) -> uses.Audience:
    found = uses.audience("image", pk, _reader(request))
    return found or _audience_in_cms(request, get_object_or_404(SiteImage, pk=pk))


def _audience_in_cms(request: HttpRequest, file: SiteImage | SiteDocument) -> uses.Audience:
    """Whoever may choose or change a file in the CMS sees it there. Raises Http404 for all others."""
    user = request.user
    if user.has_perm("wagtailadmin.access_admin"):
        policy = policy_registry.get_by_type(type(file))
        if policy.user_has_any_permission_for_instance(user, CMS_RIGHTS, file):
            return uses.Audience.READER
    raise Http404


def _send_rendition(request: HttpRequest, rendition: Rendition, audience: uses.Audience) -> HttpResponseBase:
    content_type = mimetypes.guess_type(rendition.file.name)[0] or "application/octet-stream"
    version = f"rendition-{rendition.pk}"
    return send(request, rendition.file, version=version, audience=audience, content_type=content_type)
