from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.urls import register_converter


class WebConfig(AppConfig):
    name = "web"

    def ready(self) -> None:
        from web import wording
        from web.connections import plan_without_compiling
        from web.converters import IdConverter

        wording.speak_plainly()
        register_converter(IdConverter, "id")
        connection_created.connect(plan_without_compiling)
