"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from config import health
from web.styleguide import StyleguideView

to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # Both admins have a log-in page of their own; there is one way in, and it is allauth's.
    path("cms/login/", to_login),
    path("admin/login/", to_login),
    path("cms/", include(wagtailadmin_urls)),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("", include("search.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("moderation.urls")),
    path("", include("forum.urls")),
    path("", include("events.urls")),
    path("", include("files.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", StyleguideView.as_view()))
urlpatterns.append(path("", include(wagtail_urls)))
