"""Write a plain text as a small PDF, byte by byte, for files of the demo content (no Django).

The objects are those of PDF 1.4 (Adobe, PDF Reference, third edition, chapter 3); the font is one of the 14 that every
reader has, so nothing is embedded.
"""

import textwrap
from collections.abc import Sequence

# A4 in points, and lines that fit between margins of 72 points.
PAGE = (595, 842)
MARGIN = 72
LEADING = 15
LINE_LENGTH = 82
LINES_ON_A_PAGE = (PAGE[1] - 2 * MARGIN) // LEADING


def pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a PDF with the title and the paragraphs in 11-point Helvetica, on as many pages as they need.

    Characters that Windows-1252 does not have are shown as question marks.
    """
    lines = textwrap.wrap(title, LINE_LENGTH)
    for paragraph in paragraphs:
        lines += ["", *textwrap.wrap(paragraph, LINE_LENGTH)]
    pages = [lines[start : start + LINES_ON_A_PAGE] for start in range(0, len(lines), LINES_ON_A_PAGE)]

    # Objects 1 to 4 are fixed; then each page has two: itself and its content.
    page_numbers = range(5, 5 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in page_numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title " + _string(title) + b" >>",
    ]
    for number, page in zip(page_numbers, pages, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE[0]} {PAGE[1]}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        shown = b"\n".join(_string(line) + b" '" for line in page)
        content = f"BT /F1 11 Tf {LEADING} TL {MARGIN} {PAGE[1] - MARGIN} Td\n".encode() + shown + b"\nET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    return _file(objects)


def _string(text: str) -> bytes:
    """Return a text as a literal string (3.2.3): in brackets, with its own brackets and backslashes escaped."""
    encoded = text.encode("cp1252", errors="replace")
    for special in (b"\\", b"(", b")"):
        encoded = encoded.replace(special, b"\\" + special)
    return b"(" + encoded + b")"


def _file(objects: list[bytes]) -> bytes:
    """Return the objects, numbered from 1, with the table of where each begins (3.4)."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    file += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    file += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(file)
