from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self) -> None:
        from accounts import agreement
        from knowledge import information, receivers  # noqa: F401
        from web import navigation

        agreement.register(information.agreement)
        navigation.add_to_footer(information.footer_links)
        navigation.set_child_page(information.child_page)
        navigation.add_to_header(10, lambda: navigation.Link(_("Home"), "/"))
