"""Writing BibTeX: what stands in the file, and that reading it again gives the same work."""

from dataclasses import fields, replace
from io import BytesIO

import bibtexparser
from hypothesis import given, settings

from repository.exchange import bibtex
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry
from repository.exchange.outgoing import Outgoing
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import entries


def written(entry, number=7):
    return b"".join(bibtex.write([Outgoing(number=number, url="https://portal.example.org/7/", entry=entry)])).decode()


def read_back(entry):
    (found,) = bibtex.read(BytesIO(written(entry).encode()))
    return found


def carried(entry):
    """Return what the table of what BibTeX carries leaves of a work."""
    lost = dict.fromkeys(("subjects", "substances", "publication_types", "notices", "registrations", "funding"), ())
    words = (*entry.keywords, *(heading.label for heading in entry.subjects))
    return replace(
        entry,
        **lost,
        keywords=tuple(dict.fromkeys(words)),
        contributors=tuple(
            replace(credit, affiliations=())
            for role in ("author", "editor")
            for credit in entry.contributors
            if credit.role == role
        ),
        available_online=None,
        conflict_of_interest="",
    )


@settings(max_examples=300)
@given(entries())
def test_a_work_comes_back_as_it_went_out(entry):
    found = read_back(entry)
    assert replace(found, line=0, source_id="") == carried(entry)


@settings(max_examples=300)
@given(entries())
def test_only_the_fields_of_the_table_change(entry):
    found = read_back(entry)
    names = {field.name for field in fields(Entry)} - {"line", "source_id"}
    changed = {name for name in names if getattr(found, name) != getattr(entry, name)}
    assert changed <= NOT_CARRIED["bibtex"].keys() <= names


@given(entries())
def test_braces_are_balanced_as_bibtex_counts_them(entry):
    text, depth = written(entry), 0
    for character in text:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert bibtexparser.parse_string(text).failed_blocks == []


def test_an_article():
    entry = Entry(
        type="article",
        title="COVID-19 & falls: 50% of _all_ in London",
        abstract="BACKGROUND: p<0.05.\n\n@home (n=12) {sic}.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/a_b"), ("issn", "1895-5770")),
        contributors=(
            Credit(family="van der Velden", given="Pieter J", suffix="Jr"),
            Credit(kind="group", group="Health and Care, Northmoor"),
            Credit(family="Plato", orcid="0000-0002-1825-0097"),
            Credit(role="editor", family="Okafor", given="A"),
        ),
        keywords=("Aged, 80 and over", "falls"),
        container_title="Ward Studies",
        volume="12",
        issue="3",
        pages="45-50",
        issued=PartialDate.from_edtf("2020-02-14"),
        languages=("eng", "fre"),
        url="https://example.org/a_b?c=%20",
    )
    assert (
        written(entry)
        == r"""@article{vandervelden2020-7,
  title = {{COVID-19} \& falls: 50\% of \_all\_ in {London}},
  author = {van der Velden, Jr, Pieter J and {Health and Care, Northmoor} and Plato},
  author+an:orcid = {3="0000-0002-1825-0097"},
  editor = {Okafor, A},
  journal = {Ward Studies},
  volume = {12},
  number = {3},
  pages = {45--50},
  year = {2020},
  month = feb,
  date = {2020-02-14},
  doi = {10.1000/a_b},
  pmid = {31452104},
  issn = {1895-5770},
  url = {https://example.org/a_b?c=%20},
  language = {English and French},
  keywords = {{Aged, 80 and over}, falls},
  abstract = {BACKGROUND: p<0.05.

{@}home (n=12) \{sic\}.}
}

"""
    )
    assert replace(read_back(entry), line=0, source_id="") == entry


def test_keys_are_of_ascii_and_no_two_are_the_same():
    assert written(Entry(type="other", title="A", contributors=(Credit(family="Şahin"),)), 1).startswith(
        "@misc{sahin-1,"
    )
    assert written(Entry(type="other", title="A", contributors=(Credit(family="王"),)), 2).startswith("@misc{record-2,")


def test_kinds_of_theses_and_reports():
    kinds = {
        "phdthesis": Entry(type="thesis", title="A", degree="PhD", institution="Northmoor"),
        "mastersthesis": Entry(type="thesis", title="A", degree="MSc"),
        "thesis": Entry(type="thesis", title="A"),
        "techreport": Entry(type="guideline", title="A", institution="Northmoor", report_number="7"),
        "manual": Entry(type="policy", title="A", institution="Northmoor"),
        "misc": Entry(type="poster", title="A", event_name="Ward Days"),
    }
    assert {kind: written(entry).partition("{")[0].removeprefix("@") for kind, entry in kinds.items()} == {
        kind: kind for kind in kinds
    }
    for entry in kinds.values():
        assert replace(read_back(entry), line=0, source_id="") == entry
