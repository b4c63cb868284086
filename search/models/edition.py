import secrets

from django.db import models
from django.db.models import Count, Sum
from django.utils import timezone


class Edition(models.Model):
    """A state of the index's resources has a name: how many of these rows there are, and the sum of their tokens.

    Each write of resources adds a row in its own transaction, so that none waits for another. The token is drawn by
    chance: what a transaction that was rolled back had, no later one has again.
    """

    token = models.PositiveIntegerField()
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def change(cls) -> None:
        cls.objects.create(token=secrets.randbits(31))

    @classmethod
    def current(cls) -> tuple[int, int]:
        """The name of what is stored now. One query."""
        named = cls.objects.aggregate(rows=Count("pk"), tokens=Sum("token"))
        return named["rows"], named["tokens"] or 0
