"""Dublin Core as we write it: what harvesters get, and what comes back of it."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from lxml import etree

from repository.exchange import dublin_core, oai_file
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.exchange.ris_tags import REPORTS
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"
DC = "{http://purl.org/dc/elements/1.1/}"


def statements(entry, **other):
    element = dublin_core.element(Outgoing(7, PAGE, entry, **other))
    return [(child.tag.removeprefix(DC), child.text) for child in element]


def test_an_article():
    entry = Entry(
        type="article",
        title="Falls on a ward",
        vernacular_title="Stürze",
        abstract="BACKGROUND: p<0.05.\n\nRESULTS: None.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1002/(sici)1:2<3::aid>3.0"), ("pmcid", "PMC7"),
                     ("issn", "0378-5955")),
        contributors=(
            Credit(family="Smith", given="Jane A", suffix="Jr", orcid="0000-0002-1825-0097"),
            Credit(kind="group", group="NHS England"),
            Credit(role="editor", family="Okafor", given="N"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke", True, (("therapy", True),)),),
        substances=("Examplamab",),
        keywords=("wards",),
        container_title="J Ward; Practice",
        volume="12",
        issue="3",
        pages="112-9",
        publisher="Wiley",
        url="https://example.org/a",
        licence="CC-BY-4.0",
        issued=PartialDate.from_edtf("2020-02"),
        languages=("ger", "eng"),
        publication_types=("Journal Article", "Review"),
        copyright_statement="© 2020",
    )  # fmt: skip
    files = (OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),)
    assert statements(entry, files=files) == [
        ("title", "Falls on a ward"),
        ("title", "Stürze"),
        ("creator", "Smith, Jane A, Jr"),
        ("creator", "NHS England"),
        ("subject", "Stroke/therapy"),
        ("subject", "Examplamab"),
        ("subject", "wards"),
        ("description", "BACKGROUND: p<0.05.\n\nRESULTS: None."),
        ("publisher", "Wiley"),
        ("contributor", "Okafor, N"),
        ("date", "2020-02"),
        ("type", "Journal article"),
        ("type", "Review"),
        ("format", "application/pdf"),
        ("identifier", PAGE),
        ("identifier", "pmid:31452104"),
        ("identifier", "https://doi.org/10.1002/(sici)1:2%3C3::aid%3E3.0"),
        ("identifier", "PMC7"),
        ("identifier", "https://example.org/a"),
        ("source", "J Ward, Practice; Vol. 12 No. 3 (2020); 112-9"),
        ("source", "0378-5955"),
        ("language", "de"),
        ("language", "en"),
        ("rights", "https://creativecommons.org/licenses/by/4.0/"),
        ("rights", "© 2020"),
    ]


@pytest.mark.parametrize(
    ("edtf", "written"),
    [
        ("2020", "2020"),
        ("2020-02-14", "2020-02-14"),
        ("2019-11/2019-12", "2019-11/2019-12"),
        ("2019-24", "2019"),
        ("2020-33", "2020"),
        ("2019-24/2020-21", "2019/2020"),
    ],
)
def test_dates_are_in_the_first_edition_of_iso_8601(edtf, written):
    entry = Entry(type="other", title="A", issued=PartialDate.from_edtf(edtf))
    assert ("date", written) in statements(entry)


def test_a_file_of_several():
    items = [Outgoing(n, PAGE, Entry(type="other", title=f"{n} & <more>")) for n in (1, 2)]
    data = b"".join(dublin_core.write(items))
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<records>\n<oai_dc:dc ')
    assert [dc[0].text for dc in etree.fromstring(data)] == ["1 & <more>", "2 & <more>"]


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_what_is_written_is_read_again_as_far_as_the_format_can_carry_it(item):
    entry = item.entry
    (found,) = oai_file.read(BytesIO(b"".join(dublin_core.write([item]))))
    lost = NOT_CARRIED["oai_dc"].keys() | {"line", "warnings"}
    kept = {name: getattr(entry, name) for name in entry.__slots__ if name not in lost}
    assert {name: getattr(found, name) for name in kept} == kept
    # And of what is narrowed:
    made_by = (entry.institution or entry.publisher, "")
    is_issued = entry.type in REPORTS or entry.type == "thesis"
    assert (found.institution, found.publisher) == (made_by if is_issued else made_by[::-1])
    assert found.url == item.url
    assert (found.issued and found.issued.year) == (entry.issued and entry.issued.year)
    headings = ["/".join([h.label, *(name for name, _ in h.qualifiers)]) for h in entry.subjects]
    assert found.keywords == tuple(dict.fromkeys([*headings, *entry.substances, *entry.keywords]))
    people = [c for c in entry.contributors if c.role == "author"]
    names = [replace(person, orcid="", affiliations=()).credited_as for person in people]
    if people:
        assert [credit.credited_as for credit in found.contributors] == names
