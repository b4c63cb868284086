from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = _("E-mails and other work for later")

    def ready(self) -> None:
        from outbox import mail, schedule
        from outbox.handlers import register

        register(schedule.KIND, schedule.run, repeat_safe=True)
        register(mail.KIND, mail.send_stored, repeat_safe=mail.may_repeat)
