"""What a file really is, told from its content alone, and whether it is whole.

Whatever is not recognised here is refused: a name and a browser's word for the type can say anything.
"""

import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import olefile
from django.utils.translation import gettext as _
from PIL import Image, ImageSequence, UnidentifiedImageError

# Readers of PDF look for its first mark in the first kilobyte, for its last one near the end.
_PDF_HEAD, _PDF_TAIL = 1024, 2048
# Some scanners and mail programs fill a file up with zero bytes or blank lines.
_FILLING = b"\x00\r\n\t "
# Decoded pixels cost memory: up to so many every row is read, beyond it only what the format itself says of its end.
_MOST_DECODED = 50_000_000
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_ZIP, _OLE, _PDF = b"PK\x03\x04", olefile.MAGIC, b"%PDF-"


class NotWhole(Exception):
    """The content begins like a known kind of file and is cut off or broken."""


class TooManyPixels(Exception):
    """A picture so large, of a kind so packed, that nobody can look at it before the machine runs out of memory."""


@dataclass(frozen=True)
class FileType:
    """A kind of file that people may attach; the first extension is its proper one."""

    content_type: str
    extensions: tuple[str, ...]

    @property
    def family(self) -> str:
        """Pictures are one family: phones and messengers often give one kind the extension of another."""
        return "image" if self.content_type.startswith("image/") else self.content_type


JPEG = FileType("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG = FileType("image/png", (".png",))
WEBP = FileType("image/webp", (".webp",))
GIF = FileType("image/gif", (".gif",))
BMP = FileType("image/bmp", (".bmp", ".dib"))
TIFF = FileType("image/tiff", (".tif", ".tiff"))
HEIC = FileType("image/heic", (".heic", ".heif"))
PDF = FileType("application/pdf", (".pdf",))
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = FileType(f"{_OFFICE}wordprocessingml.document", (".docx",))
XLSX = FileType(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",))
PPTX = FileType(f"{_OFFICE}presentationml.presentation", (".pptx",))
DOC = FileType("application/msword", (".doc",))
XLS = FileType("application/vnd.ms-excel", (".xls",))

TYPES = (JPEG, PNG, WEBP, GIF, BMP, TIFF, HEIC, PDF, DOCX, XLSX, PPTX, DOC, XLS)
_IN_ZIP = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_IN_OLE = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS}
# A phone may put several pictures into one JPEG, which then is called MPO.
_BY_PILLOW = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF, "BMP": BMP, "DIB": BMP, "TIFF": TIFF}
_PICTURE_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")
_OPENED = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
# The limit above takes the place of Pillow's own, which looks at a picture before anybody can ask for its kind.
Image.MAX_IMAGE_PIXELS = None


def type_of(content: BinaryIO) -> FileType | None:
    """The kind of a seekable file, None when it is none of ours.

    Raises:
        NotWhole: when it begins like one of ours and is cut off or broken.
        TooManyPixels: when it is a picture that cannot be looked at.
    """
    content.seek(0)
    head = content.read(_PDF_HEAD)
    readers: tuple[tuple[bool, Callable], ...] = (
        (head.startswith(_ZIP), _office),
        (head.startswith(_OLE), _old_office),
        (head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS, _heic),
        (head.startswith(_PICTURE_HEADS) or head[8:12] == b"WEBP", _picture),
        (_PDF in head, _pdf),
    )
    reader = next((reader for matches, reader in readers if matches), None)
    content.seek(0)
    return reader(content) if reader else None


def fits_name(found: FileType, name: str) -> bool:
    """Whether a name's extension says the same kind as the content; a name without a known extension says nothing."""
    extension = PurePath(name).suffix.lower()
    claimed = next((known for known in TYPES if extension in known.extensions), None)
    return extension == "" or (claimed is not None and claimed.family == found.family)


def proper_name(found: FileType, name: str) -> str:
    """The name with the extension of what the file really is."""
    path = PurePath(name)
    return name if path.suffix.lower() in found.extensions else f"{path.stem or _('file')}{found.extensions[0]}"


def _pdf(content: BinaryIO) -> FileType:
    """A PDF ends with its own mark; what was cut off has none. Bytes before and filling after it harm no reader."""
    if b"%%EOF" not in _end_of(content)[-_PDF_TAIL:]:
        raise NotWhole
    return PDF


def _end_of(content: BinaryIO, block: int = 65536) -> bytes:
    """The last bytes of a file before the filling at its end; empty when there is nothing else."""
    at, tail = content.seek(0, 2), b""
    while at > 0 and len(tail) < _PDF_TAIL:
        start = max(0, at - block)
        content.seek(start)
        tail = (content.read(at - start) + tail).rstrip(_FILLING)
        at = start
    return tail


def _office(content: BinaryIO) -> FileType | None:
    """The table of contents stands at the end of a zip file, so one that was cut off cannot be opened."""
    try:
        names = set(zipfile.ZipFile(content).namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NotWhole from error
    if "[Content_Types].xml" not in names:
        return None
    return next((known for part, known in _IN_ZIP.items() if part in names), None)


def _old_office(content: BinaryIO) -> FileType | None:
    """Word and Excel before 2007: a small file system; the sectors that its table names must all be there."""
    try:
        with olefile.OleFileIO(content, raise_defects=olefile.DEFECT_INCORRECT) as ole:
            found = next((known for part, known in _IN_OLE.items() if ole.exists(part)), None)
            for part in ole.listdir():
                ole.openstream(part)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise NotWhole from error
    return found


def _heic(content: BinaryIO) -> FileType:
    """A phone's picture is a row of boxes, each of which says its length; together they are the whole file."""
    content.seek(0, 2)
    end, at = content.tell(), 0
    while at < end:
        content.seek(at)
        header = content.read(16)
        size = int.from_bytes(header[:4], "big")
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        size = size or end - at
        if size < 8:
            raise NotWhole
        at += size
    if at != end:
        raise NotWhole
    return HEIC


def _picture(content: BinaryIO) -> FileType | None:
    """Reads every pixel row, at the smallest scale the format offers; a picture that was cut off ends too early."""
    try:
        with Image.open(content, formats=_OPENED) as picture:
            found = _BY_PILLOW[picture.format or ""]
            if found is PNG:
                picture.verify()  # every part has a checksum, so nothing has to be unpacked
            elif picture.width * picture.height <= _MOST_DECODED:
                picture.draft("L", (64, 64))
                left = _MOST_DECODED  # of all pages together
                for page in ImageSequence.Iterator(picture):
                    left -= page.width * page.height
                    if left < 0:
                        break
                    page.load()
            elif found is not JPEG:
                raise TooManyPixels
            elif not _end_of(content).endswith(b"\xff\xd9"):
                raise NotWhole
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
        raise NotWhole from error
    return found
