"""What each verb answers, by either method."""

import datetime
import io

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from repository import withdrawing
from repository.exchange import oai_file
from repository.models import Collection, Record
from repository.withdrawal import WithdrawalReason
from tests.builders import make_collection, make_record
from tests.repository.oai.asking import NS, ask, codes, headers, texts
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2024, 3, 5, 12, 0, 0, 654_321, tzinfo=datetime.UTC)


def children(element):
    return [(etree.QName(one).localname, (one.text or "").strip()) for one in element]


def test_identify_says_everything_in_its_order(client, settings):
    settings.PORTAL_NAME, settings.LIBRARY_EMAIL = "Knowledge & care", "library@trust.example"
    settings.PORTAL_URL, settings.OAI_IDENTIFIER_DOMAIN = "https://kb.trust.example", "kb.trust.example"
    make_record(changed_at=NOON)
    make_record(status="withdrawn", changed_at=NOON.replace(year=2021), opened_at=NOON)
    make_record(status="draft", changed_at=NOON.replace(year=2011))
    told = ask(client, verb="Identify")
    assert children(told.find("oai:Identify", NS)) == [
        ("repositoryName", "Knowledge & care"),
        ("baseURL", "https://kb.trust.example/oai"),
        ("protocolVersion", "2.0"),
        ("adminEmail", "library@trust.example"),
        ("earliestDatestamp", "2021-03-05T12:00:00Z"),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("description", ""),
    ]
    assert children(told.find(".//id:oai-identifier", NS)) == [
        ("scheme", "oai"),
        ("repositoryIdentifier", "kb.trust.example"),
        ("delimiter", ":"),
        ("sampleIdentifier", "oai:kb.trust.example:1"),
    ]
    assert texts(told, "/oai:OAI-PMH/oai:request") == ["https://kb.trust.example/oai"]
    assert told.find("oai:request", NS).attrib == {"verb": "Identify"}
    moment = datetime.datetime.fromisoformat(texts(told, "/oai:OAI-PMH/oai:responseDate")[0])
    assert abs(moment - timezone.now()) < datetime.timedelta(minutes=1)


def test_an_empty_portal_began_now(client):
    told = ask(client, verb="Identify")
    assert texts(told, "//oai:earliestDatestamp") == texts(told, "//oai:responseDate")


@pytest.mark.parametrize("with_item", [False, True])
def test_the_formats_are_the_same_for_the_portal_and_for_an_open_item(client, with_item):
    record = make_record()
    chosen = {"identifier": f"oai:portal.invalid:{record.pk}"} if with_item else {}
    told = ask(client, verb="ListMetadataFormats", **chosen)
    rows = {row[0].text: (row[1].text, row[2].text) for row in told.xpath("//oai:metadataFormat", namespaces=NS)}
    assert list(rows) == ["oai_dc", "datacite", "marcxml", "mods"]
    assert rows["oai_dc"] == (
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    )
    assert rows["marcxml"][1] == "http://www.loc.gov/MARC21/slim"
    assert rows["mods"][1] == "http://www.loc.gov/mods/v3"
    assert rows["datacite"][1] == "http://datacite.org/schema/kernel-4"


def test_every_format_describes_the_record_in_its_own_namespace(client):
    record = make_record("Falls & frailty", identifiers=(("doi", "10.5555/falls"),))
    for prefix in ("oai_dc", "datacite", "marcxml", "mods"):
        told = ask(client, verb="GetRecord", metadataPrefix=prefix, identifier=f"oai:portal.invalid:{record.pk}")
        (described,) = told.xpath("//oai:metadata/*", namespaces=NS)
        formats = ask(client, verb="ListMetadataFormats")
        (namespace,) = texts(formats, f"//oai:metadataFormat[oai:metadataPrefix='{prefix}']/oai:metadataNamespace")
        (schema,) = texts(formats, f"//oai:metadataFormat[oai:metadataPrefix='{prefix}']/oai:schema")
        location = described.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
        assert (etree.QName(described).namespace, location) == (namespace, f"{namespace} {schema}")
        assert "Falls & frailty" in "".join(described.itertext())


def test_the_sets_are_types_and_the_tree_of_collections(client):
    research = make_collection("Research")
    make_collection("Nursing", parent=research)
    told = ask(client, verb="ListSets")
    named = dict(zip(texts(told, "//oai:setSpec"), texts(told, "//oai:setName"), strict=True))
    assert named["type"], named["type:conference_paper"] == ("All types of work", "Conference paper")
    assert {spec: name for spec, name in named.items() if spec.startswith("collection")} == {
        "collection": "All collections",
        "collection:research": "Research",
        "collection:research:nursing": "Research › Nursing",
    }


def test_a_set_gives_what_lies_in_it_and_below(client):
    research = make_collection("Research")
    nursing = make_collection("Nursing", parent=research)
    first = make_record("One", collection=nursing, changed_at=NOON)
    second = make_record("Two", collection=research, type="poster", changed_at=NOON)
    third = make_record("Three", type="poster", changed_at=NOON)

    def given(spec):
        return [number for number, _ in headers(ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec))]

    assert given("collection") == given("collection:research") == [first.pk, second.pk]
    assert given("collection:research:nursing") == [first.pk]
    assert given("type:poster") == [second.pk, third.pk]
    assert given("type") == [first.pk, second.pk, third.pk]
    assert given("collection:nursing") == []
    told = ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    specs = [texts(one, "oai:setSpec") for one in told.xpath("//oai:header", namespaces=NS)]
    assert specs == [
        ["type:article", "collection:research:nursing"],
        ["type:poster", "collection:research"],
        ["type:poster"],
    ]


def test_a_record_comes_with_its_header_and_its_description(client):
    record = make_record("Falls", authors=("Smith, Jane",), changed_at=NOON)
    told = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:portal.invalid:{record.pk}")
    assert children(told.find(".//oai:header", NS)) == [
        ("identifier", f"oai:portal.invalid:{record.pk}"),
        ("datestamp", "2024-03-05T12:00:00Z"),
        ("setSpec", "type:article"),
    ]
    assert (texts(told, "//dc:title"), texts(told, "//dc:creator")) == (["Falls"], ["Smith, Jane"])
    assert told.find("oai:request", NS).attrib == {
        "verb": "GetRecord",
        "metadataPrefix": "oai_dc",
        "identifier": f"oai:portal.invalid:{record.pk}",
    }


def test_only_files_that_everybody_reads_are_named(client):
    record = make_record()
    attach(record, "open.txt", "Open words")
    attach(record, "closed.txt", "Closed words", audience="staff")
    for prefix in ("oai_dc", "datacite", "marcxml", "mods"):
        answer = client.get("/oai", {"verb": "ListRecords", "metadataPrefix": prefix})
        assert b"closed.txt" not in answer.content
    assert b"/open.txt" in client.get("/oai?verb=ListRecords&metadataPrefix=mods").content


def test_a_deleted_record_has_a_header_alone_and_is_given_for_ever(client, librarian, library_manager):
    record = make_record("A word that goes")
    withdrawing.withdraw(record, by=library_manager, reason=WithdrawalReason.DUPLICATE, note="Twice.")
    address = f"oai:portal.invalid:{record.pk}"
    one = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=address)
    rows = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    for told in (one, rows):
        assert headers(told) == [(record.pk, "deleted")]
        assert told.xpath("//oai:metadata", namespaces=NS) == []
        assert b"A word" not in etree.tostring(told)
    assert headers(ask(client, verb="ListIdentifiers", metadataPrefix="mods")) == [(record.pk, "deleted")]


def test_both_methods_give_the_same_and_no_cookie(settings):
    """A harvester has no token against forged forms, and sends none."""
    record = make_record()
    asker = Client(enforce_csrf_checks=True)
    for question in (
        {"verb": "Identify"},
        {"verb": "ListSets"},
        {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": f"oai:portal.invalid:{record.pk}"},
    ):
        got, posted = (
            etree.fromstring(one.content) for one in (asker.get("/oai", question), asker.post("/oai", question))
        )
        for told in (got, posted):
            told.remove(told.find("oai:responseDate", NS))
            assert codes(told) == []
        assert etree.tostring(got) == etree.tostring(posted)
    head = asker.head("/oai?verb=Identify")
    assert (head.status_code, head.content, head["Content-Type"]) == (200, b"", "text/xml; charset=UTF-8")
    assert (head.cookies, head.get("Vary")) == ({}, None)


def test_characters_that_xml_forbids_are_left_out(client):
    make_collection("Research")
    Collection.objects.update(name="Re\x0bsearch")
    make_record("A\x0bB", tags=("c\x01d",), abstract="E\x1fF\ufffe")
    record = Record.objects.get()
    for prefix in ("oai_dc", "datacite", "marcxml", "mods"):
        assert headers(ask(client, verb="ListRecords", metadataPrefix=prefix)) == [(record.pk, "")]
    told = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    assert (texts(told, "//dc:title"), texts(told, "//dc:description")) == (["AB"], ["EF"])
    assert "Research" in texts(ask(client, verb="ListSets"), "//oai:setName")


@pytest.mark.parametrize("number", [3, 50])
def test_a_page_takes_the_same_queries_however_many_records(client, number, django_assert_num_queries):
    for each in range(number):
        make_record(f"Record {each}", changed_at=NOON)
    ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    with django_assert_num_queries(8):  # two of them are the request's transaction
        ask(client, verb="ListRecords", metadataPrefix="oai_dc")


def test_our_own_reader_takes_over_what_we_give(client, library_manager):
    """What harvests others harvests this portal too: each record is read, and the one that went is told of."""
    kept = make_record("Falls & frailty", identifiers=(("doi", "10.5555/falls"),), authors=("Smith, Jane",))
    gone = make_record("Gone")
    withdrawing.withdraw(gone, by=library_manager, reason=WithdrawalReason.DUPLICATE, note="Twice.")
    content = client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content
    entry, rejected = oai_file.read(io.BytesIO(content))
    assert (entry.title, entry.identifier("doi"), entry.issued.edtf) == (kept.title, "10.5555/falls", "2020-02")
    assert [credit.credited_as for credit in entry.contributors] == ["Smith, Jane"]
    assert rejected.reason == "The repository says that this record was deleted."
