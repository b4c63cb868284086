from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from moderation import desk, notifications, registry

        notifications.register_kinds()
        registry.register_queue("appeals", _("Appeals"), items=desk.appeals)
