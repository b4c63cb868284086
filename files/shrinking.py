"""Makes a large photo small in a process of its own, which may not take more time or memory than it is given.

Run by path (`python -I files/shrinking.py SIDE SECONDS MEGABYTES`), the photo on its standard input: HEIC as telephones
write it, or any format that is too large to be read beside other people's requests. It writes a JPEG, upright, without
anything but the picture. Like reader.py it knows nothing of the site.
"""

from __future__ import annotations

import io
import resource
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
    side, seconds, megabytes = (int(argument) for argument in sys.argv[1:4])
    for name, most in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", megabytes * 1024 * 1024),
        ("RLIMIT_FSIZE", MOST_BYTES_OUT),
        ("RLIMIT_CORE", 0),
    ):
        limit = getattr(resource, name)
        hard = resource.getrlimit(limit)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (lower, lower))
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(), side))


if __name__ == "__main__":
    main()
