"""Sectors, places and topics in the CMS, for editors."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from vocabulary.models import Place, Sector, Topic


class SectorViewSet(SnippetViewSet):
    model = Sector
    icon = "group"
    list_display = ["name", "involvement", "position"]
    list_filter = ["involvement"]
    search_fields = ["name"]
    panels = [FieldPanel(name) for name in ("name", "slug", "involvement", "shape", "hue", "position")]


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "summary"]
    search_fields = ["name"]
    panels = [FieldPanel(name) for name in ("name", "slug", "summary")]


class PlaceViewSet(SnippetViewSet):
    """Places come from the loader, which knows the tree; editors mend names and write the contacts."""

    model = Place
    icon = "site"
    list_display = ["name", "kind", "is_partnership"]
    list_filter = ["kind", "is_partnership"]
    search_fields = ["name"]
    panels = [FieldPanel(name) for name in ("name", "is_partnership", "child_contacts")]


class VocabularyGroup(SnippetViewSetGroup):
    items = (SectorViewSet, TopicViewSet, PlaceViewSet)
    menu_label = _("Vocabulary")
    menu_icon = "list-ul"
    menu_order = 300


register_snippet(VocabularyGroup)


@hooks.register("construct_main_menu")
def hide_bare_snippets(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """The groups above lead to every snippet; the bare list of kinds would only repeat them."""
    menu_items[:] = [item for item in menu_items if item.name != "snippets"]
