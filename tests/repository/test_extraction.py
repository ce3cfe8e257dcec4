"""Reading files in the background: what is found in them, and that hostile ones end within their limits."""

import io
import logging
import threading
import time

import pytest
from django.db import connection, transaction
from PIL import Image
from pypdf.generic import ArrayObject, NameObject

from kmportal.search.models import SearchDocument
from repository import file_store, files, restricting
from repository.audience import Audience
from repository.extraction import process, reading
from repository.models import RecordFile, StoredContent
from repository.uploads import incoming_of
from tests import documents
from tests.builders import make_record

TOO_MUCH = "Reading it took too much time or memory, so it was stopped."


def stored(content: bytes, media_type: str = "application/pdf") -> StoredContent:
    """Put content into the store as if it had been taken."""
    kept = file_store.store([content])
    return StoredContent.objects.create(sha256=kept.sha256, size=kept.size, content_type=media_type)


def read(content: StoredContent) -> StoredContent:
    reading.read(content.sha256)
    content.refresh_from_db()
    return content


@pytest.mark.django_db
def test_a_pdf_gives_its_words_its_pages_and_its_first_page_as_a_picture():
    content = read(stored(documents.pdf(*["Zoë fell at night (twice)."] * 40)))
    assert (content.extraction, content.failure, content.pages, content.is_active) == ("done", "", 2, False)
    assert content.text.startswith("Falls on a frailty ward")
    assert content.text.count("Zoë fell at night (twice).") == 40
    with Image.open(file_store.thumbnail_path_of(content.sha256)) as thumbnail:
        assert (thumbnail.format, thumbnail.size, content.has_thumbnail) == ("PNG", (396, 560), True)
        assert len(set(thumbnail.convert("L").tobytes())) > 10  # something is drawn on it


@pytest.mark.django_db
def test_what_was_read_is_not_read_again_and_what_is_gone_is_no_harm(monkeypatch):
    content = read(stored(documents.pdf("Many fall.")))
    asked = []
    monkeypatch.setattr(process, "ask", lambda *question: asked.append(question))
    assert (read(content).text, asked) == (content.text, [])
    reading.read("0" * 64)
    assert list(StoredContent.objects.values_list("pk", flat=True)) == [content.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "media_type", "text", "pages"),
    [
        (
            documents.office("docx", {"word/document.xml": "<w:p><w:r><w:t>Falls &amp; </w:t><w:t xml:space='preserve'>"
                                      "frailty</w:t></w:r></w:p><w:p><w:t>Night</w:t></w:p>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Falls & frailty\nNight", None,
        ),
        (
            documents.office("pptx", {f"ppt/slides/slide{n}.xml": f"<a:p><a:t>Slide {n}</a:t></a:p>" for n in (10, 2)}),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation", "Slide 2\n\nSlide 10", 2,
        ),
        (
            documents.office("xlsx", {"xl/sharedStrings.xml": "<si><t>Ward</t></si><si><t>Falls</t></si>"}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Ward\nFalls", None,
        ),
        ("ward,falls\nZoë,3\n".encode("utf-16"), "text/csv", "ward,falls\nZoë,3", None),
        ("naïve\n".encode("cp1252"), "text/plain", "naïve", None),
    ],
)  # fmt: skip
def test_other_documents_give_their_words(content, media_type, text, pages):
    content = read(stored(content, media_type))
    found = (content.extraction, content.text, content.pages, content.failure, content.has_thumbnail, content.is_active)
    assert found == ("done", text, pages, "", False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_gives_a_thumbnail_and_nothing_of_what_it_says_of_its_maker(kind, media_type):
    written = io.BytesIO()
    marks = Image.Exif()
    marks[0x013B] = "Photographed by a patient"
    Image.new("RGB", (1_600, 900), "teal").save(written, kind, exif=marks)
    content = read(stored(written.getvalue(), media_type))
    assert (content.extraction, content.text, content.has_thumbnail) == ("none", "", True)
    path = file_store.thumbnail_path_of(content.sha256)
    with Image.open(path) as thumbnail:
        assert thumbnail.size == (400, 225)
    assert b"patient" not in path.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "is_active"),
    [
        (documents.pdf_with(OpenAction=documents.to_page_one()), False),
        (documents.pdf_with(OpenAction=documents.action("GoTo", D="one")), False),
        (documents.pdf_with(OpenAction=documents.action("JavaScript", JS="app.alert(1)")), True),
        (documents.pdf_with(OpenAction=documents.action("Launch", F="run.exe")), True),
        (documents.pdf_with(OpenAction=documents.action("SubmitForm", F="https://example.org")), True),
        (documents.pdf_with(AA=documents.action("JavaScript", JS="1")), True),
        (documents.pdf_with(Names=ArrayObject([documents.action("JavaScript", JS="1")])), True),
        (documents.pdf_with(Odd=NameObject("/JavaScript")), False),
        (documents.attachment_pdf(), True),
    ],
)
def test_a_pdf_that_acts_by_itself_is_told_from_one_that_does_not(content, is_active):
    assert read(stored(content)).is_active == is_active


@pytest.mark.django_db
def test_what_cannot_be_read_says_why_and_stays_as_it_is():
    cut = stored(documents.pdf("x" * 900)[:700])
    lost = stored(documents.pdf("Lost."))
    file_store.path_of(lost.sha256).unlink()
    found = [(each.extraction, each.failure, each.text) for each in (read(cut), read(lost))]
    assert found == [
        ("failed", "This PDF is damaged or not complete. Save it again, and choose the new file.", ""),
        ("failed", "The file is missing from the store.", ""),
    ]
    assert file_store.path_of(cut.sha256).is_file()


def attach(record, by) -> RecordFile:
    """Give the record a PDF that nobody has read yet."""
    upload = documents.upload("poster.pdf", documents.pdf("The word is xylophone."))
    with transaction.atomic():
        return files.attach(record, incoming_of(upload), name="poster.pdf", media_type="application/pdf", by=by)


def found(words: str, record) -> list[tuple[int, int]]:
    """Return part and audience of each document of the record that has the words."""
    documents_with = SearchDocument.objects.filter(kind="record", object_id=record.pk, body__contains=words)
    return list(documents_with.values_list("part", "audience"))


@pytest.mark.django_db
def test_words_of_a_file_are_found_once_it_is_read(depositor):
    record = make_record("Quiet nights", abstract="Nothing of it here.")
    file = attach(record, depositor)
    before = found("xylophone", record)
    reading.read(file.content_id)
    assert (before, found("xylophone", record)) == ([], [(1, 0)])


def somebody_waits() -> bool:
    """Tell whether a transaction of this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
def test_reading_does_not_undo_in_the_search_what_somebody_restricts_at_the_same_time(depositor, librarian):
    record = make_record("Quiet nights")
    file = attach(record, depositor)

    def read_file():
        reading.read(file.content_id)
        connection.close()

    reader = threading.Thread(target=read_file)
    with transaction.atomic():
        restricting.restrict(record, audience=Audience.LIBRARY, by=librarian)
        reader.start()
        while reader.is_alive() and not somebody_waits():
            time.sleep(0.05)
    reader.join()
    assert found("xylophone", record) == [(1, 3)]


@pytest.mark.django_db
def test_a_file_that_is_removed_while_it_is_read_leaves_no_picture_behind(monkeypatch):
    content = stored(documents.pdf("Soon gone."))
    ask = process.ask

    def read_then_remove(*question):
        answer = ask(*question)
        StoredContent.objects.filter(pk=content.pk).delete()
        file_store.remove(content.sha256)
        return answer

    monkeypatch.setattr(process, "ask", read_then_remove)
    reading.read(content.sha256)
    assert file_store.thumbnail_path_of(content.sha256).exists() is False


def in_a_circle(pdf: bytes) -> bytes:
    """Let the table of a PDF's objects name itself as the one before it."""
    return pdf.replace(b"<< /Size", b"<< /Prev %d /Size" % (pdf.index(b"\nxref\n") + 1))


DEEP = b"[" * 50_000 + b"]" * 50_000
CIRCLE = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999999 /Parent 2 0 R >>"
# What makes each bomb, and its ending.
HOSTILE = {
    "a table that names itself": (lambda: in_a_circle(documents.pdf("Round.")), ".pdf"),
    "a giant /Size": (lambda: documents.pdf("Big.").replace(b"/Size 6", b"/Size 2147483647"), ".pdf"),
    "pages in a circle": (lambda: documents.raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", CIRCLE), ".pdf"),
    "deep nesting": (lambda: documents.pdf_of(DEEP, more="/Odd " + DEEP.decode()), ".pdf"),
    "a flate bomb": (lambda: documents.flate_bomb(600), ".pdf"),
    "an enormous page": (lambda: documents.pdf("Wide.").replace(b"595 842", b"9e9 9e9"), ".pdf"),
    "a zip bomb": (lambda: documents.office("docx", {"word/document2.xml": b"<w:t>" * 20_000_000}), ".docx"),
    "no end of opening tags": (lambda: documents.office("docx", {"word/document.xml": "<w:t " * 200_000}), ".docx"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bomb_ends_within_its_limits_and_says_no_more_than_it_may(tmp_path, name):
    make, ending = HOSTILE[name]
    path = tmp_path / "bomb"
    path.write_bytes(make())
    answers = [
        process.ask(task, path, ending) for task in ("check", "read", "activity")[: 3 if ending == ".pdf" else 2]
    ]
    assert {key for answer in answers for key in answer.said} <= {
        "text",
        "pages",
        "words_end",
        "thumbnail",
        "is_active",
    }
    assert max(len(answer.said.get("text", "")) for answer in answers) <= 2_000_000


def test_a_process_that_goes_on_for_ever_is_ended_and_has_found_nothing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(process, "_START", "import sys\nwhile True: pass")
    monkeypatch.setitem(process.WALL_SECONDS, "read", 0.3)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        answer = process.ask("read", path, ".pdf")
    assert (answer.is_whole, answer.problem, answer.said) == (False, "", {})
    assert "Task “read” of a.pdf broke off with code None." in caplog.text


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("x = bytearray(600 * 1024 * 1024)", False),
        ("open('/tmp/kmportal-left-behind', 'wb').write(b'x' * 20_000_000)", False),
        ("x = bytearray(100 * 1024 * 1024)", True),
    ],
    ids=["memory", "disk", "neither"],
)
def test_the_process_has_no_more_memory_or_disk_than_its_limits(tmp_path, monkeypatch, code, whole):
    start = (
        "import sys; sys.path.append(sys.argv.pop(1)); from repository.extraction import child; child._limit('read')"
    )
    monkeypatch.setattr(process, "_START", f"{start}\n{code.replace('/tmp', str(tmp_path))}\nchild._say('done', True)")
    assert process.ask("read", tmp_path / "a.pdf", ".pdf").is_whole == whole


@pytest.mark.django_db
def test_a_process_that_breaks_off_is_told_to_the_library(monkeypatch):
    monkeypatch.setattr(process, "_START", "import os; os.abort()")
    content = read(stored(documents.pdf("Fine in truth.")))
    assert (content.extraction, content.failure, content.is_active) == ("failed", TOO_MUCH, True)
