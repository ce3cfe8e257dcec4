"""Which files are taken: ending, first bytes and a parser must agree; and what becomes of their names."""

import pytest

from repository import file_kinds, file_store
from repository.file_store import RefusedFile
from tests import documents

OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = "Choose a file of one of these kinds: pdf, docx, pptx, xlsx, csv, txt, png, jpg, jpeg."
OTHER = "its content is something else. Save it again in that format."
UNPACKS = "This file unpacks to far more than it should. Save it again with smaller pictures or tables."
DAMAGED = "This file is damaged or not complete. Save it again, and choose the new file."
PDF_DAMAGED = "This PDF is damaged or not complete. Save it again, and choose the new file."
PICTURE_DAMAGED = "This picture is damaged or not complete. Save it again, and choose the new file."
MACROS = "This file has macros in it. Save a copy without macros, and choose that."


def media_type_of(name: str, content: bytes) -> str:
    return file_kinds.media_type_of(name, file_store.receive([content]))


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("paper.pdf", documents.pdf("Many fall."), "application/pdf"),
        ("PAPER.PDF", documents.pdf("Many fall."), "application/pdf"),
        # A password that is only asked of those who want to change it.
        ("owned.pdf", documents.locked_pdf(""), "application/pdf"),
        ("a.docx", documents.office("docx"), f"{OFFICE}.wordprocessingml.document"),
        ("a.pptx", documents.office("pptx"), f"{OFFICE}.presentationml.presentation"),
        ("a.xlsx", documents.office("xlsx"), f"{OFFICE}.spreadsheetml.sheet"),
        ("a.csv", "ward,falls\nZoë,3\n".encode(), "text/csv"),
        ("a.csv", "ward,falls\nZoë,3\n".encode("utf-16"), "text/csv"),
        ("a.txt", b"\xef\xbb\xbfplain\r\n\ttext\n", "text/plain"),
        ("a.txt", "naïve".encode("cp1252"), "text/plain"),
        ("a.png", documents.picture("PNG"), "image/png"),
        ("a.jpg", documents.picture("JPEG"), "image/jpeg"),
        ("a.jpeg", documents.picture("JPEG"), "image/jpeg"),
    ],
)
def test_files_are_taken_whose_name_and_content_agree(name, content, media_type):
    assert media_type_of(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("paper.pdf", b"", "This file is empty."),
        ("paper.pdf", b"MZ\x90\x00", OTHER),
        ("paper.pdf", b"<html>%PDF-1.7", OTHER),
        ("paper.pdf", b"%PDF-1.7\n", PDF_DAMAGED),
        ("paper.pdf", b"%PDF-1.7\n" + b"MZ\x90\x00" * 100, PDF_DAMAGED),
        ("paper.pdf", documents.pdf("x" * 500)[:400], PDF_DAMAGED),
        ("paper.pdf", documents.locked_pdf(), "This PDF is locked with a password. Save a copy without one."),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", OTHER),
        ("a.png", documents.picture("JPEG"), OTHER),
        ("a.png", documents.picture("PNG", (300, 300))[:200], PICTURE_DAMAGED),
        ("a.jpg", documents.picture("JPEG", (300, 300))[:800], PICTURE_DAMAGED),
        ("a.jpg", b"\xff\xd8\xff\xe0<script>", PICTURE_DAMAGED),
        ("a.docx", documents.pdf(), OTHER),
        ("a.docx", b"PK\x03\x04..", DAMAGED),
        ("a.docx", documents.office("xlsx"), OTHER),
        ("a.docx", documents.zipped({"word/document.xml": "<document/>"}), OTHER),
        ("a.docx", documents.office("docx", {"word/vbaProject.bin": b"\x00"}), MACROS),
        (
            "a.xlsx",
            documents.office("xlsx", types="<Types>application/vnd.ms-excel.sheet.macroEnabled</Types>"),
            MACROS,
        ),
        ("a.pptx", documents.office("pptx", {"bomb.xml": b"0" * 20_000_000}), UNPACKS),
        ("a.pptx", documents.office("pptx", {f"{n}.xml": "" for n in range(2_000)}), UNPACKS),
        ("a.txt", b"MZ\x90\x00", OTHER),
        ("a.txt", b"fine at first" * 100_000 + b"\x00", OTHER),
        ("a.csv", b"\x81\x8d not in Windows-1252", OTHER),
        ("a.exe", documents.pdf(), KINDS),
        ("a.html", b"<html>", KINDS),
        ("a.svg", b"<svg>", KINDS),
        ("paper.pdf.exe", documents.pdf(), KINDS),
        ("reportfdp.exe", documents.pdf(), KINDS),
        ("pdf", documents.pdf(), KINDS),
    ],
)
def test_others_are_refused_with_the_reason(name, content, reason):
    with pytest.raises(RefusedFile) as refused:
        media_type_of(name, content)
    assert str(refused.value).endswith(reason)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    with pytest.raises(RefusedFile, match="Save it with at most 80 million pixels"):
        media_type_of("a.png", documents.picture("PNG", (10_000, 8_001)))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("paper.pdf", "paper.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\Falls audit.pdf", "Falls audit.pdf"),
        ("a\x00b\x1f.pdf", "ab.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ("Zoe\u0308.pdf", "Zoë.pdf"),
        ("  two   spaces \n.pdf", "two spaces.pdf"),
        ('a<b>:"c"|?*.pdf', "a-b---c----.pdf"),
        (".pdf", "pdf"),
        ("...hidden.pdf", "hidden.pdf"),
        ("   .pdf", "pdf"),
        ("x" * 4_096 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 4_096, "x" * 120),
        ("\ud800.pdf", "pdf"),
        ("", ""),
    ],
)
def test_names_are_cleaned(name, clean):
    assert file_kinds.clean_name(name) == clean


def test_a_name_that_is_taken_gets_a_number():
    taken = {"audit.pdf", "audit (2).pdf", f"{'x' * 116}.pdf", "notes"}
    assert [file_kinds.free_name(name, taken) for name in ("new.pdf", "Audit.pdf", "x" * 116 + ".pdf")] == [
        "new.pdf", "Audit (3).pdf", "x" * 112 + " (2).pdf",
    ]  # fmt: skip
