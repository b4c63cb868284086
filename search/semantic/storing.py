"""Embeddings beside the documents of the embedded index: made in batches by the worker, kept while the text stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from django.db import transaction

from search import semantic
from search.documents import Document
from search.models import Embedding, Entry, Stamp
from search.semantic.texts import text_of

# Vectors have length one, and the largest of hundreds of numbers is far below it: each vector is stretched to fit.
LARGEST = 127


def packed(vector: np.ndarray) -> bytes:
    """A quarter of the size, and the same neighbours: directions change by less than a hundredth."""
    return np.round(vector * (LARGEST / np.abs(vector).max())).astype(np.int8).tobytes()


def unpacked(stored: bytes | memoryview) -> np.ndarray:
    vector = np.frombuffer(stored, dtype=np.int8).astype(np.float32)
    return vector / np.linalg.norm(vector)


def keep(documents: Iterable[Document]) -> int:
    """Embed what was not embedded yet or has changed since. Returns how many that were.

    What the embedded index does not hold is passed over. Errors: model.Unusable.
    """
    model = semantic.load()
    texts = {document.key: text_of(document) for document in documents}
    hashes = {key: _hash(model.name, text) for key, text in texts.items()}
    entries = Entry.objects.filter(key__in=texts).values_list("key", "pk", "embedding__text_hash")
    numbers = {key: pk for key, pk, known in entries if known != hashes[key]}
    if not numbers:
        return 0
    vectors = model.embed([texts[key] for key in numbers])
    with transaction.atomic():
        # Its row stays locked until this ends, so that higher numbers are never seen before lower ones.
        changed = Stamp.take()
        present = set(Entry.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True))
        Embedding.objects.bulk_create(
            [
                Embedding(entry_id=pk, text_hash=hashes[key], vector=packed(vector), changed=changed)
                for (key, pk), vector in zip(numbers.items(), vectors, strict=True)
                if pk in present
            ],
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["text_hash", "vector", "changed"],
        )
    return len(numbers)


def vectors_of(documents: Sequence[Document]) -> dict[str, list[float]]:
    """For an index that keeps them itself, by key; made now where they are missing. Errors: model.Unusable."""
    keep(documents)
    found = Embedding.objects.filter(entry__key__in=[document.key for document in documents])
    return {key: unpacked(vector).tolist() for key, vector in found.values_list("entry__key", "vector")}


def _hash(model: str, text: str) -> str:
    return hashlib.md5(f"{model} {text}".encode(), usedforsecurity=False).hexdigest()
