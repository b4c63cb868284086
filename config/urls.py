"""Every address of the site."""

from allauth.account.views import logout
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from accounts.views import admin_login, not_here
from config import health
from files.views import act_on_many
from web import sitemap
from web.styleguide import StyleguideView
from web.views import favicon, robots, watch

admin.site.site_header = admin.site.site_title = _("%(site)s: people and logs") % {"site": settings.SITE_NAME}
admin.site.index_title = _("What would you like to look at?")

handler400 = "web.views.bad_request"

urlpatterns = [
    # What is read most stands first: each address is compared with all above it.
    path("", include("forum.urls")),
    path("", include("search.urls")),
    path("", include("knowledge.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", robots),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemap.block, name="sitemap_block"),
    path("favicon.ico", favicon),
    path("watch/<str:token>/", watch, name="watch"),
    # Both admins have a log-in page of their own; there is one way in, and it is allauth's.
    path("cms/login/", admin_login),
    path("admin/login/", admin_login),
    # People are managed in one place, /admin/, through our own actions; these forms of Wagtail's would go past them.
    path("cms/users/", not_here),
    path("cms/users/<path:rest>", not_here),
    path("cms/bulk/accounts/<path:rest>", not_here),
    path("cms/groups/", not_here),
    path("cms/groups/<path:rest>", not_here),
    # These would name files that members gave, in whatever space.
    re_path(r"^cms/api/main/(?:images|documents)/(?P<rest>.*)$", not_here),
    path("cms/bulk/files/<slug:model>/<slug:action>/", act_on_many),
    # Its pages do not use these ways to act, and they go past all that is asked before something is published.
    re_path(r"^cms/api/main/pages/\d+/action/(?P<rest>.*)$", not_here),
    # Wagtail's own deletes the session's cookie even for a GET.
    path("cms/logout/", logout),
    path("cms/account/", RedirectView.as_view(pattern_name="accounts:me")),
    path("cms/", include(wagtailadmin_urls)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("words/", include("vocabulary.urls")),
    path("", include("accounts.urls")),
    path("", include("notifications.urls")),
    path("", include("moderation.urls")),
    path("", include("events.urls")),
    path("", include("files.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", StyleguideView.as_view()))
urlpatterns.append(path("", include(wagtail_urls)))
