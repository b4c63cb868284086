from __future__ import annotations

from django.conf import settings
from django.db import models


class Nameless(models.Model):
    """Who wrote a post that carries no name.

    Apart from the post, so that no list, count, feed or index comes upon it by its `author`. Only `forum.nameless`
    and `PostQuerySet.written_by` read it. It goes with the account of whoever wrote; the post stays.
    """

    post = models.OneToOneField("forum.Post", on_delete=models.CASCADE, related_name="nameless")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(
        "forum.Space",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Where it was written: those who keep that space may find out who it was, wherever it goes.",
    )
    form_token = models.UUIDField(null=True, help_text="As of any post: a form sent twice posts once.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form_token"], name="nameless_form_once")]

    def __str__(self) -> str:
        return f"post {self.post_id}"
