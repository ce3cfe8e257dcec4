"""One pasted reference, in each of the forms that people have it in."""

import pytest

from repository.exchange.entry import Credit, Entry
from repository.partial_dates import PartialDate
from repository.prefill.guess import Confidence
from repository.prefill.names import authors
from repository.prefill.reference import NotUnderstood, understand

SMITH, OKAFOR = Credit(family="Smith", given="J A"), Credit(family="Okafor", given="A")
ARTICLE = Entry(
    type="article",
    title="Falls on a frailty ward: a cohort study",
    contributors=(SMITH, OKAFOR),
    identifiers=(("doi", "10.1000/falls.1"),),
    issued=PartialDate.from_edtf("2020"),
    container_title="Journal of Ward Studies",
    volume="12",
    issue="3",
    pages="45-50",
)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            "Vancouver",
            "1. Smith JA, Okafor A. Falls on a frailty ward: a cohort study. Journal of Ward Studies. 2020;12(3):45–50."
            " doi:10.1000/falls.1.",
        ),
        (
            "APA",
            "Smith, J. A., & Okafor, A. (2020). Falls on a frailty ward: a cohort study. Journal of Ward Studies,"
            " 12(3), 45–50. https://doi.org/10.1000/falls.1",
        ),
        (
            "Harvard",
            "Smith, J.A. and Okafor, A. (2020) ‘Falls on a frailty ward: a cohort study’, Journal of Ward Studies,"
            " 12(3), pp. 45–50. Available at: https://doi.org/10.1000/falls.1 (Accessed: 3 May 2021).",
        ),
        (
            "Harvard",
            "Smith, J.A. and Okafor, A. (2020) 'Falls on a frailty ward: a cohort study', Journal of Ward Studies,"
            " vol. 12, no. 3, pp. 45-50, doi: 10.1000/FALLS.1",
        ),
        (
            "RIS",
            "TY  - JOUR\nTI  - Falls on a frailty ward: a cohort study.\nAU  - Smith, J.A.\nAU  - Okafor, A.\n"
            "T2  - Journal of Ward Studies\nPY  - 2020\nVL  - 12\nIS  - 3\nSP  - 45\nEP  - 50\nDO  - 10.1000/falls.1\n"
            "ER  -\nTY  - JOUR\nTI  - Another\nER  -",
        ),
        (
            "BibTeX",
            "@comment{x, }\n@Article{smith20, author = {Smith, J. A. and Okafor, A.},\n"
            '  title = "Falls on a {frailty} ward: a cohort study", journal = {Journal of Ward Studies}, year = 2020,\n'
            "  volume = 12, number = {3}, pages = {45--50}, doi = {https://doi.org/10.1000/falls.1}\n}",
        ),
    ],
)
def test_an_article_reads_the_same_in_every_style(style, text):
    guess = understand(text)
    assert (guess.read_as, guess.entry) == (style, ARTICLE)
    sure = Confidence.SURE if style in ("RIS", "BibTeX") else Confidence.LIKELY
    assert set(guess.confidence.values()) == {sure}


def test_nbib_is_read_by_its_own_reader():
    guess = understand(
        "PMID- 31452104\nDP  - 2020 Feb\nTI  - Falls on a frailty ward.\nFAU - Smith, Jane A\nJT  - Ward studies\n"
    )
    assert (guess.read_as, guess.pmid, guess.entry.title) == ("PubMed (NBIB)", "31452104", "Falls on a frailty ward")
    assert guess.entry.issued == PartialDate.from_edtf("2020-02")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10.1136/BMJ.n71", ("doi", "10.1136/bmj.n71")),
        ("  doi: 10.1136/bmj.n71. ", ("doi", "10.1136/bmj.n71")),
        ("https://doi.org/10.1136/bmj.n71", ("doi", "10.1136/bmj.n71")),
        ("33782057", ("pmid", "33782057")),
        ("PMID: 33782057", ("pmid", "33782057")),
        ("https://pubmed.ncbi.nlm.nih.gov/33782057/", ("pmid", "33782057")),
    ],
)
def test_a_bare_number(text, number):
    guess = understand(text)
    assert (guess.entry, guess.confidence) == (
        Entry(type="article", title="", identifiers=(number,)),
        {"type": Confidence.UNSURE, "identifiers": Confidence.SURE},
    )


def test_books_chapters_and_reports():
    book = understand("Murray PR, Rosenthal KS. Medical microbiology. 4th ed. St. Louis: Mosby; 2002.").entry
    assert book == Entry(
        type="book",
        title="Medical microbiology",
        contributors=(Credit(family="Murray", given="P R"), Credit(family="Rosenthal", given="K S")),
        issued=PartialDate.from_edtf("2002"),
        publisher="Mosby",
        place="St. Louis",
        edition="4th ed",
    )
    chapter = understand(
        "Smith JA. Falls. In: Okafor A, Lee B, editors. Care of older people. London: Ward Press; 2019. p. 93-113."
    ).entry
    assert (chapter.type, chapter.title, chapter.container_title) == ("chapter", "Falls", "Care of older people")
    report = understand("Department of Wards and Visits (2013) Visiting older people. Leeds: Ward Press.")
    assert report.entry == Entry(
        type="book",
        title="Visiting older people",
        contributors=(Credit(kind="group", group="Department of Wards and Visits"),),
        issued=PartialDate.from_edtf("2013"),
        publisher="Ward Press",
        place="Leeds",
    )
    assert {part for part, confidence in report.confidence.items() if confidence == Confidence.UNSURE} == {
        "type", "publisher", "contributors",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "issued"),
    [
        ("PY  - 2023/03/04/", "2023-03-04"),
        ("Y1  - 2023/03//", "2023-03"),
        ("PY  - 2023", "2023"),
        ("PY  - 2023 Spring", "2023-21"),
        ("PY  - 2023\nDA  - 2023/05/01", "2023-05-01"),
    ],
)
def test_a_date_of_ris_is_read_as_exactly_as_it_is_given(said, issued):
    assert str(understand(f"TY  - JOUR\nTI  - Falls\n{said}\nER  - ").entry.issued.edtf) == issued


def test_et_al_is_said():
    guess = understand(
        "Smith JA, et al. Falls. A long story. Ward Stud. 2020 Feb 14;12:e12. PMID: 31452104; PMCID: PMC1."
    )
    assert guess.notes == ("The reference says “et al.”: add the other authors.",)
    assert guess.confidence["contributors"] == Confidence.UNSURE
    assert guess.entry == Entry(
        type="article",
        title="Falls. A long story",
        contributors=(SMITH,),
        identifiers=(("pmcid", "PMC1"), ("pmid", "31452104")),
        issued=PartialDate.from_edtf("2020-02-14"),
        container_title="Ward Stud",
        volume="12",
        pages="e12",
    )


def test_what_has_no_style_is_read_as_far_as_it_goes():
    guess = understand("J. Smith, “Falls on a frailty ward,” Ward Studies, Aug. 2020, doi: 10.1000/x.")
    assert (guess.read_as, guess.entry) == (
        "Free text",
        Entry(
            type="other",
            title="Falls on a frailty ward",
            identifiers=(("doi", "10.1000/x"),),
            issued=PartialDate.from_edtf("2020"),
        ),
    )
    assert len(guess.notes) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Smith JA, van der Berg PJ, O'Brien-Núñez Z", ["Smith, J A", "van der Berg, P J", "O'Brien-Núñez, Z"]),
        ("Smith, J. A., Jr, & Lee, B.-H.", ["Smith, J A, Jr", "Lee, B H"]),
        ("Smith, Jane; Okafor, Ada", ["Smith, Jane", "Okafor, Ada"]),
        ("Smith, Jane", ["Smith, Jane"]),
        ("Ward Studies Group", ["Ward Studies Group"]),
        ("Smith JA, Ward Studies Group", ["Smith, J A", "Ward Studies Group"]),
        ("", []),
    ],
)
def test_names(text, names):
    assert [credit.credited_as for credit in authors(text)[0]] == names


def test_latex_accents_and_names_in_braces():
    entry = understand(
        r"@book{x, author = {G{\"o}del, Kurt and {Ward {\&} Visits} and Jane van der Berg}, title = {On \emph{care}}"
    ).entry
    assert [credit.credited_as for credit in entry.contributors] == [
        "Gödel, Kurt", "Ward & Visits", "van der Berg, Jane",
    ]  # fmt: skip
    assert entry.title == "On care"


def test_an_entry_of_bibtex_that_was_not_copied_to_its_end():
    guess = understand("@article{x, doi = {10.1000/x}, issn = {1234-5678}, title = {Falls on a ward")
    assert (guess.entry.title, guess.entry.identifiers) == ("Falls on a ward", (("doi", "10.1000/x"),))
    assert len(guess.notes) == 1


@pytest.mark.parametrize("text", ["", "  \n", "hello there", "TY  - \nER  -", "@article{", "\x00", "Smith"])
def test_what_says_nothing_is_told(text):
    with pytest.raises(NotUnderstood):
        understand(text)


@pytest.mark.parametrize(
    "junk",
    [
        "(" * 9_000 + "2020", "a. " * 9_000 + "2020", "Smith, J., " * 2_000 + "(2020)", "@a{" * 9_000, "1;" * 9_000,
        "2020;" * 9_000, "“" * 9_000 + "2020", "\ud800 2020", "TY  - JOUR\n" * 5_000, "2020: " * 9_000,
    ],
)  # fmt: skip
def test_rubbish_of_any_length_ends_well(junk):
    try:
        assert understand(junk).entry.to_json()
    except NotUnderstood as refusal:
        assert str(refusal)
