from django.urls import path

from search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/help/", views.how_to, name="search_help"),
    path("search/results.<slug:form>", views.export, name="search_export"),
    path("search/feed.<slug:form>", views.feed, name="search_feed"),
    path("search/complete/", views.suggestions, name="search_complete"),
    path("search/noted/", views.noted, name="search_noted"),
    path("search/similar/", views.similar, name="search_similar"),
    path("library/", views.library, name="library"),
    path("me/searches/", views.searches, name="searches"),
    path("me/searches/save/", views.save, name="search_save"),
    path("me/searches/<id:pk>/", views.change, name="search_change"),
    path("me/searches/<id:pk>/results/", views.run, name="search_run"),
    path("me/searches/<id:pk>/delete/", views.delete, name="search_delete"),
    path("me/searches/recent/", views.keep_recent, name="search_keep_recent"),
    path("me/searches/recent/add/", views.remember_this, name="search_remember"),
    path("me/searches/recent/forget/", views.forget_recent, name="search_forget"),
]
