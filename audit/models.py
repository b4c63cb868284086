from django.db import models


class Entry(models.Model):
    """What was done by whom. Append-only, in the database too; ids and roles as values, no name and no text."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_roles = models.CharField(max_length=80, blank=True)
    verb = models.CharField(max_length=60, db_index=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="entry_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"


class Retention(models.Model):
    """While a row is here, the database lets entries from before that moment go (see `audit.actions.forget`).

    The command writes it, deletes, and takes it away, all in one transaction: at any other time the table is empty.
    """

    before = models.DateTimeField()

    def __str__(self) -> str:
        return f"before {self.before:%Y-%m-%d}"
