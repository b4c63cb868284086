from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from django.urls import reverse
        from django.utils.translation import gettext as _t

        from accounts.holding import forget_changes
        from audit import reading
        from moderation import desk, notifications, people, privacy, registry, reminders
        from moderation.actions import erase_removed, escalate, lift_due, pass_allegations_on, remind_of_reviews
        from outbox import schedule
        from web.navigation import Link, add_to_footer

        add_to_footer(lambda: [Link(_t("Help and safety"), reverse("moderation:help"))])
        notifications.register_kinds()
        reminders.register_kind()
        people.register_profiles()
        privacy.register_all()
        reading.keep_from(privacy.log_about)
        registry.register_queue("appeals", _("Appeals"), items=desk.appeals)
        schedule.every(10, "escalate-reports", escalate)
        schedule.every(10, "pass-allegations-on", pass_allegations_on)
        schedule.every(10, "open-accounts", lift_due)
        schedule.every(24 * 60, "assessments", remind_of_reviews)
        schedule.every(24 * 60, "forget-profile-changes", forget_changes)
        schedule.every(60, "erase-removed", erase_removed)
