import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def empty_caches():
    """Wagtail remembers renditions in the cache, allauth its counters; neither outlives a test."""
    cache.clear()
