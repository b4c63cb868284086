from django.db import models, transaction
from django.db.models import F


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
