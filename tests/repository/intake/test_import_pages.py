"""The pages on which librarians import: bad files are refused beside the field, and the outcome is all there."""

import html
import itertools
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal.lifecycle.transitions import NotAllowed
from repository.exchange import FORMATS
from repository.intake import batches, deciding, importing
from repository.models import ImportBatch, Record
from repository.models.batch import Decision
from repository.tasks import import_batch
from tests.builders import make_collection, make_record
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db

PAGE = "/repository/import/"


def upload(text, name="alert.nbib"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def receive(file, *, by):
    return batches.receive(file, name=file.name, collection=None, publish=False, by=by)


def without_token(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def send(client, text=None, **fields):
    return client.post(PAGE, {"publish": "no", **({"file": upload(text)} if text is not None else {}), **fields})


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_who_may_not_import_gets_the_page_of_what_is_not_there(request, signed_in, role):
    client = signed_in(request.getfixturevalue(role))
    batch = ImportBatch.objects.create(file_name="a.nbib")
    assert client.get(PAGE).status_code == send(client, nbib(1)).status_code == 404
    pages = [client.get(f"{PAGE}{pk}/") for pk in (batch.pk, 999_999)]
    assert [page.status_code for page in pages] == [404, 404]
    assert without_token(pages[0].text) == without_token(pages[1].text)
    assert ProcrastinateJob.objects.count() == 0


def test_somebody_who_is_not_signed_in_is_asked_to(client):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_a_file_waits_for_the_worker_and_then_everything_is_on_its_page(signed_in, librarian):
    client = signed_in(librarian)
    papers = make_collection("Papers")
    answer = send(client, nbib(1) + nbib("x", "A broken one") + nbib(1), collection=papers.pk, publish="yes")
    batch = ImportBatch.objects.get()
    assert answer["Location"] == f"{PAGE}{batch.pk}/"
    waiting = client.get(answer["Location"]).text
    assert "data-poll" in waiting
    ((task, arguments),) = ProcrastinateJob.objects.values_list("task_name", "args")
    assert (task, arguments) == ("repository.tasks.import_batch", {"batch_pk": batch.pk})

    import_batch(**arguments)

    page = client.get(answer["Location"]).text
    assert "data-poll" not in page
    assert "All 3 records of the file are accounted for." in page
    assert "The same item begins on line 1 of this file" in page
    assert "Line 10." in client.get(f"{answer['Location']}?show=rejected").text
    record = Record.objects.get()
    assert (record.status, record.collection, record.depositor) == ("published", papers, librarian)


def test_a_job_that_is_delivered_twice_leaves_what_was_decided(librarian):
    make_record(identifiers=(("pmid", "1"),))
    batch = receive(upload(nbib(1)), by=librarian)
    import_batch(batch_pk=batch.pk)
    deciding.decide_all(batch, "duplicate", Decision.LEAVE, by=librarian)
    before = list(batch.rows.values())
    import_batch(batch_pk=batch.pk)
    assert (len(before), list(batch.rows.values())) == (1, before)


def test_a_job_that_runs_again_after_a_crash_tells_the_whole_story(librarian, monkeypatch):
    file = nbib(1) + nbib(2, "Falls") + nbib(3, "Sleep")
    batch = receive(upload(file), by=librarian)
    monkeypatch.setattr(importing, "CHUNK", 1)
    monkeypatch.setattr(importing._Run, "import_chunk", failing_after(2, importing._Run.import_chunk))
    with pytest.raises(RuntimeError):
        import_batch(batch_pk=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.added, Record.objects.count()) == ("failed", 2, 2)
    assert batch.failure.startswith("This import was broken off.")
    monkeypatch.undo()
    import_batch(batch_pk=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.failure, batch.added, batch.unchanged) == ("done", "", 3, 0)
    assert Record.objects.count() == 3


def failing_after(number, function):
    calls = itertools.count()

    def fail(*arguments):
        if next(calls) == number:
            raise RuntimeError("the disk is full")
        return function(*arguments)

    return fail


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Choose the file that you want to import, or paste the records below."),
        (b"", "This file is empty."),
        (b"\x00\x01\x02" * 500, "This file is binary"),
        (b"Dear library, here is my paper.\n", "We cannot tell what kind of file this is."),
    ],
)
def test_a_bad_file_is_refused_beside_the_field(signed_in, librarian, content, sentence):
    answer = send(signed_in(librarian), content)
    assert answer.status_code == 200
    assert sentence in answer.context["form"].errors["file"][0]
    assert (ImportBatch.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_pasted_records_go_the_way_of_a_file(signed_in, librarian):
    client = signed_in(librarian)
    answer = client.post(PAGE, {"text": "TY  - JOUR\r\nTI  - Falls at night\r\nER  -\r\n", "publish": "no"})
    batch = ImportBatch.objects.get()
    assert (answer["Location"], batch.file_name, batch.origin) == (f"{PAGE}{batch.pk}/", "Pasted text", "paste")
    import_batch(batch_pk=batch.pk)
    assert Record.objects.get().title == "Falls at night"
    assert "read as RIS" in client.get(answer["Location"]).text


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"text": "Dear library, here it is."}, "text", "We cannot tell what kind of file this is."),
        ({"text": " \n "}, "file", "Choose the file that you want to import, or paste the records below."),
        ({"text": "TY  - JOUR\nER  -\n", "file": True}, "text", "You chose a file too."),
        ({"text": "TY  - JOUR\n" + "x" * 500_000}, "text", "This is too long to be pasted."),
        ({"text": "TY  - JOUR\n\x00"}, "text", "Null characters are not allowed."),
    ],
)
def test_a_text_that_cannot_be_taken_is_refused_beside_its_field_and_kept(
    signed_in, librarian, fields, field, sentence
):
    if "file" in fields:
        fields = {**fields, "file": upload(nbib(1))}
    answer = signed_in(librarian).post(PAGE, {"publish": "no", **fields})
    assert sentence in answer.context["form"].errors[field][0]
    assert answer.context["form"]["text"].value() == fields["text"]
    assert ImportBatch.objects.count() == 0


def test_the_page_names_every_format_that_is_read(signed_in, librarian):
    page = signed_in(librarian).get(PAGE).text
    assert [f.LABEL for f in FORMATS.values() if f.LABEL.lower() not in html.unescape(page).lower()] == []


def test_a_file_that_is_too_large_is_refused(signed_in, librarian, settings):
    settings.MAX_IMPORT_MB = 1
    answer = send(signed_in(librarian), nbib(1) + " " * 1_100_000)
    assert answer.context["form"].errors["file"] == ["This file is larger than 1 MB. Split it into smaller ones."]


def test_a_file_that_turns_out_unreadable_fails_with_its_reason_on_the_page(signed_in, librarian, monkeypatch):
    batch = receive(upload("   \n"), by=librarian)
    import_batch(batch_pk=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.failure) == ("failed", "This file is empty.")
    assert "This file is empty." in signed_in(librarian).get(batch.get_absolute_url()).text


def test_whoever_may_import_but_not_publish_cannot_publish_by_the_back_door(staff, librarian):
    with pytest.raises(NotAllowed):
        receive(upload(nbib(1)), by=staff)
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize("number", [3, 50])
def test_the_list_of_imports_asks_the_same_for_3_and_for_50(signed_in, librarian, number, django_assert_num_queries):
    for index in range(number):
        ImportBatch.objects.create(file_name=f"{index}.nbib", by=librarian, collection=make_collection())
    client = signed_in(librarian)
    client.get(PAGE)
    with django_assert_num_queries(9):
        assert client.get(f"{PAGE}?page=" + "9" * 30).status_code == 200
