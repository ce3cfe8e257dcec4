"""A table whose columns nobody knows waits, is explained once, and the next one like it goes in by itself."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.transitions import NotAllowed
from repository.intake import batches, columns
from repository.models import ColumnMapping, ImportBatch, Record
from repository.tasks import import_batch
from tests.builders import make_collection

pytestmark = pytest.mark.django_db

STRANGE = 'Title,Who wrote it,When,Shelf\nFalls on wards,"Smith, Jane",2020,A1\nSleep,"Okafor, Ada",2021,A2\n'
DESK = "/repository/desk/columns/"
HEADER = ["Title", "Who wrote it", "When", "Shelf"]
FIELDS = ["title", "contributors", "issued", ""]


def receive(text, *, by, name="office.csv", **fields):
    batch = batches.receive(
        SimpleUploadedFile(name, text.encode()), name=name, by=by, **{"collection": None, "publish": False, **fields}
    )
    import_batch(batch_pk=batch.pk)
    batch.refresh_from_db()
    return batch


def answer(client, batch, *fields, name="Monthly list"):
    sent = {f"column_{index}": field or "leave" for index, field in enumerate(fields)}
    return client.post(f"/repository/import/{batch.pk}/columns/", {"name": name, **sent})


def test_a_table_with_the_usual_columns_goes_in_at_once(librarian):
    batch = receive("Title,Authors,Year\nFalls,Smith J,2020\n", by=librarian)
    assert (batch.state, batch.format, batch.added, batch.columns) == ("done", "table", 1, None)
    record = Record.objects.get()
    assert (record.title, record.year, record.contributions.get().credited_as) == ("Falls", 2020, "Smith, J")


def test_a_table_that_nobody_knows_waits_is_explained_and_the_next_one_goes_in_by_itself(
    signed_in, librarian, run_waiting_jobs
):
    client = signed_in(librarian)
    papers = make_collection("Papers")
    batch = receive(STRANGE, by=librarian, collection=papers)
    assert (batch.state, batch.failure, Record.objects.count()) == ("columns", "", 0)
    told = client.get(batch.get_absolute_url()).text
    assert ("This table waits for you" in told, "There is nothing in this import" in told) == (True, False)

    page = client.get(f"/repository/import/{batch.pk}/columns/")
    form = page.context["form"]
    assert [(field.label, field.initial) for field in list(form)[1:]] == [
        ("Title", "title"), ("Who wrote it", "leave"), ("When", "leave"), ("Shelf", "leave"),
    ]  # fmt: skip
    assert "First rows: Falls on wards · Sleep" in page.text
    assert answer(client, batch, *FIELDS)["Location"] == batch.get_absolute_url()

    mapping = ColumnMapping.objects.get()
    assert (mapping.name, mapping.header, mapping.fields, mapping.by) == ("Monthly list", HEADER, FIELDS, librarian)
    import_batch(batch_pk=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.added, batch.columns) == ("done", 2, mapping)
    said = [(r.title, r.year, r.collection) for r in Record.objects.order_by("pk")]
    assert said == [("Falls on wards", 2020, papers), ("Sleep", 2021, papers)]

    again = receive(STRANGE.replace("Sleep", "Pain"), by=librarian, name="next.csv")
    assert (again.state, again.added, again.unchanged, again.columns) == ("done", 1, 1, mapping)
    # What is answered is not asked again.
    assert client.get(f"/repository/import/{batch.pk}/columns/")["Location"] == batch.get_absolute_url()


def test_one_answer_starts_all_tables_of_its_kind_that_wait_and_no_other(signed_in, librarian):
    first, second = receive(STRANGE, by=librarian), receive(STRANGE, by=librarian, name="b.csv")
    other = receive("Title,Thing\nFalls,x\n", by=librarian)
    gone = receive(STRANGE, by=librarian, name="gone.csv")
    gone.file.storage.delete(gone.file.name)
    answer(signed_in(librarian), first, *FIELDS)
    states = dict(ImportBatch.objects.values_list("pk", "state"))
    assert states == {first.pk: "waiting", second.pk: "waiting", other.pk: "columns", gone.pk: "columns"}


def test_what_is_wrong_with_an_answer_stands_beside_its_column_and_nothing_is_kept(signed_in, librarian):
    client = signed_in(librarian)
    batch = receive(STRANGE, by=librarian)
    without_title = answer(client, batch, "", "contributors", "issued", "").context["form"].errors
    assert without_title == {"column_0": ["Choose “Title” for the column that holds the titles, here or below."]}
    twice = answer(client, batch, "title", "issued", "issued", "").context["form"].errors
    assert twice == {
        "column_2": [
            "You chose “Year or date of publication” for “Who wrote it” already. Choose it for one column only."
        ]
    }
    strange = answer(client, batch, "title", "shoes", "", "", name="").context["form"].errors
    assert set(strange) == {"name", "column_1"}
    batch.refresh_from_db()
    assert (batch.state, ColumnMapping.objects.count()) == ("columns", 0)


def test_a_table_that_nobody_needs_is_left_out(signed_in, librarian):
    client = signed_in(librarian)
    batch = receive(STRANGE, by=librarian)
    assert "office.csv" in client.get(DESK).text
    client.post(f"/repository/import/{batch.pk}/columns/", {"do": "leave"})
    batch.refresh_from_db()
    assert (batch.state, batch.failure) == ("failed", "Libby Librarian decided not to import this table.")
    assert "office.csv" not in client.get(DESK).text
    with pytest.raises(NotAllowed, match="Somebody has decided"):
        columns.answer(batch, FIELDS, name="x", by=librarian)


def test_a_mapping_is_changed_and_removed_on_its_page(signed_in, librarian):
    client = signed_in(librarian)
    mapping = columns.remember(HEADER, FIELDS, name="Office", by=librarian)
    assert "Office" in client.get(DESK).text
    sent = {
        "name": "Research office",
        "column_0": "title",
        "column_1": "contributors",
        "column_2": "leave",
        "column_3": "leave",
    }
    assert client.post(f"{DESK}{mapping.pk}/", sent)["Location"] == DESK
    mapping.refresh_from_db()
    assert (mapping.name, mapping.fields) == ("Research office", ["title", "contributors", "", ""])
    client.post(f"{DESK}{mapping.pk}/", {"do": "forget"})
    assert ColumnMapping.objects.count() == 0
    assert receive(STRANGE, by=librarian).state == "columns"


def test_the_list_says_what_to_do_where_it_is_empty_and_asks_as_much_of_the_database_for_50_as_for_3(
    signed_in, librarian
):
    client = signed_in(librarian)
    assert "Import a table. If we do not know its columns, we ask you" in client.get(DESK).text

    def queries(number):
        for index in range(ColumnMapping.objects.count(), number):
            columns.remember(["Title", f"C{index}"], ["title", ""], name=f"Kind {index}", by=librarian)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(client.get(DESK).context["page"].object_list) == number
        return len(asked)

    assert queries(3) == queries(50)


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_who_may_not_import_finds_no_page_and_changes_nothing(request, signed_in, librarian, role):
    someone = request.getfixturevalue(role)
    client = signed_in(someone)
    batch = receive(STRANGE, by=librarian)
    mapping = columns.remember(["Title", "X"], ["title", ""], name="Kind", by=librarian)
    addresses = [DESK, f"{DESK}{mapping.pk}/", f"/repository/import/{batch.pk}/columns/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert client.post(f"{DESK}{mapping.pk}/", {"do": "forget"}).status_code == 404
    for refused in (
        lambda: columns.answer(batch, FIELDS, name="x", by=someone),
        lambda: columns.remember(HEADER, FIELDS, name="x", by=someone),
        lambda: columns.forget(mapping, by=someone),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert ColumnMapping.objects.count() == 1


def test_a_header_is_known_whatever_its_case_and_spaces_but_not_in_another_order():
    assert columns.digest(["Title", "Who  wrote it "]) == columns.digest(["TITLE", "who wrote it"])
    assert columns.digest(["Title", "Who"]) != columns.digest(["Who", "Title"])


# --- The command -------------------------------------------------------------------------------------------------


def command(*arguments):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_records", *map(str, arguments), "--json", stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def test_the_command_is_told_the_columns_by_their_names(tmp_path):
    path = tmp_path / "office.csv"
    path.write_text(STRANGE)
    code, summary, err = command(path)
    assert (code, summary["read"]) == (2, 0)
    assert "We do not know what the columns of this table mean: “Title”, “Who wrote it”, “When”, “Shelf”." in err

    for extra in ("--dry-run", "--publish"):
        code, summary, _ = command(path, "--columns", "title=title, Who wrote it = contributors,When=issued", extra)
        assert (code, summary["read"], summary["added"]) == (0, 2, 2)
    assert list(Record.objects.order_by("pk").values_list("title", "issued")) == [
        ("Falls on wards", "2020"),
        ("Sleep", "2021"),
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Title", "“Title” does not say which column means what. Write Column=field."),
        ("Title=shoes", "“shoes” is no field. There are: title, contributors,"),
        ("When=issued", "Say which column holds the titles, such as Title=title."),
    ],
)
def test_the_command_says_what_is_wrong_with_the_columns(tmp_path, said, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("import_records", str(tmp_path / "a.csv"), "--columns", said)
    assert str(refused.value).startswith(sentence)


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "office.csv"
    path.write_text(STRANGE)
    code, _, err = command(path, "--columns", "Name=title")
    assert (code, "This table has no column called “name”. It has: Title, Who wrote it, When, Shelf." in err) == (
        2,
        True,
    )
