from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from django.urls import reverse

        from files import uses
        from forum import actions, desk, digests, following, moderation, notifications, privacy, sitemap, tasks
        from forum.models import Post, Space
        from forum.models.attachment import is_attached
        from markup import registry
        from outbox import schedule
        from web.navigation import Link, add_to_header

        schedule.every(1, "deleted-posts", actions.erase_deleted)
        schedule.every(24 * 60, "trust", actions.follow_trust)
        schedule.every(24 * 60, "invitations", actions.forget_invitations)
        schedule.every(1, "polls", actions.close_due)
        schedule.every(60, "unused-attachments", actions.erase_unused)
        schedule.every(30, "expired-posts", actions.expire_posts)
        schedule.every(5, "reminders", actions.send_reminders)
        add_to_header(30, lambda: Link(_("Community"), reverse("forum:index")))
        registry.register(Post)
        registry.register(Space, source="welcome_source", html="welcome_html", version="welcome_version")
        registry.register(Space, source="rules_source", html="rules_html", version="rules_version")
        notifications.register_kinds()
        following.register_all()
        digests.register_all()
        moderation.register_all()
        desk.register_all()
        privacy.register_all()
        tasks.register_all()
        uses.register("attachment", is_attached, may_end=True)
        sitemap.register_all()
