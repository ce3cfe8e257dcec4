"""Real files of databases and reference managers, each into an empty repository: what they hold is accounted for."""

import io
from pathlib import Path

import pytest

from repository.intake import batches
from repository.models import ImportBatch, Record

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "files"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared example files are not beside this checkout"),
]
# For each file what becomes of its records: (added, set aside, rejected), counted in the file by hand.
EXPECTED = {
    "bibtex/IEEEtran.bib": (4, 0, 1),  # the first “entry” is a setting
    "bibtex/dspace_bibtex-test-3-entries.bib": (3, 0, 0),
    "bibtex/dspace_bibtex-test-article.bib": (1, 0, 0),
    "bibtex/dspace_bibtex-test-multiple-authors.bib": (1, 0, 0),
    "bibtex/dspace_bibtex-test.bib": (1, 0, 0),
    "bibtex/extrafields.bib": (1, 0, 0),
    # Of its 36 entries three have no title, and thirteen are works that it has twice or thrice: a minimal entry, a full
    # one and one that refers to another.
    "bibtex/xampl.bib": (20, 13, 3),
    "crossref/habanero_10.1126_science.169.3946.635.bib": (1, 0, 0),
    "crossref/habanero_10.1126_science.169.3946.635.csl.json": (1, 0, 0),
    "crossref/habanero_test_works_with_one_id_200.json": (1, 0, 0),
    "csv/dspace_csv-missing-field-test.csv": (1, 0, 0),
    "csv/dspace_csv-test.csv": (1, 0, 0),
    "csv/embase.csv": (6, 0, 0),
    "csv/generic_semicolon.csv": (2, 0, 0),
    "csv/generic_tab.tsv": (2, 0, 0),
    "endnote/dspace_endnote-test.enw": (1, 0, 0),
    "nbib/pubmed_result1.txt": (1, 0, 0),
    "nbib/pubmed_result2.txt": (4, 0, 0),
    "nbib/rispy_example_pubmed_EXCERPT_1_record.nbib": (1, 0, 0),
    "oai/dspace_xoai-test1.xml": (1, 0, 0),
    "oai/pyoai_fake1_00000.xml": (0, 0, 1),  # the first three tell of the repository, and have no records
    "oai/pyoai_fake1_00001.xml": (0, 0, 1),
    "oai/pyoai_fake1_00002.xml": (0, 0, 1),
    "oai/pyoai_fake1_00003.xml": (0, 0, 16),  # names without descriptions
    "oai/pyoai_fake1_00004.xml": (1, 0, 0),
    "oai/pyoai_fake1_00005.xml": (16, 0, 0),
    "oai/sickle_ListRecords4_EXCERPT_deleted_record.xml": (0, 0, 1),
    "orcid/dspace_orcid-person-record.xml": (0, 0, 1),  # a person without works
    "orcid/dspace_orcid_works.xml": (7, 0, 0),
    "pubmed_xml/biopython_pubmed1.xml": (2, 0, 0),
    "pubmed_xml/biopython_pubmed2.xml": (2, 0, 0),
    "pubmed_xml/dspace_europepmc-test.xml": (3, 0, 0),
    "pubmed_xml/dspace_pubmed-test.xml": (1, 0, 0),
    "pubmed_xml/dspace_pubmedimport-search-test.xml": (1, 0, 0),
    "pubmed_xml/pmid_11618220.xml": (1, 0, 0),
    "pubmed_xml/pmid_20301546.xml": (1, 0, 0),
    "pubmed_xml/pmid_26568896.xml": (1, 0, 0),
    "pubmed_xml/pmid_33856845.xml": (1, 0, 0),
    "pubmed_xml/pmid_34843274.xml": (1, 0, 0),
    "pubmed_xml/pmid_38962805.xml": (1, 0, 0),
    "pubmed_xml/pmid_39630833.xml": (1, 0, 0),
    "pubmed_xml/pmid_7550356.xml": (1, 0, 0),
    "ris/baseline_reference_types.ris": (0, 0, 61),  # 60 types and an empty one, and not one title
    "ris/dspace_ris-test.ris": (1, 0, 0),
    "ris/embase.ris": (6, 0, 0),
    "ris/ovid_zotero.ris": (6, 0, 0),
    "ris/pubmed_endnote.ris.txt": (6, 0, 0),
    "ris/pubmed_zotero.ris": (6, 0, 0),
    "ris/rispy_example_endnote.ris": (1, 0, 0),
    "ris/scopus.ris": (6, 0, 0),
    "ris/scopus_blank_lines_issue_1099.ris.txt": (7, 0, 0),
}
# What lies beside them and is no file of records: prose, a list of file names, a finished reference.
NO_RECORDS = ("SOURCES.txt", "crossref/habanero_test_content_negotiation_style.txt", "oai/pyoai_fake1_mapping.txt")


def load(name):
    content = (FOLDER / name).read_bytes()
    batch = ImportBatch.objects.create(file_name=name, bytes_total=len(content))
    batches.run(batch, io.BytesIO(content))
    batch.refresh_from_db()
    return batch


def test_no_file_is_left_out():
    found = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert found - {*EXPECTED, *NO_RECORDS} == set()


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_person_counts_is_what_becomes_of_the_records(name):
    if not (FOLDER / name).is_file():
        pytest.skip("this file is not among the shared ones here")
    added, set_aside, rejected = EXPECTED[name]
    batch = load(name)
    assert (batch.state, batch.failure) == ("done", "")
    assert (batch.added, batch.updated, batch.unchanged, batch.duplicates, batch.rejected) == (
        added, 0, 0, set_aside, rejected,
    )  # fmt: skip
    assert Record.objects.count() == added
    # The rows of its page, warnings aside, are as many as the records that were read.
    assert batch.rows.exclude(kind="warning").count() == batch.read == added + set_aside + rejected


@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_file_again_adds_nothing(name):
    if not (FOLDER / name).is_file():
        pytest.skip("this file is not among the shared ones here")
    added, set_aside, rejected = EXPECTED[name]
    load(name)
    again = load(name)
    assert (again.added, again.updated, again.unchanged, again.duplicates, again.rejected) == (
        0, 0, added, set_aside, rejected,
    )  # fmt: skip


@pytest.mark.parametrize("name", NO_RECORDS)
def test_what_is_no_file_of_records_says_so(name):
    if not (FOLDER / name).is_file():
        pytest.skip("this file is not among the shared ones here")
    batch = load(name)
    assert (batch.state, batch.read, Record.objects.count()) == ("failed", 0, 0)
    assert batch.failure.startswith("We cannot tell what kind of file this is.")


def test_all_files_together_add_up_and_one_work_is_one_record():
    loaded = [load(name) for name in EXPECTED if (FOLDER / name).is_file()]
    read = sum(sum(EXPECTED[batch.file_name]) for batch in loaded)
    assert sum(batch.read for batch in loaded) == read
    assert Record.objects.count() == sum(batch.added for batch in loaded)
    # One work, as BibTeX and as CSL-JSON.
    by_name = {batch.file_name: batch for batch in loaded}
    work = "crossref/habanero_10.1126_science.169.3946.635"
    if {f"{work}.bib", f"{work}.csl.json"} <= by_name.keys():
        assert (by_name[f"{work}.bib"].added, by_name[f"{work}.csl.json"].duplicates) == (1, 1)
