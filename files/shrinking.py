"""Makes a large photo small in a process of its own, which may not take more time or memory than it is given.

Run by limited.py (see apart.py) with SIDE as its argument, the photo on its standard input: HEIC as telephones write
it, or any format that is too large to be read beside other people's requests. It writes a JPEG, upright, without
anything but the picture. Like reader.py it knows nothing of the site.
"""

from __future__ import annotations

import io
import sys

MOST_PIXELS = 64_000_000
MOST_BYTES_OUT = 8 * 1024 * 1024
FORMATS = ("HEIF", "JPEG", "PNG", "WEBP")


def shrink(content: bytes, side: int) -> bytes:
    """The picture as JPEG, its longer side at most `side`. Raises whatever the file makes the decoder raise."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("Too many pixels.")
        opened.draft("RGB", (side, side))
        opened.thumbnail((side, side), reducing_gap=2.0)
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    drawn = io.BytesIO()
    upright.save(drawn, "JPEG", quality=92)
    return drawn.getvalue()


def main() -> None:
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(), int(sys.argv[1])))


if __name__ == "__main__":
    main()
