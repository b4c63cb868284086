"""Embeddings beside the documents of the embedded index: made in batches by the worker, kept while the text stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from django.db import transaction

from search import semantic
from search.batches import batches
from search.documents import Document
from search.models import Embedding, Entry, Stamp
from search.semantic.texts import text_of

# Vectors have length one, and the largest of hundreds of numbers is far below it: each vector is stretched to fit.
LARGEST = 127
# A few seconds' work, so that little is done again after a restart: a long file has hundreds of passages.
KEPT_AT_ONCE = 128


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
    kept = (Entry.objects.filter(key__in=some) for some in batches(texts))
    entries = [row for some in kept for row in some.values_list("key", "pk", "embedding__text_hash")]
    number = 0
    new = ((pk, hashes[key], texts[key]) for key, pk, known in entries if known != hashes[key])
    for some in batches(new, KEPT_AT_ONCE):
        vectors = model.embed([text for *_, text in some])
        _write({pk: (text_hash, packed(vector)) for (pk, text_hash, _), vector in zip(some, vectors, strict=True)})
        number += len(some)
    return number


@transaction.atomic
def _write(made: dict[int, tuple[str, bytes]]) -> None:
    """Hashes of texts and vectors, by the entries' numbers."""
    # Its row stays locked until this ends, so that higher numbers are never seen before lower ones.
    changed = Stamp.take()
    present = Entry.objects.filter(pk__in=made).values_list("pk", flat=True)
    Embedding.objects.bulk_create(
        [Embedding(entry_id=pk, text_hash=made[pk][0], vector=made[pk][1], changed=changed) for pk in present],
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["text_hash", "vector", "changed"],
    )


def vectors_of(documents: Sequence[Document]) -> dict[str, list[float]]:
    """For an index that keeps them itself, by key; made now where they are missing. Errors: model.Unusable."""
    keep(documents)
    found = Embedding.objects.filter(entry__key__in=[document.key for document in documents])
    return {key: unpacked(vector).tolist() for key, vector in found.values_list("entry__key", "vector")}


def _hash(model: str, text: str) -> str:
    return hashlib.md5(f"{model} {text}".encode(), usedforsecurity=False).hexdigest()
