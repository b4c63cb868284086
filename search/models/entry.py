from django.db import models


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
    helpful = models.PositiveIntegerField(default=0, db_default=0)
    fingerprint = models.CharField(max_length=32, help_text="Of all that its group shares.")

    class Meta:
        indexes = [models.Index(fields=["kind", "-date"], name="entry_newest_of_kind")]

    def __str__(self) -> str:
        return self.key
