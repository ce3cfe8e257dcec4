"""What the NBIB reader takes from whole records."""

import pytest

from repository.exchange import nbib
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.exchange.nbib_tags import LEFT_OUT, READ
from repository.partial_dates import PartialDate
from tests.repository.exchange.nbib_text import FILES, read_one, read_text


def minimal(lines: str) -> Entry:
    """Return the entry of a record with a title and these lines."""
    return read_one(f"PMID- 99000100\nTI  - A title.\n{lines}\n")


def test_every_field_of_a_journal_article():
    first, _ = read_text((FILES / "two_records.nbib").read_bytes())

    assert first == Entry(
        type="article",
        title="A ward pharmacist at the handover: what changed on six medical wards, and what did not?",
        abstract=(
            "BACKGROUND: Handover is where prescriptions go astray. METHODS: A pharmacist joined the morning handover "
            "on six wards for twelve weeks, and drug charts were compared with the twelve weeks before. RESULTS: "
            "Omitted doses fell from nine to five in a hundred; the length of the handover stayed the same. "
            "CONCLUSION: One more person at the table was worth it."
        ),
        identifiers=(
            ("pmid", "99000001"),
            ("doi", "10.5555/ward.2020.14.112"),
            ("pmcid", "PMC9900001"),
            ("issn", "0378-5955"),
            ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(
                family="Okafor",
                given="Ngozi A",
                initials="NA",
                orcid="0000-0002-1825-0097",
                affiliations=(
                    "Pharmacy Department, Northmoor Hospital, Northmoor, UK.",
                    "School of Pharmacy, University of Northmoor, Northmoor, UK.",
                ),
            ),
            Credit(
                family="van der Velden",
                given="Pieter J",
                suffix="3rd",
                initials="PJ",
                affiliations=("Department of Medicine, Northmoor Hospital, Northmoor, UK.",),
            ),
            Credit(kind="group", group="Northmoor Handover Group"),
            Credit(family="Núñez-O'Hara", given="Zoë", initials="Z", orcid="0000-0001-5109-3700"),
        ),
        subjects=(
            SubjectHeading("mesh", "Adult"),
            SubjectHeading(
                "mesh",
                "Medication Errors",
                major=True,
                qualifiers=(("prevention & control", False), ("statistics & numerical data", False)),
            ),
            SubjectHeading("mesh", "Patient Handoff", major=True),
            SubjectHeading("mesh", "Pharmaceutical Preparations", qualifiers=(("administration & dosage", True),)),
            SubjectHeading("mesh", "Pharmacists", qualifiers=(("organization & administration", True),)),
        ),
        substances=("Examplamab",),
        keywords=("handover", "omitted doses"),
        container_title="Journal of ward practice",
        container_abbreviation="J Ward Pract",
        volume="14",
        issue="2",
        pages="112-9",
        place="England",
        issued=PartialDate.from_edtf("2020-11/2020-12"),
        available_online=PartialDate.from_edtf("2020-10-02"),
        languages=("eng",),
        publication_types=("Journal Article", "Multicenter Study"),
        funding=("NIHR000001/DH_/Department of Health/United Kingdom",),
        conflict_of_interest="The authors declare no competing interests.",
        copyright_statement="© 2020 The authors. Open access.",
        line=2,
    )


def test_a_translated_article_with_an_article_number():
    _, second = read_text((FILES / "two_records.nbib").read_bytes())

    assert second == Entry(
        type="article",
        title="Falls at night in a community hospital",
        vernacular_title="Chutes nocturnes dans un hôpital de proximité",
        identifiers=(("pmid", "99000002"), ("doi", "10.5555/nuit.3.41"), ("issn", "2049-3630")),
        contributors=(
            Credit(
                family="Lefèvre",
                given="Maëlle",
                initials="M",
                affiliations=("Hôpital de Valmont, Valmont, France.",),
            ),
        ),
        container_title="Revue des soins",
        container_abbreviation="Rev Soins",
        volume="3",
        article_number="e41",
        place="France",
        issued=PartialDate.from_edtf("2019-24"),
        languages=("fre", "eng"),
        publication_types=("English Abstract", "Journal Article"),
        line=69,
    )


def test_a_chapter_and_its_book():
    chapter, book = read_text((FILES / "books.nbib").read_bytes())

    assert chapter == Entry(
        type="chapter",
        title="Night-time Confusion",
        abstract="What to look for, and whom to call.",
        identifiers=(("pmid", "99000010"),),
        contributors=(
            Credit(role="editor", family="Adeyemi", given="Tunde", initials="T"),
            Credit(role="editor", family="Brandt", given="Lotte M", initials="LM"),
            Credit(family="Hughes", given="Carys", initials="C", affiliations=("Northmoor Hospital",)),
        ),
        container_title="Handbook of Ward Practice",
        series="Northmoor Clinical Handbooks",
        publisher="Example University Press",
        place="Northmoor (UK)",
        issued=PartialDate.from_edtf("2010"),
        languages=("eng",),
        publication_types=("Review", "Book Chapter"),
        copyright_statement="Copyright © 2010, Example University Press.",
        line=1,
    )
    assert book == Entry(
        type="book",
        title="Handbook of Ward Practice",
        identifiers=(("pmid", "99000011"), ("isbn", "9780306406157")),
        contributors=(Credit(role="editor", family="Adeyemi", given="Tunde", initials="T"),),
        series="Northmoor Clinical Handbooks",
        edition="2nd",
        publisher="Example University Press",
        place="Northmoor (UK)",
        issued=PartialDate.from_edtf("2010"),
        languages=("eng",),
        publication_types=("Book",),
        line=26,
    )


def credits(lines: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return name as credited, initials, ORCID and affiliations of each contributor."""
    entry = minimal(lines)
    return [(c.credited_as, c.initials, c.orcid, c.affiliations) for c in entry.contributors]


def test_authors_of_old_records_have_short_names_and_one_affiliation_before_them_all():
    lines = "AD  - Old Infirmary.\nAU  - O'Connor RE\nAU  - de Hoon MJ Jr\nAU  - Ivanov IuV\nAU  - et al."

    entry = minimal(lines)

    assert [(c.family, c.given, c.suffix, c.initials, c.affiliations) for c in entry.contributors] == [
        ("O'Connor", "R E", "", "RE", ("Old Infirmary.",)),
        ("de Hoon", "M J", "Jr", "MJ", ()),
        ("Ivanov", "Iu V", "", "IuV", ()),
    ]
    assert entry.warnings == ("Line 7: the source says “et al.”, so it names only the first of the authors.",)


def test_a_short_name_before_its_full_name_is_the_same_author():
    lines = "AU  - Doe J\nFAU - Doe, Jane\nAU  - Roe R\nFAU - Roe, Rick"

    assert credits(lines) == [("Doe, Jane", "J", "", ()), ("Roe, Rick", "R", "", ())]


def test_authors_with_and_without_full_names_keep_their_order():
    lines = "FAU - Doe, Jane\nAU  - Doe J\nAU  - Roe R\nFAU - Poe, Pia\nFAU - Zoe, Zara\nAU  - Zoe Z"

    assert [name for name, *_ in credits(lines)] == ["Doe, Jane", "Roe, R", "Poe, Pia", "Zoe, Zara"]


def test_investigators_are_no_authors_and_keep_their_orcid_and_affiliation_to_themselves():
    lines = (
        "FAU - Doe, Jane\nAU  - Doe J\nCN  - Doe Study Group.\n"
        "FIR - Smith, Sam\nIR  - Smith S\nAUID- ORCID: 0000-0002-1694-233X\nIRAD- Elsewhere"
    )

    assert credits(lines) == [("Doe, Jane", "J", "", ()), ("Doe Study Group", "", "", ())]


def test_a_mistyped_orcid_is_left_out_and_reported():
    entry = minimal("FAU - Doe, Jane\nAU  - Doe J\nAUID- ORCID: 0000-0002-1825-0098\nAUID- GRID: grid.1")

    assert entry.contributors == (Credit(family="Doe", given="Jane", initials="J"),)
    (warning,) = entry.warnings
    assert warning.startswith("Line 5: “0000-0002-1825-0098” was left out.")


@pytest.mark.parametrize(
    ("ti", "title"),
    [
        ("Plain.", "Plain"),
        ("Is it?", "Is it?"),
        ("Nursing in the U.S.", "Nursing in the U.S."),
        ("And so on...", "And so on..."),
        ("[Translated].", "Translated"),
        ("[Is it translated?].", "Is it translated?"),
        ("[18F]FDG and [11C]choline.", "[18F]FDG and [11C]choline"),
        ("[About [18F]FDG].", "About [18F]FDG"),
        ("Pain of type B.", "Pain of type B"),
    ],
)
def test_titles_lose_their_stop_and_the_brackets_of_a_translation(ti: str, title: str):
    assert read_one(f"PMID- 99000100\nTI  - {ti}\n").title == title


def test_the_original_title_stands_in_where_there_is_no_other():
    only = read_one("PMID- 99000100\nTI  - [Not Available].\nTT  - Nur deutsch.\n")

    assert (only.title, only.vernacular_title) == ("Nur deutsch", "")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("PT  - Journal Article\nPT  - Preprint\nJT  - bioRxiv", "preprint"),
        ("PT  - Journal Article\nPT  - Practice Guideline\nJT  - J", "article"),
        ("PT  - Practice Guideline", "guideline"),
        ("PT  - Technical Report", "report"),
        ("PT  - Academic Dissertation", "thesis"),
        ("PT  - Dataset", "dataset"),
        ("PT  - Letter\nTA  - J", "article"),
        ("BTI - A book\nPT  - Study Guide", "chapter"),
        ("PT  - Government Publication", "other"),
    ],
)
def test_the_type_comes_from_the_publication_types(lines: str, kind: str):
    assert minimal(lines).type == kind


def test_notices_say_what_became_of_the_work():
    entry = minimal(
        "PT  - Retracted Publication\n"
        "RIN - Lancet. 2020 Jun 13;395(10240):1820. doi: 10.5555/r.1. PMID:\n      99000200\n"
        "EIN - Lancet. 2020 May 30. PMID: 99000201.\n"
        "CON - Lancet. 2019;1:1"
    )

    assert entry.notices == (
        Notice("retraction", "Lancet. 2020 Jun 13;395(10240):1820. doi: 10.5555/r.1.", "99000200"),
        Notice("erratum", "Lancet. 2020 May 30.", "99000201"),
        Notice("comment_on", "Lancet. 2019;1:1"),
    )


def test_a_retracted_publication_is_flagged_by_its_type_alone():
    assert minimal("PT  - Retracted Publication").notices == (Notice("retraction", "Retracted Publication"),)
    retracting = minimal("PT  - Retraction of Publication\nROF - X. PMID: 1")
    assert [notice.kind for notice in retracting.notices] == ["retraction_of"]


def test_identifiers_are_normalised_and_those_that_are_none_are_reported():
    entry = minimal(
        "IS  - 0378-5956 (Print)\nIS  - 0-306-40615-2\nLID - 10.5555/A.B [doi]\nAID - 10.5555/a.b [doi]\n"
        "AID - not a doi [doi]\nPMC - PMC77"
    )

    assert entry.identifiers == (
        ("pmid", "99000100"),
        ("doi", "10.5555/a.b"),
        ("pmcid", "PMC77"),
        ("isbn", "9780306406157"),
    )
    assert [warning.split("”")[0] for warning in entry.warnings] == [
        "Line 7: “not a doi",
        "Line 3: “0378-5956",
    ]


def test_the_citation_gives_the_doi_where_nothing_else_does():
    assert minimal("SO  - J. 2020;1:2. doi:10.5555/x.9.").identifier("doi") == "10.5555/x.9"


@pytest.mark.parametrize(
    ("lines", "pages", "number"),
    [
        ("PG  - 616-7", "616-7", ""),
        ("PG  - 103640\nLID - 103640\nSO  - J. 2020;1:103640.", "", "103640"),
        ("LID - 10.5555/x [doi]\nLID - e80092", "", "e80092"),
        ("LID - 1234 [pii]\nSO  - J. 2021 Apr 8;13(4):1234. doi: 10.5555/x.", "", "1234"),
        ("LID - S0033(15)00037-2 [pii]\nSO  - J. 2015 Mar 3. pii: S0033(15)00037-2.", "", ""),
        ("PG  - 475-82\nLID - S0033 [pii]", "475-82", ""),
    ],
)
def test_article_numbers_are_told_from_pages(lines: str, pages: str, number: str):
    entry = minimal(lines)

    assert (entry.pages, entry.article_number) == (pages, number)


@pytest.mark.parametrize(
    ("dp", "edtf", "warning"),
    [
        ("2011 Spring-Summer", "2011-21/2011-22", ()),
        ("2011 Christmas", "2011", ("Line 3: the date “2011 Christmas” was read as 2011.",)),
        ("soon", None, ("Line 3: the date “soon” was left out.",)),
        ("0999", None, ("Line 3: the date “0999” was left out.",)),
    ],
)
def test_a_date_that_cannot_be_read_keeps_its_year(dp: str, edtf: str | None, warning: tuple[str, ...]):
    entry = minimal(f"DP  - {dp}")

    assert (entry.issued and entry.issued.edtf, entry.warnings) == (edtf, warning)


def test_a_heading_that_stands_twice_is_given_once():
    assert minimal("MH  - Stroke/*therapy\nMH  - Stroke/nursing\nMH  - *Stroke").subjects == (
        SubjectHeading("mesh", "Stroke", major=True, qualifiers=(("therapy", True), ("nursing", False))),
    )


def test_other_details():
    entry = minimal(
        "OAB - Publisher: Abstract available from the publisher.\nOAB - In plain words.\n"
        "LA  - eng\nLA  - FRA\nLA  - xx9\nSI  - ClinicalTrials.gov/NCT00000000\n"
        "FPS - Seacole, Mary\nPS  - Seacole M\nPL  - Not Available\nTA  - J Only"
    )

    assert entry.abstract == "In plain words."
    assert entry.languages == ("eng", "fre")
    assert entry.registrations == ("ClinicalTrials.gov/NCT00000000",)
    assert entry.keywords == ("Seacole, Mary",)
    assert (entry.place, entry.container_title, entry.container_abbreviation) == ("", "J Only", "J Only")
    assert entry.warnings == ("Line 7: “xx9” is not a language code that we know. It was left out.",)


def test_files_of_pubmed_central_have_the_pmcid_before_the_pmid():
    text = "".join(
        f"\nPMC - PMC{n}\nPMID- {n}\nDP  - 2018\nTI  - T{n}.\nSO  - J. 2018;1:{n}.\n" for n in (70001, 70002)
    )

    assert [entry.identifiers for entry in read_text(text)] == [
        (("pmid", "70001"), ("pmcid", "PMC70001")),
        (("pmid", "70002"), ("pmcid", "PMC70002")),
    ]


def test_no_field_is_both_read_and_left_out():
    assert READ & LEFT_OUT.keys() == set()


def test_the_format_is_recognised_by_its_first_fields():
    assert nbib.recognises("\n\nPMID- 1\n")
    assert nbib.recognises("a preamble\r\nOWN - NLM\r\n")
    assert not nbib.recognises("TY  - JOUR\nAU  - Doe, J\nER  - \n")
    assert not nbib.recognises("see PMID- 12")
