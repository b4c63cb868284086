from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from moderation import desk, notifications, people, privacy, registry
        from moderation.actions import erase_removed, escalate, lift_due
        from outbox import schedule

        notifications.register_kinds()
        people.register_profiles()
        privacy.register_all()
        registry.register_queue("appeals", _("Appeals"), items=desk.appeals)
        schedule.every(10, "escalate-reports", escalate)
        schedule.every(10, "open-accounts", lift_due)
        schedule.every(60, "erase-removed", erase_removed)
