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
