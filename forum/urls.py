from django.urls import path

from forum import feeds, views

app_name = "forum"
urlpatterns = [
    path("community/", views.index, name="index"),
    path("community/new/", views.newest, name="new"),
    path("community/start/", views.start, name="start"),
    path("community/audience/", views.audience, name="audience"),
    path("community/names/", views.names, name="names"),
    path("community/draft/", views.keep_draft, name="draft"),
    path("community/feed/", feeds.NewestThreads(), name="feed"),
    path("community/reply/<id:pk>/", views.reply, name="reply"),
    path("community/follow/<id:pk>/", views.follow, name="follow"),
    path("community/read/<id:pk>/", views.read, name="read"),
    path("community/helped/<id:pk>/", views.helped, name="helped"),
    path("community/pin/<id:pk>/", views.pin, name="pin"),
    path("community/lock/<id:pk>/", views.lock, name="lock"),
    path("community/thread/<id:pk>/<slug:slug>/", views.thread, name="thread"),
    path("community/post/<id:pk>/", views.post, name="post"),
    path("community/post/<id:pk>/edit/", views.edit, name="edit"),
    path("community/post/<id:pk>/delete/", views.delete, name="delete"),
    path("community/post/<id:pk>/deleted/", views.deleted, name="deleted"),
    path("community/post/<id:pk>/earlier/", views.earlier, name="earlier"),
    path("community/post/<id:pk>/react/", views.react, name="react"),
    path("community/post/<id:pk>/reactions/", views.reactions, name="reactions"),
    path("community/earlier/<id:pk>/close/", views.close_earlier, name="close_earlier"),
    path("community/earlier/<id:pk>/remove/", views.remove_earlier, name="remove_earlier"),
    path("community/<slug:slug>/", views.space, name="space"),
    path("community/<slug:slug>/feed/", feeds.SpaceThreads(), name="space_feed"),
    path("community/<slug:slug>/join/", views.join, name="join"),
    path("community/<slug:slug>/leave/", views.leave, name="leave"),
    path("community/<slug:slug>/people/", views.people, name="people"),
    path("community/<slug:slug>/people/invite/", views.invite, name="invite"),
    path("community/<slug:slug>/people/<id:pk>/", views.decide, name="decide"),
    path("me/drafts/", views.drafts, name="drafts"),
    path("me/drafts/<id:pk>/discard/", views.discard, name="discard"),
]
