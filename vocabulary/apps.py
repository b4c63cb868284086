from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VocabularyConfig(AppConfig):
    name = "vocabulary"

    def ready(self) -> None:
        from django.urls import reverse

        from web.navigation import Link, add_to_footer

        add_to_footer(lambda: [Link(_("Words we use"), reverse("vocabulary:index"))])
