"""Draws the first page of one PDF in a process of its own, which may not take more time or memory than it is given.

Run by limited.py (see apart.py), the document on its standard input. It writes the number of pages as four bytes, and
then the picture as JPEG. Like reader.py it knows nothing of the site.
"""

from __future__ import annotations

import io
import struct
import sys

WIDTH, HEIGHT = 240, 340
MOST_BYTES_OUT = 1024 * 1024


def draw(content: bytes) -> tuple[int, bytes]:
    """How many pages there are, and the first, small. Raises whatever the file makes the renderer raise."""
    import pypdfium2  # type: ignore[import-untyped]

    opened = pypdfium2.PdfDocument(content)
    first = opened[0]
    scale = min(WIDTH / max(first.get_width(), 1), HEIGHT / max(first.get_height(), 1))
    picture = first.render(scale=scale, draw_annots=False).to_pil().convert("RGB")
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=80, optimize=True)
    return len(opened), drawn.getvalue()


def main() -> None:
    pages, picture = draw(sys.stdin.buffer.read())
    sys.stdout.buffer.write(struct.pack("!I", pages) + picture)


if __name__ == "__main__":
    main()
