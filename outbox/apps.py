from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        from outbox import mail, schedule
        from outbox.handlers import register

        register(schedule.KIND, schedule.run, repeat_safe=True)
        register(mail.KIND, mail.send_stored, repeat_safe=mail.may_repeat)
