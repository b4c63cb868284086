"""A resource to save."""

import pytest

from tests import factories


@pytest.fixture
def page(db):
    return factories.make_resource(title="Brushing twice")
