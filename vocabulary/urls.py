from django.urls import path

from vocabulary import views

app_name = "vocabulary"
urlpatterns = [
    path("", views.index, name="index"),
    path("words.<slug:notation>", views.download, name="download"),
    path("<slug:slug>/", views.concept, name="concept"),
]
