"""What the NBIB reader makes of files that are not as they should be."""

import tracemalloc
from collections import Counter
from io import BytesIO, RawIOBase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.exchange import nbib
from repository.exchange.entry import Entry, Rejected
from repository.exchange.text_source import UnreadableFile
from tests.repository.exchange.nbib_text import FILES, read_one, read_text, record

WHOLE = (FILES / "two_records.nbib").read_bytes()


def content(entries: list[Entry | Rejected]) -> list[dict[str, object] | Rejected]:
    """Return what the entries say, without lines and warnings."""
    return [entry.to_json() if isinstance(entry, Entry) else entry for entry in entries]


@pytest.mark.parametrize(
    "damaged",
    [
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.replace(b"\n", b"\r"),
        WHOLE.replace(b"\n", b"\n\n"),
        WHOLE.replace(b"\n      ", b"\n\n  "),
        b"\xef\xbb\xbf" + WHOLE,
        WHOLE.decode().encode("utf-16"),
        WHOLE.decode().encode("utf-16-le"),
        WHOLE.decode().encode("utf-16-be"),
        b"\xfe\xff" + WHOLE.decode().encode("utf-16-be"),
        b"Search: ward AND night\nDate: today\n\n" + WHOLE + b"\n</pre>\n",
        WHOLE.rstrip(),
        WHOLE.replace(b"\n\nPMID", b"\nPMID"),
        WHOLE.replace(b"Northmoor", b"North\x00\x07moor"),
    ],
    ids=[
        *("crlf", "cr", "double spaced", "blank lines in fields", "utf-8 with mark", "utf-16 with mark"),
        *("utf-16-le", "utf-16-be", "utf-16-be with mark", "preamble and trailer", "no last line break"),
        *("no blank line between", "control characters"),
    ],
)
def test_the_same_records_are_read_however_the_file_is_written(damaged: bytes):
    assert content(read_text(damaged)) == content(read_text(WHOLE))


def test_lines_in_windows_1252_are_read_and_reported():
    first, second = read_text(WHOLE.replace("Lefèvre".encode(), "Lefèvre".encode("cp1252")))

    assert [credit.family for credit in second.contributors] == ["Lefèvre"]
    assert first.warnings == ()
    assert second.warnings == (
        "Line 79 is not in UTF-8 and was read as Windows-1252.",
        "Line 80 is not in UTF-8 and was read as Windows-1252.",
    )


def test_of_5000_records_every_tenth_broken_the_others_are_read():
    def broken(number: int) -> str:
        text = record(number)
        match number // 10 % 5:
            case 0:
                return text.partition("\n")[2]  # no PMID line
            case 1:
                return text.replace("PMID- ", "PMID- x")
            case 2:
                return "".join(line for line in text.splitlines(True) if not line.startswith("TI  -"))
            case 3:
                return text[: len(text) // 2] + "\n"  # cut in the middle
            case _:
                return text.replace("PMID- ", "PM#- ")

    pieces = [broken(number) if number % 10 == 5 else record(number) for number in range(5_000)]
    starts = {}
    line = 1
    for number, piece in enumerate(pieces):
        starts[line] = number
        line += piece.count("\n") + 1

    entries = read_text("\n".join(pieces))

    read = [entry for entry in entries if isinstance(entry, Entry)]
    rejected = [entry for entry in entries if isinstance(entry, Rejected)]
    assert [entry.identifier("pmid") for entry in read] == [
        str(90_000_000 + number) for number in range(5_000) if number % 10 != 5
    ]
    assert all(len(entry.contributors) == 1 and len(entry.subjects) == 1 and not entry.warnings for entry in read)
    assert [starts[entry.line] for entry in rejected] == list(range(5, 5_000, 10))
    assert Counter(entry.reason.partition(" “")[0] for entry in rejected) == {
        "This record has no PMID line.": 200,
        "The PMID": 100,
        "This record has no title.": 100,
        "This record stops before its end: it has no SO line, with which PubMed ends a record.": 100,
    }


def test_a_record_without_a_pmid_line_does_not_run_into_the_one_before_it():
    lost = record(2).partition("\n")[2]

    first, second, third = read_text(record(1) + lost + record(3))

    assert first == read_one(record(1))
    assert second == Rejected(16, "This record has no PMID line.", "A quiet night on ward 2.")
    assert third.identifier("pmid") == "90000003"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_anywhere_gives_whole_records_or_says_so(encoding: str):
    whole = (record(1) + "\n" + record(2, abstract="Zoë slept.")).encode(encoding)
    first, second = content(read_text(whole))
    outcomes = set()

    for length in range(4, len(whole) + 1):
        text = whole[:length].decode(encoding, errors="ignore")
        begun = 1 if len(text) <= len(record(1)) + 1 else 2

        entries = read_text(whole[:length])

        assert len(entries) == begun, text
        for entry, complete in zip(entries, (first, second), strict=False):
            if isinstance(entry, Rejected):
                outcomes.add(entry.reason)
            elif entry.to_json() == complete:
                outcomes.add("complete")
            else:
                # After a cut between two lines of a single record, it may as well be a hand-made one.
                assert (begun, text[-1]) == (1, "\n"), text
                outcomes.update(entry.warnings)
    assert outcomes == {
        "complete",
        "The file ends in the middle of this record. Export it again.",
        "This record has no SO line, with which PubMed ends a record: it may be incomplete.",
        "This record has no PMID line.",
        "This record has no title.",
    }


def test_a_cut_in_the_last_record_is_named_as_such():
    _, cut = read_text(WHOLE[: WHOLE.index(b"LA  - fre")])

    assert cut == Rejected(
        69,
        "The file ends in the middle of this record. Export it again.",
        "PMID 99000002 [Falls at night in a community hospital].",
    )


def test_hand_made_records_need_no_end_mark():
    entries = read_text("PMID- 1\nTI  - One.\n\nPMID- 2\nTI  - Two.")

    assert [entry.title for entry in entries] == ["One", "Two"]
    assert [entry.warnings for entry in entries] == [
        (),
        ("The file does not end with a line break: the end of this record may be missing.",),
    ]


def test_malformed_lines_are_reported_with_their_numbers():
    entry = read_one(
        "PMID- 1\nTI - A title with\n      two lines.\nXYZ - unknown\n      and on\nrubbish <here>\n"
        "AB  - First\nstray page header\n      and last.\n"
    )

    assert (entry.title, entry.abstract) == ("A title with two lines", "First and last.")
    assert entry.warnings == (
        "Line 2 is not spaced as it should be; read as TI.",
        "Line 4 has a field that we do not know, XYZ, and was left out: “XYZ - unknown”.",
        "Line 6 is neither a field nor the continuation of one, and was left out: “rubbish <here>”.",
        "Line 8 is neither a field nor the continuation of one, and was left out: “stray page header”.",
    )


def test_a_thousand_malformed_lines_make_twenty_one_warnings():
    entry = read_one("PMID- 1\nTI  - A.\n" + "rubbish\n" * 1_000)

    assert len(entry.warnings) == 21
    assert entry.warnings[-1] == "There are more lines in this record that could not be read."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PMID- 0123\nTI  - A.\n", "The PMID “0123” is not one. A PubMed ID does not begin with 0."),
        ("PMID- \nTI  - A.\n", "This record has no PMID line."),
        ("PMID- 123\nTI  - \nAB  - B.\n", "This record has no title."),
        ("PMID- 123\nTI  - [Not Available].\n", "This record has no title."),
    ],
)
def test_a_record_without_pmid_or_title_is_rejected(text: str, reason: str):
    (rejected,) = read_text(text)

    assert (rejected.line, rejected.reason) == (1, reason)


def test_a_text_without_records_says_so():
    assert read_text("Dear librarian,\nplease find attached.\n") == [
        Rejected(1, "There is no record in this file: a PubMed record begins with a line like “PMID- 12345678”.")
    ]


@pytest.mark.parametrize("nothing", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(nothing: bytes):
    with pytest.raises(UnreadableFile, match="This file is empty"):
        read_text(nothing)


def test_an_endless_record_is_rejected_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nbib, "LARGEST_RECORD", 10_000)

    endless, good = read_text(record(1, abstract="x" * 5_000 + "\n      yyy" * 5_000) + "\n" + record(2))

    assert endless == Rejected(
        1, "This record is longer than 10,000 characters.", "PMID 90000001 A quiet night on ward 1."
    )
    assert good.identifier("pmid") == "90000002"


line = st.one_of(
    st.sampled_from(record(7).splitlines()),
    st.builds("{:4}-{}".format, st.sampled_from(["PMID", "TI", "SO", "AU", "FAU", "AUID", "DP", "LID"]), st.text()),
    st.text(max_size=20),
    st.just(""),
)


@given(st.lists(line, max_size=30), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=200, deadline=None)
def test_whatever_the_lines_are_each_outcome_is_an_entry_or_a_reason(lines: list[str], ending: str):
    data = ending.join(lines).encode("utf-8", errors="surrogatepass")
    try:
        entries = read_text(data)
    except UnreadableFile:
        return
    assert entries
    for entry in entries:
        if isinstance(entry, Entry):
            assert entry.title
            assert entry.identifier("pmid")
            assert len(entry.fingerprint()) == 64
        else:
            assert entry.reason


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused_or_reported(data: bytes):
    try:
        entries = read_text(data)
    except UnreadableFile as error:
        assert str(error).startswith("This file is")
    else:
        assert entries


class Repeated(RawIOBase):
    """A file of a given size that is never in memory: a beginning, then one piece again and again."""

    def __init__(self, beginning: bytes, piece: bytes, size: int) -> None:
        self.ready, self.piece, self.left = beginning, piece, size

    def read(self, size: int = -1) -> bytes:
        while len(self.ready) < size and self.left > 0:
            self.ready += self.piece
            self.left -= len(self.piece)
        given, self.ready = self.ready[:size], self.ready[size:]
        return given


@pytest.mark.parametrize(
    ("beginning", "piece", "outcomes"),
    [
        ("", record(1, abstract="x" * 20_000) + "\n", {"Entry": 2_464}),
        ("PMID- 1\nTI  - One line.", " x" * 30_000, {"Entry": 1}),
        ("PMID- 1\nTI  - One record.\nAB  - ", "      " + "x" * 5_000 + "\n", {"Rejected": 1}),
        ("PMID- 1\nTI  - Rubbish.\n", "rubbish " * 1_000 + "\n", {"Entry": 1}),
    ],
    ids=["records", "one line", "one record", "rubbish"],
)
def test_50_megabytes_are_read_in_little_memory(beginning: str, piece: str, outcomes: dict[str, int]):
    stream = Repeated(beginning.encode(), piece.encode(), 50_000_000)
    tracemalloc.start()
    try:
        counted = Counter(type(entry).__name__ for entry in nbib.read(stream))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert counted == outcomes
    assert most < 20_000_000


def test_the_reader_does_not_wait_for_the_whole_file():
    stream = BytesIO((record(1) + "\n" + record(2) + "\n" * 200_000).encode())

    first = next(nbib.read(stream))

    assert first.identifier("pmid") == "90000001"
    assert stream.tell() <= 65_536
