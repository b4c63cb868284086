"""Which process runs which tests, and in which order: what needs a dear set-up stays together and comes first."""

from collections import Counter

import pytest
from xdist.scheduler import LoadFileScheduling

# A file that takes minutes must not be the last one, for which the other process waits.
DEAREST = ("tests/browser/", "tests/config/", "tests/markup/", "tests/test_visibility")


class TogetherScheduling(LoadFileScheduling):
    """Neighbours of one file run in one process, and so do all that look at the site of tests/browser/conftest.py.

    Tests that commit leave an empty database, so each process does them after all others: a file may have two parts.
    """

    def __init__(self, config, log=None) -> None:
        super().__init__(config, log)
        self._scopes: dict[str, str] = {}
        self._parts: Counter[str] = Counter()
        self._latest = ""

    def _split_scope(self, nodeid: str) -> str:
        """First asked for each test in turn, in the order in which they were collected."""
        if nodeid not in self._scopes:
            together = DEAREST[0] if nodeid.startswith(DEAREST[0]) else super()._split_scope(nodeid)
            self._parts[together] += together != self._latest
            self._latest = together
            self._scopes[nodeid] = f"{together} {self._parts[together]}"
        return self._scopes[nodeid]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return TogetherScheduling(config, log) if config.getoption("dist") == "loadfile" else None


def dearest_first(item: pytest.Item) -> int:
    return next((n for n, start in enumerate(DEAREST) if item.nodeid.startswith(start)), len(DEAREST))
