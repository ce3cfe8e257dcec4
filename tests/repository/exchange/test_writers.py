"""All formats that we write: each says what it is, streams, keeps out what XML forbids, and is valid."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from repository.exchange import FORMATS, READ_BY, WRITERS, datacite_xml, detect, dublin_core, marcxml, mods
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.exchange.outgoing import Outgoing
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"
SCHEMAS = {
    module: etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / f"{name}.rng"))
    for module, name in (
        (dublin_core, "oai_dc"),
        (datacite_xml, "datacite"),
        (mods, "mods"),
        (marcxml, "marc21"),
    )
}
FORBIDDEN = "\x00\x01\x08\x0b\x0c\x0e\x1f\ufffe\uffff\ud800\udfff"


def dirty(text: str = "x") -> str:
    return f"{FORBIDDEN}{text}{FORBIDDEN}y"


DIRTY = Outgoing(
    7,
    PAGE,
    Entry(
        type="article",
        title=dirty(),
        vernacular_title=dirty(),
        abstract=dirty(),
        contributors=(
            Credit(family=dirty(), given=dirty(), suffix=dirty(), affiliations=(dirty(),)),
            Credit(kind="group", role="editor", group=dirty()),
        ),
        subjects=(SubjectHeading("mesh", dirty(), True, ((dirty(), True),)),),
        substances=(dirty(),),
        keywords=(dirty(),),
        container_title=dirty(),
        container_abbreviation=dirty(),
        volume=dirty(),
        issue=dirty(),
        pages=dirty(),
        article_number=dirty(),
        series=dirty(),
        edition=dirty(),
        publisher=dirty(),
        place=dirty(),
        institution=dirty(),
        report_number=dirty(),
        event_name=dirty(),
        event_place=dirty(),
        publication_types=(dirty(),),
        notices=(Notice("erratum", dirty()),),
        registrations=(dirty(),),
        funding=(dirty(),),
        conflict_of_interest=dirty(),
        copyright_statement=dirty(),
    ),
    collections=(dirty(),),
    department=dirty(),
)


def texts_of(data: bytes, key: str) -> Iterator[str]:
    """Yield every text in a file, as the programs that take it will see it."""
    if key in ("datacite", "csl_json"):
        pending = [json.loads(data)]
        while pending:
            value = pending.pop()
            if isinstance(value, str):
                yield value
            elif isinstance(value, (list, dict)):
                pending += value.values() if isinstance(value, dict) else value
    elif key == "csv":
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            yield from row
    else:
        for element in etree.fromstring(data).iter():
            yield element.text or ""
            yield from element.attrib.values()


@pytest.mark.parametrize("key", WRITERS)
def test_each_says_what_it_is_and_what_it_cannot_carry(key):
    module = WRITERS[key]
    assert (module.KEY, key in NOT_CARRIED) == (key, True)
    assert module.LABEL and "/" in module.MEDIA_TYPE and module.EXTENSION.isalnum()
    assert NOT_CARRIED[key].keys() <= {field.name for field in fields(Entry)}
    assert all(sentence.endswith(".") for sentence in NOT_CARRIED[key].values())


def test_all_that_the_portal_gives_away():
    assert list(WRITERS) == [
        *("ris", "bibtex", "csl_json", "csv", "oai_dc", "datacite", "datacite_xml", "mods", "marcxml"),
    ]


@pytest.mark.parametrize("key", WRITERS)
def test_each_writes_a_work_before_it_asks_for_the_next(key):
    asked = []

    def items():
        for number in range(1, 4):
            asked.append(number)
            yield Outgoing(number, PAGE, Entry(type="article", title=f"Work {number}"))

    seen = b""
    for piece in WRITERS[key].write(items()):
        seen += piece
        if b"Work 1" in seen:
            break
    assert (asked, b"Work 2" in seen) == ([1], False)


@pytest.mark.parametrize("key", WRITERS)
def test_what_each_writes_is_recognised_and_read(key):
    items = [
        Outgoing(number, PAGE, Entry(type="article", title=f"Falls on ward {number}", keywords=("falls",)))
        for number in (1, 2, 3)
    ]
    data = b"".join(WRITERS[key].write(items))
    format = detect(data)
    assert format == READ_BY.get(key, key)
    entries = FORMATS[format].read(io.BytesIO(data))
    assert [getattr(entry, "title", entry) for entry in entries] == [item.entry.title for item in items]


@pytest.mark.parametrize("key", ["csv", "oai_dc", "datacite", "datacite_xml", "mods", "marcxml"])
def test_what_xml_forbids_never_gets_out(key):
    found = list(texts_of(b"".join(WRITERS[key].write([DIRTY])), key))
    assert any("xy" in text for text in found)
    assert [text for text in found if set(text) & set(FORBIDDEN)] == []


@pytest.mark.parametrize("key", ["csv", "oai_dc", "datacite", "datacite_xml", "mods", "marcxml"])
def test_no_works_make_a_whole_file(key):
    data = b"".join(WRITERS[key].write([]))
    if key == "csv":
        assert data.startswith(b"\xef\xbb\xbfRecord,Title,Authors,") and data.count(b"\r\n") == 1
    else:
        assert [text for text in texts_of(data, key) if text.strip()] == []


@pytest.mark.parametrize("module", SCHEMAS, ids=lambda module: module.KEY)
def test_all_that_a_work_can_say_is_valid(module):
    @settings(deadline=None, max_examples=100)
    @given(outgoing())
    def check(item):
        element = etree.fromstring(etree.tostring(module.element(item)))
        SCHEMAS[module].assertValid(element)
        assert etree.QName(element).namespace == module.NAMESPACE
        location = element.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
        assert location == f"{module.NAMESPACE} {module.SCHEMA}"

    check()


@pytest.mark.parametrize("module", SCHEMAS, ids=lambda module: module.KEY)
@pytest.mark.parametrize(
    "item",
    [
        DIRTY,
        Outgoing(1, PAGE, Entry(type="other", title="Alone")),
        Outgoing(1, PAGE, Entry(type="other", title="Alone", volume="3", identifiers=(("issn", "0378-5955"),))),
        Outgoing(1, PAGE, replace(DIRTY.entry, type="thesis", degree="PhD", contributors=())),
    ],
    ids=["dirty", "title alone", "a number without its journal", "thesis"],
)
def test_odd_works_are_valid(module, item):
    SCHEMAS[module].assertValid(etree.fromstring(etree.tostring(module.element(item))))
