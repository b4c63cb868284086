from django.urls import path

from files import views

app_name = "files"
urlpatterns = [
    path("files/images/<id:pk>/<slug:size>/", views.sized_image, name="sized"),
    path("files/renditions/<id:pk>/<path:filename>", views.image, name="image"),
    path("files/documents/<id:pk>/first-page/", views.first_page, name="first_page"),
    path("files/documents/<id:pk>/<path:filename>", views.document, name="document"),
]
