"""Every answer, right or wrong, is of the form that the protocol gives it, and every description of its format's."""

from pathlib import Path

import pytest
from django.test import Client
from lxml import etree

from kmportal.demo.loading import load
from repository.models import Record
from repository.oai import answers
from repository.oai.formats import FORMATS
from repository.oai.identifiers import identifier_of
from tests.builders import make_collection, make_record
from tests.repository.oai.asking import NS, ask, pages
from tests.repository.oai.test_errors import ERRORS

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
PROTOCOL = etree.RelaxNG(etree.parse(HERE / "oai_pmh.rng"))
DESCRIPTIONS = {
    prefix: etree.RelaxNG(etree.parse(HERE.parent / "exchange" / "schemas" / f"{name}.rng"))
    for prefix, name in {"oai_dc": "oai_dc", "datacite": "datacite", "marcxml": "marc21", "mods": "mods"}.items()
}


def faults(schema, element):
    """Return what the schema finds wrong; nothing where the element is as it says."""
    # Taken out of its answer first, and written down and read again: so it stands for itself.
    schema.validate(etree.fromstring(etree.tostring(element, with_tail=False)))
    return [str(error) for error in schema.error_log]


@pytest.mark.parametrize("question", ERRORS)
def test_what_is_wrong_is_said_in_the_right_form(client, question):
    assert faults(PROTOCOL, etree.fromstring(client.get(f"/oai?{ERRORS[question][0]}").content)) == []


def test_what_is_asked_rightly_is_answered_in_the_right_form(client):
    research = make_collection("Research")
    record = make_record(collection=make_collection("Nursing", parent=research))
    for question in (
        {"verb": "Identify"},
        {"verb": "ListMetadataFormats"},
        {"verb": "ListMetadataFormats", "identifier": identifier_of(record.pk)},
        {"verb": "ListSets"},
        {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "collection:research", "since": "2020-01-01"},
        {"verb": "GetRecord", "metadataPrefix": "mods", "identifier": identifier_of(record.pk)},
    ):
        assert faults(PROTOCOL, ask(client, **question)) == []


def test_the_demonstration_is_of_the_right_form_in_every_format(monkeypatch):
    load(force=True)
    monkeypatch.setattr(answers, "PAGE", 20)
    numbers = {}
    for prefix, schema in DESCRIPTIONS.items():
        numbers[prefix] = 0
        for page in pages(Client(), verb="ListRecords", metadataPrefix=prefix):
            assert faults(PROTOCOL, page) == []
            for description in page.xpath("//oai:metadata/*", namespaces=NS):
                assert faults(schema, description) == []
                numbers[prefix] += 1
    assert numbers == dict.fromkeys(FORMATS, Record.objects.filter(status="published", audience="open").count())
