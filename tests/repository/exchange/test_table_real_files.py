"""The reader of tables on files that other programs made, counted by hand; skipped where they are not at hand."""

from pathlib import Path

import pytest

from repository.exchange import detect, table

FOLDER = Path(__file__).parents[3].parent / "shared" / "files" / "csv"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample files are not here")

# First author, number of authors, DOI, journal or place, year of each row.
EXPECTED = {
    "dspace_csv-test.csv": [("Nobody", 1, "", "My Journal", 2006)],
    "dspace_csv-missing-field-test.csv": [("Nobody", 1, "", "My Journal", None)],
    "embase.csv": [
        ("Liu", 2, "10.4103/2303-9027.138783", "Endoscopic Ultrasound", 2014),
        ("Eloubeidi", 7, "10.1002/cncr.20369", "Cancer", 2004),
        ("Nakashima", 12, "10.1016/j.ijscr.2018.11.060", "International Journal of Surgery Case Reports", 2019),
        ("Quintanilla-Dieck", 2, "10.1016/j.clp.2018.07.012", "Clinics in Perinatology", 2018),
        ("Khoury", 2, "10.3748/wjg.v17.i1.130", "World Journal of Gastroenterology", 2011),
        ("Faraj", 4, "10.1089/cren.2017.0016", "Journal of Endourology Case Reports", 2017),
    ],
    "generic_semicolon.csv": [("Marx", 3, "", "United States", 2014), ("Marxus", 3, "", "Germany", 2006)],
    "generic_tab.tsv": [("Marx", 3, "", "United States", 2014), ("Marxus", 3, "", "Germany", 2006)],
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_row_comes_with_its_authors_number_and_journal(name):
    path = FOLDER / name
    assert detect(path.read_bytes()[:65_536]) == "table"
    with path.open("rb") as stream:
        assert table.is_known(table.header(stream))
        stream.seek(0)
        entries = list(table.read(stream))
    assert [
        (
            entry.contributors[0].family,
            len(entry.contributors),
            entry.identifier("doi"),
            entry.container_title or entry.place,
            entry.issued.year if entry.issued else None,
        )
        for entry in entries
    ] == EXPECTED[name]
