"""What the PubMed XML reader takes from whole records, and that it is what NBIB gives for the same ones."""

import tracemalloc
from dataclasses import replace
from io import BytesIO, RawIOBase
from itertools import chain

import pytest

from repository.exchange import nbib, pubmed_xml
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from tests.repository.exchange.nbib_text import FILES
from tests.repository.exchange.pubmed_text import article, read_one, read_text


@pytest.mark.parametrize("name", ["two_records", "books"])
def test_a_record_is_known_again_in_the_other_of_pubmeds_forms(name: str):
    from_xml = list(pubmed_xml.read(BytesIO((FILES / f"{name}.pubmed.xml").read_bytes())))
    from_nbib = list(nbib.read(BytesIO((FILES / f"{name}.nbib").read_bytes())))

    assert [replace(entry, line=0) for entry in from_xml] == [replace(entry, line=0) for entry in from_nbib]
    assert [entry.fingerprint() for entry in from_xml] == [entry.fingerprint() for entry in from_nbib]
    assert [entry.line for entry in from_xml] == {"two_records": [4, 97], "books": [3, 30]}[name]


def test_titles_keep_all_their_text_and_no_markup():
    formula = "<mml:math xmlns:mml='urn:m'><mml:mi>p</mml:mi> <mml:mo>&lt;</mml:mo></mml:math>"
    title = f"CO<sub>2</sub> and {formula} <i>E. coli</i>."

    assert read_one(article(title=title)).title == "CO2 and p < E. coli"


def test_the_original_title_stands_in_where_there_is_no_other():
    entry = read_one(article("<VernacularTitle>Nur deutsch.</VernacularTitle>", title="[Not Available]."))

    assert (entry.title, entry.vernacular_title) == ("Nur deutsch", "")


def test_an_abstract_has_its_labels_in_the_running_text():
    parts = (
        '<Abstract><AbstractText Label="AIM">To count.'
        '</AbstractText><AbstractText Label="UNLABELLED">It was so.</AbstractText>'
        "<AbstractText>And <b>so</b> on.</AbstractText></Abstract>"
    )
    other = '<OtherAbstract Type="plain-language-summary"><AbstractText>In plain words.</AbstractText></OtherAbstract>'

    assert read_one(article(parts, around=other)).abstract == "AIM: To count. It was so. And so on."
    assert read_one(article(around=other)).abstract == "In plain words."


def test_names_of_all_kinds():
    people = (
        "<AuthorList>"
        "<Author><LastName>Plato</LastName></Author>"
        "<Author><LastName>O'Connor</LastName><Initials>RE</Initials><Affiliation>Old Infirmary.</Affiliation></Author>"
        "<Author><LastName>Wise</LastName><ForeName>John Pierce</ForeName><Initials>JP"
        "</Initials><Suffix>Sr</Suffix></Author>"
        "<Author><LastName>Doe</LastName><ForeName>Jane</ForeName><Initials>J</Initials><Suffix>MD</Suffix></Author>"
        "<Author><CollectiveName>Doe Study Group.</CollectiveName></Author>"
        "<Author><LastName>Roe</LastName><ForeName>Rick"
        '</ForeName><Identifier Source="ORCID">0000-0002-1825-0098</Identifier></Author>'
        "<Author></Author></AuthorList>"
    )

    entry = read_one(article(people))

    assert entry.contributors == (
        Credit(family="Plato"),
        Credit(family="O'Connor", given="R E", initials="RE", affiliations=("Old Infirmary.",)),
        Credit(family="Wise", given="John Pierce", suffix="Sr", initials="JP"),
        Credit(family="Doe", given="Jane", suffix="MD", initials="J"),
        Credit(kind="group", group="Doe Study Group"),
        Credit(family="Roe", given="Rick"),
    )
    (warning,) = entry.warnings
    assert warning.startswith("Line 3: “0000-0002-1825-0098” was left out.")


@pytest.mark.parametrize(
    ("parts", "edtf"),
    [
        ("<Year>2020</Year>", "2020"),
        ("<Year>2020</Year><Month>02</Month>", "2020-02"),
        ("<Year>2020</Year><Month>Feb</Month><Day>14</Day>", "2020-02-14"),
        ("<Year>1990</Year><Season>Spring</Season>", "1990-21"),
        ("<MedlineDate>2015 Dec-2016 Jan</MedlineDate>", "2015-12/2016-01"),
    ],
)
def test_dates_keep_their_precision(parts: str, edtf: str):
    entry = read_one(article(f"<Journal><JournalIssue><PubDate>{parts}</PubDate></JournalIssue></Journal>").replace(
        "<Journal><Title>J</Title></Journal>", ""
    ))  # fmt: skip

    assert entry.issued is not None
    assert (entry.issued.edtf, entry.warnings) == (edtf, ())


@pytest.mark.parametrize(
    ("parts", "pages", "number"),
    [
        ("<Pagination><MedlinePgn>616-7</MedlinePgn></Pagination>", "616-7", ""),
        ("<Pagination><StartPage>616</StartPage><EndPage>617</EndPage></Pagination>", "616-617", ""),
        ("<Pagination><MedlinePgn>e9</MedlinePgn></Pagination><ELocationID EIdType='pii'>e9</ELocationID>", "", "e9"),
        ("<ELocationID EIdType='pii' ValidYN='N'>e8</ELocationID><ELocationID EIdType='pii'>e9</ELocationID>", "", ""),
        ("<Pagination><MedlinePgn>9</MedlinePgn></Pagination><ELocationID EIdType='pii'>S0033</ELocationID>", "9", ""),
    ],
)
def test_article_numbers_are_told_from_pages(parts: str, pages: str, number: str):
    entry = read_one(article(parts))

    assert (entry.pages, entry.article_number) == (pages, number)


def test_notices_say_what_became_of_the_work():
    notices = (
        "<CommentsCorrectionsList>"
        '<CommentsCorrections RefType="Cites"><RefSource>Cited. 2001;1:1</RefSource><PMID>1</PMID>'
        "</CommentsCorrections>"
        '<CommentsCorrections RefType="CommentOn"><RefSource>Lancet. 2019;1:1</RefSource></CommentsCorrections>'
        '<CommentsCorrections RefType="RetractionIn"><RefSource>Lancet. 2020 Jun 13;395(10240):1820.'
        " doi: 10.5555/r.1.</RefSource>"
        '<PMID Version="1">99000200</PMID></CommentsCorrections>'
        '<CommentsCorrections RefType="ErratumIn"><RefSource>Lancet. 2020 May 30'
        "</RefSource><PMID>99000201</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList>"
    )

    assert read_one(article(around=notices)).notices == (
        Notice("retraction", "Lancet. 2020 Jun 13;395(10240):1820. doi: 10.5555/r.1.", "99000200"),
        Notice("erratum", "Lancet. 2020 May 30.", "99000201"),
        Notice("comment_on", "Lancet. 2019;1:1."),
    )
    retracted = "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>"
    assert read_one(article(retracted)).notices == (Notice("retraction", "Retracted Publication"),)


def test_other_details():
    entry = read_one(
        article(
            "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
            "<AccessionNumber>NCT00000000</AccessionNumber></AccessionNumberList></DataBank></DataBankList>"
            "<GrantList><Grant><Agency>Wellcome Trust</Agency><Country>United Kingdom</Country></Grant></GrantList>"
            "<Language>en</Language>",
            around=(
                "<SupplMeshList><SupplMeshName>Examplitis</SupplMeshName></SupplMeshList>"
                "<MeshHeadingList><MeshHeading><DescriptorName MajorTopicYN='Y'>Stroke</DescriptorName>"
                "</MeshHeading></MeshHeadingList>"
                "<PersonalNameSubjectList><PersonalNameSubject><LastName>Seacole</LastName><ForeName>Mary</ForeName>"
                "</PersonalNameSubject></PersonalNameSubjectList>"
            ),
            data='<ArticleId IdType="pmc">PMC77</ArticleId><ArticleId IdType="doi">10.5555/X.1</ArticleId>',
        )
    )

    assert entry == Entry(
        type="article",
        title="A title",
        identifiers=(("pmid", "99000100"), ("doi", "10.5555/x.1"), ("pmcid", "PMC77")),
        subjects=(SubjectHeading("mesh", "Stroke", major=True),),
        substances=("Examplitis",),
        keywords=("Seacole, Mary",),
        container_title="J",
        languages=("eng",),
        registrations=("ClinicalTrials.gov/NCT00000000",),
        funding=("Wellcome Trust/United Kingdom",),
        line=3,
    )


def test_records_that_are_none_are_rejected_and_the_others_kept():
    assert read_text(
        article(pmid="0"),
        article(pmid=""),
        article(title=""),
        "<PubmedArticle/>\n",
        "<PubmedBookArticle/>\n",
        article(),
    )[:5] == [
        Rejected(3, "The PMID “0” is not one. A PubMed ID does not begin with 0.", "PMID 0 A title."),
        Rejected(4, "This record has no PMID.", "A title."),
        Rejected(5, "This record has no title.", "PMID 99000100"),
        Rejected(6, "This record has no PMID.", ""),
        Rejected(7, "This record has no PMID.", ""),
    ]


def test_a_search_that_found_nothing_is_said_to_be_that():
    assert read_text() == [
        Rejected(1, "There is no record in this file: the search that it was saved from found nothing.")
    ]


def test_records_without_pubmeds_own_data_are_read_too():
    citation = "<MedlineCitation><PMID>7</PMID><Article><ArticleTitle>Old.</ArticleTitle></Article></MedlineCitation>"
    text = f"<MedlineCitationSet>{citation}</MedlineCitationSet>"

    assert [entry.title for entry in pubmed_xml.read(BytesIO(text.encode()))] == ["Old"]
    assert pubmed_xml.recognises(text)


class Endless(RawIOBase):
    """A file of many records that is made while it is read."""

    def __init__(self, records: int) -> None:
        self.parts = chain([b"<PubmedArticleSet>"], (article(pmid=str(n)).encode() for n in range(1, records + 1)))
        self.rest = b""
        self.is_closed = False

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and not self.is_closed:
            part = next(self.parts, None)
            self.is_closed = part is None
            self.rest += part if part is not None else b"</PubmedArticleSet>"
        found, self.rest = self.rest[:size], self.rest[size:]
        return found


def test_a_file_of_any_length_is_read_in_little_memory():
    list(pubmed_xml.read(Endless(10)))
    tracemalloc.start()
    try:
        count = sum(isinstance(found, Entry) for found in pubmed_xml.read(Endless(8_000)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 8_000
    assert peak < 5_000_000  # bytes; the file has more than 2.5 million characters
