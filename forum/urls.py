from django.urls import path

from forum import feeds, views

app_name = "forum"
urlpatterns = [
    path("community/", views.index, name="index"),
    path("community/new/", views.newest, name="new"),
    path("community/start/", views.start, name="start"),
    path("community/draft/", views.keep_draft, name="draft"),
    path("community/feed/", feeds.NewestThreads(), name="feed"),
    path("community/reply/<int:pk>/", views.reply, name="reply"),
    path("community/follow/<int:pk>/", views.follow, name="follow"),
    path("community/read/<int:pk>/", views.read, name="read"),
    path("community/helped/<int:pk>/", views.helped, name="helped"),
    path("community/pin/<int:pk>/", views.pin, name="pin"),
    path("community/lock/<int:pk>/", views.lock, name="lock"),
    path("community/thread/<int:pk>/<slug:slug>/", views.thread, name="thread"),
    path("community/post/<int:pk>/", views.post, name="post"),
    path("community/post/<int:pk>/edit/", views.edit, name="edit"),
    path("community/post/<int:pk>/earlier/", views.earlier, name="earlier"),
    path("community/<slug:slug>/", views.space, name="space"),
    path("community/<slug:slug>/feed/", feeds.SpaceThreads(), name="space_feed"),
    path("community/<slug:slug>/join/", views.join, name="join"),
    path("community/<slug:slug>/leave/", views.leave, name="leave"),
    path("community/<slug:slug>/people/", views.people, name="people"),
    path("community/<slug:slug>/people/invite/", views.invite, name="invite"),
    path("community/<slug:slug>/people/<int:pk>/", views.decide, name="decide"),
    path("me/drafts/", views.drafts, name="drafts"),
    path("me/drafts/<int:pk>/discard/", views.discard, name="discard"),
]
