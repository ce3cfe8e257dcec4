"""Small files for tests: whole ones of every kind that the repository takes, and hostile ones."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from kmportal.demo import pdf as demo_pdf

TYPES = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}


def pdf(*paragraphs: str, title: str = "Falls on a frailty ward") -> bytes:
    """Make a PDF with a title and paragraphs."""
    return demo_pdf.pdf(title, paragraphs)


def locked_pdf(password: str = "secret") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Nobody reads this."))))
    writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def pdf_with(**catalogue: object) -> bytes:
    """Make a PDF whose catalogue has more entries, such as OpenAction."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("It may look harmless."))))
    for name, value in catalogue.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return _written(writer)


def action(kind: str, **entries: str) -> DictionaryObject:
    """Make an action of a PDF, such as action("JavaScript", JS="app.alert(1)")."""
    return DictionaryObject(
        {NameObject("/S"): NameObject(f"/{kind}")}
        | {NameObject(f"/{name}"): TextStringObject(value) for name, value in entries.items()}
    )


def to_page_one() -> ArrayObject:
    """Make the /OpenAction that typesetters write: show the first page. Object 5 is a page of pdf()."""
    return ArrayObject([NumberObject(0), NameObject("/Fit")])


def attachment_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("With something inside."))))
    writer.add_attachment("run.exe", b"MZ")
    return _written(writer)


def pdf_of(content: bytes, *, more: str = "") -> bytes:
    """Make a PDF of one page with a content stream that is given as it stands, and more entries of its dictionary."""
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        f"<< /Length {len(content)} {more} >>\nstream\n".encode() + content + b"\nendstream",
    )


def raw_pdf(*objects: bytes) -> bytes:
    """Make a PDF of objects that are given as they stand, numbered from 1; the first is the catalogue."""
    return demo_pdf._file([*objects, *[b"<< >>"] * (4 - len(objects))])


def flate_bomb(megabytes: int) -> bytes:
    """Make a PDF whose one page unpacks, twice packed, to so many megabytes of drawing."""
    packer = zlib.compressobj(9)
    line = b"0 0 m 9 9 l S\n" * 4_096
    once = b"".join(packer.compress(line) for _ in range(megabytes * 1024 * 1024 // len(line))) + packer.flush()
    return pdf_of(zlib.compress(once, 9), more="/Filter [/FlateDecode /FlateDecode]")


def office(kind: str, parts: Mapping[str, str | bytes] | None = None, *, types: str = "") -> bytes:
    """Make a Word, PowerPoint or Excel file ("docx" …) with these parts beside its main part."""
    main, content_type = MAIN[kind]
    types = types or f'<Types><Override PartName="/{main}" ContentType="{TYPES}{content_type}"/></Types>'
    return zipped({"[Content_Types].xml": types, main: "<document/>", **(parts or {})})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind)
    return written.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _written(writer: PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
