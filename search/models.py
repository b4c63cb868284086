from django.db import models, transaction
from django.db.models import F


class Entry(models.Model):
    """What the embedded index knows of one document, but its words.

    The words stand in the table `search_words`, which each database makes in its own way (see the migrations), under
    the same number: filters and counts then read short rows.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12)
    group_key = models.CharField(max_length=60, db_index=True, help_text="Documents of one group are one result.")
    container = models.CharField(max_length=60, db_index=True, help_text="Who may see it: read anew for each query.")
    tags = models.JSONField(default=list, help_text="facet:value, for filters and counts")
    date = models.DateTimeField(null=True)
    fingerprint = models.CharField(max_length=32, help_text="Of all that its group shares.")

    class Meta:
        indexes = [models.Index(fields=["kind", "-date"], name="entry_newest_of_kind")]

    def __str__(self) -> str:
        return self.key


class Stamp(models.Model):
    """The number that the next write to Elasticsearch carries; higher numbers saw later states of the database."""

    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def take(cls) -> int:
        """A number that nobody had before. Take it before reading what is to be written."""
        with transaction.atomic():
            if not cls.objects.filter(pk=1).update(number=F("number") + 1):
                cls.objects.get_or_create(pk=1)
                cls.objects.filter(pk=1).update(number=F("number") + 1)
            return cls.objects.values_list("number", flat=True).get(pk=1)
