"""PDFs with text in them as other systems print them, made on the spot: Chinese without a font, lines where wanted."""

from collections.abc import Sequence

_HEIGHT, _SIZE = 842, 10
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts ["
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo "
    b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /FontDescriptor << /Type /FontDescriptor "
    b"/FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 "
    b"/CapHeight 880 /StemV 93 >> >> ] >>"
)

#: A text and where it begins: points from the left and from the top of the page.
Placed = tuple[float, float, str]


def pdf_of(*pages: Sequence[Placed], rules: Sequence[tuple[float, float, float, float]] = ()) -> bytes:
    """A PDF of these pages; ``rules`` are lines on each of them (from x, y to x, y, from the top)."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    objects.append(_FONT)
    for n, texts in enumerate(pages):
        content = _content(texts, rules)
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {_HEIGHT}] /Contents {5 + 2 * n} 0 R "
        objects.append(f"{page}/Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    return _written(objects)


def _content(texts: Sequence[Placed], rules) -> bytes:
    lines = [f"{x} {_HEIGHT - y} m {to_x} {_HEIGHT - to_y} l S" for x, y, to_x, to_y in rules]
    for x, y, text in texts:
        hexed = text.encode("utf-16-be").hex()
        lines.append(f"BT /F1 {_SIZE} Tf 1 0 0 1 {x} {_HEIGHT - y} Tm <{hexed}> Tj ET")
    return "\n".join(lines).encode()


def _written(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for n, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{n} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def table_pdf(rows: Sequence[Sequence[str]], *, ruled: bool, top: float = 160, before: Sequence[Placed] = ()) -> bytes:
    """A PDF with a table of these rows, ruled or not, below the texts of ``before``."""
    width, height = 90, 20
    texts = [
        (20 + 4 + column * width, top + 14 + n * height, text)
        for n, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
    ]
    right, bottom = 20 + width * len(rows[0]), top + height * len(rows)
    rules = []
    if ruled:
        rules = [(20, top + n * height, right, top + n * height) for n in range(len(rows) + 1)]
        rules += [(20 + n * width, top, 20 + n * width, bottom) for n in range(len(rows[0]) + 1)]
    return pdf_of([*before, *texts], rules=rules)
