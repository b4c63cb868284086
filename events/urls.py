from django.urls import path
from wagtail.views import serve

from events import views

app_name = "events"
urlpatterns = [
    # A page of the CMS, named so that others can link to it.
    path("webinars/", serve, {"path": "webinars/"}, name="listing"),
    path("me/webinars/", views.mine, name="mine"),
    path("me/webinars/calendar.ics", views.all_my_calendar_file, name="all_my_calendar"),
    path("me/webinars/<id:pk>/calendar.ics", views.my_calendar_file, name="my_calendar"),
    path("webinars/sessions/<id:pk>/register/", views.register, name="register"),
    path("webinars/sessions/<id:pk>/cancel/", views.cancel, name="cancel"),
    path("webinars/sessions/<id:pk>/calendar.ics", views.calendar_file, name="calendar"),
    path("webinars/sessions/<id:pk>/people/", views.people, name="people"),
    path("webinars/sessions/<id:pk>/people.csv", views.people_csv, name="people_csv"),
]
