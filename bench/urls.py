"""The site's own addresses, and beside them the plain views."""

from django.urls import include, path

from bench import plain, plain_search

plain_patterns = [
    path("thread/<int:pk>/", plain.thread),
    path("space/<slug:slug>/", plain.space),
    path("resource/<slug:slug>/", plain.resource),
    path("library/", plain.library),
    path("search/", plain.search),
    path("find/", plain_search.search),
    path("reply/<int:pk>/", plain.reply),
]
urlpatterns = [path("plain/", include(plain_patterns)), path("", include("config.urls"))]
