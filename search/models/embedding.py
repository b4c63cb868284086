from django.db import models

from search.models.entry import Entry


class Embedding(models.Model):
    """What one document means, as a model of sentence embeddings has it: a vector of small whole numbers."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="embedding")
    text_hash = models.CharField(
        max_length=32, help_text="Of the model and the text: what is the same is not done again."
    )
    vector = models.BinaryField()
    changed = models.BigIntegerField(db_index=True, help_text="Higher for what was written later.")

    def __str__(self) -> str:
        return f"embedding of entry {self.pk}"
