"""Signposts around a record: what the header holds, and the whole link set in its two forms."""

import json

import pytest

from repository.crawlers.signposting import (
    LONGEST_HEADER,
    Link,
    Resource,
    all_links,
    header,
    links,
    linkset,
    linkset_json,
)
from repository.exchange.entry import Credit
from tests.repository.crawlers.works import PAGE, PAPER, work

JSON = Resource("https://portal.example/api/7/", "application/json")
SET = Resource(f"{PAGE}linkset/json/", "application/linkset+json")


def test_the_header_names_the_work_its_type_licence_files_and_authors():
    assert header(links(PAPER, descriptions=[JSON], linksets=[SET])).split(", ") == [
        f'<{PAGE}linkset/json/>; rel="linkset"; type="application/linkset+json"',
        '<https://doi.org/10.5555/falls.1>; rel="cite-as"',
        '<https://schema.org/ScholarlyArticle>; rel="type"',
        '<https://schema.org/AboutPage>; rel="type"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        '<https://portal.example/api/7/>; rel="describedby"; type="application/json"',
        f'<{PAGE}paper.pdf>; rel="item"; type="application/pdf"',
        f'<{PAGE}slides.pptx>; rel="item"; type="application/vnd.ms-powerpoint"',
        '<https://orcid.org/0000-0002-1825-0097>; rel="author"',
    ]


def test_a_work_without_a_doi_is_cited_by_its_page():
    assert Link(PAGE, "cite-as", PAGE) in links(work(), descriptions=[], linksets=[])


def test_editors_are_no_authors_and_an_author_is_named_once():
    credits = (
        Credit(family="Smith", orcid="0000-0002-1825-0097"),
        Credit(family="Smith", orcid="0000-0002-1825-0097"),
        Credit(family="Doe", orcid="0000-0001-5109-3700", role="editor"),
    )
    found = links(work(contributors=credits), descriptions=[], linksets=[])
    assert [link.href for link in found if link.rel == "author"] == ["https://orcid.org/0000-0002-1825-0097"]


def test_a_header_stays_short_however_many_authors_there_are_and_the_link_set_has_them_all():
    crowd = work(contributors=tuple(Credit(family="A", orcid=f"0000-0001-{n:04}-0000") for n in range(500)))
    text = header(links(crowd, descriptions=[JSON], linksets=[SET]))
    assert len(text) <= LONGEST_HEADER
    assert text.startswith(f"<{PAGE}linkset/json/>")
    assert text.count('rel="author"') > 10
    assert sum(link.rel == "author" for link in all_links(crowd, descriptions=[JSON])) == 500


def test_the_link_set_leads_back_from_files_and_descriptions():
    contexts = {
        one["anchor"]: one for one in json.loads(linkset_json(all_links(PAPER, descriptions=[JSON])))["linkset"]
    }
    assert contexts == {
        PAGE: {
            "anchor": PAGE,
            "cite-as": [{"href": "https://doi.org/10.5555/falls.1"}],
            "type": [{"href": "https://schema.org/ScholarlyArticle"}, {"href": "https://schema.org/AboutPage"}],
            "license": [{"href": "https://creativecommons.org/licenses/by/4.0/"}],
            "describedby": [{"href": "https://portal.example/api/7/", "type": "application/json"}],
            "item": [
                {"href": f"{PAGE}paper.pdf", "type": "application/pdf"},
                {"href": f"{PAGE}slides.pptx", "type": "application/vnd.ms-powerpoint"},
            ],
            "author": [{"href": "https://orcid.org/0000-0002-1825-0097"}],
        },
        f"{PAGE}paper.pdf": {
            "anchor": f"{PAGE}paper.pdf", "collection": [{"href": PAGE, "type": "text/html"}],
        },
        f"{PAGE}slides.pptx": {
            "anchor": f"{PAGE}slides.pptx", "collection": [{"href": PAGE, "type": "text/html"}],
        },
        "https://portal.example/api/7/": {
            "anchor": "https://portal.example/api/7/", "describes": [{"href": PAGE, "type": "text/html"}],
        },
    }  # fmt: skip


def test_as_text_each_link_names_its_anchor():
    text = linkset(all_links(work(), descriptions=[JSON]))
    assert text.splitlines() == [
        f'<{PAGE}>; rel="cite-as"; anchor="{PAGE}",',
        f'<https://schema.org/ScholarlyArticle>; rel="type"; anchor="{PAGE}",',
        f'<https://schema.org/AboutPage>; rel="type"; anchor="{PAGE}",',
        f'<https://portal.example/api/7/>; rel="describedby"; type="application/json"; anchor="{PAGE}",',
        f'<{PAGE}>; rel="describes"; type="text/html"; anchor="https://portal.example/api/7/"',
    ]


@pytest.mark.parametrize("doi", ["10.1002/(SICI)1099<1:AID>3.0.CO;2-N", '10.5555/a"b'])
def test_what_a_doi_may_hold_does_not_break_out_of_its_link(doi):
    text = header(links(work(identifiers=(("doi", doi),)), descriptions=[], linksets=[]))
    assert text.count("<") == text.count(">") == 3
    assert text.count('"') == 6
