from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self) -> None:
        from accounts import agreement
        from knowledge import cards, digests, exchanging, information, life, receivers  # noqa: F401
        from knowledge.actions import statistics
        from knowledge.moderation import lists as moderation_of_lists
        from knowledge.notifications import experience as news_of_experience
        from knowledge.notifications import lists as news_of_lists
        from knowledge.privacy import experience as privacy_of_experience
        from knowledge.privacy import lists as privacy_of_lists
        from outbox import schedule
        from web import navigation

        agreement.register(information.agreement)
        navigation.add_to_footer(information.footer_links, may_change=True)
        navigation.add_to_footer(lambda: [navigation.Link(_("For programs"), reverse("api_docs"))])
        navigation.set_child_page(information.child_page)
        navigation.add_to_header(10, lambda: navigation.Link(_("Home"), "/"))
        navigation.add_to_header(25, lambda: navigation.Link(_("Topics"), reverse("topics")))
        schedule.every(60, "use-of-resources", statistics.gather)
        moderation_of_lists.register_all()
        news_of_lists.register_all()
        privacy_of_lists.register_all()
        news_of_experience.register_all()
        privacy_of_experience.register_all()
        life.register_all()
        cards.register_all()
        digests.register_all()
        exchanging.register_all()
