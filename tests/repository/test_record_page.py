"""A record's page: everything a reader needs, for those who may see it, and a tombstone once it is withdrawn."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.links import linking
from kmportal.links.models import LinkKind
from repository import deposits, withdrawing
from repository.models import (
    Contribution,
    Contributor,
    Record,
    RecordFile,
    RecordSubject,
    ReviewNote,
    StoredContent,
    Submission,
)
from tests.builders import make_collection, make_department, make_lesson, make_record, make_session

pytestmark = pytest.mark.django_db

A_BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36"}


def text_of(page):
    """Return the words of the page's main part, without its mark-up."""
    main = re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def make_file(record, name, *, size=1, **fields):
    """Give the record a file of which only the description is there."""
    kind = "application/pdf"
    content, _ = StoredContent.objects.get_or_create(sha256="a" * 64, defaults={"size": size, "content_type": kind})
    return RecordFile.objects.create(record=record, name=name, content=content, size=size, content_type=kind, **fields)


def rows_of(page):
    """Return the rows of the page's summary lists: what each is called, and its words."""
    pairs = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.text, re.DOTALL)
    return [(key, " ".join(re.sub(r"<[^>]+>", " ", value).split())) for key, value in pairs]


def test_an_article_says_all_that_is_known_of_it(client):
    record = make_record(
        "Falls on a frailty ward",
        vernacular_title="Stürze auf einer geriatrischen Station",
        abstract="BACKGROUND: Many fall. METHODS: We counted.\nResults were mixed.",
        issued="2019-24",
        available_online="2019-11-03",
        languages=["ger"],
        licence="CC-BY-4.0",
        container_title="BMJ Open Quality",
        volume="9",
        issue="2",
        pages="45-67",
        collection=make_collection("Papers", parent=make_collection("Research")),
        department=make_department("Frailty ward"),
        publication_types=["Journal Article", "Research Support, Non-U.S. Gov't"],
        registrations=["ClinicalTrials.gov/NCT00000001"],
        funding="Grant 12345.",
        identifiers=(("doi", "10.1136/bmjoq.1"), ("pmid", "31452104"), ("isbn", "9780306406157")),
        subjects=("Accidental Falls",),
        tags=("night staff",),
        published_at=datetime.datetime(2024, 5, 14, 12, tzinfo=datetime.UTC),
    )
    RecordSubject.objects.update(major=True, qualifiers=[["epidemiology", False], ["prevention & control", True]])
    page = client.get(f"/repository/{record.pk}/")
    assert page.status_code == 200
    assert rows_of(page) == [
        ("Date issued", "Winter 2019"),
        ("Journal", "BMJ Open Quality"),
        ("Volume", "9"),
        ("Issue", "2"),
        ("Pages", "45-67"),
        ("Date first online", "3 November 2019"),
        ("DOI", "10.1136/bmjoq.1"),
        ("PubMed ID", "31452104"),
        ("ISBN", "9780306406157"),
        ("MeSH", "Accidental Falls (epidemiology; prevention &amp; control, major topic) major topic"),
        ("Tags", "night staff"),
        ("Kind of publication", "Journal Article, Research Support, Non-U.S. Gov&#x27;t"),
        ("Registrations", "ClinicalTrials.gov/NCT00000001"),
        ("Language", "German"),
        ("Department", "Frailty ward"),
        ("Collection", "Papers"),
        ("Licence", "Creative Commons Attribution 4.0"),
        ("Added", "14 May 2024"),
        ("Funding", "Grant 12345."),
    ]
    assert "<p><strong>Background:</strong> Many fall.</p>" in page.text
    assert "<p><strong>Methods:</strong> We counted.</p>" in page.text
    assert "<p>Results were mixed.</p>" in page.text
    assert '<p class="app-lead" lang="de">Stürze auf einer geriatrischen Station</p>' in page.text
    for address in (
        "https://doi.org/10.1136/bmjoq.1",
        "https://pubmed.ncbi.nlm.nih.gov/31452104/",
        "https://creativecommons.org/licenses/by/4.0/",
        "/repository/?collection=research",
        "/repository/?tag=night-staff",
        "/repository/?department=frailty-ward",
    ):
        assert f'href="{address}"' in page.text


def test_each_type_has_its_own_details(client):
    fields = {
        "institution": "Riverside Trust", "event_name": "Nursing conference", "event_date": "2023-06-14/2023-06-16",
        "container_title": "A handbook", "degree": "PhD",
    }  # fmt: skip
    said = {}
    for kind in ("policy", "poster", "thesis", "chapter"):
        page = client.get(make_record(type=kind, issued="", **fields).get_absolute_url())
        said[kind] = rows_of(page)[:-1]
    assert said == {
        "policy": [("Institution", "Riverside Trust")],
        "poster": [("Conference or event", "Nursing conference"), ("Date of the event", "14–16 June 2023")],
        "thesis": [("Institution", "Riverside Trust"), ("Degree", "PhD")],
        "chapter": [("Book", "A handbook")],
    }


def test_contributors_stand_in_order_with_their_pages_and_orcids(client):
    record = make_record(authors=("Smith, Jane", "Okafor, Ada"))
    Contributor.objects.filter(family_name="Smith").update(orcid="0000-0002-1825-0097")
    editor = Contributor.objects.create(family_name="Núñez", given_names="Zoë")
    Contribution.objects.create(
        record=record, contributor=editor, position=2, role="editor", credited_as="Núñez, Zoë", affiliation="Leeds"
    )
    page = client.get(record.get_absolute_url())
    smith = Contributor.objects.get(family_name="Smith")
    assert "Smith, Jane ORCID ; Okafor, Ada Editor: Núñez, Zoë Where they worked Núñez, Zoë Leeds" in text_of(page)
    assert f'href="/repository/contributors/{smith.pk}/">Smith, Jane</a>' in page.text
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in page.text


@pytest.mark.parametrize(("number", "shown", "folded"), [(20, 20, 0), (21, 21, 0), (22, 20, 2), (500, 20, 480)])
def test_very_many_authors_are_folded_after_twenty(client, number, shown, folded):
    record = make_record(authors=())
    people = Contributor.objects.bulk_create(
        [Contributor(family_name=f"Author{n}", name_key=f"author{n}") for n in range(number)]
    )
    Contribution.objects.bulk_create(
        Contribution(record=record, contributor=person, position=number, credited_as=person.family_name)
        for number, person in enumerate(people)
    )
    (group,) = client.get(record.get_absolute_url()).context["page"].credits
    assert (len(group.shown), len(group.folded)) == (shown, folded)
    assert (*group.shown, *group.folded) == group.names


def test_a_retraction_stands_above_all_else_and_errata_share_a_banner(client):
    record = make_record(
        notices=[
            {"kind": "comment", "text": "BMJ. 2020;368:m1", "pmid": "3"},
            {"kind": "erratum", "text": "BMJ. 2020;368:m2", "pmid": ""},
            {"kind": "erratum", "text": "BMJ. 2020;368:m3", "pmid": ""},
            {"kind": "retraction", "text": "BMJ. 2021;370:m9", "pmid": "9"},
        ]
    )
    page = client.get(record.get_absolute_url())
    assert text_of(page).startswith(
        "This work has been retracted BMJ. 2021;370:m9 There is a correction to this work BMJ. 2020;368:m2 "
        "BMJ. 2020;368:m3 Journal article · February 2020 Falls on a frailty ward"
    )
    assert ("Comment in", "BMJ. 2020;368:m1") in rows_of(page)
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/9/"' in page.text


def test_files_stand_with_their_size_and_kind(client):
    record = make_record()
    make_file(record, "Falls, final.pdf", description="As printed", size=123_456)
    page = client.get(record.get_absolute_url())
    assert "Files Falls, final.pdf (PDF, 120.6 KB) As printed Download Falls, final.pdf" in text_of(page)
    assert f'href="/repository/{record.pk}/Falls,%20final.pdf"' in page.text


def test_those_who_may_read_a_restricted_record_see_who_else_may(client, signed_in, staff):
    until = datetime.date(2100, 12, 24)
    record = make_record(audience="staff", embargo_until=until, embargo_reason="Publisher’s policy")
    row = ("Who may read it", "Signed-in staff, until 24 December 2100 : Publisher’s policy")
    assert row in rows_of(signed_in(staff).get(record.get_absolute_url()))
    assert client.get(record.get_absolute_url()).status_code == 404
    assert "Who may read it" not in client.get(make_record().get_absolute_url()).text


@pytest.mark.parametrize(
    ("audience", "reason", "told"),
    [
        (
            "library",
            "Publisher’s policy",
            "Before 24 December 2100 only the library and whoever deposited it can see this record. "
            "The reason: Publisher’s policy.",
        ),
        ("staff", "", "Before 24 December 2100 only signed-in staff can see this record."),
    ],
)
def test_an_embargo_on_the_whole_record_stands_above_it(signed_in, librarian, audience, reason, told):
    embargo = {"embargo_until": datetime.date(2100, 12, 24), "audience_after": "open", "embargo_reason": reason}
    browser = signed_in(librarian)
    published = make_record(audience=audience, **embargo)
    assert f"Under an embargo {told}" in text_of(browser.get(published.get_absolute_url()))
    for other in (make_record(audience=audience), make_record(audience=audience, status="submitted", **embargo)):
        assert "Under an embargo" not in text_of(browser.get(other.get_absolute_url()))


@pytest.mark.parametrize(
    ("status", "told"),
    [("submitted", "Readers cannot see this record yet."), ("rejected", "Readers cannot see this record.")],
)
def test_what_was_rejected_is_not_promised_to_readers(signed_in, librarian, status, told):
    page = signed_in(librarian).get(make_record(status=status).get_absolute_url())
    assert told in text_of(page)


def test_related_records_share_rare_headings_first_and_readers_see_only_what_is_published(client):
    collection = make_collection("Papers")
    record = make_record("This one", subjects=("Humans", "Delirium"), collection=collection)
    for number in range(6):
        make_record(f"Of humans {number}", subjects=("Humans",))
    make_record("Of delirium", subjects=("Delirium",))
    make_record("Hidden", subjects=("Delirium",), status="draft")
    make_record("Gone", subjects=("Delirium",), status="withdrawn")
    page = client.get(record.get_absolute_url())
    related = [other.title for other in page.context["related"]]
    assert related[0] == "Of delirium"
    assert len(related) == 5
    assert {title[:9] for title in related[1:]} == {"Of humans"}


def test_where_no_heading_is_shared_the_newest_of_the_collection_follow(client):
    collection = make_collection("Papers")
    record = make_record("This one", collection=collection)
    make_record("Older", collection=collection, issued="2018")
    make_record("Newer", collection=collection, issued="2022")
    make_record("Elsewhere", collection=make_collection("Posters"))
    related = client.get(record.get_absolute_url()).context["related"]
    assert [other.title for other in related] == ["Newer", "Older"]


def test_a_withdrawn_record_leaves_a_tombstone(client, librarian):
    record = make_record("Falls", abstract="Many fall.", identifiers=(("doi", "10.1136/1"),), tags=("night",))
    make_file(record, "a.pdf")
    withdrawing.withdraw(record, by=librarian, reason="duplicate", note="The data were entered twice.")
    page = client.get(record.get_absolute_url())
    words = text_of(page)
    assert page.status_code == 410
    assert "Smith, Jane" in words
    assert "This record was withdrawn on" in words
    assert "It was here twice. The data were entered twice." in words
    assert rows_of(page) == [("DOI", "10.1136/1")]
    assert [gone for gone in ("Many fall", "a.pdf", "night", "Libby", "History") if gone in page.text] == []


def test_a_record_that_is_published_again_has_its_page_back(client, librarian):
    record = make_record("Falls", abstract="Many fall.")
    deposits.move(record, "withdraw", by=librarian, note="Twice")
    deposits.move(record, "reinstate", by=librarian, note="It was not")
    page = client.get(record.get_absolute_url())
    assert page.status_code == 200
    assert "Many fall." in page.text


def test_the_desk_sees_what_it_may_do_and_the_history(client, signed_in, librarian, depositor):
    record = make_record(status="draft", depositor=depositor)
    deposits.move(record, "submit", by=depositor)
    deposits.move(record, "return", by=librarian, note="Which ward?")
    for user in (librarian, depositor):
        words = text_of(signed_in(user).get(record.get_absolute_url()))
        assert "Readers cannot see this record yet." in words
        assert "returned for changes, by Libby Librarian Which ward?" in words
    assert "See all its fields at the desk" in text_of(signed_in(librarian).get(record.get_absolute_url()))
    assert "See all its fields at the desk" not in text_of(signed_in(depositor).get(record.get_absolute_url()))
    assert client.get(record.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999", "9" * 19, "9" * 400, "9" * 6_000])
def test_a_record_that_is_not_there_is_not_found(client, librarian, pk):
    client.force_login(librarian)
    assert client.get(f"/repository/{pk}/").status_code == 404
    assert client.get(f"/repository/{pk}/a.pdf").status_code == 404
    assert client.get(f"/repository/contributors/{pk}/").status_code == 404


def make_full(number, *, depositor, **fields):
    """Make a published guideline that has so many of everything that a record can have many of."""
    words = [f"word {n}" for n in range(number)]
    record = make_record(
        authors=tuple(f"Author{n}, A" for n in range(number)), subjects=tuple(words), tags=tuple(words),
        identifiers=tuple(("doi", f"10.1136/{n}") for n in range(number)), type="guideline", owner=depositor,
        collection=make_collection("Papers", parent=make_collection("Research")), depositor=depositor, **fields,
    )  # fmt: skip
    make_record(subjects=tuple(words))
    for n in range(number):
        make_file(record, f"{n}.pdf", position=n)
        thing = (make_lesson, make_record, make_session)[n % 3](f"Thing {n}")
        linking.add(thing, record, kind=LinkKind.RELATED, by=None)
        ReviewNote.objects.create(record=record, text=f"Note {n}", by=depositor)
        make_record(status="replaced", first_version=record, version=n + 2)
    return record


@pytest.mark.parametrize(("who", "queries"), [("anonymous", 11), ("staff", 15), ("librarian", 16), ("depositor", 16)])
def test_the_number_of_queries_does_not_grow_with_what_a_record_has(client, request, who, queries, depositor):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))

    def asked(number):
        record = make_full(number, depositor=depositor)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(record.get_absolute_url(), headers=A_BROWSER).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in captured)

    asked(1)
    assert (asked(3), asked(50)) == (queries, queries)


@pytest.mark.parametrize(("who", "queries"), [("librarian", 13), ("depositor", 14)])
def test_what_is_in_review_takes_as_few_queries(client, request, who, queries, depositor):
    client.force_login(request.getfixturevalue(who))

    def asked(number):
        record = make_full(number, depositor=depositor)
        Record.objects.filter(pk=record.pk).update(status="submitted")
        Submission.objects.create(record=record, sent_by=depositor)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(record.get_absolute_url(), headers=A_BROWSER).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in captured)

    asked(1)
    assert (asked(3), asked(50)) == (queries, queries)


def test_markup_in_a_record_is_shown_and_not_obeyed(client):
    record = make_record(
        "<script>alert(1)</script>", authors=("<b>Smith</b>, J",), abstract="<img src=x>", tags=("<i>x</i>",)
    )
    page = client.get(record.get_absolute_url()).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert [bad for bad in ("<script>alert", "<b>Smith", "<img src=x", "<i>x") if bad in page] == []
    assert Record.objects.get(pk=record.pk).title == "<script>alert(1)</script>"
