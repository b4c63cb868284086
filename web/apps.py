from django.apps import AppConfig
from django.urls import register_converter


class WebConfig(AppConfig):
    name = "web"

    def ready(self) -> None:
        from web import wording
        from web.converters import IdConverter

        wording.speak_plainly()
        register_converter(IdConverter, "id")
