from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("report/received/<str:token>/", views.received, name="received"),
    path("report/confirm/<str:token>/", views.confirm, name="confirm"),
    path("report/<slug:kind>/<id:pk>/", views.report, name="report"),
    path("report/<slug:reference>/", views.sent, name="sent"),
    path("decision/<id:pk>/", views.decision, name="decision"),
    path("decision/<id:pk>/appeal/", views.appeal, name="appeal"),
    path("appeal/<id:pk>/", views.hear, name="hear"),
    path("concern/<id:pk>/", views.concern, name="concern"),
    path("concern/<id:pk>/<slug:verb>/", views.decide_concern, name="decide_concern"),
    path("desk/", views.desk, name="desk"),
    path("desk/rules/", views.rules, name="rules"),
    path("desk/yearly/", views.yearly, name="yearly"),
    path("desk/yearly/<id:year>/", views.yearly, name="yearly_of"),
    path("help/", views.places, name="help"),
    path("help/<slug:slug>/", views.place, name="help_place"),
    path("trust/", views.trust, name="trust"),
    path("account-closed/<str:token>/", views.closed, name="closed"),
    path("desk/person/<id:pk>/", views.person, name="person"),
    path("desk/person/<id:pk>/<slug:verb>/", views.decide_person, name="decide_person"),
    path("desk/wording/", views.wordings, name="wordings"),
    path("desk/wording/<slug:verb>/", views.edit_wording, name="wording"),
    path("desk/assessments/", views.assessments, name="assessments"),
    path("desk/assessments/<slug:kind>/", views.assess, name="assess"),
    path("desk/assessments/<slug:kind>/<id:version>/", views.assessment, name="assessment"),
    path("desk/log/", views.log, name="log"),
    path("desk/<slug:kind>/<id:pk>/", views.thing, name="thing"),
    path("desk/<slug:kind>/<id:pk>/looking/", views.look, name="look"),
    path("desk/<slug:kind>/<id:pk>/<slug:verb>/", views.decide, name="decide"),
]
