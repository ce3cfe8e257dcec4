"""Every wrong question gets the code that the protocol has for it, with status 200."""

import datetime
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from repository.oai import tokens
from tests.builders import make_record
from tests.repository.oai.asking import ask, codes, texts

pytestmark = pytest.mark.django_db

OURS = "oai:portal.invalid:{}"
ITEM = "verb=GetRecord&metadataPrefix=oai_dc&identifier="
LIST = "verb=ListRecords&metadataPrefix=oai_dc"

# The table of errors (OAI-PMH 2.0, section 3.6): what is asked, and the codes of the answer.
ERRORS = {
    "no verb": ("", ["badVerb"]),
    "an empty verb": ("verb=", ["badVerb"]),
    "an unknown verb": ("verb=junk", ["badVerb"]),
    "a verb in another case": ("verb=identify", ["badVerb"]),
    "the verb twice": ("verb=Identify&verb=Identify", ["badVerb"]),
    "two verbs": ("verb=Identify&verb=ListSets", ["badVerb"]),
    "an unknown argument": ("verb=Identify&junk=1", ["badArgument"]),
    "an argument of another verb": ("verb=Identify&metadataPrefix=oai_dc", ["badArgument"]),
    "several wrong arguments": ("verb=Identify&one=1&two=2", ["badArgument", "badArgument"]),
    "an argument twice": (f"{LIST}&metadataPrefix=oai_dc", ["badArgument"]),
    "a token twice": ("verb=ListRecords&resumptionToken=a&resumptionToken=b", ["badArgument"]),
    "GetRecord without arguments": ("verb=GetRecord", ["badArgument", "badArgument"]),
    "GetRecord without an identifier": ("verb=GetRecord&metadataPrefix=oai_dc", ["badArgument"]),
    "GetRecord without a format": (f"verb=GetRecord&identifier={OURS.format(1)}", ["badArgument"]),
    "ListRecords without arguments": ("verb=ListRecords", ["badArgument"]),
    "ListIdentifiers without arguments": ("verb=ListIdentifiers", ["badArgument"]),
    "an empty format": ("verb=ListRecords&metadataPrefix=", ["badArgument"]),
    "an identifier that is none": (f"{ITEM}invalid%22id", ["idDoesNotExist"]),
    "an identifier with what XML forbids": (f"{ITEM}%01%1B", ["idDoesNotExist"]),
    "an identifier of another": (f"{ITEM}oai:example.org:1", ["idDoesNotExist"]),
    "an identifier of nothing": (f"{ITEM}{OURS.format(999_999)}", ["idDoesNotExist"]),
    "an identifier with a huge number": (f"{ITEM}{OURS.format('9' * 40)}", ["idDoesNotExist"]),
    "an identifier with digits that are none of ours": (f"{ITEM}{OURS.format('%D9%A1')}", ["idDoesNotExist"]),
    "formats of an unknown item": ("verb=ListMetadataFormats&identifier=junk", ["idDoesNotExist"]),
    "from: junk": (f"{LIST}&from=junk", ["badArgument"]),
    "until: junk": (f"{LIST}&until=junk", ["badArgument"]),
    "from: empty": (f"{LIST}&from=", ["badArgument"]),
    "from: no such day": (f"{LIST}&from=2023-02-29", ["badArgument"]),
    "from: the year 0": (f"{LIST}&from=0000-01-01", ["badArgument"]),
    "from: no such hour": (f"{LIST}&from=2023-02-28T25:00:00Z", ["badArgument"]),
    "from: finer than seconds": (f"{LIST}&from=2023-02-28T12:00:00.5Z", ["badArgument"]),
    "from: without its Z": (f"{LIST}&from=2023-02-28T12:00:00", ["badArgument"]),
    "from: another zone": (f"{LIST}&from=2023-02-28T12:00:00%2B01:00", ["badArgument"]),
    "from: a year alone": (f"{LIST}&from=2023", ["badArgument"]),
    "two granularities": (f"{LIST}&from=2023-02-28&until=2023-02-28T12:00:00Z", ["badArgument"]),
    "from after until": (f"{LIST}&from=2023-03-01&until=2023-02-28", ["badArgument"]),
    "from a second after until": (f"{LIST}&from=2023-02-28T12:00:01Z&until=2023-02-28T12:00:00Z", ["badArgument"]),
    "a set with what no setSpec has": (f"{LIST}&set=type/article", ["badArgument"]),
    "a token beside another argument": ("verb=ListRecords&resumptionToken=junk&from=2023-02-28", ["badArgument"]),
    "a token beside the format": ("verb=ListRecords&resumptionToken=junk&metadataPrefix=oai_dc", ["badArgument"]),
    "a token that is none": ("verb=ListRecords&resumptionToken=junk", ["badResumptionToken"]),
    "a token of characters that no token has": (
        "verb=ListIdentifiers&resumptionToken=%C3%A9.%01",
        ["badResumptionToken"],
    ),
    "a token for the sets": ("verb=ListSets&resumptionToken=junk", ["badResumptionToken"]),
    "an unknown format": ("verb=ListRecords&metadataPrefix=junk", ["cannotDisseminateFormat"]),
    "an unknown format of an item": (
        f"verb=GetRecord&metadataPrefix=junk&identifier={OURS.format(1)}",
        ["cannotDisseminateFormat"],
    ),
    "until long before the first": (f"{LIST}&until=1990-01-01", ["noRecordsMatch"]),
    "from after today": (f"{LIST}&from=9999-12-31", ["noRecordsMatch"]),
    "an unknown set": (f"{LIST}&set=junk", ["noRecordsMatch"]),
    "an unknown set within one": (f"{LIST}&set=type:junk", ["noRecordsMatch"]),
    "an unknown collection": (f"{LIST}&set=collection:junk", ["noRecordsMatch"]),
    "a set without records": (f"{LIST}&set=type:thesis", ["noRecordsMatch"]),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("question", ERRORS)
def test_a_wrong_question_gets_its_code(client, question, method):
    make_record()
    query, expected = ERRORS[question]
    if method == "GET":
        answer = client.get(f"/oai?{query}")
    else:
        answer = client.post("/oai", query, content_type="application/x-www-form-urlencoded")
    told = etree.fromstring(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml; charset=UTF-8")
    assert codes(told) == expected
    assert [bool(text) for text in texts(told, "//oai:error")] == [True] * len(expected)
    assert texts(told, "//oai:request") == ["http://127.0.0.1:8000/oai"]
    echoed = bool(texts(told, "//oai:request/@*"))
    assert echoed is (expected[0] not in ("badVerb", "badArgument"))


def test_an_item_that_was_taken_away_has_no_formats(client):
    record = make_record(status="withdrawn", opened_at=timezone.now())
    assert codes(ask(client, verb="ListMetadataFormats", identifier=OURS.format(record.pk))) == ["noMetadataFormats"]


def test_a_record_that_was_never_open_does_not_exist(client):
    for number, fields in enumerate(({"status": "draft"}, {"audience": "staff"}, {"audience": "library"})):
        record = make_record(f"Closed {number}", **fields)
        told = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=OURS.format(record.pk))
        assert codes(told) == ["idDoesNotExist"]


def test_there_are_sets_in_an_empty_portal_so_that_no_answer_says_otherwise(client):
    assert codes(ask(client, verb="ListSets")) == []
    assert codes(ask(client, verb="ListRecords", metadataPrefix="oai_dc", set="type:article")) == ["noRecordsMatch"]


def _token(settings, *, age=datetime.timedelta(), **fields):
    now = timezone.now()
    told = {"verb": "ListRecords", "prefix": "oai_dc", "since": None, "until": now, "set": "", "cursor": 1, "size": 9}
    position = tokens.Position(**{**told, "last": (now.replace(year=1990), 1), **fields})
    return tokens.seal(position, key=settings.SECRET_KEY, expires=now + tokens.LIFETIME - age)


def test_a_token_serves_until_it_is_a_day_old_and_for_its_verb_alone(client, settings):
    make_record()
    fresh = _token(settings)
    assert codes(ask(client, verb="ListRecords", resumptionToken=fresh)) == []
    for wrong in (
        _token(settings, age=tokens.LIFETIME + datetime.timedelta(minutes=1)),
        _token(settings, verb="ListIdentifiers"),
        fresh[:-1],
        fresh + "A",
        fresh + "=",
        fresh.replace(".", ""),
        ("B" if fresh[0] == "A" else "A") + fresh[1:],
        fresh.upper(),
    ):
        assert codes(ask(client, verb="ListRecords", resumptionToken=wrong)) == ["badResumptionToken"]
    settings.SECRET_KEY = "another"
    assert codes(ask(client, verb="ListRecords", resumptionToken=fresh)) == ["badResumptionToken"]


def test_what_is_left_of_a_list_when_all_of_it_has_changed_since(client, settings):
    make_record()
    before = _token(settings, until=timezone.now().replace(year=2000))
    assert codes(ask(client, verb="ListRecords", resumptionToken=before)) == ["noRecordsMatch"]


@pytest.mark.parametrize("fields", [{"OAI_ENABLED": False}, {"OAI_ALLOWED": [ip_network("10.1.0.0/16")]}])
def test_where_it_is_off_or_not_for_the_asker_there_is_no_such_page(client, settings, fields):
    for name, value in fields.items():
        setattr(settings, name, value)
    for answer in (client.get("/oai?verb=Identify"), client.post("/oai", {"verb": "Identify"})):
        assert (answer.status_code, b"Page not found" in answer.content) == (404, True)


@pytest.mark.parametrize(
    ("address", "status"), [("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("10.2.2.3", 404), ("fe80::1", 404), ("", 404)]
)
def test_a_network_that_is_named_may_harvest(settings, address, status):
    settings.OAI_ALLOWED = [ip_network("10.1.0.0/16")]
    assert Client(REMOTE_ADDR=address).get("/oai?verb=Identify").status_code == status


def test_other_methods_are_not_for_it(client):
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)("/oai?verb=Identify").status_code == 405
