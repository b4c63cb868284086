"""What an upload must pass before it is kept: its content decides, not what it or the browser says it is."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from files import apart, programs, shrinking
from files.scanning import UploadRefused, refuse_infected

MAX_IMAGE_BYTES = 10 * 1024 * 1024
# What a telephone takes; it is kept much smaller.
MAX_PHOTO_BYTES = 15 * 1024 * 1024
PHOTO_SIDE = 1600
LONGEST_SIDE = 2560
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 5000

DRAWN_HERE_BYTES, DRAWN_HERE_PIXELS = 128 * 1024, 5_000_000
# Some pictures of 20 million points take 400 MB for a moment: each process of the site draws one of them at a time.
DRAWING_SECONDS, DRAWING_MEGABYTES, WAIT_SECONDS = 8, 700, 10
_drawing = threading.Lock()
_JPEG, _END_OF_PNG = b"\xff\xd8", b"IEND\xaeB`\x82"
PAGE_SECONDS, PAGE_MEGABYTES = 4, 400
DOCUMENT_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PART_IN_LIST = b"PK\x01\x02"
_CONTROL_CHARACTERS = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def clean_photo(upload: UploadedFile) -> SimpleUploadedFile:
    """A photo as a telephone takes it, HEIC too, drawn anew and small. Raises UploadRefused."""
    return clean_image(upload, longest=PHOTO_SIDE, most_bytes=MAX_PHOTO_BYTES)


def is_heic(upload: UploadedFile) -> bool:
    """By its first bytes, whatever it is called."""
    upload.seek(0)
    head = upload.read(12)
    upload.seek(0)
    return shrinking.is_heic(head)


def clean_image(
    upload: UploadedFile, *, longest: int = LONGEST_SIDE, square: bool = False, most_bytes: int = MAX_IMAGE_BYTES
) -> SimpleUploadedFile:
    """The picture drawn anew: upright, without EXIF, place or anything hidden behind it.

    `longest` is the longer side in pixels at most; `square` crops to the middle and flattens on white.
    Raises UploadRefused.
    """
    if (upload.size or 0) > most_bytes:
        raise UploadRefused(
            _("This picture is larger than %(size)d MB. Please choose a smaller one.") % {"size": most_bytes // 2**20}
        )
    refuse_infected(upload)
    upload.seek(0)
    try:
        drawn = _drawn(upload.read(), longest, square)
    except shrinking.TooManyPixels as error:
        raise UploadRefused(_("This picture has too many pixels. Please make it smaller first.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UploadRefused(
            _("We cannot read this picture. Please choose a JPEG, PNG, GIF, WebP or HEIC file.")
        ) from error
    kind, ending = ("jpeg", "jpg") if drawn.startswith(_JPEG) else ("png", "png")
    return SimpleUploadedFile(safe_name(upload.name or "", ending), drawn, f"image/{kind}")


def _drawn(content: bytes, longest: int, square: bool) -> bytes:
    """What is small in every way is drawn here, what could be made to take minutes in a process apart."""
    if len(content) <= DRAWN_HERE_BYTES and not shrinking.is_heic(content):
        with shrinking.open_picture(content) as opened:
            if opened.width * opened.height <= DRAWN_HERE_PIXELS:
                return shrinking.draw(opened, longest, square)
    return _drawn_apart(content, longest, square)


def _drawn_apart(content: bytes, longest: int, square: bool) -> bytes:
    """Waits for its turn, but not so long that pictures keep everybody else waiting too. Raises UploadRefused."""
    # The decoder of HEIC works in threads.
    limits = apart.Limits(DRAWING_SECONDS, DRAWING_MEGABYTES, shrinking.MOST_BYTES_OUT, threads=True)
    arguments = (str(longest), "square" if square else "whole")
    if not _drawing.acquire(timeout=WAIT_SECONDS):
        raise UploadRefused(_("Very many pictures are being added just now. Please try again in a minute."))
    try:
        drawn = apart.run(shrinking.__file__, arguments, content, limits)
    finally:
        _drawing.release()
    if drawn == shrinking.TOO_MANY:
        raise shrinking.TooManyPixels
    if not (drawn.startswith(_JPEG) and drawn.endswith(b"\xff\xd9")) and not drawn.endswith(_END_OF_PNG):
        raise ValueError("It is broken, or takes too long to read.")
    return drawn


def clean_document(upload: UploadedFile) -> UploadedFile:
    """The document under a safe name, its content being what its ending says. Raises UploadRefused."""
    if (upload.size or 0) > MAX_DOCUMENT_BYTES:
        raise UploadRefused(_("This document is larger than 20 MB. Please choose a smaller one."))
    ending = PurePosixPath(upload.name or "").suffix.lower().lstrip(".")
    check = _DOCUMENT_CHECKS.get(ending)
    if check is None:
        raise UploadRefused(
            _("We cannot take this kind of file. These work: %(kinds)s.") % {"kinds": ", ".join(DOCUMENT_TYPES)}
        )
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if not check(content, ending):
        raise UploadRefused(
            _(
                "What is in this file does not look like a safe .%(ending)s document. We cannot keep files"
                " with macros, passwords or programs inside. Please save it again, or as a PDF."
            )
            % {"ending": ending}
        )
    refuse_infected(upload)
    upload.name = safe_name(upload.name or "", ending)
    return upload


def safe_name(name: str, ending: str) -> str:
    """A short file name of plain letters with the given ending."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return f"{slugify(stem)[:60] or 'file'}.{ending}"


def _is_pdf(content: bytes, ending: str) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _is_rtf(content: bytes, ending: str) -> bool:
    return content.startswith(b"{\\rtf") and not re.search(rb"\\obj(ect|data|update)\b", content)


def _is_text(content: bytes, ending: str) -> bool:
    """UTF-8, UTF-16 with its mark, or the Windows characters that spreadsheets write; no binary."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    return not _CONTROL_CHARACTERS.search(content)


def _is_html(content: bytes, ending: str) -> bool:
    """A page of words, links and pictures, without programs."""
    if not _is_text(content, ending):
        return False
    limits = apart.Limits(PAGE_SECONDS, PAGE_MEGABYTES, len(programs.NONE))
    return apart.run(programs.__file__, (), content, limits) == programs.NONE


def _parts(content: bytes) -> tuple[zipfile.ZipFile, list[str]] | None:
    """The archive and its parts' names in lower case; None where it is broken, locked or swells."""
    # The library reads the whole list of parts into memory first, and 20 MB have room for half a million.
    if content.count(_PART_IN_LIST) > MAX_PARTS:
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    entries = archive.infolist()
    locked = any(entry.flag_bits & 1 for entry in entries)
    if locked or len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        return None
    return archive, [entry.filename.lower() for entry in entries]


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(1024 * 1024)
    except (KeyError, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        return b""


def _is_office(content: bytes, ending: str) -> bool:
    """Office Open XML of the kind its ending says, without macros, ActiveX or packed programs."""
    opened = _parts(content)
    if opened is None:
        return False
    archive, names = opened
    types = _read_part(archive, "[Content_Types].xml")
    main = DOCUMENT_TYPES[ending].encode() + b".main+xml"
    unsafe = ("vbaproject", "vbadata", "/activex/", "oleobject", "macrosheets/")
    return (
        main in types
        and b"macroenabled" not in types.lower()
        and not any(word in name for name in names for word in unsafe)
    )


def _is_open_document(content: bytes, ending: str) -> bool:
    """OpenDocument of the kind its ending says, without macros."""
    opened = _parts(content)
    if opened is None:
        return False
    archive, names = opened
    if _read_part(archive, "mimetype").strip() != DOCUMENT_TYPES[ending].encode():
        return False
    return not any(name.startswith(("basic/", "scripts/", "object")) for name in names)


_DOCUMENT_CHECKS: dict[str, Callable[[bytes, str], bool]] = {
    "csv": _is_text,
    "docx": _is_office,
    "html": _is_html,
    "odp": _is_open_document,
    "ods": _is_open_document,
    "odt": _is_open_document,
    "pdf": _is_pdf,
    "pptx": _is_office,
    "rtf": _is_rtf,
    "txt": _is_text,
    "xlsx": _is_office,
}
