"""The page on which people look after a record's files, and real uploads to it."""

import io
import re

import pytest
from django.test import Client

from repository import file_store, files, uploads
from repository.models import Record, RecordFile
from tests import documents
from tests.builders import make_record

pytestmark = pytest.mark.django_db
PDF = documents.pdf("Many fall.")
BOUNDARY = "frontier"


def draft(depositor):
    return make_record(status="draft", depositor=depositor)


def url(record):
    return f"/repository/{record.pk}/files/"


def on_disk(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def names(record):
    return [file.name for file in RecordFile.objects.filter(record=record)]


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def upload(name, content):
    file = io.BytesIO(content)
    file.name = name
    return file


def raw(client, record, name, content, **headers):
    """Send a file as no browser would: its name stands in the request as it is given."""
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=".encode()
    shown = name if isinstance(name, bytes) else name.encode()
    body = part + b'"do"\r\n\r\nadd\r\n' + part + b'"uploads"; filename="' + shown
    body += b'"\r\nContent-Type: application/pdf\r\n\r\n' + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return client.post(
        url(record), body, content_type=f"multipart/form-data; boundary={BOUNDARY}", headers=headers or None
    )


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_a_draft_that_is_discarded_while_its_file_comes_in_says_so(
    signed_in, depositor, settings, monkeypatch, accepted
):
    record = draft(depositor)
    receive = uploads.incoming_of

    def discard_meanwhile(sent):
        Record.objects.filter(pk=record.pk).delete()
        return receive(sent)

    monkeypatch.setattr(files, "incoming_of", discard_meanwhile)
    sent = {"do": "add", "uploads": upload("poster.pdf", PDF)}
    answer = signed_in(depositor).post(url(record), sent, headers={"Accept": accepted})
    assert (answer.status_code, "This is no longer here." in answer.text) == (200, True)
    assert on_disk(settings) == []


def test_several_files_are_added_at_once_and_each_that_is_refused_says_why(signed_in, depositor, settings):
    record = draft(depositor)
    sent = [upload("poster.pdf", PDF), upload("run.exe", b"MZ"), upload("empty.pdf", b""), upload("data.csv", b"a,b\n")]
    page = signed_in(depositor).post(url(record), {"do": "add", "uploads": sent})
    words = words_of(page)
    assert names(record) == ["poster.pdf", "data.csv"]
    assert "Added poster.pdf, data.csv." in words
    assert "run.exe: Choose a file of one of these kinds: pdf, docx, pptx, xlsx, csv, txt, png, jpg, jpeg." in words
    assert "empty.pdf: This file is empty." in words
    assert {path.name for path in on_disk(settings)} == {file.sha256 for file in RecordFile.objects.all()}


def test_a_refused_name_turns_no_words_round(signed_in, depositor):
    record = draft(depositor)
    words = words_of(raw(signed_in(depositor), record, "falls\u202efdp.exe", b"MZ"))
    assert "fallsfdp.exe: Choose a file of one of these kinds" in words
    assert "\u202e" not in words


def test_the_way_on_leads_to_the_form_while_there_is_one(signed_in, depositor, librarian):
    written, published = draft(depositor), make_record()
    assert f'href="/repository/{written.pk}/edit/">Go back to the form' in signed_in(depositor).get(url(written)).text
    assert f'href="/repository/{published.pk}/">Go to the record' in signed_in(librarian).get(url(published)).text


KINDS = "Choose a file of one of these kinds: pdf, docx, pptx, xlsx, csv, txt, png, jpg, jpeg."
OTHER = "its content is something else. Save it again in that format."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("nothing.txt", b"", "This file is empty."),
        ("nothing.pdf", b"", "This file is empty."),
        ("secret.pdf", documents.locked_pdf(), "This PDF is locked with a password. Save a copy without one."),
        ("setup.pdf", b"MZ\x90\x00" * 100, OTHER),
        ("setup.exe", b"MZ\x90\x00" * 100, KINDS),
        ("page.html", b"<html><script>alert(1)</script>", KINDS),
        ("page.pdf", b"<html><script>alert(1)</script>", OTHER),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", KINDS),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", OTHER),
    ],
)
def test_what_the_portal_does_not_take_is_refused_at_its_door(signed_in, depositor, settings, name, content, reason):
    record = draft(depositor)
    page = raw(signed_in(depositor), record, name, content)
    assert (page.status_code, reason in words_of(page)) == (200, True)
    assert (names(record), on_disk(settings)) == ([], [])


def test_a_bomb_is_refused_at_the_door(signed_in, depositor, settings):
    record = draft(depositor)
    page = raw(signed_in(depositor), record, "bomb.pdf", documents.flate_bomb(600))
    assert "bomb.pdf: We could not open this file safely. Save it again, or ask the library." in words_of(page)
    assert (names(record), on_disk(settings)) == ([], [])


def test_without_a_file_the_form_says_what_is_missing(signed_in, depositor):
    record = draft(depositor)
    page = signed_in(depositor).post(url(record), {"do": "add"})
    assert "Choose the files that you want to add." in words_of(page)


def test_the_script_is_answered_in_json(signed_in, depositor):
    record, client = draft(depositor), signed_in(depositor)
    asked = {"headers": {"Accept": "application/json"}}
    added = client.post(url(record), {"do": "add", "uploads": upload("a.pdf", PDF)}, **asked)
    again = client.post(url(record), {"do": "add", "uploads": upload("a.pdf", PDF)}, **asked)
    refused = client.post(url(record), {"do": "add", "uploads": upload("a.svg", b"<svg>")}, **asked)
    nothing = client.post(url(record), {"do": "add"}, **asked)
    kinds = "Choose a file of one of these kinds: pdf, docx, pptx, xlsx, csv, txt, png, jpg, jpeg."
    assert [answer.json() for answer in (added, again, refused, nothing)] == [
        {"added": ["a.pdf"], "refused": []},
        {"added": [], "refused": ["This file is here already, as a.pdf."]},
        {"added": [], "refused": [kinds]},
        {"added": [], "refused": ["Choose the files that you want to add."]},
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("annex\u202efdp.pdf", "annexfdp.pdf"),
        ("&#46;&#46;/x.pdf", "x.pdf"),
        ("x" * 900 + ".pdf", None),
        ("CON.pdf", "CON.pdf"),
        ("a%00b.pdf", "a%00b.pdf"),
    ],
)
def test_odd_names_of_real_uploads_come_to_no_harm(signed_in, depositor, settings, name, kept):
    record = draft(depositor)
    answer = raw(signed_in(depositor), record, name, PDF)
    assert answer.status_code == 302, words_of(answer)
    (file,) = RecordFile.objects.all()
    assert kept in (None, file.name)
    assert len(file.name) <= 120
    assert file.name.isprintable()
    assert on_disk(settings) == [file_store.path_of(file.sha256)]


def test_a_name_that_is_too_long_for_a_header_or_no_text_keeps_nothing(signed_in, depositor, settings):
    record, client = draft(depositor), signed_in(depositor)
    assert raw(client, record, "x" * 4_096 + ".pdf", PDF).status_code == 400
    assert "Choose the files that you want to add." in words_of(raw(client, record, b"\xff\xfe.pdf", PDF))
    assert (names(record), on_disk(settings)) == ([], [])


def test_a_file_above_the_limit_is_not_written_further_than_the_limit(signed_in, depositor, settings, monkeypatch):
    settings.MAX_UPLOAD_MB = 1
    monkeypatch.setattr(uploads, "FORM", 3 * 1024 * 1024)
    record, written = draft(depositor), []
    monkeypatch.setattr(
        file_store.Incoming, "write",
        lambda incoming, chunk, write=file_store.Incoming.write: (written.append(len(chunk)), write(incoming, chunk)),
    )  # fmt: skip
    page = raw(signed_in(depositor), record, "a.pdf", b"%PDF-" + b"x" * 3 * 1024 * 1024)
    assert "a.pdf: This file is too large. Choose one of 1 MB or less." in words_of(page)
    assert sum(written) < 1.5 * 1024 * 1024
    assert (names(record), on_disk(settings)) == ([], [])


def test_a_request_that_says_it_is_too_large_is_not_written_at_all(signed_in, depositor, settings, monkeypatch):
    settings.MAX_UPLOAD_MB = 1
    record, client = draft(depositor), signed_in(depositor)
    monkeypatch.setattr(file_store.Incoming, "write", None)
    page = raw(client, record, "a.pdf", b"%PDF-" + b"x" * 3 * 1024 * 1024)
    assert "a.pdf: This is too large. Choose files of at most 1 MB together." in words_of(page)
    hopeless = raw(client, record, "a.pdf", b"%PDF-" + b"x" * 9 * 1024 * 1024)
    assert (hopeless.status_code, hopeless["Connection"]) == (413, "close")
    assert "These files are far too large. Choose smaller ones." in words_of(hopeless)
    assert (names(record), on_disk(settings)) == ([], [])


def test_a_full_disk_is_said_beside_the_field(signed_in, depositor, settings, monkeypatch):
    monkeypatch.setattr(file_store, "ROOM_TO_LEAVE", 2**60)
    record = draft(depositor)
    page = signed_in(depositor).post(url(record), {"do": "add", "uploads": upload("a.pdf", PDF)})
    assert "a.pdf: The portal has no room for this file now. Tell the library, and try again later." in words_of(page)
    assert (names(record), on_disk(settings)) == ([], [])


def test_an_upload_that_breaks_off_leaves_nothing(signed_in, depositor, settings):
    record = draft(depositor)
    body = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="a.pdf"\r\n\r\n'.encode() + PDF
    signed_in(depositor).post(url(record), body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    assert (names(record), on_disk(settings)) == ([], [])


class BrokenConnection(io.BytesIO):
    """The body of a request whose sender goes away before its end."""

    def read(self, size=-1):
        if piece := super().read(size):
            return piece
        raise OSError("Connection reset by peer")


def test_somebody_who_goes_away_in_the_middle_of_a_file_leaves_nothing(signed_in, depositor, settings):
    record, client = draft(depositor), signed_in(depositor)
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="a.pdf"\r\n\r\n'
    client.raise_request_exception = False
    sent = {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": "5000000"}
    body = BrokenConnection(head.encode() + PDF + b"x" * 1_000_000)
    client.generic("POST", url(record), **sent, **{"wsgi.input": body})
    assert (names(record), on_disk(settings)) == ([], [])


def test_the_form_needs_its_token(depositor, settings):
    record = draft(depositor)
    client = Client(enforce_csrf_checks=True)
    client.force_login(depositor)
    assert raw(client, record, "a.pdf", PDF).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(url(record)).text)[1]
    sent = {"do": "add", "uploads": upload("a.pdf", PDF), "csrfmiddlewaretoken": token}
    assert client.post(url(record), sent).status_code == 302
    assert (names(record), len(on_disk(settings))) == (["a.pdf"], 1)


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "published", "withdrawn"])
def test_who_may_open_the_page_and_add(status, client, signed_in, depositor, staff, librarian, settings):
    record = make_record(status=status, depositor=depositor)
    may = {
        "draft": {"owner"}, "returned": {"owner"}, "submitted": {"librarian"}, "published": {"librarian"},
        "withdrawn": set(),
    }[status]  # fmt: skip
    for name, user in {"owner": depositor, "staff": staff, "librarian": librarian}.items():
        browser = signed_in(user)
        seen = browser.get(url(record)).status_code
        sent = raw(browser, record, f"{name}.pdf", PDF).status_code
        assert (seen, sent) == ((200, 302) if name in may else (404, 404)), name
    assert raw(client, record, "a.pdf", PDF).url.startswith("/accounts/login/")
    assert names(record) == [f"{name}.pdf" for name in may]


SAID = {"seen": " open", "description": "The poster", "audience": "staff"}


def test_the_later_of_two_who_describe_a_file_is_told_what_is_there(signed_in, librarian, library_manager):
    record = make_record()
    file = files.add(record, documents.upload("a.txt", b"a"), by=librarian)
    first, second = signed_in(library_manager), signed_in(librarian)

    def save(browser, **other):
        said = {f"file-{file.pk}-{name}": text for name, text in {**SAID, **other}.items()}
        return browser.post(url(record), {"do": "describe", "file": file.pk, **said})

    assert save(first).status_code == 302
    told = save(second, description="Slides", audience="open")
    assert "Somebody else has saved this since: “The poster”, for: Signed-in staff. Save again" in words_of(told)
    file.refresh_from_db()
    assert (file.description, file.audience) == ("The poster", "staff")
    assert 'value="The poster staff"' in told.text
    assert save(second, description="Slides", audience="open", seen="The poster staff").status_code == 302
    file.refresh_from_db()
    assert (file.description, file.audience) == ("Slides", "open")


def test_the_buttons_order_describe_and_remove(signed_in, depositor, django_capture_on_commit_callbacks):
    record, client = draft(depositor), signed_in(depositor)
    a, b = (files.add(record, documents.upload(f"{name}.txt", name.encode()), by=depositor) for name in "ab")
    of_b = {f"file-{b.pk}-{name}": text for name, text in {**SAID, "description": "Typed before the move"}.items()}
    moved = client.post(url(record), {"do": "up", "file": b.pk, **of_b, f"file-{b.pk}-seen": " open"})
    assert (moved["Location"], names(record)) == (f"{url(record)}#file-{b.pk}", ["b.txt", "a.txt"])
    page = client.get(url(record))
    assert ("Moved b.txt up." in words_of(page), f'id="file-{b.pk}"' in page.text) == (True, True)
    b.refresh_from_db()
    assert b.description == "Typed before the move"
    client.post(url(record), {"do": "down", "file": b.pk, **of_b})
    assert names(record) == ["a.txt", "b.txt"]
    said = {f"file-{a.pk}-{name}": text for name, text in SAID.items()}
    page = client.post(url(record), {"do": "describe", "file": a.pk, **said}, follow=True)
    a.refresh_from_db()
    assert (a.description, a.audience) == ("The poster", "staff")
    assert "Saved what it says about a.txt." in words_of(page)
    wrong = {**said, f"file-{a.pk}-description": "x" * 301, f"file-{a.pk}-audience": "groups"}
    page = client.post(url(record), {"do": "describe", "file": a.pk, **wrong})
    assert (page.status_code, "Ensure this value has at most 300 characters" in words_of(page)) == (200, True)
    asked = client.post(url(record), {"do": "remove", "file": a.pk})
    assert ("Remove a.txt?" in words_of(asked), names(record)) == (True, ["a.txt", "b.txt"])
    client.post(url(record), {"do": "remove_now", "file": a.pk})
    assert names(record) == ["b.txt"]
    odd = [client.post(url(record), {"do": do, "file": file}).status_code
           for do, file in (("up", a.pk), ("up", "9" * 30), ("up", "x"), ("eat", b.pk), ("", ""))]  # fmt: skip
    assert odd == [404] * 5


def test_files_of_another_record_are_out_of_reach(signed_in, depositor):
    mine, other = draft(depositor), make_record(status="draft")
    file = files.add(other, documents.upload("a.txt", b"a"), by=None)
    assert signed_in(depositor).post(url(mine), {"do": "remove_now", "file": file.pk}).status_code == 404
    assert names(other) == ["a.txt"]


def test_what_readers_have_seen_has_no_remove_button_and_stays(signed_in, librarian):
    record = make_record()
    file = files.add(record, documents.upload("a.txt", b"a"), by=librarian)
    client = signed_in(librarian)
    assert 'value="remove"' not in client.get(url(record)).text
    page = client.post(url(record), {"do": "remove", "file": file.pk}, follow=True)
    assert "Readers have seen this file, so it stays. Make a new version of the record" in words_of(page)
    assert names(record) == ["a.txt"]


@pytest.mark.parametrize("number", [3, 50])
def test_the_page_takes_the_same_queries_however_many_files(signed_in, depositor, number, django_assert_num_queries):
    record, client = draft(depositor), signed_in(depositor)
    file = files.add(record, documents.upload("0.txt", b"text"), by=depositor)
    RecordFile.objects.bulk_create(
        RecordFile(record=record, name=f"{n}.txt", position=n, content=file.content, size=4, content_type="text/plain")
        for n in range(1, number)
    )
    client.get(url(record))
    with django_assert_num_queries(6):
        assert client.get(url(record)).status_code == 200
