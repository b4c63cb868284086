"""The words of documents, kept beside them, so that what stands inside a PDF can be found."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.db import transaction

from files import apart, drawing, reader
from files.checks import MAX_DOCUMENT_BYTES
from files.models import DocumentText, FirstPage, Passage, SiteDocument

SECONDS = 30
DRAWING_SECONDS = 10
MEGABYTES = 600
PASSAGE = 1200
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
_BATCH = 500

Outcome = DocumentText.Outcome


@dataclass(frozen=True)
class Reading:
    """What was read: pages as (number or None, text), and how it ended."""

    pages: list[tuple[int | None, str]]
    outcome: DocumentText.Outcome


def extract(document: SiteDocument) -> DocumentText:
    """Read the document anew and keep its words; what it held before goes.

    Never raises for what is in the file. SiteDocument.DoesNotExist: it was deleted meanwhile.
    """
    reading, version = _read(document)
    pages, picture = _drawn(document) if document.file_extension.lower() == "pdf" else (None, b"")
    with transaction.atomic():
        SiteDocument.objects.select_for_update().only("pk").get(pk=document.pk)
        document.passages.all().delete()
        rows = (
            Passage(document=document, number=number, page=page, text=text)
            for number, (page, text) in enumerate(passages(reading.pages))
        )
        Passage.objects.bulk_create(rows, batch_size=_BATCH)
        FirstPage.objects.filter(document=document).delete()
        if picture:
            FirstPage.objects.create(document=document, picture=picture)
        text, _created = DocumentText.objects.update_or_create(
            document=document,
            defaults={
                "outcome": reading.outcome,
                "version": version,
                "pages": pages or max((number for number, _text in reading.pages if number), default=None),
                "is_drawn": bool(picture),
            },
        )
    return text


def _read(document: SiteDocument) -> tuple[Reading, str]:
    version = document.version
    ending = document.file_extension.lower()
    ending = "html" if ending == "htm" else ending
    if ending not in reader.FORMATS:
        return Reading([], Outcome.UNKNOWN), version
    try:
        if document.file.size > MAX_DOCUMENT_BYTES:
            return Reading([], Outcome.TOO_LARGE), version
        with document.file.open("rb") as file:
            return read(file.read(), ending), version
    except OSError:
        return Reading([], Outcome.GONE), version


def words_of(document: SiteDocument) -> Reading:
    """What stands in a document, read and not kept. Never raises for what is in the file."""
    return _read(document)[0]


def _drawn(document: SiteDocument) -> tuple[int | None, bytes]:
    """How many pages a PDF has, and a picture of the first; (None, b"") where there is no drawing it."""
    try:
        if document.file.size > MAX_DOCUMENT_BYTES:
            return None, b""
        with document.file.open("rb") as file:
            return draw(file.read())
    except OSError:
        return None, b""


def draw(content: bytes, *, seconds: int = DRAWING_SECONDS, megabytes: int = MEGABYTES) -> tuple[int | None, bytes]:
    """As `_drawn`, in a process that may take so much time and memory and no more."""
    limits = apart.Limits(seconds, megabytes, drawing.MOST_BYTES_OUT)
    answer = apart.run(drawing.__file__, (), content, limits)
    if len(answer) <= 4 or not answer[4:].startswith(b"\xff\xd8") or not answer.endswith(b"\xff\xd9"):
        return None, b""
    return struct.unpack("!I", answer[:4])[0], answer[4:]


def read(content: bytes, ending: str, *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> Reading:
    """The pages of a document, read in a process that may take so much time and memory and no more."""
    limits = apart.Limits(seconds, megabytes, reader.MOST_BYTES_OUT)
    answer = apart.run(reader.__file__, (ending,), content, limits)
    return _understood(io.BytesIO(answer))


def _understood(answer: IO[bytes]) -> Reading:
    """What the reader wrote before it ended or was ended. Who broke into it may write anything: only pages count."""
    pages: list[tuple[int | None, str]] = []
    outcome = None
    for line in answer:
        try:
            part = json.loads(line)
        except (ValueError, RecursionError):
            break  # cut off in the middle of a line
        if not _is_page(part):
            outcome = Outcome(part) if isinstance(part, str) and part in Outcome.values else Outcome.BROKEN
            break
        pages.append((part[0], _storable(part[1])))
    if outcome is None:
        outcome = Outcome.SHORTENED if pages else Outcome.TOO_LARGE
    if outcome == Outcome.READ and not pages:
        outcome = Outcome.EMPTY
    return Reading(pages, outcome)


def _is_page(part: object) -> bool:
    """A number, or none, and the words; not more of them than the reader gives."""
    match part:
        case [None | int() as number, str()] if not isinstance(number, bool):
            return number is None or 0 < number <= reader.MOST_PAGES
    return False


def _storable(text: str) -> str:
    """Broken fonts and character sets make halves of characters, which no database takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def passages(pages: Iterable[tuple[int | None, str]]) -> Iterator[tuple[int | None, str]]:
    """Pages cut into passages of a few paragraphs, between sentences where there are any; none spans two pages."""
    for page, text in pages:
        gathered = ""
        for sentence in _short(_SENTENCE.split(text)):
            if gathered and len(gathered) + len(sentence) > PASSAGE:
                yield page, gathered
                gathered = ""
            gathered = f"{gathered} {sentence}" if gathered else sentence
        if gathered:
            yield page, gathered


def _short(sentences: Iterable[str]) -> Iterator[str]:
    """No sentence longer than a passage: tables and lists have none that end."""
    for sentence in sentences:
        while len(sentence) > PASSAGE:
            cut = sentence.rfind(" ", 0, PASSAGE)
            cut = cut if cut > 0 else PASSAGE
            yield sentence[:cut]
            sentence = sentence[cut:].strip()
        if sentence:
            yield sentence
