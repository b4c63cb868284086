"""Names of people and bodies, as CSL-JSON holds them: particles and suffixes apart, a body in one piece."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from knowledge.identifiers import bare_orcid

Name = dict[str, str]

PARTS = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")
LONGEST = 300
_SUFFIX = re.compile(r"(?:jr|sr|[ivx]{2,4}|ph\.?d|m\.?d)\.?", re.IGNORECASE)
# Surname, then one to three initials: Smith J, Van der Berg AB.
_VANCOUVER = re.compile(r"([^\W\d_][\w'’ -]*?) ([A-Z]{1,3}|[A-Z]\.(?:[ -]?[A-Z]\.){0,3})\Z")


def tidy(raw: Mapping[str, Any]) -> Name:
    """Only the parts that CSL knows, as clean text; empty when nothing is left."""
    name = {}
    for part in PARTS:
        value = raw.get(part)
        if isinstance(value, str) and (text := " ".join(value.replace("\0", "").split())[:LONGEST]):
            name[part] = text.encode("utf-8", "replace").decode("utf-8")
    if "literal" not in name and "family" not in name:
        if "given" not in name:
            return {}
        name = {"literal": name["given"]}
    elif "literal" in name and "family" in name:
        del name["literal"]
    orcid = raw.get("ORCID") or raw.get("orcid")
    if isinstance(orcid, str) and (found := bare_orcid(orcid)):
        name["ORCID"] = found
    return name


def read(text: str) -> Name:
    """One name as people write it: "Smith, Ann B.", "van der Berg, Jan, Jr.", or a body as it stands."""
    text = " ".join(text.split()).strip(",; ")
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) == 1:
        found = _VANCOUVER.match(text)
        if found:
            return _with_particle(found[1], found[2] if "." in found[2] else f"{'. '.join(found[2])}.")
        return {"literal": text} if text else {}
    if len(pieces) == 3 and is_suffix(pieces[1]):
        pieces = [pieces[0], pieces[2], pieces[1]]
    # Bodies have commas too: "Health, Housing and Care Trust".
    if len(pieces) > 3 or not pieces[0] or " and " in text or " & " in text:
        return {"literal": text}
    name = _with_particle(pieces[0], pieces[1])
    return {**name, "suffix": pieces[2]} if len(pieces) == 3 and pieces[2] else name


def read_many(text: str) -> list[Name]:
    """A line of names: separated by semicolons, or by commas where each is a surname with initials."""
    if ";" in text:
        return [name for one in text.split(";") if (name := read(one))]
    # PubMed ends its list with a full stop, also behind initials that have none.
    plain = text.strip()
    pieces = [piece.strip() for piece in plain.split(",") if piece.strip()]
    if pieces and pieces[-1].endswith(".") and not any("." in piece for piece in [*pieces[:-1], pieces[-1][:-1]]):
        pieces[-1] = pieces[-1][:-1]
    if pieces and all(_VANCOUVER.match(piece) for piece in pieces):
        return [read(piece) for piece in pieces]
    name = read(text)
    return [name] if name else []


def is_suffix(text: str) -> bool:
    """Jr., III, PhD."""
    return bool(_SUFFIX.fullmatch(text))


def write(name: Name) -> str:
    """The name, surname first; `read` understands it."""
    if "literal" in name:
        return name["literal"]
    family = " ".join(filter(None, (name.get("non-dropping-particle"), name.get("family"))))
    given = " ".join(filter(None, (name.get("given"), name.get("dropping-particle"))))
    return ", ".join(filter(None, (family, given, name.get("suffix"))))


def _with_particle(family: str, given: str) -> Name:
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count][0].islower():
        count += 1
    name = {"family": " ".join(words[count:])}
    if count:
        name["non-dropping-particle"] = " ".join(words[:count])
    return {**name, "given": given} if given else name
