from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from django.conf import settings

        from notifications import actions, digests, following, mail, mailbox, privacy, receiving
        from outbox import schedule
        from outbox.handlers import register

        register(actions.EXPAND, actions.expand, repeat_safe=True)
        register(actions.MAIL, mail.send, repeat_safe=True)
        register(digests.KIND, digests.send, repeat_safe=True)
        register(actions.RECHECK, actions.recheck, repeat_safe=True)
        privacy.register_all()
        following.register_own()
        schedule.every(24 * 60, "following-sweep", following.forget_gone)
        schedule.every(24 * 60, "received-mail", receiving.forget_old)
        if settings.REPLY_MAILBOX:
            schedule.every(2, "mailbox", mailbox.fetch)
        schedule.every(10, "digests", digests.start_due)
        schedule.every(10, "notifications-sweep", actions.sweep)
