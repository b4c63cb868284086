"""Uploads: what is kept, what is refused, what is taken out."""

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from files import checks, shrinking
from files.checks import UploadRefused, clean_document, clean_image, safe_name

SECRET = b"<script>alert(1)</script>"


def upload(name, content):
    return SimpleUploadedFile(name, content, "application/octet-stream")


def drawn(kind="JPEG", size=(120, 80), mode="RGB", **options):
    found = io.BytesIO()
    Image.new(mode, size, "teal" if mode != "1" else 1).save(found, kind, **options)
    return found.getvalue()


def opened(cleaned):
    cleaned.seek(0)
    return Image.open(io.BytesIO(cleaned.read()))


def photo_with_place():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (53.0, 49.0, 1.0)
    return drawn(exif=exif.tobytes())


# Pictures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_the_usual_kinds_are_kept(kind):
    assert opened(clean_image(upload("x.bin", drawn(kind)))).size == (120, 80)


def test_camera_and_place_are_taken_out_and_the_picture_stands_upright():
    picture = opened(clean_image(upload("holiday.jpg", photo_with_place())))
    assert picture.size == (80, 120)
    assert not picture.getexif() and "exif" not in picture.info


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (120, 80)), (3, (120, 80)), (5, (80, 120)), (8, (80, 120)), (77, (120, 80))]
)
def test_every_way_to_hold_a_camera_stands_upright(orientation, size):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert opened(clean_image(upload("x.jpg", drawn(exif=exif.tobytes())))).size == size


def test_a_camera_that_writes_nonsense_still_has_its_photo_kept():
    content = photo_with_place()
    # What the camera is called now stands where a number should: it cannot be written anew.
    broken = content.replace(b"\x01\x0f\x00\x02", b"\x01\x00\x00\x02")
    assert broken != content
    assert opened(clean_image(upload("x.jpg", broken))).size == (80, 120)


def test_notes_and_what_hangs_behind_the_picture_are_taken_out():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    hidden = drawn("PNG", mode="RGBA", icc_profile=SECRET)
    for content in (
        hidden,
        drawn("PNG", pnginfo=notes),
        drawn("JPEG") + SECRET,
        drawn("GIF") + SECRET,
        drawn(comment=SECRET),
    ):
        cleaned = clean_image(upload("x.png", content))
        kept = cleaned.read()
        assert SECRET not in kept and b"iCCP" not in kept


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>" + drawn(),
        drawn()[: len(drawn()) // 2],
        drawn("BMP"),
        drawn("TIFF"),
        b"%PDF-1.7 %%EOF",
    ],
)
def test_what_is_no_picture_of_these_kinds_is_refused(content):
    with pytest.raises(UploadRefused, match="cannot read this picture"):
        clean_image(upload("cat.jpg", content))


def test_large_pictures_are_made_smaller():
    assert max(opened(clean_image(upload("x.jpg", drawn(size=(4000, 100))))).size) == checks.LONGEST_SIDE


def test_too_many_pixels_are_refused_before_they_are_unpacked(monkeypatch):
    bomb = drawn("PNG", size=(7000, 6000), mode="1")
    assert len(bomb) < 50_000
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("unpacked"))
    with pytest.raises(UploadRefused, match="too many pixels"):
        clean_image(upload("bomb.png", bomb))


def test_pillows_own_alarm_is_a_refusal_too(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(UploadRefused, match="too many pixels"):
        clean_image(upload("x.png", drawn("PNG")))


def test_heavy_pictures_are_refused():
    with pytest.raises(UploadRefused, match="larger than"):
        clean_image(upload("x.jpg", drawn()), most_bytes=10)


def test_a_photo_is_square_and_on_white():
    see_through = drawn("PNG", size=(300, 200), mode="RGBA")
    picture = opened(clean_image(upload("me.png", see_through), longest=150, square=True))
    assert picture.size == (150, 150) and picture.format == "JPEG"


def test_see_through_pictures_stay_so():
    assert opened(clean_image(upload("logo.png", drawn("PNG", mode="RGBA")))).mode == "RGBA"


# Documents -----------------------------------------------------------------------------------------------


def office(kind="docx", *, types=None, **parts):
    found = io.BytesIO()
    main = checks.DOCUMENT_TYPES[kind]
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("[Content_Types].xml", types or f'<Types><Override ContentType="{main}.main+xml"/></Types>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return found.getvalue()


def open_document(kind="odt", **parts):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("mimetype", checks.DOCUMENT_TYPES[kind])
        for name, content in parts.items():
            archive.writestr(name, content)
    return found.getvalue()


GOOD = [
    ("a.pdf", b"%PDF-1.7\n...\n%%EOF\n"),
    ("a.docx", office("docx")),
    ("a.xlsx", office("xlsx")),
    ("a.pptx", office("pptx")),
    ("a.odt", open_document("odt")),
    ("a.ods", open_document("ods")),
    ("a.odp", open_document("odp")),
    ("a.rtf", b"{\\rtf1 Hello}"),
    ("a.txt", "Hello, Zoë".encode()),
    ("a.html", b"<!doctype html><title>Play</title><p style='color:red'>See <a href='https://example.org/'>this</a>"),
    ("a.html", "<p>Zoë".encode("utf-16")),
    ("a.csv", "name,ward\r\nZoë,Claremont".encode("cp1252")),
    ("A.CSV", "name;ward".encode("utf-16")),
]


@pytest.mark.parametrize(("name", "content"), GOOD)
def test_documents_that_are_what_they_say(name, content):
    cleaned = clean_document(upload(name, content))
    assert cleaned.name == name.lower() and cleaned.read() == content


BAD = [
    ("a.exe", b"MZ"),
    ("a.html", b"No markup at all"),
    ("a.html", b"<p>Play<SCRIPT>alert(1)</script>"),
    ("a.html", b"<p>Play<script>alert(1)</script>".decode().encode("utf-16")),
    ("a.html", b"<img src=x onerror=alert(1)>"),
    ("a.html", b"<a href=' java\nscript:alert(1)'>Play</a>"),
    ("a.html", b"<meta http-equiv=refresh content='0;url=https://example.org/'>"),
    ("a.html", b"<iframe src=https://example.org/></iframe>"),
    ("a.html", b"<p>\x00"),
    ("a.svg", b"<svg/>"),
    ("a.docm", office("docx")),
    ("a", b"Hello"),
    ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
    ("a.pdf", b"%PDF-1.7 cut off"),
    ("a.docx", b"PK\x03\x04 broken"),
    ("a.docx", office("xlsx")),
    ("a.docx", open_document("odt")),
    ("a.docx", office("docx", **{"word/vbaProject.bin": b"x"})),
    ("a.docx", office("docx", **{"word/embeddings/oleObject1.bin": b"x"})),
    ("a.docx", office("docx", **{"word/activeX/activeX1.bin": b"x"})),
    ("a.docx", office(types=f"{checks.DOCUMENT_TYPES['docx']}.main+xml application/vnd.ms-word.macroEnabled")),
    ("a.odt", open_document("odt", **{"Basic/Standard/Module1.xml": b"x"})),
    ("a.odt", open_document("ods")),
    ("a.rtf", b"{\\rtf1 {\\object\\objdata 0105}}"),
    ("a.rtf", b"Hello"),
    ("a.txt", b"\x7fELF\x00\x01"),
    ("a.txt", b"\xff\xfe\x00"),
    ("a.csv", drawn()),
]


@pytest.mark.parametrize(("name", "content"), BAD)
def test_documents_that_are_not(name, content):
    with pytest.raises(UploadRefused):
        clean_document(upload(name, content))


@pytest.mark.parametrize("part", [b"<div>", b'<a x="'], ids=["nested deeply", "never closed"])
def test_a_page_that_keeps_its_reader_busy_is_refused(monkeypatch, part):
    monkeypatch.setattr(checks, "PAGE_SECONDS", 1)
    with pytest.raises(UploadRefused):
        clean_document(upload("a.html", b"<p>" + part * (15 * 1024 * 1024 // len(part))))


def test_an_archive_that_swells_is_refused(monkeypatch):
    monkeypatch.setattr(checks, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(UploadRefused):
        clean_document(upload("a.docx", office("docx", **{"word/document.xml": "a" * 2000})))


def test_an_archive_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(checks, "MAX_PARTS", 3)
    with pytest.raises(UploadRefused):
        clean_document(upload("a.docx", office("docx", **{f"part{n}.xml": "x" for n in range(4)})))


def test_a_list_of_parts_without_end_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(checks, "MAX_PARTS", 3)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *arguments: pytest.fail("read"))
    with pytest.raises(UploadRefused):
        clean_document(upload("a.docx", b"PK\x01\x02" * 4))


def test_a_locked_archive_is_refused():
    content = bytearray(office("docx"))
    # The bit that says "needs a password", in the directory at the end of the archive.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UploadRefused):
        clean_document(upload("a.docx", bytes(content)))


def test_heavy_documents_are_refused(monkeypatch):
    monkeypatch.setattr(checks, "MAX_DOCUMENT_BYTES", 5)
    with pytest.raises(UploadRefused, match="20 MB"):
        clean_document(upload("a.txt", b"longer than five"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Plan 1.pdf", "plan-1.pdf"),
        ("<script>.pdf", "script.pdf"),
        ("报告.pdf", "file.pdf"),
        ("a" * 300 + ".pdf", "a" * 60 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name, "pdf") == safe


def test_a_large_photo_is_read_at_the_size_that_is_kept():
    """What Pillow keeps of it while it works is counted: the whole would be 100 MB."""
    content = drawn(size=(6000, 4000))
    with Image.open(io.BytesIO(content)) as whole:
        reduced = shrinking.reduced(whole, 640, square=True)
    assert reduced.size == (960, 640)
    with Image.open(io.BytesIO(content)) as whole:
        whole.draft("RGB", (960, 640))
        assert whole.size == (1500, 1000)
    assert opened(clean_image(upload("x.jpg", content))).size == (2560, 1707)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_reduced(mode):
    content = drawn("PNG", (3000, 1500), mode)
    assert opened(clean_image(upload("x.png", content))).size == (2560, 1280)


def test_what_must_be_read_whole_may_have_half_the_pixels(monkeypatch):
    monkeypatch.setattr("files.shrinking.MOST_PIXELS_READ_WHOLE", 100)
    clean_image(upload("x.jpg", drawn(size=(20, 20))))
    with pytest.raises(UploadRefused, match="too many pixels"):
        clean_image(upload("x.png", drawn("PNG", size=(20, 20))))


@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
def test_a_photo_with_further_pictures_behind_it_is_a_photo(monkeypatch, kind):
    monkeypatch.setattr("files.shrinking.MOST_PIXELS_READ_WHOLE", 100)
    behind = {"save_all": True, "append_images": [Image.new("RGB", (10, 10))]} if kind == "MPO" else {}
    assert opened(clean_image(upload("x.jpg", drawn(kind, size=(20, 20), **behind)))).size == (20, 20)


def segment(mark, content):
    return b"\xff" + bytes([mark]) + struct.pack(">H", len(content) + 2) + content


def picture_of_many_scans(scans):
    """Grey, 6300 points each way: each scan says in 50 bytes that nothing changes, and goes through all points."""
    side, blocks = 6300, 788 * 788
    runs = "".join("0" + format(min(left, 32767) - 16384, "014b") for left in range(blocks, 16384, -32767))
    nothing = (
        int(f"{runs}{'1' * (-len(runs) % 8)}", 2).to_bytes((len(runs) + 7) // 8, "big").replace(b"\xff", b"\xff\0")
    )
    tables = segment(0xC4, b"\x00\x01" + b"\0" * 16) + segment(0xC4, b"\x10\x01" + b"\0" * 15 + b"\xe0")
    head = segment(0xDB, b"\0" + b"\1" * 64) + segment(0xC2, struct.pack(">BHHB3B", 8, side, side, 1, 1, 0x11, 0))
    first = segment(0xDA, b"\1\1\0\0\0\0") + b"\0" * (blocks // 8 + 1)
    return b"\xff\xd8" + head + tables + first + (segment(0xDA, b"\1\1\0\1\x3f\0") + nothing) * scans + b"\xff\xd9"


def test_a_picture_that_would_take_minutes_is_ended(monkeypatch):
    clean_image(upload("x.jpg", picture_of_many_scans(1)))
    monkeypatch.setattr(checks, "DRAWING_SECONDS", 1)
    with pytest.raises(UploadRefused, match="cannot read this picture"):
        clean_image(upload("x.jpg", picture_of_many_scans(3000)))


def test_large_pictures_are_drawn_one_after_another(monkeypatch):
    monkeypatch.setattr(checks, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(checks, "DRAWN_HERE_PIXELS", 1)
    with checks._drawing, pytest.raises(UploadRefused, match="in a minute"):
        clean_image(upload("x.jpg", drawn()))
    clean_image(upload("x.jpg", drawn()))
