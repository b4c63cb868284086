"""The environment: right values are taken, wrong ones stop the start with one sentence that names the variable."""

import json
import re
import subprocess

import pytest

from tests.config import site

PRINT = """
import json, sys
from config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""
REQUIRED = ["SECRET_KEY", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "FROM_EMAIL"]
WRONG = {
    "DEBUG": ["maybe", "2"],
    "SECRET_KEY": ["too short"],
    "STATE_DIR": ["/dev/null/here"],
    "SITE_NAME": ["two\nlines", "x" * 61],
    "BASE_URL": ["forum.example.org", "ftp://forum.example.org", "https://forum.example.org/path", "http://h:port",
                 "https://[x"],
    "ALLOWED_HOSTS": ["*", "https://forum.example.org", "forum.example.org,", "two words"],
    "TRUSTED_PROXIES": ["proxy", "10.0.0.0/99", "127.0.0.1,", "none,127.0.0.1"],
    "DATABASE_URL": [
        "mysql://site@127.0.0.1/site", "postgres://127.0.0.1", "postgres://h:port/site", "sqlite:////no/folder/db",
        "site", "sqlite:////tmp", "sqlite://",
    ],
    "EMAIL_URL": ["http://mail.example.org", "smtp://", "smtp://h:port", "filemail://relative", "filemail://",
                  "filemail:///dev/null/mail"],
    "CONTACT_EMAIL": ["nobody", "<a@b> c"],
    "REPLY_ADDRESS": ["nobody", "much-too-long-a-name@example.org", "a+b@example.org"],
    "REPLY_MAILBOX": ["imap://a:b@example.org", "imaps://example.org", "imaps://"],
    "FROM_EMAIL": ["Common Ground", "Common Ground <>", "a@b\nBcc: c@d"],
    "STORAGE_URL": ["s3://bucket", "/srv/files", "file://relative/files", "file://",
                    "file:///etc/passwd"],
    "ELASTICSEARCH_URL": ["127.0.0.1:9200", "http://127.0.0.1:9200,elsewhere", "http://h:99999", "http://[::1:9200"],
    "ELASTICSEARCH_INDEX": ["Common Ground", "_index"],
    "SEARCH_EMBEDDING_MODEL": ["/nowhere", "docs"],
    "ELASTICSEARCH_SHARDS": ["none", "0", "65", "-1", "1.5"],
    "CLAMAV_URL": ["clamd", "tcp://host:99999", "tcp://[x:1"],
    "METADATA_LOOKUP_URL": ["api.example.org/{doi}", "http://api.example.org/{doi}", "https://api.example.org/"],
    "CACHE_URL": ["memcache://127.0.0.1:11211", "locmem", "redis://h:port", "locmemcache://x?timeout=abc"],
    "SECURE_SSL_REDIRECT": ["perhaps"],
}  # fmt: skip
RIGHT = [
    ("DEBUG", "true", "DEBUG", True),
    ("DEBUG", "off", "DEBUG", False),
    ("SITE_NAME", "Ein Forum für alle", "SITE_NAME", "Ein Forum für alle"),
    ("BASE_URL", "https://forum.example.org:8443/", "BASE_URL", "https://forum.example.org:8443"),
    ("ALLOWED_HOSTS", "a.example.org, b.example.org", "ALLOWED_HOSTS", ["a.example.org", "b.example.org"]),
    ("ALLOWED_HOSTS", ".example.org", "BASE_URL", "https://example.org"),
    ("TRUSTED_PROXIES", "none", "TRUSTED_PROXIES", []),
    ("TRUSTED_PROXIES", "10.1.2.3/8, ::1", "TRUSTED_PROXIES", ["10.0.0.0/8", "::1/128"]),
    ("FROM_EMAIL", "hello@example.org", "DEFAULT_FROM_EMAIL", "hello@example.org"),
    ("FROM_EMAIL", "A site <hello@example.org>", "CONTACT_EMAIL", "hello@example.org"),
    ("CONTACT_EMAIL", "lead@example.org", "CONTACT_EMAIL", "lead@example.org"),
    ("EMAIL_URL", "filemail:///srv/mail", "MAIL_FOLDER", "/srv/mail"),
    ("STORAGE_URL", "file:///srv/two%20words", "MEDIA_ROOT", "/srv/two words"),
    ("ELASTICSEARCH_URL", "http://a:9200, https://b", "ELASTICSEARCH_HOSTS", ["http://a:9200", "https://b"]),
    ("ELASTICSEARCH_INDEX", "forum-2", "ELASTICSEARCH_INDEX", "forum-2"),
    ("ELASTICSEARCH_SHARDS", "6", "ELASTICSEARCH_SHARDS", 6),
    ("METADATA_LOOKUP_URL", "https://a.example.org/{doi}", "METADATA_LOOKUP_URL", "https://a.example.org/{doi}"),
    ("SECURE_SSL_REDIRECT", "false", "SESSION_COOKIE_SECURE", False),
]


def settings_of(env: dict[str, str], *names: str) -> dict:
    done = site.python(env, "-c", PRINT, *names)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_one_sentence(done: subprocess.CompletedProcess[str], variable: str) -> None:
    assert done.returncode != 0
    (told,) = done.stderr.splitlines()
    assert re.fullmatch(rf"{variable}: .*[^.]\.", told)
    assert not re.search(r"\. [A-Z]", told)


@pytest.mark.parametrize(("variable", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_stops_the_start_with_one_sentence(variable, value, tmp_path):
    env = site.production(tmp_path, **{variable: value})
    assert_one_sentence(site.python(env, "manage.py", "check"), variable)


@pytest.mark.parametrize("variable", REQUIRED)
def test_production_asks_for_what_it_needs(variable, tmp_path):
    env = site.production(tmp_path, **{variable: ""})
    assert_one_sentence(site.python(env, "manage.py", "check"), variable)


@pytest.mark.parametrize("value", ["postgres://site:s3cret@h:port/site", "mysql://site:s3cret@h/site"])
def test_the_sentence_repeats_no_password(value, tmp_path):
    done = site.python(site.production(tmp_path, DATABASE_URL=value), "manage.py", "check")
    assert_one_sentence(done, "DATABASE_URL")
    assert "s3cret" not in done.stderr


def test_redis_without_its_library_is_told_at_the_start(tmp_path):
    try:
        import redis  # noqa: F401
    except ImportError:
        done = site.python(site.production(tmp_path, CACHE_URL="redis://127.0.0.1/0"), "manage.py", "check")
        assert_one_sentence(done, "CACHE_URL")
    else:
        caches = settings_of(site.production(tmp_path, CACHE_URL="redis://127.0.0.1/0"), "CACHES")["CACHES"]
        assert caches["default"]["LOCATION"] == "redis://127.0.0.1/0"


def test_gunicorn_stops_too_and_does_not_try_again_and_again(tmp_path):
    env = site.production(tmp_path, TRUSTED_PROXIES="proxy")
    done = site.python(env, "-m", "gunicorn", "config.wsgi", "--preload", "--bind", f"127.0.0.1:{site.free_port()}")
    assert done.returncode != 0
    assert done.stderr.count("TRUSTED_PROXIES: ") == 1


@pytest.mark.parametrize(("variable", "value", "setting", "expected"), RIGHT)
def test_a_right_value_is_taken(variable, value, setting, expected, tmp_path):
    env = site.production(tmp_path, **{variable: value})
    assert settings_of(env, setting) == {setting: expected}


def test_a_fresh_clone_needs_no_variable_but_debug(tmp_path):
    env = {**site.production(tmp_path), **dict.fromkeys(site.example(), "")}
    env = {name: value for name, value in {**env, "DEBUG": "true", "STATE_DIR": str(tmp_path)}.items() if value}
    first = settings_of(env, "SECRET_KEY", "DATABASES", "MAIL_FOLDER", "TRUSTED_PROXIES", "BASE_URL")
    assert first["DATABASES"]["default"]["NAME"] == str(tmp_path / "site.sqlite3")
    assert first["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert first["MAIL_FOLDER"] == str(tmp_path / "mail")
    assert (first["TRUSTED_PROXIES"], first["BASE_URL"]) == ([], "http://localhost:8000")
    # The key is made once, long enough, and only its owner may read it.
    assert settings_of(env, "SECRET_KEY")["SECRET_KEY"] == first["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_postgresql_keeps_its_connections(tmp_path):
    default = settings_of(site.production(tmp_path), "DATABASES")["DATABASES"]["default"]
    assert default["ENGINE"] == "django.db.backends.postgresql"
    assert (default["NAME"], default["USER"], default["CONN_HEALTH_CHECKS"]) == ("site", "site", True)


@pytest.mark.parametrize(("asked", "threshold"), [("", 0), ("?prepare_threshold=none", None)])
def test_a_pooler_may_need_that_nothing_is_prepared(tmp_path, asked, threshold):
    env = site.production(tmp_path)
    env["DATABASE_URL"] += asked
    assert settings_of(env, "DATABASES")["DATABASES"]["default"]["OPTIONS"] == {"prepare_threshold": threshold}


def test_the_deployment_check_has_nothing_to_say_about_the_example(tmp_path):
    done = site.python(site.production(tmp_path), "manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert done.returncode == 0, done.stderr
    assert "no issues (1 silenced)" in done.stdout


def test_the_guide_lists_every_variable():
    read = re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', (site.ROOT / "config" / "settings.py").read_text())
    known = {*read, "DATABASE_URL", "EMAIL_URL", "CACHE_URL", "STORAGE_URL", "SECRET_KEY", "STATE_DIR"}
    guide = set(re.findall(r"^\| `([A-Z_]+)`", (site.ROOT / "docs" / "operator.md").read_text(), re.MULTILINE))
    assert guide == known
    given = set(re.findall(r'^#? ?([A-Z_]+)="', site.EXAMPLE.read_text(), re.MULTILINE))
    assert given == known - {"DEBUG"} | {"POSTGRES_PASSWORD"}
    assert set(WRONG) == known


def test_there_are_no_missing_migrations(tmp_path):
    env = site.production(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3")
    done = site.python(env, "manage.py", "makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr
