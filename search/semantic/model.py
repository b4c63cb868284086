"""A sentence-transformers model in ONNX: texts in, vectors of length one out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# What most models of this kind were trained with; more of a text costs time and says little.
MOST_TOKENS = 256
TOGETHER = 8


class Unusable(Exception):
    """The model cannot be used; the message is a sentence for the operator."""


class EmbeddingModel:
    """`name` changes with the model: vectors of different models cannot be compared."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        path = folder / "model.onnx"
        options = onnxruntime.SessionOptions()
        # A search waits for one short text; many threads would take turns from the other searches.
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            self.name = _fingerprint(path)
        # Both libraries raise whatever their native halves make of a wrong file.
        except Exception as error:
            raise Unusable(f"The model in {folder} cannot be read ({type(error).__name__}).") from error
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.enable_padding(pad_id=self.tokenizer.token_to_id("[PAD]") or 0)
        self.inputs = {each.name for each in self.session.get_inputs()}
        self.by_first_token = _is_by_first_token(folder)
        self.size = len(self.embed(["size"])[0])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """A row for each text. Texts of like length go together, so that little is computed for padding."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        batches = [order[start : start + TOGETHER] for start in range(0, len(order), TOGETHER)]
        rows: list[np.ndarray] = [np.empty(0)] * len(texts)
        # A question is one batch and takes one core; many documents take all of them.
        with ThreadPoolExecutor(min(len(batches), os.cpu_count() or 1)) as workers:
            found = workers.map(lambda places: self._embed([texts[place] for place in places]), batches)
            for places, vectors in zip(batches, found, strict=True):
                for place, row in zip(places, vectors, strict=True):
                    rows[place] = row
        return np.stack(rows)

    def _embed(self, texts: list[str]) -> np.ndarray:
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([each.ids for each in encoded], dtype=np.int64)
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            tokens = self.session.run(None, {name: given[name] for name in self.inputs})[0]
        except Exception as error:
            raise Unusable(
                f"The model does not answer as sentence-transformers' do ({type(error).__name__})."
            ) from error
        pooled = tokens if tokens.ndim == 2 else self._pool(tokens, mask)
        return pooled / np.clip(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12, None)

    def _pool(self, tokens: np.ndarray, mask: np.ndarray) -> np.ndarray:
        if self.by_first_token:
            return tokens[:, 0]
        weights = mask[..., None].astype(np.float32)
        return (tokens * weights).sum(axis=1) / np.clip(weights.sum(axis=1), 1, None)


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _is_by_first_token(folder: Path) -> bool:
    """How sentence-transformers says that one token stands for the text; the mean of all does where it is silent."""
    path = folder / "1_Pooling" / "config.json"
    return path.is_file() and bool(json.loads(path.read_text()).get("pooling_mode_cls_token"))
