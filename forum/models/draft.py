from __future__ import annotations

from django.conf import settings
from django.db import models

# When a page was opened, in microseconds: also what tells one page from another.
LONGEST_MOMENT = 20


class Draft(models.Model):
    """What a person is writing and has not posted; kept on the server, so that any computer has it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=60, help_text="reply:12, or thread: and the token of the form")
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="draft_once")]
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.key

    @property
    def words(self) -> str:
        """The text, with what the same person typed meanwhile on another page or device."""
        return "\n\n".join(filter(None, (self.fields.get("text", ""), self.fields.get("elsewhere", ""))))

    def other_words(self, text: str, opened: str) -> str:
        """What a page that was opened then would overwrite: typed elsewhere since, and not in its own text."""
        fields = self.fields
        if not opened.isdecimal() or len(opened) > LONGEST_MOMENT:
            return ""
        if fields.get("opened") == opened:
            others = [fields.get("elsewhere", "")]
        elif self.updated_at.timestamp() * 1_000_000 <= int(opened):
            return ""
        else:
            others = [fields.get("text", ""), fields.get("elsewhere", "")]
        return "\n\n".join(other for other in others if other.strip() and other.strip() not in text)
