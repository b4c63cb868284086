from django.urls import path

from events import views

app_name = "events"
urlpatterns = [
    path("me/webinars/", views.mine, name="mine"),
    path("me/webinars/calendar.ics", views.all_my_calendar_file, name="all_my_calendar"),
    path("me/webinars/<int:pk>/calendar.ics", views.my_calendar_file, name="my_calendar"),
    path("webinars/sessions/<int:pk>/register/", views.register, name="register"),
    path("webinars/sessions/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("webinars/sessions/<int:pk>/calendar.ics", views.calendar_file, name="calendar"),
    path("webinars/sessions/<int:pk>/people/", views.people, name="people"),
    path("webinars/sessions/<int:pk>/people.csv", views.people_csv, name="people_csv"),
]
