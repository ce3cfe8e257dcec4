"""Files as they are sent: who may have one, whole or in part, to be saved or shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import parse_header_parameters

from repository import deposits, file_store, files
from repository.audience import Audience
from repository.extraction import reading
from tests import documents
from tests.builders import make_record

pytestmark = pytest.mark.django_db
PDF = documents.pdf("Many fall.")


def attach(record, name="Zoë’s audit.pdf", content=PDF, media_type="application/pdf", audience=Audience.OPEN):
    """Give the record a file, as if it had been added and read."""
    incoming = file_store.receive([content])
    file = files.attach(record, incoming, name=name, media_type=media_type, by=None, audience=audience)
    reading.read(file.content_id)
    file.refresh_from_db()
    return file


def view_url(file):
    return f"/repository/{file.record_id}/view/{file.name}"


def thumbnail_url(file):
    return f"/repository/{file.record_id}/thumbnail/{file.pk}/"


def status_of(answer):
    """Return the answer's status, having read it to its end, which closes the file."""
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def test_a_file_is_sent_to_be_saved_and_can_do_nothing_on_our_address(client):
    file = attach(make_record())
    answer = client.get(file.get_absolute_url())
    assert answer.getvalue() == PDF
    names = ("Content-Type", "Content-Length", "Content-Disposition", "X-Content-Type-Options", "Cache-Control", "ETag",
             "Accept-Ranges", "Content-Security-Policy", "Cross-Origin-Resource-Policy")  # fmt: skip
    assert {name: answer[name] for name in names} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''Zo%C3%AB%E2%80%99s%20audit.pdf",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{file.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@pytest.mark.parametrize("name", ["a.pdf", 'a-"-b.pdf', "50% off; filename=x.pdf", "日本.pdf", "CON.pdf", "a\\b.pdf"])
def test_the_name_comes_back_as_it_was(client, name):
    record = make_record()
    file = attach(record)
    type(file).objects.filter(pk=file.pk).update(name=name)
    file.refresh_from_db()
    answer = client.get(file.get_absolute_url())
    assert answer.getvalue() == PDF
    _, parameters = parse_header_parameters(answer["Content-Disposition"])
    assert parameters["filename"].replace("\\\\", "\\") == name


def test_a_part_of_a_file_is_sent_as_a_part(client):
    file = attach(make_record())
    answer = client.get(file.get_absolute_url(), headers={"Range": "bytes=5-7"})
    assert (answer.status_code, answer.getvalue()) == (206, PDF[5:8])
    assert (answer["Content-Range"], answer["Content-Length"]) == (f"bytes 5-7/{len(PDF)}", "3")
    ends = client.get(file.get_absolute_url(), headers={"Range": "bytes=-6"})
    assert (ends.status_code, ends.getvalue()) == (206, PDF[-6:])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Range": "bytes=0-1,4-5"}, 200),
        ({"Range": "nonsense"}, 200),
        ({"Range": "bytes=0-1", "If-Range": '"another"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": "Wed, 21 Oct 2026 07:28:00 GMT"}, 200),
        ({"Range": "bytes=0-1", "If-Match": '"another"'}, 412),
        ({"Range": "bytes=99999999-"}, 416),
    ],
)
def test_other_requests_for_parts_get_the_whole_or_are_told(client, headers, status):
    answer = client.get(attach(make_record()).get_absolute_url(), headers=headers)
    assert (status_of(answer), answer["ETag"][0], answer["Content-Security-Policy"]) == (
        status, '"', "default-src 'none'; sandbox",
    )  # fmt: skip
    if status == 416:
        assert (answer["Content-Range"], answer.content) == (f"bytes */{len(PDF)}", b"")


def test_if_range_with_the_right_tag_and_head(client):
    file = attach(make_record())
    part = client.get(file.get_absolute_url(), headers={"Range": "bytes=0-3", "If-Range": f'"{file.sha256}"'})
    head = client.head(file.get_absolute_url(), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.getvalue()) == (206, b"%PDF")
    assert (head.status_code, head["Content-Length"]) == (200, str(len(PDF)))
    head.close()


def test_a_browser_that_has_it_is_told_so_as_long_as_it_may_have_it(client, librarian):
    record = make_record()
    file = attach(record)
    have = {"If-None-Match": f'"{file.sha256}"'}
    again = client.get(file.get_absolute_url(), headers=have)
    assert (again.status_code, again.content) == (304, b"")
    deposits.move(record, "withdraw", by=librarian, note="Twice")
    assert client.get(file.get_absolute_url(), headers=have).status_code == 404


LIBRARY = {"librarian", "administrator"}
EVERYBODY = {"anonymous", "owner", "staff", "facilitator", *LIBRARY}


@pytest.mark.parametrize(
    ("status", "audience", "readers"),
    [
        ("draft", "open", {"owner"}),
        ("submitted", "open", {"owner", *LIBRARY}),
        ("published", "open", EVERYBODY),
        ("published", "staff", EVERYBODY - {"anonymous"}),
        ("published", "groups", {"owner", *LIBRARY}),
        ("published", "library", {"owner", *LIBRARY}),
        ("replaced", "open", EVERYBODY),
        ("withdrawn", "open", set()),
    ],
)
def test_who_may_have_a_file_see_it_and_its_thumbnail(
    client, signed_in, depositor, staff, facilitator, librarian, administrator, status, audience, readers
):
    file = attach(make_record(status=status, depositor=depositor), audience=Audience(audience))
    people = {"owner": depositor, "staff": staff, "facilitator": facilitator, "librarian": librarian,
              "administrator": administrator}  # fmt: skip
    clients = {"anonymous": client, **{name: signed_in(user) for name, user in people.items()}}
    for url in (file.get_absolute_url(), view_url(file), thumbnail_url(file)):
        statuses = {name: status_of(each.get(url)) for name, each in clients.items()}
        assert {name for name, code in statuses.items() if code == 200} == readers, url
        assert set(statuses.values()) <= {200, 404}


def test_a_pdf_and_a_picture_are_shown_by_the_browser_and_nothing_else_is(client):
    record = make_record()
    pdf = attach(record, "a.pdf")
    png = attach(record, "b.png", documents.picture(), "image/png")
    script = attach(record, "c.pdf", documents.pdf_with(OpenAction=documents.action("JavaScript", JS="1")))
    text = attach(record, "d.txt", b"plain", "text/plain")
    unread = files.attach(record, file_store.receive([documents.pdf("Not yet.")]), name="e.pdf",
                          media_type="application/pdf", by=None)  # fmt: skip
    assert [status_of(client.get(view_url(file))) for file in (pdf, png, script, text, unread)] == [
        200,
        200,
        404,
        404,
        404,
    ]
    answer = client.get(view_url(pdf))
    assert answer.getvalue() == PDF
    assert (answer["Content-Disposition"], answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        'inline; filename="a.pdf"', "application/pdf", "nosniff",
    )  # fmt: skip
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'none'"
    )


def test_a_thumbnail_is_a_small_picture_with_a_tag_of_its_own(client):
    record = make_record()
    file, other = attach(record), attach(make_record(status="draft"))
    answer = client.get(thumbnail_url(file))
    assert answer.getvalue().startswith(b"\x89PNG")
    assert (answer["Content-Type"], answer["ETag"] == f'"{file.sha256}"') == ("image/png", False)
    assert status_of(client.get(thumbnail_url(file), headers={"If-None-Match": answer["ETag"]})) == 304
    assert client.get(f"/repository/{record.pk}/thumbnail/{other.pk}/").status_code == 404
    file_store.thumbnail_path_of(file.sha256).unlink()
    assert client.get(thumbnail_url(file)).status_code == 404


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


def test_content_that_is_missing_from_the_store_is_logged_and_not_found(client, caplog):
    file = attach(make_record())
    file_store.path_of(file.sha256).unlink()
    assert client.get(file.get_absolute_url()).status_code == 404
    assert file.sha256 in caplog.text


def test_a_download_takes_one_query_for_access_and_one_to_count_it(client):
    file = attach(make_record())
    with CaptureQueriesContext(connection) as queries:
        status_of(client.get(file.get_absolute_url(), headers={"User-Agent": "Mozilla/5.0 Firefox/140"}))
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 2
