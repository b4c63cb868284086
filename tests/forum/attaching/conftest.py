"""A thread that everybody reads."""

import pytest

from tests import factories


@pytest.fixture
def thread():
    return factories.make_thread()
