"""What an upload must pass before it is kept: its content decides, not what it or the browser says it is."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from files import apart, programs, shrinking
from files.scanning import UploadRefused, refuse_infected

MAX_IMAGE_BYTES = 10 * 1024 * 1024
# What a telephone takes; it is kept much smaller.
MAX_PHOTO_BYTES = 15 * 1024 * 1024
PHOTO_SIDE = 1600
MAX_IMAGE_PIXELS = 40_000_000
# Other formats than JPEG have to be read whole before they can be made smaller.
MAX_PIXELS_READ_WHOLE = 20_000_000
LONGEST_SIDE = 2560
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_PARTS = 5000

SHRINKING_SECONDS, SHRINKING_MEGABYTES = 15, 700
PAGE_SECONDS, PAGE_MEGABYTES = 4, 400
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
IMAGE_FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
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
_CONTROL_CHARACTERS = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def clean_photo(upload: UploadedFile) -> SimpleUploadedFile:
    """A photo as a telephone takes it, HEIC too, drawn anew and small. Raises UploadRefused."""
    return clean_image(upload, longest=PHOTO_SIDE, most_bytes=MAX_PHOTO_BYTES)


def is_heic(upload: UploadedFile) -> bool:
    """By its first bytes, whatever it is called."""
    upload.seek(0)
    head = upload.read(12)
    upload.seek(0)
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


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
    try:
        if is_heic(upload):
            upload = _shrunk(upload)
        upload.seek(0)
        with Image.open(upload, formats=IMAGE_FORMATS) as opened:
            most = MAX_IMAGE_PIXELS if opened.format == "JPEG" else MAX_PIXELS_READ_WHOLE
            if opened.width * opened.height > most:
                raise UploadRefused(_("This picture has too many pixels. Please make it smaller first."))
            return _redrawn(_reduced(opened, longest, square), upload.name or "", longest, square)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(_("This picture has too many pixels. Please make it smaller first.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UploadRefused(
            _("We cannot read this picture. Please choose a JPEG, PNG, GIF, WebP or HEIC file.")
        ) from error


def _shrunk(upload: UploadedFile) -> SimpleUploadedFile:
    """A photo in a format that is costly to read, as a JPEG from a process apart. Raises UploadRefused."""
    upload.seek(0)
    # Its decoder works in threads.
    limits = apart.Limits(SHRINKING_SECONDS, SHRINKING_MEGABYTES, shrinking.MOST_BYTES_OUT, threads=True)
    drawn = apart.run(shrinking.__file__, (str(LONGEST_SIDE),), upload.read(), limits)
    if not (drawn.startswith(b"\xff\xd8") and drawn.endswith(b"\xff\xd9")):
        raise UploadRefused(
            _("We cannot read this photo: it is broken or has too many pixels. Please choose another, or a JPEG file.")
        )
    return SimpleUploadedFile(upload.name or "photo.heic", drawn, "image/jpeg")


def _reduced(opened: Image.Image, longest: int, square: bool) -> Image.Image:
    """Upright, and no larger than it is wanted, before anything else is done with it.

    Of a JPEG only every second, fourth or eighth point is read where that is enough: a telephone's 40 million points
    would take 120 MB, for a picture of which four million are kept.
    """
    share = min(1.0, longest / (min(opened.size) if square else max(opened.size)))
    size = (math.ceil(opened.width * share), math.ceil(opened.height * share))
    opened.draft("RGB", size)
    smooth = opened.convert("RGBA") if opened.mode in ("1", "P", "PA", "LA") else opened
    smooth.thumbnail(size, reducing_gap=2.0)
    return ImageOps.exif_transpose(smooth)


def _redrawn(picture: Image.Image, name: str, longest: int, square: bool) -> SimpleUploadedFile:
    see_through = not square and picture.has_transparency_data
    if see_through:
        picture = picture.convert("RGBA")
    else:
        whole = picture.convert("RGBA")
        picture = Image.new("RGB", whole.size, "white")
        picture.paste(whole, mask=whole)
    if square:
        side = min(longest, *picture.size)
        picture = ImageOps.fit(picture, (side, side))
    picture.thumbnail((longest, longest))
    kind, ending = ("PNG", "png") if see_through else ("JPEG", "jpg")
    drawn = io.BytesIO()
    picture.save(drawn, kind, quality=85, optimize=True)
    return SimpleUploadedFile(safe_name(name, ending), drawn.getvalue(), f"image/{kind.lower()}")


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
