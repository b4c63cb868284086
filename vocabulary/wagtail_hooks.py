"""Sectors, places, topics and the words of each sector in the CMS, for editors."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from vocabulary.forms import ConceptForm, PermanentAddressForm
from vocabulary.models import Concept, ConceptQuerySet, Place, Sector, Topic


class SectorViewSet(SnippetViewSet):
    model = Sector
    icon = "group"
    list_display = ["name", "involvement", "position"]
    list_filter = ["involvement"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "slug", "involvement", "shape", "hue", "position")],
        base_form_class=PermanentAddressForm,
    )


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "summary"]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "slug", "summary")], base_form_class=PermanentAddressForm
    )


class PlaceViewSet(SnippetViewSet):
    """Places come from the loader, which knows the tree; editors mend names and write the contacts."""

    model = Place
    icon = "site"
    list_display = ["name", "kind", "is_partnership"]
    list_filter = ["kind", "is_partnership"]
    search_fields = ["name"]
    panels = [
        FieldPanel(name)
        for name in (
            "name",
            "is_partnership",
            "child_contacts",
            "child_contacts_night",
            "safeguarding_lead",
            "designated_officer",
        )
    ]


class ConceptViewSet(SnippetViewSet):
    """Concepts are taken out of use, not deleted: their addresses are permanent."""

    model = Concept
    icon = "openquote"
    menu_label = _("Words we use")
    list_display = ["name", "topic", "is_in_use"]
    list_filter = ["is_in_use", "topic"]
    search_fields = ["name", "labels__text"]
    list_per_page = 50
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "What stands here counts at once: in the list “Words we use” and in every search, which also looks "
                    "for the other labels of a concept."
                )
            ),
            InlinePanel(
                "labels",
                heading=_("What it is called"),
                label=_("Label"),
                min_num=1,
                panels=[
                    FieldPanel(name) for name in ("text", "kind", "sectors", "is_ambiguous", "expands", "language")
                ],
            ),
            FieldPanel("definition"),
            FieldPanel("scope_note"),
            MultiFieldPanel(
                [FieldPanel("broader"), FieldPanel("related"), FieldPanel("topic")], heading=_("What lies around it")
            ),
            InlinePanel(
                "matches",
                heading=_("In other vocabularies"),
                label=_("Match"),
                panels=[FieldPanel(name) for name in ("scheme", "label", "relation", "uri")],
            ),
            MultiFieldPanel(
                [FieldPanel("source"), FieldPanel("slug"), FieldPanel("is_in_use")], heading=_("About this entry")
            ),
        ],
        base_form_class=ConceptForm,
    )

    def get_queryset(self, request: HttpRequest) -> ConceptQuerySet:
        return Concept.objects.select_related("topic")


class VocabularyGroup(SnippetViewSetGroup):
    items = (ConceptViewSet, SectorViewSet, TopicViewSet, PlaceViewSet)
    menu_label = _("Vocabulary")
    menu_icon = "list-ul"
    menu_order = 300


register_snippet(VocabularyGroup)


@hooks.register("construct_main_menu")
def hide_bare_snippets(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """The groups above lead to every snippet; the bare list of kinds would only repeat them."""
    menu_items[:] = [item for item in menu_items if item.name != "snippets"]
