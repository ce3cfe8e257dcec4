"""MODS as we write it, as others do, and that a work comes back whole."""

import datetime
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from lxml import etree

from repository.exchange import detect, mods, oai_file
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Rejected, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"
OPENING = '<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">'


def read(text):
    return list(mods.read(BytesIO(f"{OPENING}{text}</mods>".encode())))


def pretty(item):
    """Return the description as text, an element to a line, without the namespaces of its first element."""
    element = mods.element(item)
    etree.indent(element)
    return "\n".join(etree.tostring(element, encoding="unicode").split("\n")[1:-1])


def test_an_article():
    entry = Entry(
        type="article",
        title="Falls on a ward",
        abstract="One.",
        identifiers=(("doi", "10.1000/x"), ("issn", "0378-5955")),
        contributors=(
            Credit(family="Smith", given="Jane", suffix="Jr", orcid="0000-0002-1825-0097", affiliations=("Ward 3",)),
            Credit(kind="group", role="editor", group="NHS England"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke", False, (("therapy", True),)),),
        keywords=("wards",),
        container_title="J Ward",
        volume="12",
        pages="112-9",
        licence="CC0-1.0",
        issued=PartialDate.from_edtf("2019-24"),
        languages=("eng",),
        publication_types=("Review",),
        funding=("NIHR",),
    )
    item = Outgoing(
        7,
        PAGE,
        entry,
        changed_at=datetime.datetime(2024, 7, 1, 1, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
        files=(OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),),
    )
    assert (
        pretty(item)
        == """\
  <titleInfo>
    <title>Falls on a ward</title>
  </titleInfo>
  <name type="personal">
    <namePart type="family">Smith</namePart>
    <namePart type="given">Jane</namePart>
    <namePart type="termsOfAddress">Jr</namePart>
    <role>
      <roleTerm type="code" authority="marcrelator">aut</roleTerm>
    </role>
    <affiliation>Ward 3</affiliation>
    <nameIdentifier type="orcid">https://orcid.org/0000-0002-1825-0097</nameIdentifier>
  </name>
  <name type="corporate">
    <namePart>NHS England</namePart>
    <role>
      <roleTerm type="code" authority="marcrelator">edt</roleTerm>
    </role>
  </name>
  <typeOfResource>text</typeOfResource>
  <genre type="work">Journal article</genre>
  <genre authority="mesh">Review</genre>
  <originInfo eventType="publication">
    <dateIssued encoding="edtf" keyDate="yes">2019-24</dateIssued>
  </originInfo>
  <language>
    <languageTerm type="code" authority="iso639-2b">eng</languageTerm>
  </language>
  <abstract>One.</abstract>
  <note type="funding">NIHR</note>
  <subject authority="mesh" displayLabel="Stroke/*therapy">
    <topic>Stroke</topic>
    <topic>therapy</topic>
  </subject>
  <subject>
    <topic>wards</topic>
  </subject>
  <relatedItem type="host">
    <titleInfo>
      <title>J Ward</title>
    </titleInfo>
    <identifier type="issn">0378-5955</identifier>
    <part>
      <detail type="volume">
        <number>12</number>
      </detail>
      <extent unit="pages">
        <start>112</start>
        <end>9</end>
      </extent>
    </part>
  </relatedItem>
  <identifier type="doi">10.1000/x</identifier>
  <location>
    <url usage="primary display" access="object in context">https://portal.example.org/repository/7/</url>
    <url access="raw object">https://portal.example.org/repository/7/a.pdf</url>
  </location>
  <accessCondition type="use and reproduction" xlink:href="https://creativecommons.org/publicdomain/zero/1.0/">\
CC0-1.0</accessCondition>
  <recordInfo>
    <recordChangeDate encoding="w3cdtf">2024-07-01T00:00:00Z</recordChangeDate>
    <recordIdentifier>7</recordIdentifier>
  </recordInfo>"""
    )


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_a_work_comes_back_whole(item):
    data = b"".join(mods.write([item, item]))
    assert detect(data) == "mods"
    found = [replace(entry, line=0) for entry in mods.read(BytesIO(data))]
    assert found == [replace(item.entry, url=item.entry.url or item.url)] * 2


def test_initials_come_back_as_given_names():
    item = Outgoing(7, PAGE, Entry(type="other", title="A", contributors=(Credit(family="Smith", initials="JA"),)))
    (found,) = mods.read(BytesIO(b"".join(mods.write([item]))))
    assert found.contributors == (Credit(family="Smith", given="J A"),)
    assert NOT_CARRIED["mods"].keys() == {"contributors", "url"}


def test_a_description_of_another_library():
    (entry,) = read(
        """
  <titleInfo><nonSort>The</nonSort><title>Ward falls</title><subTitle>a review.</subTitle></titleInfo>
  <titleInfo type="translated"><title>Stürze</title></titleInfo>
  <name type="personal"><namePart>Smith, J.A.</namePart><namePart type="date">1970-</namePart></name>
  <name><namePart>Ada Okafor</namePart><role><roleTerm type="text">Author</roleTerm></role></name>
  <name type="corporate"><namePart>Northmoor</namePart><namePart>Ward 3</namePart></name>
  <name><namePart>Roe, R.</namePart><role><roleTerm type="text">thesis advisor</roleTerm></role></name>
  <genre authority="marcgt">theses</genre>
  <originInfo><place><placeTerm type="code">enk</placeTerm></place><place><placeTerm>London</placeTerm></place>
    <publisher>Northmoor Press</publisher><dateIssued>c2014.</dateIssued><edition>2nd ed.</edition></originInfo>
  <language><languageTerm type="text">English</languageTerm></language>
  <physicalDescription><extent>349 p.</extent></physicalDescription>
  <abstract>One.</abstract><abstract>Two.</abstract>
  <subject authority="lcsh"><topic>Falls</topic><geographic>England</geographic></subject>
  <subject authority="mesh"><topic>Stroke</topic></subject>
  <relatedItem type="host"><titleInfo><title>J Ward</title></titleInfo><identifier type="issn">03785955</identifier>
    <identifier type="doi">10.1000/journal</identifier>
    <part><detail type="number"><number>3</number></detail><extent unit="page"><start>7</start></extent></part>
  </relatedItem>
  <identifier type="isbn" invalid="yes">1</identifier><identifier type="doi">no</identifier>
  <identifier type="hdl">1/2</identifier>
  <location><physicalLocation>Shelf 3</physicalLocation><url>https://example.org/a</url></location>
  <accessCondition xlink:href="http://creativecommons.org/licenses/by-nc/4.0/">Some rights</accessCondition>
  <accessCondition>All that is left</accessCondition>
  <note>Found on a shelf.</note>
"""
    )
    assert entry == Entry(
        type="thesis",
        title="The Ward falls: a review",
        vernacular_title="Stürze",
        abstract="One.\n\nTwo.",
        identifiers=(("issn", "0378-5955"),),
        contributors=(
            Credit(family="Smith", given="J A"),
            Credit(family="Okafor", given="Ada"),
            Credit(kind="group", group="Northmoor Ward 3"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke"),),
        keywords=("Falls/England",),
        container_title="J Ward",
        issue="3",
        pages="7",
        edition="2nd ed.",
        publisher="Northmoor Press",
        place="London",
        url="https://example.org/a",
        licence="CC-BY-NC-4.0",
        issued=PartialDate.from_edtf("2014"),
        languages=("eng",),
        publication_types=("theses",),
        copyright_statement="All that is left",
        line=1,
        warnings=entry.warnings,
    )
    assert entry.warnings == (
        "Line 5: “Ada Okafor” was read as a person whose family name is last.",
        "Line 7: “Roe, R.”, who contributed to the work in another way, was left out.",
        "Line 20: “no” was left out. A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.",
    )


@pytest.mark.parametrize(
    ("dates", "edtf"),
    [
        ("<dateIssued>2019</dateIssued>", "2019"),
        ('<dateIssued point="start">2019</dateIssued><dateIssued point="end">2020</dateIssued>', "2019/2020"),
        ("<dateIssued>[2019?]</dateIssued>", "2019"),
        ("<dateIssued>2019-02-03T10:00:00Z</dateIssued>", "2019-02-03"),
        ("<copyrightDate>2018</copyrightDate>", "2018"),
    ],
)
def test_dates(dates, edtf):
    (entry,) = read(f"<titleInfo><title>A</title></titleInfo><originInfo>{dates}</originInfo>")
    assert entry.issued == PartialDate.from_edtf(edtf)


def test_what_cannot_be_read_is_said():
    (entry,) = read(
        "<titleInfo><title>A</title></titleInfo>\n<originInfo><dateIssued>soon</dateIssued></originInfo>\n"
        "<language><languageTerm>xx</languageTerm></language>"
    )
    assert sorted(entry.warnings) == [
        "Line 2: the date “soon” was left out.",
        "Line 3: “xx” is not a language code that we know. It was left out.",
    ]
    assert read('<identifier type="doi">10.1000/x</identifier>') == [
        Rejected(1, "This record has no title.", "10.1000/x")
    ]


def test_a_harvested_one():
    item = Outgoing(7, PAGE, Entry(type="article", title="Falls"))
    found = oai_file.record(
        etree.fromstring(
            b'<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:x:7</identifier></header>'
            b"<metadata>" + etree.tostring(mods.element(item)) + b"</metadata></record>"
        )
    )
    assert found == Entry(type="article", title="Falls", url=PAGE, line=1, source_id="oai:x:7")
