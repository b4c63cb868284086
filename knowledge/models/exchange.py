"""What came in from elsewhere, and what catalogues elsewhere were told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.models.kinds import Kind


def import_path(job: Import, name: str) -> str:
    return f"imports/{job.pk or 'new'}-{name}"


class Import(models.Model):
    """A file of records on its way into the library: read, looked at, made into pages, perhaps taken back."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("Waiting to hear which column is what")
        READING = "reading", _("Being read")
        READY = "ready", _("Ready to look at")
        RUNNING = "running", _("Pages are being made")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Cannot be read")

    AT_WORK = (State.READING, State.RUNNING, State.UNDOING)

    name = models.CharField(_("file"), max_length=200)
    form = models.CharField(_("format"), max_length=10)
    file = models.FileField(upload_to=import_path, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    kind = models.CharField(_("kind, where a record names none"), max_length=12, choices=Kind, default=Kind.RESEARCH)
    publish = models.BooleanField(_("publish at once"), default=False)
    with_duplicates = models.BooleanField(_("also make pages of what may be here already"), default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    error = models.CharField(max_length=300, blank=True)
    made = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK


class ImportLine(models.Model):
    """One record of the file, and what became of it."""

    class State(models.TextChoices):
        READY = "ready", _("Can be taken")
        DUPLICATE = "duplicate", _("May be here already")
        WRONG = "wrong", _("Cannot be taken")
        MADE = "made", _("Is a page now")
        UNDONE = "undone", _("Taken back")
        CHANGED = "changed", _("Kept: it was changed since")

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="Of the record within the file.")
    line = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=255, blank=True)
    item = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State)
    error = models.CharField(max_length=300, blank=True)
    page = models.ForeignKey("knowledge.ResourcePage", null=True, on_delete=models.SET_NULL, related_name="+")
    twin = models.ForeignKey("knowledge.ResourcePage", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveBigIntegerField(null=True, help_text="Of the page as it was made.")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["job", "state", "number"], name="import_line_state")]

    def __str__(self) -> str:
        return f"{self.number}: {self.title or self.error}"


class ColumnMapping(models.Model):
    """What the columns of a table meant the last time that a table with these headings came."""

    headings = models.CharField(max_length=64, unique=True, help_text="A digest of them.")
    mapping = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.headings


class Source(models.Model):
    """A repository that is harvested over OAI-PMH, and how far."""

    url = models.URLField(_("address"), max_length=500)
    subset = models.CharField(_("set"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RESEARCH)
    harvested_to = models.CharField(max_length=20, blank=True, help_text="The other side's own time, to ask from next.")
    asked_at = models.CharField(max_length=20, blank=True, help_text="Its time when the harvest under way began.")
    token = models.TextField(blank=True)
    error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    is_daily = models.BooleanField(_("ask every day"), default=False, db_default=False)
    tried_at = models.DateTimeField(null=True, help_text="When it was asked last, whatever came of it.")
    taken = models.PositiveIntegerField(default=0, db_default=0, help_text="Records that the last harvest took.")
    passed = models.PositiveIntegerField(default=0, db_default=0, help_text="Records that it passed over.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["url", "subset"], name="source_once")]

    def __str__(self) -> str:
        return f"{self.url} {self.subset}".strip()

    @property
    def is_under_way(self) -> bool:
        """Whether the repository has more to say that was not asked for yet."""
        return bool(self.token)


class Harvested(models.Model):
    """A record of a source. Its page is an editor's from then on: later changes are told, not written over it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="records")
    identifier = models.CharField(max_length=500)
    page = models.ForeignKey("knowledge.ResourcePage", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveBigIntegerField(null=True)
    is_deleted = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "identifier"], name="harvested_once")]

    def __str__(self) -> str:
        return self.identifier


class Announced(models.Model):
    """A resource that catalogues elsewhere know of: when it changed last, or that it is there no more.

    Without a foreign key, so that a page that was deleted can still be told to be gone.
    """

    page_number = models.PositiveBigIntegerField(unique=True)
    stamp = models.DateTimeField()
    version = models.DateTimeField(null=True, help_text="The page's last publication that was announced.")
    is_deleted = models.BooleanField(default=False)
    sets = models.TextField(blank=True, help_text="Between bars: |kind:research|topic:sleep|")

    class Meta:
        indexes = [models.Index(fields=["stamp", "id"], name="announced_order")]

    def __str__(self) -> str:
        return f"{self.page_number}"
