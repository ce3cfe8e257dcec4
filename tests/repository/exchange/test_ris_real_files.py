"""The RIS and Web of Science readers on files of the wild, counted by hand; skipped where they are not at hand."""

from pathlib import Path

import pytest

from repository.exchange import CHUNK, FORMATS, detect
from repository.exchange.entry import Entry

FOLDER = Path(__file__).parents[3].parent / "shared" / "files"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample files are not here")

# How many records become entries, and how many are rejected.
COUNTS = {
    "ris/baseline_reference_types.ris": (0, 61),  # 60 types and an empty one, and not one title
    "ris/dspace_ris-test.ris": (1, 0),
    "ris/embase.ris": (6, 0),
    "ris/ovid_zotero.ris": (6, 0),
    "ris/pubmed_endnote.ris.txt": (6, 0),
    "ris/pubmed_zotero.ris": (6, 0),
    "ris/rispy_example_endnote.ris": (1, 0),
    "ris/scopus.ris": (6, 0),
    "ris/scopus_blank_lines_issue_1099.ris.txt": (7, 0),
    "endnote/dspace_endnote-test.enw": (1, 0),
}

# DOI, PubMed ID, journal or book, names in order, number of subject headings and of keywords.
DETAILS = {
    "ris/dspace_ris-test.ris": [
        (
            "10.1007/0-387-23483-7_56",
            "",
            "Encyclopedia of Cryptography and Security",
            "Just, van Tilborg",
            0,
            0,
        ),
    ],
    "ris/embase.ris": [
        ("10.4103/2303-9027.138783", "", "Endoscopic Ultrasound", "Liu, Adler", 0, 22),
        (
            "10.1002/cncr.20369",
            "15368318",
            "Cancer",
            "Eloubeidi, Cohn, Cerfolio, Chhieng, Jhala, Jhala, Eltoum",
            0,
            27,
        ),
        (
            "10.1016/j.ijscr.2018.11.060",
            "",
            "International Journal of Surgery Case Reports",
            "Nakashima, Yamada, Sato, Sakai, Chinen, Itakura, Kato, Ueda, Tsuda, Ohta, Matsuyama, Ikenaga",
            0,
            45,
        ),
        ("10.1016/j.clp.2018.07.012", "30396417", "Clinics in Perinatology", "Quintanilla-Dieck, Penn", 0, 39),
        ("10.3748/wjg.v17.i1.130", "21218094", "World Journal of Gastroenterology", "Khoury, Rivera", 0, 19),
        (
            "10.1089/cren.2017.0016",
            "",
            "Journal of Endourology Case Reports",
            "Faraj, Edwards, Gupta, Seifman",
            0,
            38,
        ),
    ],
    "ris/ovid_zotero.ris": [
        (
            "10.1002/cpp.2398",
            "",
            "Clinical Psychology & Psychotherapy",
            "Trindade, Irons, Ferreira, Portela, Pinto-Gouveia",
            0,
            0,
        ),
        (
            "10.1177/1359105317742958",
            "",
            "Journal of Health Psychology",
            "Trindade, Ferreira, Duarte, Pinto-Gouveia",
            0,
            6,
        ),
        (
            "10.1016/j.jpsychores.2019.02.002",
            "",
            "Journal of Psychosomatic Research",
            "Cohen, Lyons, Benchimol, Carman, Guertin, Mack",
            0,
            10,
        ),
        ("10.1080/08870446.2019.1662014", "", "Psychology & Health", "Polak, O'Callaghan, Oaten", 0, 0),
        (
            "10.1080/17482631.2019.1648945",
            "",
            "International Journal of Qualitative Studies on Health and Well-being",
            "Chuong, Haw, Stintzi, Mack, O'Doherty",
            0,
            7,
        ),
        (
            "10.1007/s10880-019-09649-9",
            "",
            "Journal of Clinical Psychology in Medical Settings",
            "Stapersma, van den Brink, van der Ende, Szigethy, Groeneweg, de Bruijne, Hillegers, Escher, Utens",
            0,
            0,
        ),
    ],
    "ris/pubmed_endnote.ris.txt": [
        (
            "10.2165/11586800-000000000-00000",
            "21553931",
            "Clin Pharmacokinet",
            "Abdel-Tawab, Werz, Schubert-Zsilavecz",
            10,
            0,
        ),
        (
            "10.5650/jos.ess17184",
            "29459515",
            "J Oleo Sci",
            "Abe, Ishioka, Fujita, Umeno, Yasunaga, Sato, Ohnishi, Suzuki, Ishida, Shichiri, Yoshida, Nakajima",
            17,
            6,
        ),
        ("10.1055/s-0042-114572", "27626602", "Drug Res (Stuttg)", "Abiodun, Oshinloye", 19, 0),
        (
            "10.1016/j.jep.2016.07.056",
            "27452660",
            "J Ethnopharmacol",
            "Abiodun, Rodriguez-Nogales, Algieri, Gomez-Caravaca, Segura-Carretero, Utrilla, Rodriguez-Cabezas, Galvez",
            29,
            6,
        ),
        (
            "10.1097/meg.0000000000000040",
            "24407360",
            "Eur J Gastroenterol Hepatol",
            "Abitbol, Lahmek, Buisson, Olympie, Poupardin, Chaussade, Lesgourgues, Nahon",
            20,
            0,
        ),
        (
            "10.1159/000471923",
            "28482341",
            "Int Arch Allergy Immunol",
            "Adachi, Hoshi, Inoue, Yasutomi, Otsuka, Dhakhwa, Wang, Koo, Takamatsu, Matsumura, Yamairi, Watanabe, Ooi, "
            "Tanahashi, Nishiumi, Yoshida, Azuma",
            16,
            6,
        ),
    ],
    "ris/pubmed_zotero.ris": [
        (
            "10.5114/pg.2018.81081",
            "",
            "Przeglad gastroenterologiczny",
            "Rudnik, Piotrowicz, Basinska, Rashedi",
            0,
            5,
        ),
        ("10.1007/s10151-019-02080-0", "", "Techniques in coloproctology", "Hicks, Abdulaal, Slesser, Mohsen", 0, 4),
        # Which of the ten are headings is told by their qualifiers, and "Humans" by its company.
        ("10.1097/md.0000000000016881", "", "Medicine", "Shen, Zhou, Ni, He, Shen, Zhu", 4, 6),
        ("10.2196/14432", "", "JMIR research protocols", "Ewais, Begun, Kenny, Headey, Kisely", 0, 5),
        (
            "10.1186/s12876-019-1034-9",
            "",
            "BMC gastroenterology",
            "Eckert, Abbasi-Neureither, Koppel, Huber",
            0,
            4,
        ),
        ("10.1097/md.0000000000016231", "", "Medicine", "Zhang, Han, Yu", 4, 5),
    ],
    "ris/rispy_example_endnote.ris": [
        ("10.1234/endnote.joke.2024", "", "Journal of Reference Management", "Smith, Doe, End, Ref", 0, 8),
    ],
    "ris/scopus.ris": [
        (
            "10.1016/j.psyneuen.2019.104501",
            "",
            "Psychoneuroendocrinology",
            "Labanski, Langhorst, Engler, Elsenbruch",
            0,
            9,
        ),
        ("10.1016/j.mehy.2019.109324", "31421429", "Medical Hypotheses", "Uno", 0, 32),
        (
            "10.1016/j.jpsychores.2019.109836",
            "31627144",
            "Journal of Psychosomatic Research",
            "Berens, Schaefert, Baumeister, Gauss, Eich, Tesarz",
            0,
            27,
        ),
        ("10.1016/j.yebeh.2019.106490", "31574429", "Epilepsy and Behavior", "Clegg, Sirois, Reuber", 0, 26),
        # Of 46 keywords one, "brain", stands there twice.
        ("10.1080/19490976.2018.1562268", "30704343", "Gut Microbes", "Dalton, Mermier, Zuhl", 0, 45),
        (
            "10.1136/gutjnl-2019-318308",
            "31175206",
            "Gut",
            "Mayer, Labus, Aziz, Tracey, Kilpatrick, Elsenbruch, Schweinhardt, Van Oudenhove, Borsook",
            0,
            45,
        ),
    ],
    "ris/scopus_blank_lines_issue_1099.ris.txt": [
        (
            "10.15598/aeee.v16i3.2698",
            "",
            "Advances in Electrical and Electronic Engineering",
            "Vaimann, Kudrjavtsev, Kilk, Kallaste, Rassolkin",
            0,
            0,
        ),
        (
            "10.1007/978-3-030-58167-1_7",
            "",
            "",
            "van Acker, Vanommeslaeghe, Meulenaere, Denil, Babur, Denil, Vogel-Heuser",
            0,
            0,
        ),
        (
            "10.1109/3516.809516",
            "",
            "IEEE/ASME Transactions on Mechatronics",
            "van de Straete, Schutter, Belmans",
            0,
            0,
        ),
        ("", "", "arXiv: Robotics", "Vargas, Berrio, Arcos-Legarda", 0, 0),
        ("", "", "", "Vatanparvar", 0, 0),
        ("", "", "IEEE Latin America Transactions", "Verucchi, Acosta, Carusso", 0, 0),
        (
            "10.1109/tla.2005.1642429",
            "",
            "IEEE Latin America Transactions",
            "Viola, Strefezza, Restrepo",
            0,
            0,
        ),
    ],
    "endnote/dspace_endnote-test.enw": [("", "", "My Journal", "Author 1, Author 2", 0, 0)],
}


def read_file(name: str) -> list:
    """Return what the reader for the file's format makes of it."""
    with (FOLDER / name).open("rb") as stream:
        key = detect(stream.read(CHUNK))
        stream.seek(0)
        assert key == ("isi" if name.endswith(".enw") else "ris")
        return list(FORMATS[key].read(stream))


@pytest.mark.parametrize("name", COUNTS)
def test_every_record_in_the_file_is_an_entry_or_rejected(name: str):
    found = read_file(name)
    entries = [item for item in found if isinstance(item, Entry)]
    assert (len(entries), len(found) - len(entries)) == COUNTS[name]


@pytest.mark.parametrize("name", DETAILS)
def test_what_a_person_reads_in_the_file_is_what_is_read(name: str):
    assert [
        (
            entry.identifier("doi"),
            entry.identifier("pmid"),
            entry.container_title,
            ", ".join(credit.family or credit.group for credit in entry.contributors),
            len(entry.subjects),
            len(entry.keywords),
        )
        for entry in read_file(name)
    ] == DETAILS[name]


def test_embase_says_whose_affiliation_is_whose():
    second = read_file("ris/embase.ris")[1]
    assert [len(credit.affiliations) for credit in second.contributors] == [3, 1, 1, 1, 1, 1, 1]
    assert second.contributors[2].affiliations[0].startswith("Department of Cardiothoracic Surgery, ")


def test_endnote_has_the_whole_names_in_its_notes():
    first = read_file("ris/pubmed_endnote.ris.txt")[0]
    assert [credit.given for credit in first.contributors] == ["Mona", "Oliver", "Manfred"]
    assert (first.publication_types, first.issued.edtf, first.pages) == (
        ("Journal Article", "Review"),
        "2011-06",
        "349-69",
    )
    assert [value for scheme, value in first.identifiers if scheme == "issn"] == ["0312-5963", "1179-1926"]
