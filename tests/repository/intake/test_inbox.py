"""The inbox folder: what lies still goes in and leaves, and nothing is lost on the way."""

import os
import time

import pytest
from django.core.files.storage import default_storage

from kmportal.mail.models import OutgoingMail
from repository.intake import batches, inbox
from repository.models import ImportBatch, Record
from repository.tasks import import_batch, look_into_inbox
from tests.builders import make_collection
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    path = tmp_path / "inbox"
    path.mkdir()
    settings.IMPORT_INBOX = str(path)
    return path


def put(path, text, *, age=120):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def taken():
    """Let the job look, import what it found, and return the batches."""
    look_into_inbox(0)
    for batch in ImportBatch.objects.filter(state="waiting"):
        import_batch(batch_pk=batch.pk)
    return list(ImportBatch.objects.order_by("pk"))


def stored(batch):
    with batch.file.open("rb") as file:
        return file.read()


def mails():
    return sorted(OutgoingMail.objects.values_list("address", "subject"))


def test_without_the_setting_nothing_is_looked_at(settings):
    settings.IMPORT_INBOX = ""
    assert inbox.look() == []


def test_a_file_that_lies_still_goes_in_once_and_leaves_the_folder(folder, library_manager):
    path = put(folder / "alert.nbib", nbib(1) + nbib(2, "Falls"))
    (batch,) = taken()
    assert (batch.file_name, batch.origin, batch.by, batch.state, batch.added) == (
        "alert.nbib",
        "inbox",
        None,
        "done",
        2,
    )
    assert (path.exists(), stored(batch)) == (False, (nbib(1) + nbib(2, "Falls")).encode())
    assert set(Record.objects.values_list("status", flat=True)) == {"submitted"}
    assert len(taken()) == 1
    # All is well: nobody needs to look at this batch.
    assert mails() == []


def test_a_file_that_is_still_being_written_waits(folder):
    path = put(folder / "alert.nbib", nbib(1), age=5)
    assert (taken(), path.exists()) == ([], True)
    put(path, nbib(1), age=61)
    assert len(taken()) == 1


def test_a_folder_called_like_a_collection_is_where_its_records_go(folder):
    papers = make_collection("Research papers")
    put(folder / "research-papers" / "a.nbib", nbib(1))
    put(folder / "elsewhere" / "b.nbib", nbib(2, "Falls"))
    assert [(batch.file_name, batch.collection) for batch in taken()] == [("b.nbib", None), ("a.nbib", papers)]
    assert sorted(Record.objects.values_list("collection", flat=True), key=bool) == [None, papers.pk]


def test_links_hidden_files_and_deeper_folders_are_left_alone(folder, tmp_path):
    secret = put(tmp_path / "secret.nbib", nbib(1))
    (folder / "link.nbib").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    put(folder / ".hidden.nbib", nbib(1))
    (folder / "one").mkdir()
    put(folder / "one" / "two" / "deep.nbib", nbib(1)) if (folder / "one" / "two").mkdir() is None else None
    os.mkfifo(folder / "pipe.nbib")
    assert taken() == []
    assert sorted(path.name for path in folder.iterdir()) == [".hidden.nbib", "link.nbib", "linked", "one", "pipe.nbib"]


def test_a_file_that_cannot_be_read_is_a_failed_batch_and_a_manager_is_told_once(folder, library_manager, librarian):
    put(folder / "paper.pdf", b"%PDF-1.7 something")
    (batch,) = taken()
    assert (batch.state, batch.failure.startswith("This file is a PDF, not plain text.")) == ("failed", True)
    assert stored(batch) == b"%PDF-1.7 something"
    taken()
    assert mails() == [(library_manager.email, "A file from the inbox could not be imported: paper.pdf")]
    mail = OutgoingMail.objects.get()
    assert batch.get_absolute_url() in mail.text


def test_managers_hear_of_a_table_that_waits_and_of_duplicates(folder, library_manager):
    put(folder / "a.nbib", nbib(1))
    taken()
    put(folder / "table.csv", "Title,Shelf mark of mine\nFalls,A\n")
    put(folder / "twice.nbib", nbib(2, "Falls") + nbib(2, "Falls"))
    table = next(batch for batch in taken() if batch.file_name == "table.csv")
    assert [subject for _, subject in mails()] == [
        "A table from the inbox waits to be told its columns: table.csv",
        "An import from the inbox needs a look: twice.nbib",
    ]
    mail = OutgoingMail.objects.get(subject__contains="table.csv")
    assert f"/repository/import/{table.pk}/columns/" in mail.text


def test_a_file_that_is_too_large_is_kept_and_said(folder, settings, library_manager):
    settings.MAX_IMPORT_MB = 0
    path = put(folder / "huge.nbib", nbib(1))
    (batch,) = taken()
    assert (batch.state, batch.failure) == ("failed", "This file is larger than 0 MB. Split it into smaller ones.")
    assert (path.exists(), stored(batch), len(mails())) == (False, nbib(1).encode(), 1)


def test_where_it_cannot_be_stored_the_file_stays_for_the_next_visit(folder, monkeypatch):
    path = put(folder / "alert.nbib", nbib(1))

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(batches.ImportBatch.file.field.storage.__class__, "_save", full)
        assert inbox.look() == []
    assert (path.exists(), ImportBatch.objects.count()) == (True, 0)
    assert len(inbox.look()) == 1
    assert not path.exists()


def test_a_file_that_changes_while_it_is_copied_is_taken_at_the_next_visit(folder, monkeypatch):
    path = put(folder / "alert.nbib", nbib(1))
    receive = batches.receive

    def change(*args, **options):
        batch = receive(*args, **options)
        with path.open("ab") as more:
            more.write(nbib(2, "Falls").encode())
        return batch

    with monkeypatch.context() as patched:
        patched.setattr(batches, "receive", change)
        assert inbox.look() == []
    assert (path.exists(), ImportBatch.objects.count()) == (True, 0)
    assert default_storage.listdir("imports") == ([str(time.gmtime().tm_year)], [])
    put(path, path.read_bytes())
    assert [batch.added for batch in taken()] == [2]


def test_names_of_any_bytes_are_shown_as_well_as_can_be(folder):
    put(folder / os.fsdecode(b"caf\xe9.nbib"), nbib(1))
    put(folder / "…", nbib(2, "Falls"))
    assert [batch.file_name for batch in taken()] == ["caf\ufffd.nbib", "…"]


def test_a_folder_that_is_gone_is_logged_and_no_error(folder, caplog):
    folder.rmdir()
    assert inbox.look() == []
    assert "A folder of the inbox cannot be read" in caplog.text
