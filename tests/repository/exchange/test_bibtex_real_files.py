"""The BibTeX reader on files of other projects, counted by hand; skipped where they are not at hand."""

from collections import Counter
from pathlib import Path

import pytest

from repository.exchange import UnreadableFile, bibtex, detect
from repository.exchange.entry import Entry, Rejected

FILES = Path(__file__).parents[3].parent / "shared" / "files"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the sample files are not here")

# Works, and what the others are called.
EXPECTED = {
    "bibtex/IEEEtran.bib": (4, ["IEEEexample:BSTcontrol"]),  # the first "entry" is a setting
    "bibtex/dspace_bibtex-test-3-entries.bib": (3, []),
    "bibtex/dspace_bibtex-test-article.bib": (1, []),
    "bibtex/dspace_bibtex-test-multiple-authors.bib": (1, []),
    "bibtex/dspace_bibtex-test.bib": (1, []),
    "bibtex/extrafields.bib": (1, []),
    # Of its 36 entries three have no title: a whole journal, and two that are notes.
    "bibtex/xampl.bib": (33, ["whole-journal", "misc-minimal", "random-note-crossref"]),
    "crossref/habanero_10.1126_science.169.3946.635.bib": (1, []),
}


def read(name):
    with (FILES / name).open("rb") as stream:
        found = list(bibtex.read(stream))
    entries = {entry.source_id: entry for entry in found if isinstance(entry, Entry)}
    return entries, [item for item in found if isinstance(item, Rejected)]


@pytest.mark.parametrize("name", EXPECTED)
def test_counts(name):
    entries, rejected = read(name)
    assert (len(entries), [item.label for item in rejected]) == EXPECTED[name]
    assert detect((FILES / name).read_bytes()) == "bibtex"


def people(entry, role="author"):
    return [credit.credited_as for credit in entry.contributors if credit.role == role]


def test_authors_of_dspace():
    entries, _ = read("bibtex/dspace_bibtex-test-multiple-authors.bib")
    assert people(entries["Nobody01"]) == ["Nauthor, A", "Nother, A", "Third, A"]


def test_an_article_of_crossref():
    entries, _ = read("crossref/habanero_10.1126_science.169.3946.635.bib")
    entry = entries["Frank_1970"]
    assert (entry.type, people(entry), entry.container_title) == ("article", ["Frank, Henry S"], "Science")
    assert entry.identifiers == (("doi", "10.1126/science.169.3946.635"), ("issn", "1095-9203"))
    assert (entry.volume, entry.issue, entry.pages, str(entry.issued)) == ("169", "3946", "635-641", "August 1970")


def test_an_article_with_particles_accents_and_a_group():
    entries, _ = read("bibtex/extrafields.bib")
    entry = entries["scikit-image"]
    assert people(entry) == [
        *("van der Walt, Stéfan", "Schönberger, Johannes L", "Nunez-Iglesias, Juan", "Boulogne, François"),
        *("Warner, Joshua D", "Yager, Neil", "Gouillart, Emmanuelle", "Yu, Tony", "the scikit-image contributors"),
    ]
    assert entry.contributors[-1].kind == "group"
    assert (entry.title, len(entry.keywords)) == ("scikit-image: image processing in Python", 7)
    assert entry.identifiers == (("doi", "10.7717/peerj.453"), ("issn", "2167-8359"))
    assert (entry.container_title, entry.volume, entry.pages) == ("PeerJ", "2", "e453")
    assert (str(entry.issued), entry.url) == ("June 2014", "http://scikit-image.org/")


def test_the_examples_of_bibtex():
    entries, _ = read("bibtex/xampl.bib")
    assert Counter(entry.type for entry in entries.values()) == {
        "article": 3,
        "book": 10,  # with two booklets and three volumes of proceedings
        "chapter": 6,
        "conference_paper": 3,
        "thesis": 4,
        "report": 4,  # with two manuals
        "preprint": 2,
        "other": 1,
    }


def test_strings_months_and_commands_of_the_file_are_used():
    entries, _ = read("bibtex/xampl.bib")
    assert entries["inproceedings-minimal"].container_title == (
        "Proc. Fifteenth Annual ACM Symposium on the Theory of Computing"
    )
    dates = {key: str(entries[key].issued) for key in ("book-full", "manual-full", "unpublished-full", "whole-set")}
    assert dates == {
        "book-full": "10 January 1981",
        "manual-full": "April–May 1986",
        "unpublished-full": "November–December 1988",
        "whole-set": "1968",
    }


def test_what_refers_to_another_entry_has_its_fields():
    entries, _ = read("bibtex/xampl.bib")
    article = entries["article-crossref"]
    assert (article.container_title, article.volume, article.issue, article.pages, str(article.issued)) == (
        *("G-Animal's Journal", "41", "7", "73+", "July 1986"),
    )
    chapter = entries["incollection-crossref"]
    assert chapter.container_title == "High Speed Computer and Algorithm Organization"
    assert people(chapter, "editor") == ["Lipcoll, David J", "Lawrie, D H", "Sameh, A H"]
    assert (chapter.publisher, chapter.place, chapter.edition, chapter.series) == (
        *("Academic Press", "New York", "Third", "Fast Computers"),
    )
    book = entries["book-crossref"]
    assert (book.title, people(book), book.publisher) == (
        *("Seminumerical Algorithms", ["Knuth, Donald E"], "Addison-Wesley"),
    )
    paper = entries["inproceedings-crossref"]
    assert (paper.place, str(paper.issued), paper.publisher) == ("Boston", "1983", "")


def test_a_formatted_citation_is_in_no_format_of_ours():
    with pytest.raises(UnreadableFile, match="We cannot tell what kind of file this is"):
        detect((FILES / "crossref/habanero_test_content_negotiation_style.txt").read_bytes())
