"""Small documents of every kind that is read, made by hand: each as its bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    each = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in rows)
    return f"<Relationships {PACKAGE}>{each}</Relationships>"


def word(*paragraphs: str, xml: str = "", head: str = "", beside: Mapping[str, str] | None = None) -> bytes:
    """A Word document; `xml` goes into its body as it is, `head` before everything; `beside`: words in other parts."""
    parts = {f"word/{name}.xml": f"<w:hdr {WORD}>{_paragraph(text)}</w:hdr>" for name, text in (beside or {}).items()}
    named = [(f"p{name}", name.rstrip("123"), f"{name}.xml") for name in beside or {}]
    body = "".join(map(_paragraph, paragraphs))
    return archive(
        {
            "[Content_Types].xml": f'<Types><Override ContentType="{DOCX_TYPE}"/></Types>',
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
            "word/document.xml": f"{head}<w:document {WORD}><w:body>{body}{xml}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(*named),
            **parts,
        }
    )


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def slides(*texts: str, notes: str = "") -> bytes:
    """A presentation whose files stand in the opposite order to its slides."""
    numbers = list(range(len(texts), 0, -1))
    listed = "".join(f'<p:sldId id="{number}" r:id="s{number}"/>' for number in numbers)
    named = [(f"s{number}", "slide", f"slides/slide{number}.xml") for number in numbers]
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(("r1", "officeDocument", "/ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": relations(*named),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="r">{listed}</p:presentation>',
    }
    for number, text in zip(numbers, texts, strict=True):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(text)
    if notes:
        first = numbers[0]
        parts[f"ppt/slides/_rels/slide{first}.xml.rels"] = relations(("n", "notesSlide", "../notesSlides/n.xml"))
        parts["ppt/notesSlides/n.xml"] = _slide(notes)
    return archive(parts)


def _slide(text: str) -> str:
    return f'<p:sld xmlns:p="p" {DRAWING}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>'


def open_text(body: str, styles: str = "") -> bytes:
    spaces = 'xmlns:office="office" xmlns:text="text" xmlns:draw="draw" xmlns:style="style" xmlns:dc="dc"'
    parts = {"content.xml": f"<office:document-content {spaces}>{body}</office:document-content>"}
    if styles:
        parts["styles.xml"] = f"<office:document-styles {spaces}>{styles}</office:document-styles>"
    return archive(parts)


def pdf(*pages: str) -> bytes:
    """A PDF with a line or more of text on each page."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        lines = " T* ".join(f"({line}) Tj" for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    made, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    tail = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>"
    )
    return made + f"{tail}\nstartxref\n{len(made)}\n%%EOF\n".encode()


def table(*rows: Sequence[object]) -> bytes:
    """A workbook of one sheet, with a note beside its first cell."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Rota"
    for row in rows:
        sheet.append(row)
    sheet["A1"].comment = Comment("Ask her aunt.", "")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
