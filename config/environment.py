"""Reading of the environment: every wrong value stops the start with one sentence naming its variable."""

import ipaddress
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ

env = environ.Env()
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql", "psql")
EMAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail")
CACHE_SCHEMES = ("locmemcache", "dbcache", "rediscache", "redis", "rediss", "dummycache")


class WrongSetting(SystemExit):
    """A setting that the site cannot start with. The message is one sentence for the operator."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name}: {sentence}")


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "0", "true", "false", "yes", "no", "on", "off"):
        return value in ("1", "true", "yes", "on") if value else default
    raise WrongSetting(name, f"{value!r} is neither true nor false.")


def required(name: str, debug: bool, development: str = "") -> str:
    """The variable's text; production must give it, development may do without."""
    value = os.environ.get(name, "").strip()
    if value or debug:
        return value or development
    raise WrongSetting(name, "production needs this variable; the operator's guide says what to give.")


def secret_key(debug: bool, folder: Path) -> str:
    """SECRET_KEY, or in development one that is made once and kept in an ignored file."""
    given = required("SECRET_KEY", debug)
    if given:
        if not debug and len(given) < 50:
            raise WrongSetting("SECRET_KEY", "give at least 50 random characters.")
        return given
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


def web_address(name: str, default: str = "") -> str:
    """One http(s) address, without a path."""
    value = os.environ.get(name, "").strip() or default
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise WrongSetting(name, f"{value!r} is not an address such as https://forum.example.org.")
    return value.rstrip("/")


def addresses(name: str) -> list[str]:
    """Several http(s) addresses, separated by commas."""
    values = [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]
    for value in values:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongSetting(name, f"{value!r} is not an address such as http://127.0.0.1:9200.")
    return values


def networks(name: str, debug: bool) -> list[str]:
    """Networks or addresses in CIDR notation; "none" says that no proxy stands in front."""
    value = required(name, debug, "none")
    if value == "none":
        return []
    try:
        return [str(ipaddress.ip_network(part.strip(), strict=False)) for part in value.split(",")]
    except ValueError as error:
        raise WrongSetting(name, f"{error}; give addresses or networks by comma, or none.") from None


def _url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip() or default
    scheme = value.partition(":")[0]
    if scheme not in schemes:
        raise WrongSetting(name, f"{scheme!r} is not one of {', '.join(schemes)}.")
    return value


def database(default: str) -> dict:
    """The database's settings; SQLite's are such that two processes can write."""
    try:
        found = env.db_url_config(_url("DATABASE_URL", default, DATABASE_SCHEMES))
    except (ValueError, TypeError) as error:
        raise WrongSetting("DATABASE_URL", f"it cannot be read ({error}).") from None
    if not found.get("NAME"):
        raise WrongSetting("DATABASE_URL", "it names no database.")
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        found["ENGINE"] = "django.db.backends.postgresql"
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
    return found


def email(default: str) -> dict:
    """Where the worker hands mail over: SMTP in production, a folder in development."""
    value = _url("EMAIL_URL", default, EMAIL_SCHEMES)
    try:
        return env.email_url_config(value)
    except (ValueError, KeyError) as error:
        raise WrongSetting("EMAIL_URL", f"it cannot be read ({error}).") from None


def cache(default: str) -> dict:
    value = _url("CACHE_URL", default, CACHE_SCHEMES)
    try:
        return env.cache_url_config(value)
    except (ValueError, KeyError) as error:
        raise WrongSetting("CACHE_URL", f"it cannot be read ({error}).") from None


def storage(default: Path) -> Path:
    """The folder for uploads, from STORAGE_URL (file:///absolute/folder)."""
    value = os.environ.get("STORAGE_URL", "").strip()
    if not value:
        return default
    parts = urlsplit(value)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise WrongSetting("STORAGE_URL", "give a folder as file:///srv/commonground/files.")
    return Path(parts.path)


def is_testing() -> bool:
    return "pytest" in sys.modules
