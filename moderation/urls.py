from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("report/<slug:kind>/<int:pk>/", views.report, name="report"),
    path("report/<str:reference>/", views.sent, name="sent"),
    path("decision/<int:pk>/", views.decision, name="decision"),
    path("desk/", views.desk, name="desk"),
    path("desk/log/", views.log, name="log"),
    path("desk/<slug:kind>/<int:pk>/", views.thing, name="thing"),
    path("desk/<slug:kind>/<int:pk>/<slug:verb>/", views.decide, name="decide"),
]
