"""Records in the words of schema.org."""

import pytest

from repository.crawlers.schema_org import TYPES, document
from repository.exchange.entry import Credit
from repository.partial_dates import PartialDate
from repository.record_types import RecordType
from tests.repository.crawlers.works import PAGE, PAPER, work


def test_a_paper_is_a_scholarly_article_in_an_issue_of_a_volume_of_a_periodical():
    assert document(PAPER) == {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "@id": PAGE,
        "url": PAGE,
        "name": "Falls on a frailty ward",
        "headline": "Falls on a frailty ward",
        "abstract": "People fall.",
        "author": [
            {
                "@type": "Person",
                "@id": "https://orcid.org/0000-0002-1825-0097",
                "name": "Jane A Smith",
                "givenName": "Jane A",
                "familyName": "Smith",
                "affiliation": [{"@type": "Organization", "name": "Riverside Hospital"}],
            },
            {
                "@type": "Person",
                "name": "María José García López",
                "givenName": "María José",
                "familyName": "García López",
            },
            {"@type": "Organization", "name": "Falls Study Group"},
        ],
        "editor": [{"@type": "Person", "name": "John Doe", "givenName": "John", "familyName": "Doe"}],
        "datePublished": "2010-05-12",
        "dateModified": "2021-03-09",
        "inLanguage": ["en"],
        "publisher": {"@type": "Organization", "name": "Falls Press"},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "identifier": [
            {
                "@type": "PropertyValue",
                "propertyID": "DOI",
                "value": "10.5555/falls.1",
                "url": "https://doi.org/10.5555/falls.1",
            },
            {
                "@type": "PropertyValue",
                "propertyID": "PMID",
                "value": "31452104",
                "url": "https://pubmed.ncbi.nlm.nih.gov/31452104/",
            },
        ],
        "sameAs": ["https://doi.org/10.5555/falls.1"],
        "keywords": ["bed rails; low", "frailty"],
        "about": [{"@type": "DefinedTerm", "name": "Accidental Falls"}],
        "pagination": "11-19",
        "isPartOf": {
            "@type": "PublicationIssue",
            "issueNumber": "1",
            "isPartOf": {
                "@type": "PublicationVolume",
                "volumeNumber": "7",
                "isPartOf": {
                    "@type": "Periodical",
                    "name": "Journal of Falls",
                    "issn": ["1471-2105", "0378-5955"],
                },
            },
        },
        "encoding": [
            {
                "@type": "MediaObject",
                "name": "paper.pdf",
                "contentUrl": f"{PAGE}paper.pdf",
                "encodingFormat": "application/pdf",
                "contentSize": "1200 B",
            },
            {
                "@type": "MediaObject",
                "name": "slides.pptx",
                "contentUrl": f"{PAGE}slides.pptx",
                "encodingFormat": "application/vnd.ms-powerpoint",
                "contentSize": "3400 B",
            },
        ],
    }


def test_a_guideline_is_a_creative_work_too_because_only_such_works_have_authors():
    said = document(work(type="guideline", issued=PartialDate.from_edtf("2020-02"), contributors=(Credit(group="A"),)))
    assert (said["@type"], said["guidelineDate"], said["datePublished"]) == (
        ["MedicalGuideline", "CreativeWork"], "2020-02", "2020-02",
    )  # fmt: skip


def test_a_chapter_is_part_of_a_book_that_has_the_isbn():
    said = document(work(type="chapter", container_title="All falls", identifiers=(("isbn", "9780306406157"),)))
    assert said["isPartOf"] == {"@type": "Book", "name": "All falls", "isbn": "9780306406157"}
    assert "isbn" not in said


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ("2020", "2020"),
        ("2020-02", "2020-02"),
        ("2019-24", "2019"),
        ("2019-33", "2019"),
        ("2019-11/2019-12", "2019-11"),
    ],
)
def test_dates_are_as_exact_as_iso_8601_can_say(issued, written):
    assert document(work(issued=PartialDate.from_edtf(issued)))["datePublished"] == written


def test_every_type_of_record_has_a_type():
    assert set(TYPES) == set(RecordType.values)
