import shutil

import pytest

from tests.browser.conftest import prepared  # noqa: F401  (the demo with static files, made once for all tests)
from tests.config import site


@pytest.fixture(scope="module")
def production(prepared, tmp_path_factory):  # noqa: F811
    """The demo site in production mode with the operator's example, on a copy of its database."""
    state = tmp_path_factory.mktemp("production") / "state"
    shutil.copytree(prepared, state)
    mail = {"EMAIL_URL": f"filemail://{state}/mail", "DATABASE_URL": f"sqlite:///{state}/site.sqlite3"}
    running = site.Running(site.production(state, **mail), state / "log")
    running.start_web()
    yield running
    running.stop()
