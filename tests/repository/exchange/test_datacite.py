"""DataCite in JSON and XML: what a DOI is registered with, what others' say, and what comes back."""

import datetime
import json
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from repository.exchange import datacite, datacite_xml, detect
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.exchange.ris_tags import REPORTS
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"


def read(value):
    return list(datacite.read(BytesIO(json.dumps(value).encode())))


def attributes(entry, **other):
    return datacite.attributes(Outgoing(7, PAGE, entry, **other))


def test_an_article():
    entry = Entry(
        type="article",
        title="Falls on a ward",
        vernacular_title="Stürze",
        abstract="One.\n\nTwo.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("issn", "0378-5955")),
        contributors=(
            Credit(family="Smith", given="Jane", suffix="Jr", orcid="0000-0002-1825-0097", affiliations=("Ward 3",)),
            Credit(kind="group", group="NHS England"),
            Credit(role="editor", family="Okafor"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke", True, (("therapy", False),)),),
        substances=("Examplamab",),
        keywords=("wards",),
        container_title="Journal of Ward Practice",
        container_abbreviation="J Ward Pract",
        volume="12",
        issue="3",
        pages="112-9",
        article_number="e7",
        url="https://example.org/a",
        licence="CC-BY-4.0",
        issued=PartialDate.from_edtf("2019-24"),
        available_online=PartialDate.from_edtf("2019-11-02"),
        languages=("ger", "eng"),
        notices=(Notice("erratum", "J Ward Pract. 2020;13:1", "31452199"),),
        funding=("NIHR",),
        copyright_statement="© 2019",
    )
    assert attributes(entry, files=(OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),)) == {
        "doi": "10.1000/x",
        "url": PAGE,
        "creators": [
            {
                "name": "Smith, Jane, Jr",
                "nameType": "Personal",
                "givenName": "Jane",
                "familyName": "Smith",
                "nameIdentifiers": [
                    {
                        "nameIdentifier": "https://orcid.org/0000-0002-1825-0097",
                        "nameIdentifierScheme": "ORCID",
                        "schemeUri": "https://orcid.org",
                    }
                ],
                "affiliation": [{"name": "Ward 3"}],
            },
            {"name": "NHS England", "nameType": "Organizational"},
        ],
        "titles": [{"title": "Falls on a ward"}, {"title": "Stürze", "titleType": "AlternativeTitle"}],
        "publisher": {"name": ":unav"},
        "publicationYear": "2019",
        "types": {"resourceType": "Journal article", "resourceTypeGeneral": "JournalArticle"},
        "subjects": [
            {"subject": "Stroke/therapy", "subjectScheme": "MeSH", "schemeUri": "https://id.nlm.nih.gov/mesh/"},
            {"subject": "Examplamab", "subjectScheme": "Substance"},
            {"subject": "wards"},
        ],
        "contributors": [
            {"name": "Okafor", "nameType": "Personal", "familyName": "Okafor", "contributorType": "Editor"}
        ],
        "dates": [
            {"date": "2019", "dateType": "Issued", "dateInformation": "Winter 2019"},
            {"date": "2019-11-02", "dateType": "Available"},
        ],
        "language": "de",
        "alternateIdentifiers": [{"alternateIdentifier": "31452104", "alternateIdentifierType": "PMID"}],
        "relatedIdentifiers": [
            {"relatedIdentifier": "0378-5955", "relatedIdentifierType": "ISSN", "relationType": "IsPublishedIn"},
            {
                "relatedIdentifier": "https://example.org/a",
                "relatedIdentifierType": "URL",
                "relationType": "IsIdenticalTo",
            },
        ],
        "formats": ["application/pdf"],
        "rightsList": [
            {
                "rights": "CC-BY-4.0",
                "rightsUri": "https://creativecommons.org/licenses/by/4.0/",
                "rightsIdentifier": "cc-by-4.0",
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            },
            {"rights": "© 2019"},
        ],
        "descriptions": [
            {"description": "One.\n\nTwo.", "descriptionType": "Abstract"},
            {
                "description": "Erratum: J Ward Pract. 2020;13:1 PMID: 31452199.",
                "descriptionType": "Other",
            },
        ],
        "fundingReferences": [{"funderName": "NIHR"}],
        "relatedItems": [
            {
                "relatedItemType": "Journal",
                "relationType": "IsPublishedIn",
                "titles": [
                    {"title": "Journal of Ward Practice"},
                    {"title": "J Ward Pract", "titleType": "AlternativeTitle"},
                ],
                "volume": "12",
                "issue": "3",
                "number": "e7",
                "numberType": "Article",
                "firstPage": "112",
                "lastPage": "9",
            }
        ],
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }


def test_what_datacite_demands_is_there_though_the_work_says_none_of_it():
    assert attributes(Entry(type="other", title="A")) == {
        "url": PAGE,
        "creators": [{"name": ":unav", "nameType": "Organizational"}],
        "titles": [{"title": "A"}],
        "publisher": {"name": ":unav"},
        "publicationYear": "0000",
        "types": {"resourceType": "Other", "resourceTypeGeneral": "Other"},
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    (found,) = read([attributes(Entry(type="other", title="A"))])
    assert (found.contributors, found.publisher, found.issued) == ((), "", None)


def test_who_stands_for_a_work_without_authors():
    editor = Credit(role="editor", family="Okafor", given="N")
    edited = attributes(Entry(type="book", title="A", contributors=(editor,), publisher="Wiley"))
    issued = attributes(Entry(type="policy", title="A", institution="Northmoor"))
    assert [one["name"] for one in edited["creators"]] == ["Okafor, N"]
    assert [one["name"] for one in issued["creators"]] == ["Northmoor"]
    assert read([edited])[0].contributors == (editor,)


def test_the_year_of_a_work_without_a_date_is_that_in_which_the_portal_published_it():
    published = datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)
    assert attributes(Entry(type="other", title="A"), published_at=published)["publicationYear"] == "2024"


def test_each_type_has_a_general_one_of_schema_4_6():
    from repository.exchange.datacite_types import GENERAL

    kinds = {kind: attributes(Entry(type=kind, title="A"))["types"]["resourceTypeGeneral"] for kind in GENERAL}
    assert kinds == {
        "article": "JournalArticle",
        "preprint": "Preprint",
        "report": "Report",
        "audit": "Report",
        "guideline": "Text",
        "policy": "Text",
        "toolkit": "Text",
        "training": "Text",
        "poster": "Text",
        "presentation": "Text",
        "conference_paper": "ConferencePaper",
        "thesis": "Dissertation",
        "book": "Book",
        "chapter": "BookChapter",
        "dataset": "Dataset",
        "other": "Other",
    }


def narrowed(item: Outgoing, *, has_page: bool) -> Entry:
    """Return what the table of what DataCite carries leaves of a work."""
    entry = item.entry
    is_issued = entry.type in REPORTS or entry.type == "thesis"
    made_by = entry.publisher or entry.institution
    instead = (Credit(kind="group", group=entry.institution or entry.publisher),) if made_by else ()
    date = entry.issued
    if date is None:
        first = entry.available_online or item.published_at
        date = PartialDate.from_edtf(str(first.year)) if first else None
    return replace(
        entry,
        contributors=entry.contributors or instead,
        event_date=None,
        event_place="",
        institution=made_by if is_issued else "",
        publisher="" if is_issued else made_by,
        issued=date,
        languages=entry.languages[:1],
        place="",
        publication_types=(),
        subjects=tuple(
            replace(h, major=False, qualifiers=tuple((name, False) for name, _ in h.qualifiers)) for h in entry.subjects
        ),
        url=entry.url or (item.url if has_page else ""),
    )


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_json_is_read_again_as_far_as_the_format_can_carry_it(item):
    data = b"".join(datacite.write([item, item]))
    assert detect(data) == "datacite"
    found = [replace(entry, line=0) for entry in datacite.read(BytesIO(data))]
    assert found == [narrowed(item, has_page=True)] * 2


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_xml_is_read_again_as_far_as_the_format_can_carry_it(item):
    data = b"".join(datacite_xml.write([item, item]))
    assert detect(data) == "datacite_xml"
    found = [replace(entry, line=0) for entry in datacite_xml.read(BytesIO(data))]
    assert found == [narrowed(item, has_page=not item.entry.identifier("doi"))] * 2


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_only_the_fields_of_the_table_change(item):
    made = narrowed(item, has_page=True)
    changed = {name for name in Entry.__slots__ if getattr(made, name) != getattr(item.entry, name)}
    assert changed <= NOT_CARRIED["datacite"].keys()
    assert NOT_CARRIED["datacite"].keys() == NOT_CARRIED["datacite_xml"].keys()


def test_an_answer_of_the_rest_api():
    (entry,) = read(
        {
            "data": {
                "id": "10.5555/abc",
                "type": "dois",
                "attributes": {
                    "doi": "10.5555/ABC",
                    "identifiers": [{"identifier": "31452104", "identifierType": "PMID"}],
                    "creators": [
                        {"name": "Doe, J.A.", "affiliation": ["Ward 3"], "nameIdentifiers": []},
                        {"name": "Ward Group", "nameType": "Organizational"},
                        {
                            "name": "Roe, R",
                            "givenName": "R",
                            "familyName": "Roe",
                            "nameIdentifiers": {
                                "nameIdentifierScheme": "ORCID",
                                "nameIdentifier": "0000-0002-1825-0098",
                            },
                        },
                    ],
                    "titles": [{"title": "Falls <i>data</i>."}],
                    "publisher": "Zenodo",
                    "publicationYear": 2021,
                    "types": {"resourceTypeGeneral": "Poster", "resourceType": ""},
                    "dates": [{"date": "2021-03-04T10:00:00Z", "dateType": "Issued"}],
                    "rightsList": [{"rights": "CC BY", "rightsUri": "https://creativecommons.org/licenses/by/4.0/legalcode"}],
                    "descriptions": [{"description": "<p>One.</p><p>Two.</p>", "descriptionType": "Abstract"}],
                    "fundingReferences": [{"funderName": "NIHR", "awardNumber": "12"}],
                    "language": "en-GB",
                    "url": "https://zenodo.example/1",
                },
            }
        }
    )  # fmt: skip
    assert entry == Entry(
        type="poster",
        title="Falls data",
        abstract="One.\n\nTwo.",
        identifiers=(("pmid", "31452104"), ("doi", "10.5555/abc")),
        contributors=(
            Credit(family="Doe", given="J A", affiliations=("Ward 3",)),
            Credit(kind="group", group="Ward Group"),
            Credit(family="Roe", given="R"),
        ),
        publisher="Zenodo",
        url="https://zenodo.example/1",
        licence="CC-BY-4.0",
        issued=PartialDate.from_edtf("2021-03-04"),
        languages=("eng",),
        funding=("NIHR, 12",),
        line=1,
        warnings=entry.warnings,
    )
    assert [sentence[:40] for sentence in entry.warnings] == ["Line 1: “0000-0002-1825-0098” was left o"]


@pytest.mark.parametrize(
    "value",
    [
        {"titles": "x", "types": {"resourceTypeGeneral": []}},
        {"titles": [], "resourceTypeGeneral": ""},
        {"titles": [{"title": ":unav"}]},
        {"data": [{"attributes": None}]},
    ],
)
def test_what_has_no_title_is_rejected(value):
    assert read([value]) == [Rejected(1, "This item has no title.")]


def test_bad_values_become_warnings_or_nothing():
    (entry,) = read(
        [
            {
                "titles": [{"title": "A"}],
                "types": [],
                "creators": [None, 7, {"name": ""}, {"name": "Solo"}],
                "dates": [{"date": "soon", "dateType": "Issued"}],
                "publicationYear": "20x1",
                "language": "xx",
                "doi": "none",
                "sizes": 7,
                "relatedItems": [{"relationType": "IsPublishedIn", "titles": 5}],
                "subjects": [{"subject": None}],
                "publisher": 7,
            }
        ]
    )
    assert entry.contributors == (Credit(kind="group", group="Solo"),)
    assert (entry.type, entry.issued, entry.identifiers, entry.publisher) == ("other", None, (), "7")
    assert entry.warnings == (
        "Line 1: “none” was left out. A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.",
        "Line 1: the date “soon” was left out.",
        "Line 1: the year “20x1” was left out.",
        "Line 1: “xx” is not a language code that we know. It was left out.",
    )


NAMES = st.sampled_from(
    [
        *(
            "titles",
            "title",
            "types",
            "creators",
            "contributors",
            "contributorType",
            "name",
            "nameIdentifiers",
            "dates",
        ),
        *(
            "date",
            "dateType",
            "publisher",
            "publicationYear",
            "subjects",
            "relatedItems",
            "relatedIdentifiers",
            "sizes",
        ),
        *("descriptions", "description", "language", "rightsList", "fundingReferences", "affiliation", "doi", "data"),
    ]
)
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("Issued")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(NAMES, JUNK, max_size=8))
def test_whatever_stands_where_texts_and_lists_should_each_item_is_an_entry_or_rejected(value):
    found = read([{"titles": [{"title": "A"}]} | value, {"titles": [{"title": "B"}]}])
    assert all(isinstance(one, (Entry, Rejected)) for one in found)
    assert isinstance(found[-1], Entry) and found[-1].title == "B"


def test_xml_of_others():
    data = b"""<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>
      <resource xmlns="http://datacite.org/schema/kernel-4">
        <identifier identifierType="DOI">10.5555/X</identifier>
        <creators><creator><creatorName>Doe, Jane</creatorName></creator></creators>
        <titles><title>Falls</title></titles><publisher>Zenodo</publisher><publicationYear>2019</publicationYear>
        <resourceType resourceTypeGeneral="Dataset"/>
        <descriptions><description descriptionType="Abstract">One.<br/>Two.</description></descriptions>
      </resource></payload></oai_datacite>"""
    entry = datacite_xml.make_entry(etree.fromstring(data), 1, ())
    assert entry == Entry(
        type="dataset",
        title="Falls",
        abstract="One.\n\nTwo.",
        identifiers=(("doi", "10.5555/x"),),
        contributors=(Credit(family="Doe", given="Jane"),),
        publisher="Zenodo",
        issued=PartialDate.from_edtf("2019"),
        line=1,
    )
    assert list(datacite_xml.read(BytesIO(b'<resource xmlns="http://datacite.org/schema/kernel-4"/>'))) == [
        Rejected(1, "This record has no title.")
    ]
