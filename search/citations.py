"""Resources as references for reference managers: BibTeX and RIS."""

from __future__ import annotations

import re
from typing import NamedTuple

from knowledge.models import ResourcePage

Kind = ResourcePage.Kind
# Smith J, Van der Berg AB: surname, then one to three initials.
_VANCOUVER = re.compile(r"([^\W\d_][\w'’ -]*?) ([A-Z]{1,3})\Z")
_BIBTEX = str.maketrans(
    {
        # BibTeX counts braces even behind a backslash, so one alone would end or swallow the entry.
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_BARE = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})
_KEY = re.compile(r"[^a-z0-9-]+")
RIS_END = "\r\n"


class Reference(NamedTuple):
    """A resource with its full address on this site."""

    page: ResourcePage
    url: str

    @property
    def address(self) -> str:
        """Where the original is, or else our page about it."""
        return self.page.source_url or self.url

    @property
    def is_article(self) -> bool:
        """What has a DOI or a PubMed number was published in a journal."""
        return bool(self.page.doi or self.page.pmid)


def authors(text: str) -> list[str]:
    """Names as "Smith, J. A."; a body that wrote something together is one name, as it stands."""
    if ";" in text:
        return [one for one in map(_line, text.split(";")) if one]
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    people = [_VANCOUVER.match(piece) for piece in pieces]
    if pieces and all(people):
        return [f"{found[1]}, {'. '.join(found[2])}." for found in people if found]
    return [_line(text)] if text.strip() else []


def bibtex(reference: Reference) -> str:
    """One entry. Titles keep their capitals; addresses and numbers are left as they are, as BibTeX styles expect."""
    page = reference.page
    kind = "article" if reference.is_article else "techreport" if page.publisher else "misc"
    names = [_escaped(name) if _is_person(name) else f"{{{_escaped(name)}}}" for name in authors(page.authors)]
    fields = {
        "title": f"{{{_escaped(page.title)}}}",
        "author": " and ".join(names),
        "institution" if kind == "techreport" else "publisher": _escaped(page.publisher),
        "year": str(page.year or ""),
        "abstract": _escaped(page.summary),
        "keywords": _escaped(", ".join(_subjects(page))),
        "doi": page.doi.translate(_BARE),
        "eprint": page.pmid,
        "eprinttype": "pubmed" if page.pmid else "",
        "url": reference.address.translate(_BARE),
        "note": _escaped(page.citation),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{_key(page)},\n{lines}}}\n\n"


def ris(reference: Reference) -> str:
    """One record, lines ending as the format wants them."""
    page = reference.page
    lines = [
        ("TY", _ris_type(reference)),
        ("TI", page.title),
        *(("AU", name) for name in authors(page.authors)),
        ("PY", str(page.year or "")),
        ("PB", page.publisher),
        ("AB", page.summary),
        *(("KW", subject) for subject in _subjects(page)),
        ("DO", page.doi),
        ("AN", page.pmid),
        ("DB", "PubMed" if page.pmid else ""),
        ("UR", reference.address),
        ("N1", page.citation),
        ("ID", _key(page)),
    ]
    record = "".join(f"{tag}  - {_line(value)}{RIS_END}" for tag, value in lines if value)
    return f"{record}ER  - {RIS_END}{RIS_END}"


def _is_person(name: str) -> bool:
    """Surname, first names. All else is kept whole in braces, or BibTeX would cut it at "and"."""
    return name.count(", ") == 1 and " and " not in name


def _ris_type(reference: Reference) -> str:
    if reference.is_article:
        return "JOUR"
    return "GOVDOC" if reference.page.kind == Kind.POLICY else "RPRT"


def _subjects(page: ResourcePage) -> list[str]:
    return [subject for subject in map(_line, page.subject_headings.split(";")) if subject]


def _key(page: ResourcePage) -> str:
    """Unique on this site, and of letters that every tool takes."""
    return f"{_KEY.sub('', page.slug)[:40].strip('-') or 'resource'}-{page.pk}"


def _line(text: str) -> str:
    """One line, without what a format would take for its own: a new line could begin another record."""
    return " ".join("".join(" " if ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029" else sign for sign in text).split())


def _escaped(text: str) -> str:
    return _line(text).translate(_BIBTEX)
