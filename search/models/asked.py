"""What is searched for and what is chosen from it, with nobody's name: see docs/decisions/what-searches-leave.md."""

from __future__ import annotations

from django.db import models


class Trace(models.Model):
    """Somebody searched for something today. Neither can be read from it, and tomorrow it is gone."""

    day = models.DateField()
    query = models.CharField(max_length=64, help_text="Keyed digest of the words.")
    person = models.CharField(max_length=64, help_text="Keyed digest of the account.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "query", "person"], name="trace_once")]

    def __str__(self) -> str:
        return self.query


class AskedQuery(models.Model):
    """Words that two members or more searched for on one day."""

    text = models.CharField(max_length=100, unique=True)

    class Meta:
        # Editors read the report by this right.
        permissions = [("read_report", "May read what is searched for")]

    def __str__(self) -> str:
        return self.text


class AskedDay(models.Model):
    """How often known words were searched for on one day, and what came of it."""

    query = models.ForeignKey(AskedQuery, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    searches = models.PositiveIntegerField(default=0)
    without_results = models.PositiveIntegerField(default=0)
    with_click = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "day"], name="asked_once_a_day")]

    def __str__(self) -> str:
        return f"{self.query_id} {self.day}: {self.searches}"


class PositionDay(models.Model):
    """How often the result at one position was shown and opened on one day. Position 0 is what editors chose."""

    day = models.DateField()
    position = models.PositiveSmallIntegerField()
    shown = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "position"], name="position_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.position}: {self.clicks} of {self.shown}"
