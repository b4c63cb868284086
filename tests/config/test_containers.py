"""The container files: no engine runs in tests, so what they would do is done by hand."""

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.config import site

DOCKERFILE = (site.ROOT / "Dockerfile").read_text().replace("\\\n", "")


def command(after: str) -> list[str]:
    """The words of an instruction such as CMD, in Docker's JSON form."""
    found = re.search(rf"^{after}(\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found
    return json.loads(found[1])


def test_the_health_check_is_answered(production):
    python, option, script = command("HEALTHCHECK .*CMD ")
    assert (python, option) == ("python", "-c")
    script = script.replace(":8000/", f":{production.port}/")
    done = subprocess.run([sys.executable, "-c", script], env=production.env, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    elsewhere = {**production.env, "ALLOWED_HOSTS": "elsewhere.example.net"}
    done = subprocess.run([sys.executable, "-c", script], env=elsewhere, capture_output=True, timeout=30)
    assert done.returncode != 0


def test_the_image_serves_static_files_by_hashed_names(tmp_path):
    steps = re.search(r"^RUN (set -a .* collectstatic [^&]*)", DOCKERFILE, re.MULTILINE)
    assert steps
    script = steps[1].replace("python ", f"STATE_DIR={tmp_path} {shlex.quote(sys.executable)} ") + " --dry-run"
    kept = {name: value for name, value in site.production(tmp_path).items() if name in site.KEPT}
    done = subprocess.run(["sh", "-c", script], cwd=site.ROOT, env=kept, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "DEBUG" not in steps[1]


def test_nothing_runs_as_root_and_gunicorn_loads_the_site_before_it_forks():
    assert DOCKERFILE.index("USER site") < DOCKERFILE.index("\nCMD ")
    assert command("CMD ")[:3] == ["gunicorn", "config.wsgi", "--preload"]


def test_a_slow_sender_holds_no_thread_of_the_site():
    """Of the usual proxies only nginx takes a request in whole before it hands it on, unless that is turned off."""
    text = (site.ROOT / "compose.yaml").read_text()
    assert '"--to", "buffer:80"' in text and "set $$web http://web:8000;" in text and "image: nginx" in text
    assert "proxy_request_buffering" not in text
    # A single dollar would be compose's own variable.
    assert not re.findall(r"(?<!\$)\$(?:http_|web|host|scheme|remote)", text)


def test_compose_accepts_the_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed here")
    env = {**site.production(site.ROOT), "ENV_FILE": str(site.EXAMPLE), "POSTGRES_PASSWORD": "password"}
    done = subprocess.run(
        [docker, "compose", "--env-file", str(site.EXAMPLE), "--profile", "elasticsearch", "config", "-q"],
        cwd=site.ROOT, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
