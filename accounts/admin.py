"""People and organisations, for administrators."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import ADMINISTRATOR, EDITOR, MEMBER, MODERATOR, Organisation, User
from accounts.permissions import can_manage

RIGHTS = [
    (MEMBER, _("Member: may take part")),
    (MODERATOR, _("Moderator: keeps the forum, publishes resources and webinars")),
    (EDITOR, _("Editor: pages of the site, topics, sectors and places")),
    (ADMINISTRATOR, _("Administrator: people, the log, the outbox, and all of an editor's")),
]


SHOWN = ["display_name", "email", "role", "sector", "organisation", "place", "date_joined", "last_login"]


class RightsForm(forms.ModelForm):
    """What an administrator may change about somebody: rights, and whether the account is open."""

    rights = forms.MultipleChoiceField(
        choices=RIGHTS, required=False, widget=forms.CheckboxSelectMultiple, label=_("Rights")
    )
    is_active = forms.BooleanField(
        label=_("Account is open"),
        required=False,
        help_text=_("Without it the person is signed out everywhere at once, and nobody sees the profile."),
    )

    class Meta:
        model = User
        fields = ["is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights"].initial = sorted(self.instance.rights)


def _administrator(request: HttpRequest) -> User:
    """Django's admin lets nobody in who has not signed in."""
    return cast(User, request.user)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = RightsForm
    readonly_fields = [*SHOWN, "rights_held"]
    list_display = ["display_name", "email", "role", "rights_held", "is_active", "date_joined"]
    list_filter = ["is_active", "groups", "role"]
    search_fields = ["display_name", "email", "handle"]
    ordering = ["-date_joined"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        changeable = obj is not None and self.has_change_permission(request, obj)
        return [*SHOWN, "rights" if changeable else "rights_held", "is_active"]

    @admin.display(description=_("Rights"))
    def rights_held(self, person: User) -> str:
        names = sorted(group.name for group in person.groups.all())
        return ", ".join([*names, "superuser"] if person.is_superuser else names)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Not by the address either: it would find out the hash of a password letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or can_manage(_administrator(request), obj))

    def save_model(self, request: HttpRequest, obj: User, form: RightsForm, change: bool) -> None:
        """Nothing is saved but through actions, which ask, and write the audit log."""
        person = User.objects.get(pk=obj.pk)
        actor = _administrator(request)
        if not can_manage(actor, person):
            raise PermissionDenied
        if set(form.cleaned_data["rights"]) != person.rights:
            actions.set_rights(actor=actor, person=person, rights=form.cleaned_data["rights"])
        if form.cleaned_data["is_active"] != person.is_active:
            change_state = actions.reinstate if form.cleaned_data["is_active"] else actions.suspend
            change_state(actor=actor, person=person)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    fields = ["name", "sector", "place"]
    list_display = ["name", "sector", "place"]
    list_select_related = ["sector", "place"]
    list_filter = ["sector"]
    search_fields = ["name"]
    list_per_page = 50
