from django.db import models


class Rebuild(models.Model):
    """One building of an index anew, so that a killed one goes on where it stopped."""

    engine = models.CharField(max_length=20)
    index = models.CharField(max_length=140, blank=True, help_text="The index in Elasticsearch that is being built.")
    reached = models.JSONField(default=dict, help_text="The number of the last row indexed, by source.")
    rows = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["engine", "-started_at"], name="rebuild_latest")]

    def __str__(self) -> str:
        return f"{self.engine} {self.started_at:%Y-%m-%d %H:%M}"
