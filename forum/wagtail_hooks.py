"""Spaces in the CMS: editors make and change them. Posts are not there: nobody edits another person's words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.urls import URLPattern
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from forum import actions
from forum.circles import is_begun
from forum.models import Space
from markup.characters import clean_characters
from markup.markdown import MAX_SOURCE

FEWEST_FIRST: list[str] = [
    Space.Visibility.INVITED,
    Space.Visibility.ASK,
    Space.Visibility.MEMBERS,
    Space.Visibility.PUBLIC,
]


class SpaceForm(WagtailAdminModelForm):
    """Saves through the room's action, which renders the welcome and tells search of a changed audience."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields and not self.instance.pk:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " " + _("Leave it empty to have it made of the name.")
        if "parent" in self.fields:
            on_their_own = Space.objects.filter(parent__isnull=True)
            self.fields["parent"].queryset = on_their_own.exclude(pk=self.instance.pk)

    def clean_name(self) -> str:
        name = " ".join(clean_characters(self.cleaned_data["name"]).split())
        if not any(character.isalnum() for character in name):
            raise ValidationError(_("Give the space a name that people can read."))
        return name

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60].strip("-")
        if not slug:
            raise ValidationError(_("Type an address: none can be made of this name."))
        return slug

    def clean_welcome_source(self) -> str:
        return _short_enough(self.cleaned_data["welcome_source"])

    def clean_rules_source(self) -> str:
        return _short_enough(self.cleaned_data["rules_source"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("open_to_search_engines") and data.get("visibility") != Space.Visibility.PUBLIC:
            self.add_error("open_to_search_engines", _("Only a public space can be found by search engines."))
        if data.get("parent") and self.instance.pk and self.instance.children.exists():
            self.add_error("parent", _("Other spaces stand beneath this one, so it must stand on its own."))
        self._check_circle(data)
        self._check_readers(data)
        return data

    def _check_readers(self, data: dict[str, Any]) -> None:
        """An editor does not open to themselves, or to the world, what people wrote for fewer."""
        before = Space.objects.filter(pk=self.instance.pk, threads__isnull=False).values_list("visibility").first()
        after = data.get("visibility")
        if before is None or after is None or (self.for_user is not None and self.for_user.is_moderator):
            return
        if FEWEST_FIRST.index(after) > FEWEST_FIRST.index(before[0]):
            words = _("People have written here for fewer readers. Ask a moderator to open it, or make a new space.")
            self.add_error("visibility", words)

    def _check_circle(self, data: dict[str, Any]) -> None:
        """What people wrote under one promise is not put under another."""
        was_reflective = Space.objects.filter(pk=self.instance.pk).values_list("is_reflective", flat=True).first()
        is_reflective = data.get("is_reflective", False)
        if was_reflective is not None and was_reflective != is_reflective:
            self.add_error("is_reflective", _("This cannot be changed later. Make a new space instead."))
        if is_reflective and data.get("visibility") in Space.OPEN:
            self.add_error("visibility", _("A reflective space is for people who ask to join or are invited."))
        if was_reflective and is_begun(self.instance):
            for name in {"expires_after_days", "boundaries"} & set(self.changed_data):
                self.add_error(name, _("People have agreed to this. Make a new space for what is to be otherwise."))

    def save(self, commit: bool = True) -> Space:
        space: Space = ModelForm.save(self, commit=False)
        if commit:
            actions.save_space(space=space, actor=self.for_user)
        return space


def _short_enough(source: str) -> str:
    source = clean_characters(source)
    if len(source) > MAX_SOURCE:
        raise ValidationError(_("This is too long. Shorten it to 20,000 characters."))
    return source


class SpaceChooserViewSet(SnippetChooserViewSet):
    """It names every space, circles too: Wagtail's own is open to whoever uses the CMS at all."""

    def get_urlpatterns(self) -> list[URLPattern]:
        for_editors = permission_required("forum.change_space", raise_exception=True)
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = for_editors(pattern.callback)
        return patterns


class SpaceViewSet(SnippetViewSet):
    model = Space
    chooser_viewset_class = SpaceChooserViewSet
    icon = "group"
    menu_label = _("Spaces")
    menu_name = "spaces"
    menu_order = 250
    add_to_admin_menu = True
    list_display = ["name", "visibility", "is_reflective", "threads_listed", "is_archived"]
    list_filter = ["visibility", "is_archived"]
    search_fields = ["name", "purpose"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("purpose"),
            FieldPanel("welcome_source"),
            FieldPanel("rules_source"),
            FieldPanel("parent"),
            MultiFieldPanel(
                [FieldPanel("visibility"), FieldPanel("open_to_search_engines")], heading=_("Who can read")
            ),
            MultiFieldPanel([FieldPanel("who_starts"), FieldPanel("who_replies")], heading=_("Who can write")),
            MultiFieldPanel(
                [FieldPanel("place"), FieldPanel("sector"), FieldPanel("topic"), FieldPanel("project")],
                heading=_("Whom it is for"),
            ),
            FieldPanel("allows_nameless"),
            MultiFieldPanel(
                [FieldPanel("is_reflective"), FieldPanel("expires_after_days"), FieldPanel("boundaries")],
                heading=_("A reflective space"),
            ),
            FieldPanel("position"),
            FieldPanel("is_archived"),
        ],
        base_form_class=SpaceForm,
    )


register_snippet(SpaceViewSet)
