"""Finding by meaning, where the operator names a model of sentence embeddings. Without one, nothing here is loaded."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from search.semantic.model import EmbeddingModel


def is_on() -> bool:
    return bool(settings.SEARCH_EMBEDDING_MODEL)


def model() -> EmbeddingModel:
    """The site's model, loaded once a process. Errors: model.Unusable."""
    return _model_in(str(settings.SEARCH_EMBEDDING_MODEL))


@lru_cache(maxsize=1)
def _model_in(folder: str) -> EmbeddingModel:
    # numpy and onnxruntime are an extra, and weigh more than all the rest of the site.
    from pathlib import Path

    from search.semantic.model import EmbeddingModel

    return EmbeddingModel(Path(folder))
