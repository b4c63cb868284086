from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.urls import reverse

        from outbox import handlers, schedule
        from search import (
            alerts,
            asked,
            attachments,
            events,
            forgetting,
            indexing,
            naming,
            notifications,
            opening,
            privacy,
            receivers,
            signals,
        )
        from search.semantic import jobs
        from web import navigation

        signals.connect()
        handlers.register(events.KIND, indexing.drain, repeat_safe=True, batch=500)
        handlers.register(attachments.KIND, attachments.read, repeat_safe=True)
        handlers.register(naming.KIND, naming.index, repeat_safe=True, batch=50)
        handlers.register(jobs.KIND, jobs.embed, repeat_safe=True, batch=64)
        handlers.register(alerts.JOB, alerts.look_through, repeat_safe=True)
        schedule.every(opening.EVERY_MINUTES, "webinars-open", opening.refresh)
        schedule.every(5, "saved-searches", alerts.plan)
        schedule.every(60, "searches-forgotten", asked.forget)
        schedule.every(60, "editions-forgotten", forgetting.forget_editions)
        schedule.every(24 * 60, "words-forgotten", forgetting.forget_words)
        notifications.register_kinds()
        privacy.register_all()
        user_logged_in.connect(receivers.signed_in_or_out, dispatch_uid="search")
        user_logged_out.connect(receivers.signed_in_or_out, dispatch_uid="search")
        navigation.add_to_header(20, lambda: navigation.Link(_("Library"), reverse("library")))
