"""Draws a picture anew: upright, small, and without anything that it brought along beside what one sees.

What is quick to read is drawn by a call from checks.py. Everything else is drawn in a process of its own, which may not
take more time or memory than it is given: run by limited.py (see apart.py) with SIDE and "square" or "whole" as its
arguments and the picture on its standard input, it writes a JPEG or a PNG, or TOO_MANY. It knows nothing of the site.
"""

from __future__ import annotations

import io
import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# MPO is a telephone's JPEG with further pictures behind it. Other formats have to be read whole, and twice that costs
# more memory than there is.
MOST_PIXELS = {"HEIF": 64_000_000, "JPEG": 40_000_000, "MPO": 40_000_000}
MOST_PIXELS_READ_WHOLE = 20_000_000
MOST_BYTES_OUT = 32 * 1024 * 1024
ORIENTATION = 0x0112
TOO_MANY = b"too many pixels"


class TooManyPixels(Exception):
    """The picture says of itself that it is larger than anything that is read here."""


def is_heic(head: bytes) -> bool:
    """By its first twelve bytes, whatever it is called."""
    return head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS


def open_picture(content: bytes) -> Image.Image:
    """What the picture says of itself, before any of it is drawn. Raises TooManyPixels and what Pillow raises."""
    from PIL import Image

    formats: tuple[str, ...] = FORMATS
    if is_heic(content):
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = False
        pillow_heif.register_heif_opener()
        formats = ("HEIF",)
    try:
        opened = Image.open(io.BytesIO(content), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    if opened.width * opened.height > MOST_PIXELS.get(opened.format or "", MOST_PIXELS_READ_WHOLE):
        raise TooManyPixels
    return opened


def draw(opened: Image.Image, side: int, square: bool) -> bytes:
    """A JPEG, or a PNG where one sees through it, its longer side at most `side`. Raises what Pillow raises."""
    from PIL import Image, ImageOps

    picture = reduced(opened, side, square)
    see_through = not square and picture.has_transparency_data
    whole = picture.convert("RGBA")
    if see_through:
        picture = whole
    else:
        picture = Image.new("RGB", whole.size, "white")
        picture.paste(whole, mask=whole)
    if square:
        edge = min(side, *picture.size)
        picture = ImageOps.fit(picture, (edge, edge))
    picture.thumbnail((side, side))
    # A colour profile would be written too, and may hold anything.
    picture.info.clear()
    drawn = io.BytesIO()
    picture.save(drawn, "PNG" if see_through else "JPEG", quality=85, optimize=True)
    return drawn.getvalue()


def reduced(opened: Image.Image, side: int, square: bool) -> Image.Image:
    """Upright, and no larger than it is wanted, before anything else is done with it.

    Of a JPEG only every second, fourth or eighth point is read where that is enough: a telephone's 40 million points
    would take 120 MB, for a picture of which four million are kept.
    """
    share = min(1.0, side / (min(opened.size) if square else max(opened.size)))
    size = (math.ceil(opened.width * share), math.ceil(opened.height * share))
    opened.draft("RGB", size)
    smooth = opened.convert("RGBA") if opened.mode in ("1", "P", "PA", "LA") else opened
    smooth.thumbnail(size, reducing_gap=2.0)
    return _upright(smooth)


def _upright(picture: Image.Image) -> Image.Image:
    """Pillow's own way writes all of EXIF anew, and fails on what some cameras put there."""
    from PIL.Image import Transpose

    turns: dict[object, Transpose] = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(picture.getexif().get(ORIENTATION))
    return picture if turn is None else picture.transpose(turn)


def main() -> None:
    try:
        with open_picture(sys.stdin.buffer.read()) as opened:
            drawn = draw(opened, int(sys.argv[1]), sys.argv[2] == "square")
    except TooManyPixels:
        drawn = TOO_MANY
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
