from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/profile/", views.edit_profile, name="edit"),
    path("me/data/", views.data, name="data"),
    path("me/leave/", views.leave, name="leave"),
    path("me/sign-out-everywhere/", views.end_sessions, name="end_sessions"),
    path("people/<slug:handle>/", views.profile, name="profile"),
]
