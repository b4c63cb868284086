"""Posts without a name, with the people around them."""

from __future__ import annotations

import pytest

from tests.forum.nameless.scene import Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()
