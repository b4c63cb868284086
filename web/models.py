from django.db import models


class Allowance(models.Model):
    """How often something was done within one window of time; shared by all processes (see `web.limits`)."""

    key = models.CharField(max_length=120)
    window = models.BigIntegerField(help_text="Number of the window since 1970.")
    used = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="allowance_once_a_window")]

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"


class UsedToken(models.Model):
    """A one-time token that has been used; kept until it would have expired anyway (see `web.tokens`)."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
