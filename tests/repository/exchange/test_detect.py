"""Formats are told apart by what a file holds, not by its name."""

from io import BytesIO

import pytest

from repository.exchange import UnreadableFile, detect, read
from tests.repository.exchange.nbib_text import FILES, record


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_nbib_is_detected_in_every_encoding(encoding: str):
    assert detect(("\r\n" + record(1)).encode(encoding)) == "nbib"


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "This file is empty."),
        (b"  \n\n", "This file is empty."),
        (b"\xff\xfe", "This file is empty."),
        (b"PK\x03\x04 rest", "This file is a zip file or an Office document, not plain text."),
        (b"%PDF-1.7 rest", "This file is a PDF, not plain text."),
        (bytes(range(256)) * 4, "This file is binary, not plain text."),
        (b"Dear librarian", "We cannot tell what kind of file this is. We can read: PubMed (NBIB)"),
    ],
)
def test_what_is_not_a_known_format_is_refused_with_a_sentence(head: bytes, sentence: str):
    with pytest.raises(UnreadableFile) as refused:
        detect(head)

    assert str(refused.value).startswith(sentence)


def test_read_finds_the_format_and_reads_from_the_start():
    entries = read(BytesIO((FILES / "books.nbib").read_bytes()))

    assert [entry.title for entry in entries] == ["Night-time Confusion", "Handbook of Ward Practice"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (record(1), "nbib"),
        ("FN Clarivate\nVR 1.0\nPT J\nTI Falls\nER\nEF\n", "isi"),
        ("%0 Journal Article\n%T Falls\n%A Okafor, Ada\n", "refer"),
        ("TY  - JOUR\nTI  - Falls\nER  - \n", "ris"),
        ("@article{a,\n title = {Falls}\n}\n", "bibtex"),
        ('Title,Authors,Year\n"Falls, again","Okafor, Ada",2020\nSleep,,2021\n', "table"),
    ],
)
@pytest.mark.parametrize("ending", ["\r", "\r\n"])
def test_lines_may_end_as_they_did_on_older_machines(text: str, key: str, ending: str):
    reading = read(BytesIO(text.replace("\n", ending).encode()))

    assert (reading.format, list(reading)) == (key, list(read(BytesIO(text.encode()))))


def test_a_stray_carriage_return_in_something_else_is_no_error():
    with pytest.raises(UnreadableFile):
        detect(b"This is \ra letter,\rand nothing else")


def test_lines_of_pubmed_in_the_notes_of_a_ris_file_do_not_make_it_nbib():
    reading = read(BytesIO(b"TY  - JOUR\nTI  - Falls\nN1  - From PubMed\nOWN - NLM\nPMID- 12345678\nER  - \n"))

    assert (reading.format, [entry.title for entry in reading]) == ("ris", ["Falls"])


def test_a_table_with_lines_of_ris_in_a_cell_is_a_table():
    reading = read(BytesIO(b'Title,Abstract,Year\n"Falls","Pasted:\nTY  - JOUR\nER  - ",2020\nSleep,,2021\n'))

    assert (reading.format, [entry.title for entry in reading]) == ("table", ["Falls", "Sleep"])
