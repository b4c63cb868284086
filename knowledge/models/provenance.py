"""Where a resource comes from: the columns that a reference manager would ask for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import dateformat
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from knowledge.identifiers import validate_isbn, validate_issued, validate_language, validate_orcid

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_AUTHORS = 300


class Provenance(models.Model):
    """Who made a work, when, where it is kept, under which numbers and on which terms."""

    authors = models.CharField(
        _("authors, as one line"),
        max_length=LONGEST_AUTHORS,
        blank=True,
        help_text=_("Written for you when you name them one by one."),
    )
    publisher = models.CharField(_("publisher"), max_length=150, blank=True)
    issued = models.CharField(
        _("date of publication"),
        max_length=10,
        blank=True,
        validators=[validate_issued],
        help_text=_("A year, a month or a day: 2019, 2019-03 or 2019-03-21."),
    )
    year = models.PositiveSmallIntegerField(
        _("year of publication"), null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2200)]
    )
    language = models.CharField(
        _("language"), max_length=35, default="en", validators=[validate_language], help_text=_("A code: en, cy, pl.")
    )
    citation = models.TextField(_("how to cite the original"), max_length=600, blank=True)
    doi = models.CharField(
        "DOI", max_length=120, blank=True, validators=[RegexValidator(r"^10\.\d{4,9}/\S+$", _("A DOI begins with 10."))]
    )
    isbn = models.CharField("ISBN", max_length=17, blank=True, validators=[validate_isbn])
    pmid = models.CharField(
        "PubMed", max_length=10, blank=True, validators=[RegexValidator(r"^\d+$", _("A PubMed number is only digits."))]
    )
    source_url = models.URLField(_("address of the original"), max_length=500, blank=True)
    licence = models.CharField(
        _("licence"), max_length=120, blank=True, help_text=_("What others may do with it: CC BY 4.0, OGL 3.0…")
    )
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    subject_headings = models.TextField(
        _("subject headings"), max_length=1500, blank=True, help_text=_("MeSH or others, separated by semicolons.")
    )
    country = models.CharField(_("country it comes from"), max_length=60, blank=True)
    study_design = models.CharField(_("how it was studied"), max_length=120, blank=True)
    funding = models.TextField(_("who paid for it"), max_length=600, blank=True)
    conflicts = models.TextField(
        _("conflicts of interest"),
        max_length=600,
        blank=True,
        help_text=_("What the authors declare, or that they declare none."),
    )
    csl = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What a CSL-JSON item says that has no column here: type, container-title, volume, page…",
    )

    class Meta:
        abstract = True

    @property
    def issued_shown(self) -> str:
        """ "2019", "March 2019" or "21 March 2019"."""
        parts = [int(part) for part in self.issued.split("-") if part.isdigit()]
        day = dt.date(*(parts + [1, 1])[:3]) if parts else None
        return dateformat.format(day, ("Y", "F Y", "j F Y")[len(parts) - 1]) if day else ""

    @property
    def language_shown(self) -> str:
        """The language's name; its code where the name is not known."""
        try:
            return str(get_language_info(self.language.partition("-")[0])["name_translated"])
        except KeyError:
            return self.language

    def date_follows_issued(self) -> None:
        """The year is that of the date, where there is a date."""
        if self.issued[:4].isdigit():
            self.year = int(self.issued[:4])


class Author(Orderable):
    """One person or organisation that made a resource, in the order in which they are named."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        EDITOR = "editor", _("Editor")
        CONTRIBUTOR = "contributor", _("Contributor")

    page = ParentalKey("knowledge.ResourcePage", on_delete=models.CASCADE, related_name="people")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.AUTHOR)
    given = models.CharField(_("first names"), max_length=120, blank=True)
    family = models.CharField(_("family name"), max_length=120, blank=True)
    literal = models.CharField(_("or an organisation"), max_length=200, blank=True)
    orcid = models.CharField(
        "ORCID", max_length=19, blank=True, validators=[validate_orcid], help_text=_("If known: 0000-0002-1825-0097.")
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(family="", literal=""),
                name="author_has_a_name",
                violation_error_message=_("Give a family name or the name of an organisation."),
            )
        ]

    def __str__(self) -> str:
        return self.literal or f"{self.given} {self.family}".strip()


def line_of(people: Iterable[Author]) -> str:
    """Authors in one line, cut between two names where it would be too long. Editors where there is no author."""
    rows = list(people)
    named = [str(one) for one in rows if one.role == Author.Role.AUTHOR] or [str(one) for one in rows]
    line = "; ".join(named)
    while len(line) > LONGEST_AUTHORS:
        named.pop()
        line = "; ".join([*named, "et al."]) if named else line[:LONGEST_AUTHORS]
    return line
