"""What the Europe PMC reader takes from articles, preprints and patents."""

from io import BytesIO

from repository.exchange import europe_pmc
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from repository.partial_dates import PartialDate


def read(*results: str) -> list[Entry | Rejected]:
    text = f"<responseWrapper>\n<resultList>\n{''.join(results)}</resultList></responseWrapper>\n"
    return list(europe_pmc.read(BytesIO(text.encode())))


ARTICLE = (
    "<result><id>99000001</id><source>MED</source><pmid>99000001</pmid><pmcid>PMC9900001</pmcid><doi>10.5555/A.1</doi>"
    "<title>Wards at night.</title><authorList>"
    "<author><fullName>Okafor NA</fullName><firstName>Ngozi A</firstName><lastName>Okafor"
    "</lastName><initials>NA</initials>"
    '<authorId type="ORCID">0000-0002-1825-0097</authorId><authorAffiliationDetailsList><authorAffiliation>'
    "<affiliation>Northmoor.</affiliation></authorAffiliation></authorAffiliationDetailsList></author>"
    "<author><collectiveName>Night Group</collectiveName></author></authorList>"
    "<journalInfo><issue>2</issue><volume>14</volume><dateOfPublication>2020 Nov-Dec</dateOfPublication>"
    "<journal><title>Ward journal</title><medlineAbbreviation>Ward J"
    "</medlineAbbreviation><ISSN>0378-5955</ISSN></journal></journalInfo>"
    "<pubYear>2020</pubYear><pageInfo>112-119</pageInfo><abstractText>In short.</abstractText><language>eng</language>"
    "<pubTypeList><pubType>research-article</pubType><pubType>Journal Article</pubType></pubTypeList>"
    "<meshHeadingList><meshHeading><majorTopic_YN>N</majorTopic_YN><descriptorName>Stroke"
    "</descriptorName><meshQualifierList>"
    "<meshQualifier><qualifierName>therapy</qualifierName><majorTopic_YN>Y</majorTopic_YN>"
    "</meshQualifier></meshQualifierList>"
    "</meshHeading></meshHeadingList><keywordList><keyword>night</keyword></keywordList>"
    "<grantsList><grant><grantId>1</grantId><agency>Trust</agency></grant></grantsList>"
    "<commentCorrectionList><commentCorrection><id>99000200</id><source>MED"
    "</source><reference>Ward J. 2021;1:1.</reference>"
    "<type>Retraction in</type></commentCorrection></commentCorrectionList>"
    "<electronicPublicationDate>2020-10-02</electronicPublicationDate></result>\n"
)


def test_an_article():
    assert read(ARTICLE) == [
        Entry(
            type="article",
            title="Wards at night",
            abstract="In short.",
            identifiers=(("pmid", "99000001"), ("doi", "10.5555/a.1"), ("pmcid", "PMC9900001"), ("issn", "0378-5955")),
            contributors=(
                Credit(
                    family="Okafor",
                    given="Ngozi A",
                    initials="NA",
                    orcid="0000-0002-1825-0097",
                    affiliations=("Northmoor.",),
                ),
                Credit(kind="group", group="Night Group"),
            ),
            subjects=(SubjectHeading("mesh", "Stroke", qualifiers=(("therapy", True),)),),
            keywords=("night",),
            container_title="Ward journal",
            container_abbreviation="Ward J",
            volume="14",
            issue="2",
            pages="112-119",
            issued=PartialDate.from_edtf("2020-11/2020-12"),
            available_online=PartialDate.from_edtf("2020-10-02"),
            languages=("eng",),
            publication_types=("Journal Article",),
            notices=(Notice("retraction", "Ward J. 2021;1:1.", "99000200"),),
            funding=("1/Trust",),
            line=3,
        )
    ]


def test_preprints_patents_and_results_without_a_title():
    preprint = (
        "<result><id>PPR1</id><source>PPR</source><doi>10.5555/p.1</doi><title>Early</title><pubYear>2021</pubYear>"
        "<affiliation>Northmoor.</affiliation><authorList><author><lastName>Roe</lastName></author></authorList>"
        "<pubTypeList><pubType>Preprint</pubType></pubTypeList></result>\n"
    )
    patent = (
        "<result><id>UA1</id><source>PAT</source><title>A bed</title><affiliation>Bed works"
        "</affiliation><fullTextUrlList>"
        "<fullTextUrl><url>https://example.org/UA1</url></fullTextUrl></fullTextUrlList></result>\n"
    )

    assert read(preprint, patent, "<result><id>1</id><source>MED</source></result>\n") == [
        Entry(
            type="preprint",
            title="Early",
            identifiers=(("doi", "10.5555/p.1"),),
            contributors=(Credit(family="Roe", affiliations=("Northmoor.",)),),
            issued=PartialDate.from_edtf("2021"),
            publication_types=("Preprint",),
            line=3,
        ),
        Entry(
            type="other",
            title="A bed",
            institution="Bed works",
            report_number="UA1",
            url="https://example.org/UA1",
            line=4,
        ),
        Rejected(5, "This record has no title.", "MED 1"),
    ]


def test_a_search_that_found_nothing():
    assert [found.line for found in read()] == [1]
    assert europe_pmc.recognises('<?xml version="1.0"?><responseWrapper>')
