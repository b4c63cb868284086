"""OAI-PMH 2.0, as a repository speaks it: requests understood, answers written. Knows no table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from knowledge.exchange import dublincore
from knowledge.exchange.record import Item

PREFIX = "oai_dc"
VERBS = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
}
_SCHEMA = "http://www.openarchives.org/OAI/2.0/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPEC = re.compile(r"[\w.!~*'()-]+(?::[\w.!~*'()-]+)*", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class OaiError(Exception):
    """An error of the protocol: `code` is one of its own, the message is for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Header:
    identifier: str
    stamp: dt.datetime
    sets: tuple[str, ...] = ()
    is_deleted: bool = False


def arguments(asked: Mapping[str, list[str]]) -> dict[str, str]:
    """The arguments of a request, the verb among them. Raises OaiError: badVerb, badArgument."""
    verbs = asked.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", "Give one verb of OAI-PMH 2.0.")
    needed, allowed = VERBS[verbs[0]]
    given = {name: values[0] for name, values in asked.items() if name != "verb"}
    if any(len(values) != 1 for values in asked.values()):
        raise OaiError("badArgument", "An argument may be given once.")
    if any(_NOT_XML.search(value) for value in given.values()):
        raise OaiError("badArgument", "An argument has a character in it that no answer can show.")
    if unknown := given.keys() - needed - allowed:
        raise OaiError("badArgument", f"Not an argument of {verbs[0]}: {', '.join(sorted(unknown))[:100]}.")
    # The answer repeats them as attributes of these types, and would not be valid itself.
    if given.get("from") == "" or given.get("until") == "" or not _SPEC.fullmatch(given.get("set", "every")):
        raise OaiError("badArgument", "A date is empty, or this is not the name of a set.")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
    elif missing := needed - given.keys():
        raise OaiError("badArgument", f"{verbs[0]} needs {', '.join(sorted(missing))}.")
    if given.get("metadataPrefix", PREFIX) != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"Records are to be had as {PREFIX}.")
    return {"verb": verbs[0], **given}


def moment(text: str, *, is_end: bool = False) -> dt.datetime:
    """A UTC datestamp of the protocol; a day is its first second, or as an end its last. Raises OaiError."""
    try:
        if _DAY.fullmatch(text):
            day = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
            return day + dt.timedelta(hours=23, minutes=59, seconds=59) if is_end else day
        if _SECOND.fullmatch(text):
            return dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    raise OaiError("badArgument", "Dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")


def span(start: str, end: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Both ends of `from` and `until`, each None where it was not given. Raises OaiError."""
    if start and end and len(start) != len(end):
        raise OaiError("badArgument", "from and until must have the same granularity.")
    first, last = (moment(start) if start else None), (moment(end, is_end=True) if end else None)
    if first and last and first > last:
        raise OaiError("badArgument", "from must not be later than until.")
    return first, last


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value: str) -> str:
    """Text as XML may hold it."""
    return escape(_NOT_XML.sub("", value))


def answer(url: str, asked: Mapping[str, str], body: str, now: dt.datetime) -> str:
    """A whole answer. `asked` is shown beside the address; empty where the request could not be understood."""
    attributes = "".join(f" {name}={quoteattr(_NOT_XML.sub('', value))}" for name, value in asked.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_SCHEMA} {_SCHEMA}OAI-PMH.xsd">\n'
        f"<responseDate>{stamp(now)}</responseDate>\n<request{attributes}>{text(url)}</request>\n{body}</OAI-PMH>\n"
    )


def error(problem: OaiError) -> str:
    return f'<error code="{problem.code}">{text(str(problem))}</error>\n'


def identify(*, name: str, url: str, email: str, earliest: dt.datetime) -> str:
    return (
        f"<Identify><repositoryName>{text(name)}</repositoryName><baseURL>{text(url)}</baseURL>"
        f"<protocolVersion>2.0</protocolVersion><adminEmail>{text(email)}</adminEmail>"
        f"<earliestDatestamp>{stamp(earliest)}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>\n"
    )


def metadata_formats() -> str:
    return (
        f"<ListMetadataFormats><metadataFormat><metadataPrefix>{PREFIX}</metadataPrefix>"
        f"<schema>{_SCHEMA}oai_dc.xsd</schema><metadataNamespace>{dublincore.OAI_DC}</metadataNamespace>"
        "</metadataFormat></ListMetadataFormats>\n"
    )


def sets(named: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<set><setSpec>{text(spec)}</setSpec><setName>{text(name)}</setName></set>\n" for spec, name in named
    )
    return f"<ListSets>\n{rows}</ListSets>\n"


def header(row: Header) -> str:
    status = ' status="deleted"' if row.is_deleted else ""
    specs = "".join(f"<setSpec>{text(spec)}</setSpec>" for spec in row.sets)
    return (
        f"<header{status}><identifier>{text(row.identifier)}</identifier>"
        f"<datestamp>{stamp(row.stamp)}</datestamp>{specs}</header>"
    )


def record(row: Header, item: Item | None) -> str:
    """The record; without metadata where it is deleted."""
    if row.is_deleted or item is None:
        return f"<record>{header(row)}</record>\n"
    elements = "".join(f"<dc:{name}>{text(value)}</dc:{name}>" for name, value in dublincore.write(item))
    return (
        f'<record>{header(row)}<metadata><oai_dc:dc xmlns:oai_dc="{dublincore.OAI_DC}" xmlns:dc="{dublincore.DC}"'
        f' xsi:schemaLocation="{dublincore.OAI_DC} {_SCHEMA}oai_dc.xsd">{elements}</oai_dc:dc></metadata></record>\n'
    )


def listing(verb: str, rows: str, token: str | None, cursor: int) -> str:
    """`token` None: the list is whole; empty: this was its last part."""
    end = f'<resumptionToken cursor="{cursor}">{text(token)}</resumptionToken>\n' if token is not None else ""
    return f"<{verb}>\n{rows}{end}</{verb}>\n"
