"""Readers take records away as references and as files, and never what is not for them."""

import json
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository.exchange import WRITERS, read
from repository.models import Contributor, Record
from tests.builders import make_collection, make_department, make_record

pytestmark = pytest.mark.django_db


def body(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def titles_in(answer) -> list[str]:
    """Return the titles in a file of CSL-JSON."""
    return [item["title"] for item in json.loads(body(answer))]


@pytest.fixture
def library():
    """Four records that readers have, and some that they do not."""
    ward = make_department("Frailty ward")
    make_record(
        "Falls", issued="2020-03-14", container_title="Journal of Falls", volume="7", issue="1", pages="284-287",
        identifiers=(("doi", "10.5555/falls.1"),), department=ward, authors=("Smith, Jane A", "Lee, Min"),
        tags=("night",),
    )  # fmt: skip
    make_record("Beds", type="poster", issued="2021", authors=("Okafor, Ngozi",), tags=("night",))
    make_record("Doses & <b>dosing</b>", type="policy", issued="", authors=())
    make_record("Rails", issued="2019", authors=("Smith, Jane A",), collection=make_collection("Papers"))
    make_record("Staff only", audience="staff", authors=("Smith, Jane A",))
    make_record("Secret draft", status="draft", authors=("Smith, Jane A",))
    make_record("Gone", status="withdrawn", authors=("Smith, Jane A",), abstract="Withdrawn words")


def key_of(title: str) -> int:
    return Record.objects.get(title=title).pk


def test_a_record_is_cited_in_the_style_that_the_reader_chooses_and_it_is_remembered(client, library, time_machine):
    time_machine.move_to("2026-11-24T12:00Z")
    pk = key_of("Falls")
    page = client.get(f"/repository/{pk}/")
    assert "Smith JA, Lee M. Falls. Journal of Falls. 2020 Mar 14;7(1):284-7. doi:10.5555/falls.1" in page.text
    apa = client.get(f"/repository/{pk}/cite/?style=apa")
    reference = (
        "Smith, J. A., &amp; Lee, M. (2020). Falls. <i>Journal of Falls</i>, <i>7</i>(1), 284–287. "
        "https://doi.org/10.5555/falls.1"
    )
    assert (apa.status_code, apa.context["cite"].label) == (200, "APA 7th")
    assert reference in apa.text
    kept = apa.cookies["citation_style"]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("apa", True, "Lax")
    assert reference in client.get(f"/repository/{pk}/").text
    assert reference in client.get(f"/repository/{pk}/cite/?style=nonsense%00").text


def test_who_cites_a_retracted_work_is_told(client):
    pmid, text = "30000001", "Journal of Falls. 2022;9(1):3."
    sound = make_record("Rails")
    retracted = make_record("Falls", notices=[{"kind": "retraction", "text": text, "pmid": pmid}])
    pages = [client.get(f"/repository/{record.pk}/cite/").text for record in (sound, retracted)]
    assert ["This work has been retracted" in page for page in pages] == [False, True]
    assert ["[retracted]" in page for page in pages] == [False, True]
    listed = client.get(f"/repository/take-away/?ids={sound.pk}&ids={retracted.pk}").text
    assert listed.count("Falls [retracted]") == 1
    assert f'<a href="https://pubmed.ncbi.nlm.nih.gov/{pmid}/">{text}</a>' in pages[1]


def test_grey_literature_is_cited_with_its_address_and_the_day(client, library, time_machine, settings):
    time_machine.move_to("2026-11-24T12:00Z")
    pk = key_of("Doses & <b>dosing</b>")
    page = client.get(f"/repository/{pk}/cite/?style=harvard")
    assert page.context["cite"].reference.text == (
        f"Doses & <b>dosing</b> [Policy] (no date). Available at: {settings.PORTAL_URL}/repository/{pk}/ "
        "(Accessed: 24 November 2026)."
    )
    assert "Doses &amp; &lt;b&gt;dosing&lt;/b&gt;</i> [Policy]" in page.text


@pytest.mark.parametrize("title", ["Secret draft", "Staff only", "Gone"])
def test_what_the_reader_may_not_open_is_neither_cited_nor_given(client, library, title):
    pk = key_of(title)

    def answers(key: int) -> list[tuple[int, str]]:
        """Return what the addresses of a record answer, beside the way back to them that the page offers."""
        asked = [f"/repository/{key}/cite/", *(f"/repository/export/{format}/?ids={key}" for format in WRITERS)]
        given = [(address, client.get(address)) for address in asked]
        return [
            (answer.status_code, answer.text.replace(quote(address, safe=""), "").replace(quote(address), ""))
            for address, answer in given
        ]

    hidden = answers(pk)
    assert {status for status, _ in hidden} == {404}
    assert hidden == answers(999_999)
    page = client.get(f"/repository/take-away/?ids={pk}")
    assert (page.context["number"], page.context["references"], page.context["downloads"]) == (0, [], [])
    assert title not in page.text


def test_a_colleague_takes_what_is_for_staff_and_a_depositor_their_own(client, library, staff):
    mine = make_record("My draft", status="draft", depositor=staff, entered_by=staff)
    client.force_login(staff)
    given = client.get(f"/repository/export/csl_json/?ids={key_of('Staff only')},{mine.pk},{key_of('Secret draft')}")
    assert sorted(titles_in(given)) == ["My draft", "Staff only"]
    assert client.get(f"/repository/{mine.pk}/cite/").status_code == 200


def test_ticked_records_come_in_the_order_of_the_list_and_each_once(client, library):
    falls, rails, secret = key_of("Falls"), key_of("Rails"), key_of("Secret draft")
    query = f"ticked=yes&ids={rails}&ids={falls}&ids={falls}&ids={secret}&ids=x&ids=99999999999999999999&ids=%00"
    page = client.get(f"/repository/take-away/?{query}")
    assert (page.status_code, page.context["number"]) == (200, 2)
    assert "Cite or export 2 records" in page.text
    assert [one.text[:20] for one in page.context["references"]] == ["Smith JA, Lee M. Fal", "Smith JA. Rails. 201"]
    given = client.get(page.context["downloads"][2].url)
    assert titles_in(given) == ["Falls", "Rails"]
    by_title = client.get(f"{page.context['downloads'][2].url}&sort=title")
    assert titles_in(by_title) == ["Falls", "Rails"]


def test_no_tick_at_all_says_what_to_do(client, library):
    page = client.get("/repository/take-away/?ticked=yes")
    assert (page.status_code, page.context["number"]) == (200, 0)
    assert "Tick the boxes beside the records that you want" in page.text
    assert client.get("/repository/export/ris/?ticked=yes").status_code == 404


@pytest.mark.parametrize(
    ("query", "titles", "told"),
    [
        ("", ["Beds", "Falls", "Rails", "Doses & <b>dosing</b>"], ""),
        ("sort=title", ["Beds", "Doses & <b>dosing</b>", "Falls", "Rails"], ""),
        ("type=poster&type=policy", ["Beds", "Doses & <b>dosing</b>"], "with type: Poster, Policy or procedure"),
        ("tag=night&year=2020", ["Falls"], "with year: 2020; tag: night"),
        ("q=falls", ["Falls"], "that a search for “falls” finds"),
        ("q=falls&year=2019", [], "that a search for “falls” finds with year: 2019"),
        ("q=secret", [], "that a search for “secret” finds"),
        ("q=%00", ["Beds", "Falls", "Rails", "Doses & <b>dosing</b>"], ""),
        ("contributor=nobody", [], ""),
        ("contributor=99999999999999999999", [], ""),
    ],
)
def test_a_whole_list_or_search_is_taken_as_it_stands(client, library, query, titles, told):
    page = client.get(f"/repository/take-away/?{query}")
    assert (page.status_code, page.context["number"], page.context["chosen"].told) == (200, len(titles), told)
    given = client.get(f"/repository/export/csl_json/?{query}")
    assert given.status_code == (200 if titles else 404)
    if titles:
        assert titles_in(given) == titles


def test_a_value_that_does_not_exist_is_named(client, library):
    page = client.get("/repository/take-away/?type=nonsense&year=0")
    assert (page.context["number"], len(page.context["chosen"].problems)) == (4, 2)
    assert "There is no type “nonsense”" in page.text


def test_the_works_of_a_contributor_are_those_of_their_page(client, library, staff):
    jane = Contributor.objects.get(family_name="Smith")
    page = client.get(f"/repository/contributors/{jane.pk}/")
    assert f'href="/repository/take-away/?contributor={jane.pk}"' in page.text
    query = f"contributor={jane.pk}"
    taken = client.get(f"/repository/take-away/?{query}")
    assert (taken.context["number"], taken.context["chosen"].told) == (2, f"by {jane}")
    assert titles_in(client.get(f"/repository/export/csl_json/?{query}")) == ["Falls", "Rails"]
    client.force_login(staff)
    assert client.get(f"/repository/take-away/?{query}").context["number"] == 3


def test_a_contributor_of_hidden_works_alone_is_nobody(client):
    make_record("Hidden", status="draft", authors=("Ghost, Ann",))
    key = Contributor.objects.get(family_name="Ghost").pk
    page = client.get(f"/repository/take-away/?contributor={key}")
    assert (page.context["number"], "Ghost" in page.text) == (0, False)


@pytest.mark.parametrize("format", WRITERS)
def test_a_file_comes_with_its_name_and_is_kept_nowhere(client, library, format):
    writer = WRITERS[format]
    today = f"{timezone.localdate():%Y-%m-%d}"
    answer = client.get(f"/repository/export/{format}/")
    assert (answer.status_code, answer.streaming, answer["Content-Type"]) == (200, True, writer.MEDIA_TYPE)
    assert answer["Content-Disposition"] == f'attachment; filename="records-{today}.{writer.EXTENSION}"'
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert b"Falls" in body(answer)
    one = client.get(f"/repository/export/{format}/?ids={key_of('Falls')}")
    assert one["Content-Disposition"] == f'attachment; filename="record-{key_of("Falls")}.{writer.EXTENSION}"'
    asked = client.head(f"/repository/export/{format}/")
    assert (asked.status_code, asked.content, asked["Content-Type"]) == (200, b"", writer.MEDIA_TYPE)


def test_ris_is_read_back_with_every_record(client, library, tmp_path):
    path = tmp_path / "records.ris"
    path.write_bytes(body(client.get("/repository/export/ris/")))
    with path.open("rb") as stream:
        assert [entry.title for entry in read(stream)] == ["Beds", "Falls", "Rails", "Doses & dosing"]


@pytest.mark.parametrize("format", ["nonsense", "nbib", "RIS"])
def test_a_format_that_we_do_not_write_is_not_there(client, library, format):
    assert client.get(f"/repository/export/{format}/").status_code == 404


@pytest.mark.parametrize("address", ["take-away/", "export/", "export/ris/"])
def test_nothing_here_takes_a_post(client, library, address):
    assert client.post(f"/repository/{address}").status_code == 405


def test_a_list_of_references_is_by_name_or_numbered_and_asked_for_where_it_is_long(client):
    for number in range(60):
        make_record(f"Paper {number}", authors=(f"Author{number:02}, Jane",), issued=f"20{number % 20:02}")
    page = client.get("/repository/take-away/")
    assert (page.context["number"], page.context["references"]) == (60, [])
    assert "Make a list of references" in page.text
    harvard = client.get("/repository/take-away/?style=harvard")
    names = [one.text.split(",")[0] for one in harvard.context["references"]]
    assert (names, '<ul class="app-references' in harvard.text) == ([f"Author{n:02}" for n in range(60)], True)
    ieee = client.get("/repository/take-away/?style=ieee")
    assert (len(ieee.context["references"]), '<ol class="app-references' in ieee.text) == (60, True)


def test_a_list_that_is_too_long_says_so(client, library, monkeypatch):
    monkeypatch.setattr("repository.references.LONGEST_LIST", 3)
    page = client.get("/repository/take-away/")
    assert (page.context["number"], len(page.context["references"])) == (4, 3)
    assert "these are the first 3 of 4 records" in page.text


def test_every_row_of_the_lists_has_its_tick(client, library):
    page = client.get("/repository/?type=article&type=poster&sort=title")
    assert page.text.count('name="ids"') == 3
    assert 'href="/repository/take-away/?type=article&amp;type=poster&amp;sort=title"' in page.text
    assert "Cite or export all 3" in page.text
    found = client.get("/search/?q=falls&year=2020")
    assert 'href="/repository/take-away/?q=falls&amp;year=2020"' in found.text
    assert "take-away" not in client.get("/search/?q=falls&kind=lesson").text


def test_what_each_format_carries(client):
    page = client.get("/repository/export/")
    notes = page.context["notes"]
    assert [note.key for note in notes] == list(WRITERS)
    assert dict(next(note for note in notes if note.key == "bibtex").fields)["Subject headings"] == (
        "Come back as keywords, without their qualifiers."
    )


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/repository/take-away/", 4), ("/repository/export/ris/", 5), ("/repository/export/", 0)],
)
def test_the_number_of_queries_does_not_grow_with_the_records(client, address, queries):
    def asked(number: int) -> int:
        for n in range(number):
            make_record(f"Record {number} {n}", authors=(f"Author{n}, Jane",), tags=(f"tag{n}",), subjects=(f"S{n}",))
        with CaptureQueriesContext(connection) as captured:
            body(client.get(address + ("?style=vancouver" if "away" in address else "")))
        return sum("SAVEPOINT" not in query["sql"] for query in captured)

    asked(1)
    assert (asked(3), asked(50)) == (queries, queries)
