"""Finding by meaning, where the operator names a model of sentence embeddings. Without one, nothing here is loaded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from search.documents import Document
    from search.semantic.model import EmbeddingModel


def is_on() -> bool:
    return bool(settings.SEARCH_EMBEDDING_MODEL)


# What cannot be read is tried again after so many seconds: meanwhile every search would wait for the same error.
PAUSE = 60
_failed: dict[str, tuple[float, str]] = {}


def load() -> EmbeddingModel:
    """The site's model, loaded once a process. Errors: model.Unusable."""
    from search.semantic.model import Unusable

    folder = str(settings.SEARCH_EMBEDDING_MODEL)
    until, reason = _failed.get(folder, (0.0, ""))
    if time.monotonic() < until:
        raise Unusable(reason)
    try:
        return _model_in(folder)
    except Unusable as error:
        _failed[folder] = (time.monotonic() + PAUSE, str(error))
        raise


def dimensions() -> int:
    """How long the vectors are that an index must hold; 0 without a model that works."""
    return load().size if _works() else 0


def vectors_of(documents: Sequence[Document]) -> dict[str, list[float]]:
    """Vectors of documents that the embedded index holds, by key; nothing without a model that works."""
    if not _works():
        return {}
    from search.semantic.storing import vectors_of

    return vectors_of(documents)


def _works() -> bool:
    """A model that cannot be used must not stop what needs none. Whoever searches says so in the log."""
    if not is_on():
        return False
    from search.semantic.model import Unusable

    try:
        load()
    except Unusable:
        return False
    return True


@lru_cache(maxsize=1)
def _model_in(folder: str) -> EmbeddingModel:
    # numpy and onnxruntime are an extra, and weigh more than all the rest of the site.
    from pathlib import Path

    from search.semantic.model import EmbeddingModel

    return EmbeddingModel(Path(folder))
