"""Reading of the environment: every wrong value stops the start with one sentence naming its variable."""

import importlib.util
import ipaddress
import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import environ

env = environ.Env()
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql", "psql")
EMAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail")
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-f:]+\]")
CACHE_SCHEMES = ("locmemcache", "redis", "rediss", "dummycache")


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


def state_dir(default: Path) -> Path:
    """The folder for what the site keeps beside the database; made when it is not there."""
    folder = Path(os.environ.get("STATE_DIR", "").strip() or default).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting("STATE_DIR", f"{str(folder)!r} cannot be made ({error.strerror}).") from None
    return folder


def line(name: str, default: str) -> str:
    """A short text that may stand in a heading and in an e-mail's subject."""
    value = os.environ.get(name, "").strip() or default
    if not value.isprintable() or len(value) > 60:
        raise WrongSetting(name, "give one line of at most 60 characters.")
    return value


def hosts(name: str, debug: bool) -> list[str]:
    """Host names; the first is the site's main one. Any host will do in development only."""
    values = [value.strip() for value in required(name, debug, "*").split(",")]
    for value in values:
        if not HOST.fullmatch(value) and not (debug and value == "*"):
            raise WrongSetting(name, f"{value!r} is not a host's name such as forum.example.org.")
    return values


def _http_address(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise WrongSetting(name, f"{value!r} is not an address such as {example}.")


def base_url(name: str, default: str) -> str:
    """The site's own address: http(s), without a path."""
    value = (os.environ.get(name, "").strip() or default).rstrip("/")
    parts = _http_address(name, value, "https://forum.example.org")
    if parts.path or parts.query or parts.fragment:
        raise WrongSetting(name, f"{value!r} has more than a host; the site lives at the root of its address.")
    return value


def addresses(name: str) -> list[str]:
    """Several http(s) addresses, separated by commas."""
    values = [value.strip() for value in os.environ.get(name, "").split(",") if value.strip()]
    for value in values:
        _http_address(name, value, "http://127.0.0.1:9200")
    return values


def lookup_address(name: str) -> str:
    """Where a DOI is asked for, with {doi} in its place; empty for nowhere."""
    value = os.environ.get(name, "").strip()
    if value:
        parts = _http_address(name, value, "https://api.crossref.org/works/{doi}")
        if parts.scheme != "https" or "{doi}" not in value or "{" in (parts.hostname or ""):
            raise WrongSetting(name, f"{value!r} needs https and {{doi}} where the DOI goes.")
    return value


def scanner(name: str) -> str:
    """Where ClamAV's daemon listens: tcp://host:port or unix:///path; empty for no scanner."""
    value = os.environ.get(name, "").strip()
    if value:
        try:
            parts = urlsplit(value)
            is_right = (parts.scheme == "unix" and len(parts.path) > 1 and not parts.netloc) or (
                parts.scheme == "tcp" and bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
            )
        except ValueError:
            is_right = False
        if not is_right:
            raise WrongSetting(name, f"{value!r} is not tcp://host:3310 or unix:///run/clamav/clamd.ctl.")
    return value


def index_name(name: str, default: str) -> str:
    value = os.environ.get(name, "").strip() or default
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,99}", value):
        raise WrongSetting(name, f"{value!r} is not an index's name: small letters, digits, - and _.")
    return value


def embedding_model(name: str) -> Path | None:
    """A folder with a model of sentence embeddings, and the libraries that run it."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    folder = Path(value).absolute()
    missing = [file for file in ("model.onnx", "tokenizer.json") if not (folder / file).is_file()]
    if missing:
        raise WrongSetting(name, f"there is no {' and no '.join(missing)} in {str(folder)!r}.")
    if not all(importlib.util.find_spec(library) for library in ("onnxruntime", "tokenizers", "numpy")):
        raise WrongSetting(name, "a model needs its libraries: pip install -r requirements-semantic.txt.")
    return folder


def number(name: str, default: int, *, most: int) -> int:
    """A whole number from one up."""
    value = os.environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
        raise WrongSetting(name, f"{value!r} is not a whole number from 1 to {most}.")
    return int(value)


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
    try:
        urlsplit(value).port  # noqa: B018  (reading it checks it)
    except ValueError:
        # The value itself is not repeated: it may hold a password.
        raise WrongSetting(name, "its host or port cannot be read.") from None
    return value


def database(default: str) -> dict:
    """The database's settings; SQLite's are such that two processes can write."""
    found = env.db_url_config(_url("DATABASE_URL", default, DATABASE_SCHEMES))
    if not found.get("NAME"):
        raise WrongSetting("DATABASE_URL", "it names no database.")
    if found["ENGINE"].endswith("sqlite3"):
        if not Path(found["NAME"]).absolute().parent.is_dir():
            raise WrongSetting("DATABASE_URL", f"there is no folder for {found['NAME']!r}.")
        if found["NAME"] == ":memory:" or Path(found["NAME"]).is_dir():
            raise WrongSetting("DATABASE_URL", "it names no file, as in sqlite:////srv/commonground/site.sqlite3.")
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        found["ENGINE"] = "django.db.backends.postgresql"
        # What is prepared on a connection (web/prepared.py) lives as long as it.
        found["CONN_MAX_AGE"] = 600
        found["CONN_HEALTH_CHECKS"] = True
        options = found.setdefault("OPTIONS", {})
        options["prepare_threshold"] = None if options.get("prepare_threshold") == "none" else 0
    return found


def email(default: str) -> dict:
    """Where the worker hands mail over: SMTP in production, a folder in development."""
    value = _url("EMAIL_URL", default, EMAIL_SCHEMES)
    found = env.email_url_config(value)
    if value.startswith("smtp") and not found["EMAIL_HOST"]:
        raise WrongSetting("EMAIL_URL", "it names no mail server.")
    if value.startswith("filemail"):
        found["EMAIL_FILE_PATH"] = str(_folder("EMAIL_URL", value))
    return found


def sender(name: str, debug: bool, development: str) -> str:
    """Who the site's mail is from, as it stands in the mail."""
    value = required(name, debug, development)
    address = parseaddr(value)[1]
    if not value.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise WrongSetting(name, f"{value!r} is not a sender such as Common Ground <hello@forum.example.org>.")
    return value


def contact(name: str, default: str) -> str:
    """The address that people write to; unless given the one that the site's mail is from."""
    value = os.environ.get(name, "").strip() or parseaddr(default)[1]
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise WrongSetting(name, f"{value!r} is not an address such as moderators@example.org.")
    return value


def reply_address(name: str) -> str:
    """The address behind replies by e-mail; empty, and they are off, unless it is set."""
    value = os.environ.get(name, "").strip().lower()
    # With its plus sign, a number and a signature the name may have 64 characters.
    if value and not re.fullmatch(r"[a-z0-9._-]{1,18}@[a-z0-9.-]+", value):
        raise WrongSetting(name, f"{value!r} is not a short address such as reply@forum.example.org.")
    return value


def mailbox(name: str) -> str:
    """Where replies by e-mail are fetched; empty where the mail server hands them over."""
    value = _url(name, "", ("imaps",)) if os.environ.get(name, "").strip() else ""
    if value and not (urlsplit(value).hostname and urlsplit(value).username):
        raise WrongSetting(name, "give it as imaps://name:password@mail.example.org/INBOX.")
    return value


def cache(default: str) -> dict:
    value = _url("CACHE_URL", default, CACHE_SCHEMES)
    if value.startswith("redis") and not importlib.util.find_spec("redis"):
        raise WrongSetting("CACHE_URL", "the library for Redis is not installed: pip install redis.")
    found = env.cache_url_config(value)
    if not str(found.get("TIMEOUT", 0)).isdecimal():
        raise WrongSetting("CACHE_URL", "its timeout is not a number of seconds.")
    return found


def storage(default: Path) -> Path:
    """The folder for uploads, from STORAGE_URL (file:///absolute/folder)."""
    value = os.environ.get("STORAGE_URL", "").strip()
    return _folder("STORAGE_URL", _url("STORAGE_URL", "", ("file",))) if value else default


def _folder(name: str, value: str) -> Path:
    parts = urlsplit(value)
    if parts.netloc or not parts.path.strip("/"):
        raise WrongSetting(name, f"give an absolute folder, as {parts.scheme}:///srv/commonground/{parts.scheme}.")
    folder = Path(unquote(parts.path))
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        raise WrongSetting(name, f"{str(there)!r} is no folder.")
    return folder
