"""The NBIB reader on files that PubMed made, counted by hand; skipped where they are not at hand."""

from pathlib import Path

import pytest

from repository.exchange import nbib

FOLDER = Path(__file__).parents[3].parent / "shared" / "files" / "nbib"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample files are not here")

# PMID, DOI, family names in order, number of headings, labels of the major ones.
EXPECTED = {
    "pubmed_result1.txt": [
        ("12230038", "", ["Mangalam"], 7, ["Computational Biology", "Programming Languages", "Software"]),
    ],
    "pubmed_result2.txt": [
        (
            "16403221",
            "10.1186/1471-2105-7-10",
            ["Casbon", "Crooks", "Saqi"],
            9,
            [
                "Database Management Systems",
                "Databases, Protein",
                "Information Storage and Retrieval",
                "Sequence Alignment",
                "Sequence Analysis, Protein",
                "Software",
                "User-Computer Interface",
            ],
        ),
        (
            "16377612",
            "10.1093/bioinformatics/btk021",
            ["Pritchard", "White", "Birch", "Toth"],
            8,
            [
                "Chromosome Mapping",
                "Computer Graphics",
                "Database Management Systems",
                "Databases, Genetic",
                "Programming Languages",
                "Software",
                "User-Computer Interface",
            ],
        ),
        (
            "14871861",
            "10.1093/bioinformatics/bth078",
            ["de Hoon", "Imoto", "Nolan", "Miyano"],
            8,
            [
                "Algorithms",
                "Cluster Analysis",
                "Gene Expression Profiling",
                "Programming Languages",
                "Sequence Alignment",
                "Sequence Analysis, DNA",
                "Software",
            ],
        ),
        (
            "14630660",
            "",
            ["Hamelryck", "Manderick"],
            9,
            [
                "Database Management Systems",
                "Databases, Protein",
                "Information Storage and Retrieval",
                "Models, Molecular",
                "Programming Languages",
                "Software",
            ],
        ),
    ],
    "rispy_example_pubmed_EXCERPT_1_record.nbib": [
        (
            "36448670",
            "10.7554/elife.80092",
            ["Sereno", "Myhrvold", "Henderson", "Fish", "Vidal", "Baumgart", "Keillor", "Formoso", "Conroy"],
            6,
            ["Dinosaurs"],
        ),
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_person_counts_in_the_file_is_what_is_read(name: str):
    with (FOLDER / name).open("rb") as stream:
        entries = list(nbib.read(stream))

    assert [
        (
            entry.identifier("pmid"),
            entry.identifier("doi"),
            [credit.family for credit in entry.contributors],
            len(entry.subjects),
            [
                heading.label
                for heading in entry.subjects
                if heading.major or any(star for _, star in heading.qualifiers)
            ],
        )
        for entry in entries
    ] == EXPECTED[name]
    assert all(entry.warnings == () for entry in entries)
