import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from treebeard.mp_tree import MP_Node

from vocabulary import folding


class Sector(models.Model):
    """A part of the partnership: health visiting, housing, volunteers…"""

    class Involvement(models.TextChoices):
        DIRECT = "direct", _("Works with young children and families")
        INDIRECT = "indirect", _("Touches their lives in other work")
        VOLUNTEER = "volunteer", _("Volunteers, parents and carers")

    class Shape(models.TextChoices):
        CIRCLE = "circle"
        SQUARE = "square"
        TRIANGLE = "triangle"
        DIAMOND = "diamond"
        HEXAGON = "hexagon"
        CROSS = "cross"
        DROP = "drop"
        HALF = "half"
        BAR = "bar"
        RING = "ring"

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    involvement = models.CharField(max_length=10, choices=Involvement)
    shape = models.CharField(max_length=10, choices=Shape, default=Shape.CIRCLE)
    hue = models.PositiveSmallIntegerField(default=1, help_text=_("Number of the colour in the stylesheet, 1 to 10."))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.CheckConstraint(condition=models.Q(hue__gte=1, hue__lte=10), name="sector_hue")]

    def __str__(self) -> str:
        return self.name


class Place(MP_Node):
    """A place in a tree: region, council area, ward."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")
        COUNCIL = "council", _("Council area")
        WARD = "ward", _("Ward")

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    gss = models.CharField(_("ONS code"), max_length=9, null=True, blank=True, unique=True)
    is_partnership = models.BooleanField(default=False)
    child_contacts = models.TextField(
        _("who to call when worried about a child"), blank=True, help_text=_("Shown on “Worried about a child?”.")
    )

    child_contacts_night = models.TextField(
        _("children’s services in the evening, at night and at weekends"), blank=True,
        help_text=_("Number and hours. Leave it empty where there is one number for day and night."),
    )  # fmt: skip
    safeguarding_lead = models.TextField(
        _("safeguarding lead of this site for the place"), blank=True,
        help_text=_("Who it is and how to reach them, for anybody on the internet to read."),
    )  # fmt: skip
    designated_officer = models.TextField(
        _("local authority designated officer (LADO)"), blank=True,
        help_text=_("For worries about somebody who works or volunteers with children: how to reach the officer."),
    )  # fmt: skip

    node_order_by = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def with_help(cls) -> "models.QuerySet[Place]":
        """Partnerships, and places of which an editor has said who to tell."""
        silent = models.Q(child_contacts="", child_contacts_night="", safeguarding_lead="", designated_officer="")
        return cls.objects.filter(models.Q(is_partnership=True) | ~silent)

    def helping(self) -> "Place":
        """This place, or the nearest around it that has a help page; itself where none has."""
        around = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return Place.with_help().filter(path__in=around).order_by("-depth").first() or self


class Topic(models.Model):
    """What a resource, a thread or a webinar is about."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    summary = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConceptQuerySet(models.QuerySet["Concept"]):
    def in_use(self) -> "ConceptQuerySet":
        return self.filter(is_in_use=True)

    def stamp(self) -> tuple[int, int, int]:
        """Three numbers that are not the same again once a concept or a label was changed."""
        found = self.aggregate(models.Sum("revision"), models.Count("pk"), models.Max("pk"))
        return found["revision__sum"] or 0, found["pk__count"], found["pk__max"] or 0


class Concept(ClusterableModel):
    """One thing that the field speaks of, whatever each sector calls it."""

    name = models.CharField(max_length=120, unique=True, editable=False, help_text=_("The preferred label again."))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    definition = models.TextField(blank=True, help_text=_("What it means, in plain English, in a sentence or two."))
    scope_note = models.TextField(
        _("note on use"), blank=True, help_text=_("When to use these words, and what to be careful with.")
    )
    broader = models.ManyToManyField(
        "self", through="BroaderConcept", symmetrical=False, blank=True, related_name="narrower"
    )
    related = models.ManyToManyField("self", through="RelatedConcept", symmetrical=True, blank=True)
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200, blank=True, help_text=_("Where the words or their meaning come from."))
    is_in_use = models.BooleanField(
        _("in use"), default=True, help_text=_("Untick to take it out of the list and the search; nothing is lost.")
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = ConceptQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["revision"], name="concept_revision")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("vocabulary:concept", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.touch()

    def touch(self) -> None:
        """Have every process read the thesaurus anew.

        The number is drawn, not counted: what was counted in a transaction that failed would be counted again.
        """
        Concept.objects.filter(pk=self.pk).update(revision=secrets.randbelow(2**31))


class BroaderConcept(models.Model):
    """The first concept is a kind or a part of the second."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    broader = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "broader"], name="broader_once"),
            models.CheckConstraint(condition=~Q(concept=F("broader")), name="broader_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} < {self.broader_id}"


class RelatedConcept(models.Model):
    """Two concepts that a reader of one may want to see. Stored both ways."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "other"], name="related_once"),
            models.CheckConstraint(condition=~Q(concept=F("other")), name="related_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} ~ {self.other_id}"


class LabelQuerySet(models.QuerySet["Label"]):
    def in_use(self) -> "LabelQuerySet":
        return self.filter(concept__is_in_use=True)

    def shown(self) -> "LabelQuerySet":
        """Without misspellings, which are there to be found and not to be read."""
        return self.in_use().exclude(kind=Label.Kind.HIDDEN)

    def matching(self, text: str) -> "LabelQuerySet":
        """Labels that hold these words or begin one with them; misspellings too, they lead to the right word."""
        folded = " ".join(folding.split(text))
        if not folded:
            return self.none()
        return self.in_use().filter(Q(folded__startswith=folded) | Q(folded__contains=f" {folded}"))


class Label(ClusterableModel):
    """What somebody calls a concept."""

    class Kind(models.TextChoices):
        PREFERRED = "preferred", _("Preferred label")
        ALTERNATIVE = "alternative", _("Also called")
        ABBREVIATION = "abbreviation", _("Abbreviation")
        HIDDEN = "hidden", _("Misspelling (found, never shown)")

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    text = models.CharField(_("words"), max_length=120)
    folded = models.CharField(max_length=120, db_index=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ALTERNATIVE)
    language = models.CharField(
        max_length=10, default="en", help_text=_("A code such as en, cy for Welsh or ur for Urdu.")
    )
    sectors = ParentalManyToManyField(
        Sector, blank=True, related_name="labels", verbose_name=_("said by"), help_text=_("Empty: everybody says it.")
    )
    is_ambiguous = models.BooleanField(
        _("also an everyday word"),
        default=False,
        help_text=_("Such as IT or MASH. Then it is searched for only where the other words of a search fit."),
    )
    expands = models.BooleanField(
        _("used by the search"), default=True, help_text=_("Untick where it would bring up what nobody looks for.")
    )

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["text", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["concept", "folded"], name="label_once_a_concept"),
            models.UniqueConstraint(fields=["concept"], condition=Q(kind="preferred"), name="one_preferred_label"),
            models.CheckConstraint(condition=~Q(folded=""), name="label_has_words"),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = " ".join(folding.split(self.text))
        super().save(*args, **kwargs)
        self.concept.touch()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.concept.touch()
        return super().delete(*args, **kwargs)


class Match(models.Model):
    """The same or nearly the same concept in somebody else's vocabulary."""

    class Relation(models.TextChoices):
        EXACT = "exact", _("The same")
        CLOSE = "close", _("Nearly the same")
        BROAD = "broad", _("Wider than ours")
        NARROW = "narrow", _("Narrower than ours")

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="matches")
    scheme = models.CharField(_("vocabulary"), max_length=40, help_text=_("Such as MeSH."))
    label = models.CharField(_("its label"), max_length=200)
    uri = models.URLField(_("its address"), blank=True)
    relation = models.CharField(max_length=6, choices=Relation, default=Relation.CLOSE)

    class Meta:
        ordering = ["scheme", "label"]
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [models.UniqueConstraint(fields=["concept", "scheme", "label"], name="match_once")]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.label}"
