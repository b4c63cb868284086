from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from django.urls import reverse

        from search import signals
        from web import navigation

        signals.connect()
        navigation.add_to_header(20, lambda: navigation.Link(_("Library"), reverse("library")))
