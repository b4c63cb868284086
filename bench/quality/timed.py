"""What measuring one engine with one set gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Document keys in order by query key; seconds of each query, all its pages together."""

    run: dict[str, list[str]]
    seconds: list[float]
