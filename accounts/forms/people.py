"""What a new member and a member's profile have in common: a name, a role, where from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from markup.characters import clean_characters
from vocabulary.models import Place, Sector

MOST_SUGGESTIONS = 300
# Persian, Hindi and other scripts join letters with these; the blanks are letters of Hangul that draw nothing.
JOINERS, BLANKS = "\u200c\u200d", "\u115f\u1160\u3164\uffa0"
# Alphabets with letters that look the same: of two of them one makes the name of somebody else.
LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
OFFICES = re.compile(
    r"\b(?:moderators?|moderation|administrators?|administration|admins?|safeguarding leads?|"
    r"(?:support|help|site|staff) ?(?:team|staff|desk))\b"
)
# Words of which a name, or what stands apart in it ("Ann (support)"), may not consist; "Ann Staff" is a name.
OF_THE_SITE = re.compile(
    r"(?:\b(?:accounts?|desk|help|helpdesk|lead|mods?|official|owner|safeguarding|services?|site|staff|support|sysadmin|"
    r"system|team|the|webmaster)\b\s*)+"
)
APART = re.compile(r"[,;:/|()\[\]]|\s[-–—]\s")
DIGITS_AS_LETTERS = str.maketrans("01345$", "oieass")
NO_NAMES = (_("A member"), _("Somebody"), _("Somebody who has left"), _("The site"), settings.SITE_NAME)


class PlaceField(forms.ModelChoiceField):
    """The partnership's places with their wards, grouped so that a phone's own list can be read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Place.objects.all(), empty_label=_("Choose a place"), **kwargs)

    def fill(self) -> None:
        councils = list(Place.objects.filter(is_partnership=True).order_by("name"))
        beneath = Q(pk__in=[])
        for council in councils:
            beneath |= Q(path__startswith=council.path, depth__gt=council.depth)
        wards = list(Place.objects.filter(beneath).order_by("name"))
        groups: list[tuple[Any, Any]] = [("", self.empty_label)]
        for council in councils:
            own = [(ward.pk, ward.name) for ward in wards if ward.path.startswith(council.path)]
            whole = (council.pk, _t("All of %(place)s") % {"place": council.name})
            groups.append((council.name, [whole, *own]))
        self.choices = groups
        self.queryset = Place.objects.filter(pk__in=[place.pk for place in [*councils, *wards]])


class SectorField(forms.ModelChoiceField):
    """Sectors, grouped by how close they are to families."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Sector.objects.all(), empty_label=_("Choose a sector"), **kwargs)

    def fill(self) -> None:
        groups: dict[Any, list] = {str(kind.label): [] for kind in Sector.Involvement}
        for sector in Sector.objects.all():
            groups[str(Sector.Involvement(sector.involvement).label)].append((sector.pk, sector.name))
        self.choices = [("", self.empty_label), *[(name, found) for name, found in groups.items() if found]]


def visible_line(text: str) -> str:
    """One line without what cannot be seen: overrides of direction, marks without width, letters that are blank."""
    kept = (
        character
        for character in clean_characters(text)
        if character in JOINERS or not (unicodedata.category(character) == "Cf" or character in BLANKS)
    )
    return " ".join("".join(kept).split())


class PersonFields(forms.Form):
    """What a new member and a member's profile have in common."""

    display_name = forms.CharField(
        label=_("Your name, as others see it"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Your real name works best. Members see it; people outside see it on what you post in public."),
    )
    role = forms.ChoiceField(label=_("You are here as"), choices=User.Role.choices, widget=forms.RadioSelect)
    sector = SectorField(label=_("Sector you work in"), required=False)
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        help_text=_("Start to type: you may find it in the list. Otherwise we add it."),
    )
    place = PlaceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PlaceField | SectorField):
                field.fill()

    def organisation_names(self) -> Iterable[str]:
        """Suggestions for the text field."""
        return Organisation.objects.values_list("name", flat=True)[:MOST_SUGGESTIONS]

    def clean_display_name(self) -> str:
        name = visible_line(unicodedata.normalize("NFKC", self.cleaned_data["display_name"]))[:80]
        if not any(character.isalpha() for character in name):
            raise ValidationError(_("Please give a name that people can read."))
        if "@" in name or "://" in name:
            raise ValidationError(_("Please give a name, not an e-mail or web address: everybody would see it."))
        if len({unicodedata.name(letter, "").split(" ")[0] for letter in name if letter.isalpha()} & LOOK_ALIKE) > 1:
            raise ValidationError(_("Please write your name in the letters of one alphabet."))
        if not self.may_be_called(name):
            raise ValidationError(
                _("Please give your own name: people would take this one for somebody who runs the site.")
            )
        return name

    def may_be_called(self, name: str) -> bool:
        """Whether nobody would take it for those who look after the site, or for what stands in place of a name."""
        letters = unicodedata.normalize("NFKD", name)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
        # "A member, health visiting" stands beside posts without a name.
        if any(re.match(rf"{re.escape(said.casefold())}(?:$|\s*,)", plain) for said in map(str, NO_NAMES)):
            return False
        if plain.startswith(f"{settings.SITE_NAME.casefold()} "):
            return False
        plain = plain.translate(DIGITS_AS_LETTERS)
        joined = re.sub(r"[^\w\s]", "", plain)
        parts = (part.strip() for part in (*APART.split(plain), joined))
        return not any(map(OFFICES.search, (plain, joined))) and not any(map(OF_THE_SITE.fullmatch, parts))

    def clean_organisation(self) -> Organisation | None:
        """The organisation of that name, whatever its capitals; made when it is new, and only with the rest."""
        name = visible_line(self.cleaned_data["organisation"])
        if not name:
            return None
        return Organisation.objects.filter(name__iexact=name).first() or Organisation(name=name)
