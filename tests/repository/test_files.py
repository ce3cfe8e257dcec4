"""Files: what is taken, how it is kept, and who may have it."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from repository import deposits, file_store
from repository.file_store import RefusedFile, StoredFile
from repository.models import RecordFile
from tests.builders import make_record

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("paper.pdf", PDF, "application/pdf"),
        ("PAPER.PDF", PDF, "application/pdf"),
        ("a.docx", b"PK\x03\x04..", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.pptx", b"PK\x03\x04..", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.xlsx", b"PK\x03\x04..", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.csv", "ward,falls\nZoë,3\n".encode(), "text/csv"),
        ("a.txt", b"\xef\xbb\xbfplain\r\n\ttext\n", "text/plain"),
        ("a.txt", "naïve".encode("cp1252"), "text/plain"),
        ("a.png", b"\x89PNG\r\n\x1a\n..", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0..", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0..", "image/jpeg"),
    ],
)
def test_files_whose_name_and_content_agree_are_taken(name, content, media_type):
    upload = SimpleUploadedFile(name, content)
    assert file_store.content_type_of(upload) == media_type
    assert upload.read() == content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("paper.pdf", b"", "This file is empty."),
        ("paper.pdf", b"MZ\x90\x00", "its content is something else"),
        ("paper.pdf", b"<html>%PDF-1.7", "its content is something else"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "its content is something else"),
        ("a.docx", PDF, "its content is something else"),
        ("a.txt", b"MZ\x90\x00", "its content is something else"),
        ("a.csv", "ward,falls".encode("utf-16"), "its content is something else"),
        ("a.exe", PDF, "Choose a file of one of these kinds: pdf, docx, pptx, xlsx, csv, txt, png, jpg, jpeg."),
        ("a.html", b"<html>", "Choose a file of one of these kinds"),
        ("a.svg", b"<svg>", "Choose a file of one of these kinds"),
        ("paper.pdf.exe", PDF, "Choose a file of one of these kinds"),
        ("report\u202efdp.exe", PDF, "Choose a file of one of these kinds"),
        ("pdf", PDF, "Choose a file of one of these kinds"),
    ],
)
def test_other_files_are_refused_with_the_reason(name, content, reason):
    with pytest.raises(RefusedFile, match=reason.replace(".", r"\.")):
        file_store.content_type_of(SimpleUploadedFile(name, content))


def test_a_file_above_the_limit_is_refused_before_and_while_it_is_kept(settings):
    settings.MAX_UPLOAD_MB = 1
    with pytest.raises(RefusedFile, match="Choose one of 1 MB or less"):
        file_store.content_type_of(SimpleUploadedFile("a.pdf", PDF + b"x" * 1024 * 1024))
    with pytest.raises(RefusedFile, match="Choose one of 1 MB or less"):
        file_store.store(b"x" * 1024 * 256 for _ in range(5))
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


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
    assert file_store.clean_name(name) == clean


def test_content_is_kept_once_under_its_checksum(settings):
    digest = hashlib.sha256(b"onetwo").hexdigest()
    expected = StoredFile(digest, 6)
    assert [file_store.store([b"one", b"two"]), file_store.store([b"onetwo"])] == [expected, expected]
    path = settings.MEDIA_ROOT / "files" / digest[:2] / digest[2:4] / digest
    assert file_store.path_of(digest) == path
    assert path.read_bytes() == b"onetwo"
    assert [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()] == [path]


def test_an_upload_that_breaks_off_leaves_nothing(settings):
    def breaking():
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        file_store.store(breaking())
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def attach(record, name="Zoë’s audit.pdf", content=PDF):
    stored = file_store.store([content])
    return RecordFile.objects.create(
        record=record, name=name, sha256=stored.sha256, size=stored.size, content_type="application/pdf"
    )


def status_of(answer):
    """Return the answer's status, having read it to its end, which closes the file."""
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


@pytest.mark.django_db
def test_a_file_is_sent_to_be_saved_and_can_do_nothing_on_our_address(client):
    file = attach(make_record())
    answer = client.get(file.get_absolute_url())
    assert answer.getvalue() == PDF
    names = ("Content-Type", "Content-Length", "Content-Disposition", "X-Content-Type-Options", "Cache-Control", "ETag")
    assert {name: answer[name] for name in names} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''Zo%C3%AB%E2%80%99s%20audit.pdf",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{file.sha256}"',
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.django_db
def test_a_browser_that_has_it_is_told_so_as_long_as_it_may_have_it(client, librarian):
    record = make_record()
    file = attach(record)
    have = {"If-None-Match": f'"{file.sha256}"'}
    again = client.get(file.get_absolute_url(), headers=have)
    assert (again.status_code, again.content) == (304, b"")
    deposits.move(record, "withdraw", by=librarian, note="Twice")
    assert client.get(file.get_absolute_url(), headers=have).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "submitted", "published", "withdrawn"])
def test_who_may_have_a_file(client, signed_in, depositor, staff, facilitator, librarian, administrator, status):
    url = attach(make_record(status=status, depositor=depositor)).get_absolute_url()
    people = {"owner": depositor, "staff": staff, "facilitator": facilitator, "librarian": librarian,
              "administrator": administrator}  # fmt: skip
    got = {name for name, user in people.items() if status_of(signed_in(user).get(url)) == 200}
    got |= {"anonymous"} if status_of(client.get(url)) == 200 else set()
    assert (
        got
        == {
            "draft": {"owner", "librarian", "administrator"},
            "submitted": {"owner", "librarian", "administrator"},
            "published": {"anonymous", *people},
            "withdrawn": set(),
        }[status]
    )


@pytest.mark.django_db
def test_names_that_are_not_there_are_not_found(client):
    record, other = make_record(), make_record()
    attach(record, "a.pdf")
    tried = {
        name: status_of(client.get(f"/repository/{pk}/{name}"))
        for pk, name in (
            (record.pk, "a.pdf"), (record.pk, "b.pdf"), (record.pk, "%2e%2e"), (record.pk, "..%2fa.pdf"),
            (record.pk, "A.PDF"), (other.pk, "a.pdf%00"), (record.pk, "x" * 5_000), (record.pk, "%ED%A0%80"),
        )
    }  # fmt: skip
    assert tried == {
        "a.pdf": 200, "b.pdf": 404, "%2e%2e": 404, "..%2fa.pdf": 404, "A.PDF": 404, "a.pdf%00": 400,
        "x" * 5_000: 404, "%ED%A0%80": 404,
    }  # fmt: skip
    assert client.get(f"/repository/{other.pk}/a.pdf").status_code == 404


@pytest.mark.django_db
def test_content_that_is_missing_from_the_store_is_logged_and_not_found(client, caplog):
    file = attach(make_record())
    file_store.path_of(file.sha256).unlink()
    assert client.get(file.get_absolute_url()).status_code == 404
    assert file.sha256 in caplog.text
