from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node


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

    node_order_by = ["name"]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What a resource, a thread or a webinar is about."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    summary = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
