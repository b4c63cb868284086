from django.urls import path

from knowledge.views.resource import resource

urlpatterns = [
    # Wagtail's own name and shape of an address, for the part of its tree that is read most.
    path("library/<path:path>/", resource),
]
