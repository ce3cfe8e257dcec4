"""Tables: any program's columns and quotes, and no row is lost without a word."""

import csv
import io
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.exchange import UnreadableFile, csv_writing, detect, table, table_rows
from repository.exchange.entry import Credit, Entry, Rejected, SubjectHeading
from repository.exchange.outgoing import Outgoing
from repository.partial_dates import PartialDate
from tests.repository.exchange import strategies


def read(text, columns=None):
    return list(table.read(BytesIO(text if isinstance(text, bytes) else text.encode()), columns))


def titles(found):
    return [entry.title if isinstance(entry, Entry) else (entry.line, entry.reason) for entry in found]


def only(text, columns=None) -> Entry:
    (entry,) = read(text, columns)
    assert isinstance(entry, Entry), entry
    return entry


def family_names(entry):
    return [credit.family or credit.group for credit in entry.contributors]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_delimiter_is_found_in_every_encoding(delimiter, encoding):
    text = delimiter.join(["Title", "Authors", "Year"]) + "\r\n"
    text += delimiter.join(["Café on the ward", '"Núñez, Zoë"', "2020"]) + "\r\n"
    file = text.encode(encoding)
    assert detect(file) == "table"
    entry = only(file)
    assert (entry.title, family_names(entry), str(entry.issued)) == ("Café on the ward", ["Núñez"], "2020")


def test_a_legacy_encoding_is_said_once():
    found = read("Title,Year\nCafé,2020\nCrème brûlée on the ward,2021\n".encode("cp1252"))
    assert titles(found) == ["Café", "Crème brûlée on the ward"]
    assert [entry.warnings for entry in found] == [
        ("Line 2 is the first that is not in UTF-8: from it on, the file was read as Windows-1252.",),
        (),
    ]


def test_a_quoted_cell_may_hold_line_breaks_delimiters_and_quotes_of_both_kinds():
    found = read(
        'Title,Abstract,Year\n"Falls, ""near"" falls","First line\nsecond, line",2020\n'
        'Sleep,"He said \\"no\\", twice",2021\nC:\\dir,plain \\ text,2022\n'
    )
    assert [(entry.line, entry.title, entry.abstract) for entry in found] == [
        (2, 'Falls, "near" falls', "First line second, line"),
        (4, "Sleep", 'He said "no", twice'),
        (5, "C:\\dir", "plain \\ text"),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_row_only():
    rows = "".join(f"Paper {number},2020\n" for number in range(3))
    found = read(f'Title,Year\n"An open quote,2020\n{rows}')
    assert titles(found) == [
        (2, "This row has a quotation mark that opens a cell and is never closed."),
        "Paper 0", "Paper 1", "Paper 2",
    ]  # fmt: skip


def test_a_quote_in_an_odd_place_is_read_and_said():
    entry = only('Title,Year\n"Falls" on wards,2020\n')
    assert (entry.title, entry.warnings) == (
        "Falls on wards",
        ("Line 2 has a quotation mark in an odd place; check this record.",),
    )


def test_a_torn_row_is_rejected_with_its_line_and_one_that_lacks_its_last_cells_is_not():
    found = read("Title,Authors,Year,Volume\nWhole,Smith J,2020,1\nToo,many,2020,1,cells\nTorn\n\nShort,Smith J,2021\n")
    assert titles(found) == [
        "Whole",
        (3, "This row has 5 cells, and the table has 4 columns. Check its quotation marks."),
        (4, "This row has 1 cells, and the table has 4 columns. Check its quotation marks."),
        "Short",
    ]
    assert found[3].warnings == ("Line 6: this row has 3 of 4 cells; those at its end were taken as empty.",)


def test_a_row_without_a_title_is_rejected_and_a_table_without_rows_says_so():
    assert read("Title,Year\n,2020\n") == [Rejected(2, "This row has no title.")]
    assert read("Title,Year\n") == [Rejected(1, "This table has no row below the names of its columns.")]


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("Falls on wards\n", None, "The first row of this table must name its columns"),
        ("Year,Volume\n2020,1\n", None, "Say which column holds the titles."),
        ("Title,Year\nA,2020\n", ["title"], "The table has 2 columns, and 1 were named."),
        ("Title,Year\nA,2020\n", ["title", "shoe_size"], "We do not know “shoe_size”"),
        ("Title,Name\nA,B\n", ["title", "title"], "Choose “Title” for one column only."),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text, columns, sentence):
    with pytest.raises(UnreadableFile) as refused:
        read(text, columns)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Smith, Jane; Okafor, Ada", ["Smith", "Okafor"]),
        ("Liu R., Adler D.G.", ["Liu", "Adler"]),
        ("Smith JA, van der Berg P", ["Smith", "van der Berg"]),
        ("Smith, J. A., Okafor, A.", ["Smith", "Okafor"]),
        ("Smith, Jane and Okafor, Ada", ["Smith", "Okafor"]),
        ("['Marx, Karl', 'Lindgren, Astrid']", ["Marx", "Lindgren"]),
        ("Smith, Jane||Okafor, Ada", ["Smith", "Okafor"]),
        ("Smith, Jane (57190000001); Okafor, Ada (57190000002)", ["Smith", "Okafor"]),
        ("Royal College of Nursing; Smith J", ["Royal College of Nursing", "Smith"]),
        ("Smith, Jane", ["Smith"]),
        ("Plato", ["Plato"]),
        ("Smith J, et al.", ["Smith"]),
    ],
)
def test_authors_in_one_cell_are_told_apart(cell, names):
    quoted = cell.replace('"', '""')
    assert family_names(only(f'Title,Authors\nFalls,"{quoted}"\n')) == names


def test_the_columns_of_scopus_keep_affiliations_and_full_names():
    header = (
        "Authors,Author full names,Title,Year,Source title,Volume,Issue,Art. No.,Page start,Page end,Cited by,DOI,"
        "Link,Affiliations,Authors with affiliations,Abstract,Author Keywords,ISSN,PubMed ID,"
        "Language of Original Document,Abbreviated Source Title,Document Type,Publication Stage,Open Access,Source,EID"
    )
    row = (
        '"Smith J.; Okafor A.","Smith, Jane (1234567890); Okafor, Ada (1234567891)",Falls,2020,Ward Studies,3,2,,12,20,'
        "5,10.1000/w.1,https://www.scopus.com/inward/x,"
        '"Ward 3, Riverside; Ward 9, Northmoor","Smith J., Ward 3, Riverside; Okafor A., Ward 9, Northmoor",'
        '"[No abstract available]","falls; wards",17526183,31452104,English,Ward Stud.,Review,Final,,Scopus,2-s2.0-1'
    )
    entry = only(f"{header}\n{row}\n")
    assert table.is_known(header.split(","))
    assert (
        entry.to_json()
        == Entry(
            type="article",
            title="Falls",
            contributors=(
                Credit(family="Smith", given="Jane", affiliations=("Ward 3, Riverside",)),
                Credit(family="Okafor", given="Ada", affiliations=("Ward 9, Northmoor",)),
            ),
            identifiers=(("pmid", "31452104"), ("doi", "10.1000/w.1"), ("issn", "1752-6183")),
            container_title="Ward Studies",
            container_abbreviation="Ward Stud.",
            volume="3",
            issue="2",
            pages="12-20",
            issued=PartialDate.from_edtf("2020"),
            keywords=("falls", "wards"),
            languages=("eng",),
        ).to_json()
    )
    assert entry.warnings == (
        "These columns of the table were left out: “Authors”, “Cited by”, “Publication Stage”, “Open Access”, "
        "“Source”, “EID”.",
    )


HEADERS = {
    "Web of Science": (
        "PT|AU|BA|BE|GP|AF|BF|CA|TI|SO|SE|BS|LA|DT|CT|CY|CL|SP|HO|DE|ID|AB|C1|C3|RP|EM|RI|OI|FU|FP|FX|CR|NR|TC|Z9|"
        "U1|U2|PU|PI|PA|SN|EI|BN|J9|JI|PD|PY|VL|IS|PN|SU|SI|MA|BP|EP|AR|DI|DL|D2|EA|PG|WC|WE|SC|GA|PM|OA|HC|HP|DA|"
        "UT"
    ),
    "Web of Science, in words": (
        "Publication Type|Authors|Book Authors|Book Editors|Book Group Authors|Author Full Names|"
        "Book Author Full Names|Group Authors|Article Title|Source Title|Book Series Title|Book Series Subtitle|"
        "Language|Document Type|Conference Title|Conference Date|Conference Location|Conference Sponsor|"
        "Conference Host|Author Keywords|Keywords Plus|Abstract|Addresses|Affiliations|Reprint Addresses|"
        "Email Addresses|Researcher Ids|ORCIDs|Funding Orgs|Funding Name Preferred|Funding Text|Cited References|"
        "Cited Reference Count|Times Cited, WoS Core|Times Cited, All Databases|180 Day Usage Count|"
        "Since 2013 Usage Count|Publisher|Publisher City|Publisher Address|ISSN|eISSN|ISBN|Journal Abbreviation|"
        "Journal ISO Abbreviation|Publication Date|Publication Year|Volume|Issue|Part Number|Supplement|"
        "Special Issue|Meeting Abstract|Start Page|End Page|Article Number|DOI|DOI Link|Book DOI|Early Access Date|"
        "Number of Pages|WoS Categories|Web of Science Index|Research Areas|IDS Number|Pubmed Id|"
        "Open Access Designations|Highly Cited Status|Hot Paper Status|Date of Export|UT (Unique WOS ID)|"
        "Web of Science Record"
    ),
    "PubMed": ("PMID|Title|Authors|Citation|First Author|Journal/Book|Publication Year|Create Date|PMCID|NIHMS ID|DOI"),
    "Zotero": (
        "Key|Item Type|Publication Year|Author|Title|Publication Title|ISBN|ISSN|DOI|Url|Abstract Note|Date|"
        "Date Added|Date Modified|Access Date|Pages|Num Pages|Issue|Volume|Number Of Volumes|Journal Abbreviation|"
        "Short Title|Series|Series Number|Series Text|Series Title|Publisher|Place|Language|Rights|Type|Archive|"
        "Archive Location|Library Catalog|Call Number|Extra|Notes|File Attachments|Link Attachments|Manual Tags|"
        "Automatic Tags|Editor|Series Editor|Translator|Contributor|Number|Edition|Medium|Country|Meeting Name|"
        "Conference Name|Version"
    ),
    "DSpace": ("id|collection|dc.contributor.author|dc.date.issued[]|dc.title[en_GB]|dc.identifier.doi|dc.subject"),
    "ASReview": "title|authors|abstract|keywords|doi|year|included",
}


@pytest.mark.parametrize("program", sorted(HEADERS))
def test_the_columns_of_the_usual_programs_are_known_and_each_field_is_filled_once(program):
    header = HEADERS[program].split("|")
    assert [name for name in header if not table.is_known([name, "Title"] if name.lower() != "title" else header)] == []
    assert (table.is_known(header), table.problem_with(table.guess(header), header)) == (True, "")
    named = dict(zip(table.guess(header), header, strict=True))
    assert {"title", "contributors", "issued", "doi"} <= set(named)
    assert detect(("\t".join(header) + "\n" + "\t".join(header).lower() + "\n").encode()) == "table"


def test_of_two_columns_for_one_field_the_better_one_is_taken():
    def taken(program):
        header = HEADERS[program].split("|")
        pairs = zip(table.guess(header), header, strict=True)
        return {field: name for field, name in pairs if field in ("contributors", "type", "issued")}

    assert taken("Zotero") == {"contributors": "Author", "type": "Item Type", "issued": "Date"}
    assert taken("Web of Science") == {"contributors": "AF", "type": "DT", "issued": "PY"}


def test_a_citation_in_one_cell_gives_journal_volume_and_pages():
    embase = only("Title,Source\nFalls,Ward Studies (2014) 3:3 (152-160). Date of Publication: 25 Aug 2014\n")
    pubmed = only(
        'PMID,Title,Citation\n31452104,Falls,"Ward Stud. 2020 Feb 1;49(2):12-20. doi: 10.1000/x.2."\n',
    )
    said = [
        (e.type, e.container_title, e.volume, e.issue, e.pages, e.issued.edtf, e.identifier("doi"))
        for e in (embase, pubmed)
    ]
    assert said == [
        ("article", "Ward Studies", "3", "3", "152-160", "2014-08-25", ""),
        ("article", "Ward Stud", "49", "2", "12-20", "2020-02-01", "10.1000/x.2"),
    ]


def test_mesh_headings_orcids_and_groups_are_kept():
    entry = only(
        "Title,Authors,MeSH headings\n"
        'Falls,"Smith, Jane (0000-0002-1825-0097); NHS England","*Stroke/*therapy; Aged, 80 and over"\n'
    )
    assert entry.contributors == (
        Credit(family="Smith", given="Jane", orcid="0000-0002-1825-0097"),
        Credit(kind="group", group="NHS England"),
    )
    assert entry.subjects == (
        SubjectHeading("mesh", "Stroke", True, (("therapy", True),)),
        SubjectHeading("mesh", "Aged, 80 and over"),
    )


def test_what_is_wrong_in_a_cell_is_a_warning_with_its_line():
    entry = only(
        "Title,Year,DOI,ISSN,Language,Type,URL,Licence\nFalls,soon,nonsense,1234,Klingon,shoe,here,mine\n",
    )
    assert (entry.type, entry.identifiers, entry.issued, entry.languages) == ("other", (), None, ())
    assert len(entry.warnings) == 7
    assert all(warning.startswith("Line 2: ") for warning in entry.warnings)


@pytest.mark.parametrize(
    "text", ["Dear librarian", "Dear librarian, how are you?\nYours, Jane\n", "{}", "[1, 2]", "a b c"]
)
def test_what_is_no_table_is_not_taken_for_one(text):
    assert not table.recognises(text)


def test_the_header_of_excels_separator_line_is_the_second_line():
    found = read("sep=;\nTitle;Year\nFalls;2020\n")
    assert [(entry.line, entry.title) for entry in found] == [(3, "Falls")]


def test_a_formula_in_our_own_export_comes_back_as_it_was():
    item = Outgoing(1, "https://portal.example/repository/1/", Entry(type="report", title="=1+1 and other sums"))
    assert only(b"".join(csv_writing.write([item]))).title == "=1+1 and other sums"


@settings(deadline=None, max_examples=60)
@given(st.lists(strategies.outgoing(), min_size=1, max_size=3))
def test_our_own_export_is_read_without_asking_and_gives_as_many_titles(items):
    file = b"".join(csv_writing.write(items))
    assert detect(file[:65_536]) == "table"
    assert table.is_known(table.header(BytesIO(file)))
    assert titles(read(file)) == [item.entry.title for item in items]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_no_row_that_a_spreadsheet_writes_is_lost(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Title", "Abstract", "Volume"])
    writer.writerows(rows)
    there = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(read(out.getvalue())) == max(len(there), 1)


def test_a_large_table_is_read_row_by_row():
    def lines():
        yield b"Title,Authors\n"
        for number in range(20_000):
            yield b'"Paper %d","Smith J"\n' % number

    class Slowly:
        """A file of which only what is asked for is made."""

        def __init__(self) -> None:
            self.left, self.made, self.rest = lines(), 0, b""

        def read(self, size):
            while len(self.rest) < size and (more := next(self.left, b"")):
                self.made += 1
                self.rest += more
            piece, self.rest = self.rest[:size], self.rest[size:]
            return piece

    stream = Slowly()
    found = table.read(stream)
    assert (next(found).title, stream.made < 5_000) == ("Paper 0", True)
    assert sum(1 for _ in found) == 19_999


def test_quotes_that_are_never_closed_cost_no_more_than_their_rows(monkeypatch):
    monkeypatch.setattr(table_rows, "MOST_IN_VAIN", 1_000)
    gone_through = []
    lines = table_rows._Rows._next
    monkeypatch.setattr(table_rows._Rows, "_next", lambda self: gone_through.append(1) or lines(self))
    found = read("Title,Year\n" + 'a","b\n' * 2_000 + "Falls,2020\n")
    assert titles(found)[-2:] == [
        (2_001, "This row has a quotation mark that opens a cell and is never closed."), "Falls",
    ]  # fmt: skip
    assert len(found) == 2_001
    assert len(gone_through) < 2_000 * 500  # of two million


def test_a_row_whose_line_is_cut_says_so():
    found = read('Title,Year\n"' + "x" * 1_100_000 + '",2020\n')
    assert titles(found) == [
        (
            2,
            "Line 2 is longer than 1,000,000 bytes, and the rest of it was left out. "
            "This row has a quotation mark that opens a cell and is never closed.",
        )
    ]


def test_two_tables_put_together_do_not_give_a_work_called_title():
    table_of_one = "Title,Authors,Year\nFalls,Okafor A,2020\n"
    assert titles(read(table_of_one * 2)) == [
        "Falls", (3, "This row names the columns once more: two tables may have been put together."), "Falls",
    ]  # fmt: skip
