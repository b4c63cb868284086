from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from django.urls import reverse

        from events import cards, digests, emails, moderation, notifications, privacy, receivers, tasks  # noqa: F401
        from outbox import schedule
        from outbox.handlers import register
        from web.navigation import Link, add_to_header

        add_to_header(40, lambda: Link(_("Webinars"), reverse("events:listing")))
        notifications.register_kinds()
        privacy.register_all()
        cards.register_all()
        digests.register_all()
        moderation.register_all()
        register(emails.ONE, emails.send, repeat_safe=True)
        register(emails.ALL, emails.send_to_all, repeat_safe=True)
        register(tasks.KIND, tasks.send_reminders, repeat_safe=True)
        schedule.every(5, "webinar-reminders", tasks.plan_reminders)
        schedule.every(24 * 60, "webinars-in-order", tasks.keep_order)
