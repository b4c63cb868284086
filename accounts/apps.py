from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account import signals
        from django.db.models.signals import post_migrate

        from accounts import receivers
        from accounts.models import User, has_photo_in_use
        from files import uses
        from markup import registry

        signals.email_confirmed.connect(receivers.email_confirmed)
        signals.user_logged_in.connect(receivers.signed_in)
        # Django makes the permissions app by app after a migration: only after the last app are all of them there.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(receivers.migrated, sender=last)
        uses.register("profile photo", has_photo_in_use, can_be_public=False)
        registry.register(User, source="about_source", html="about_html", version="about_version", profile="about")
