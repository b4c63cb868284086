from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from django.urls import reverse

        from outbox import handlers
        from search import events, indexing, signals
        from web import navigation

        signals.connect()
        handlers.register(events.KIND, indexing.drain, repeat_safe=True, batch=500)
        navigation.add_to_header(20, lambda: navigation.Link(_("Library"), reverse("library")))
