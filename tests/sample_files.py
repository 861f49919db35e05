"""Small files as people upload them, made on the spot: pictures, documents, and what only pretends to be one."""

import io
import struct
import zipfile

import olefile
import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

EXE = b"MZ\x90\x00" + bytes(range(256)) * 8


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (320, 240)) -> bytes:
    """A picture with enough detail in it that its end can be cut off."""
    target = io.BytesIO()
    Image.effect_mandelbrot(size, (-3, -2.5, 2, 2.5), 100).convert("RGB").save(target, kind)
    return target.getvalue()


def photo_bytes(size: tuple[int, int]) -> bytes:
    """What a phone's camera makes: with so much detail in it that it is large."""
    target = io.BytesIO()
    Image.effect_noise(size, 30).convert("RGB").save(target, "JPEG", quality=85)
    return target.getvalue()


def scan_bytes(pages: int = 1) -> bytes:
    """What an office scanner makes: black and white, fax compression, one picture a page."""
    target = io.BytesIO()
    page = Image.effect_mandelbrot((320, 240), (-3, -2.5, 2, 2.5), 100).convert("1")
    page.save(target, "TIFF", compression="group4", save_all=True, append_images=[page] * (pages - 1))
    return target.getvalue()


def large_jpeg_bytes(size: tuple[int, int]) -> bytes:
    """A photo of that many pixels, made from a small one whose header says otherwise: nobody has to pack it."""
    content = bytearray(picture_bytes("JPEG"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = size[1].to_bytes(2, "big") + size[0].to_bytes(2, "big")
    return bytes(content)


def picture(name: str = "签收单.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(kind), content_type="image/jpeg")


def pdf_bytes() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 40)).save(target, "PDF")
    return target.getvalue()


def excel_bytes() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def word_bytes() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return target.getvalue()


def zip_bytes() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("setup.exe", EXE)
    return target.getvalue()


def heic_bytes() -> bytes:
    """The boxes of a phone's picture; no decoder is needed to see whether all of them are there."""
    boxes = ((b"ftyp", b"heic\x00\x00\x00\x00mif1heic"), (b"meta", bytes(60)), (b"mdat", bytes(400)))
    return b"".join((len(body) + 8).to_bytes(4, "big") + kind + body for kind, body in boxes)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def old_office_bytes(stream: str = "WordDocument") -> bytes:
    """The smallest file system in which Word and Excel kept documents before 2007: a table, a folder, a stream."""
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = struct.pack("<8s16x5H6x9I", olefile.MAGIC, 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    sectors = struct.pack("<128I", table, end, *range(3, 10), end, *[free] * 118)
    folder = _ole_entry("Root Entry", 5, child=1, start=end, size=0)
    folder += _ole_entry(stream, 2, child=free, start=2, size=4096)
    return header + sectors + folder.ljust(512, b"\0") + bytes(4096)


def _ole_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text, free = name.encode("utf-16-le"), 0xFFFFFFFF
    return struct.pack("<64sHBB3I36xIQ", text, len(text) + 2, kind, 1, free, free, child, start, size)
