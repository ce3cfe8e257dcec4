"""The board report: what it counts, that each figure is that of the list behind it, and how it is kept."""

import csv
import datetime
import html
import io
import re

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kmportal.people.models import Department
from repository import periods
from repository.board_form import ChoicesForm
from repository.board_report import BoardReport, departments
from repository.filters import RecordFilter
from repository.models import Record, SavedReport, UseCount
from tests.builders import make_collection, make_department, make_record

pytestmark = pytest.mark.django_db

PAGE = "/repository/report/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC), tick=False) as clock:
        yield clock


def use(record, month, views, downloads=0, department=None):
    UseCount.objects.create(
        record=record, month=datetime.date.fromisoformat(month), views=views, downloads=downloads, department=department
    )


@pytest.fixture
def library():
    """Records that differ in every way in which the report tells them apart, and some that it must not count."""
    ward, pharmacy = make_department("Frailty ward"), make_department("Pharmacy")
    make_department("Audiology")
    posters = make_collection("Posters")
    nursing = make_collection("Nursing posters", parent=posters)
    falls = make_record("Falls", issued="2024-02", department=ward, collection=make_collection("Papers"))
    doses = make_record("Doses", issued="2025-04-01", department=pharmacy, type="poster", collection=nursing)
    make_record("Beds", issued="2025", department=ward, type="poster", collection=posters)
    make_record("Nobody’s", issued="2026-21")
    make_record("Staff only", issued="2024-12", department=pharmacy, audience="staff")
    make_record("For the library", issued="2024-12/2025-01", department=pharmacy, audience="library")
    make_record("Undated", issued="", department=ward)
    make_record("Old", issued="1999", department=ward)
    make_record("Draft", issued="2024", department=ward, status="draft")
    make_record("Gone", issued="2024", department=ward, status="withdrawn")
    use(falls, "2024-03-01", 7, 2)
    use(falls, "2024-04-01", 5, 1, department=ward)
    use(falls, "2021-12-01", 100)
    use(doses, "2026-05-01", 3)
    return {"ward": ward, "pharmacy": pharmacy}


def report(query="", *, user):
    known = departments()
    form = ChoicesForm(QueryDict(query), departments=list(known.values()), today=timezone.localdate())
    return BoardReport(form.choices, user=user, departments=known)


def rows(query="", *, user):
    return list(report(query, user=user).as_rows())


# --- What it counts ----------------------------------------------------------------------------------------------
def test_outputs_of_the_last_five_years_by_department_with_their_use(library, librarian):
    assert rows(user=librarian) == [
        ["Department", "2022", "2023", "2024", "2025", "2026", "Outputs", "Views", "Downloads"],
        ["Audiology", 0, 0, 0, 0, 0, 0, 0, 0],
        ["Frailty ward", 0, 0, 1, 1, 0, 2, 12, 3],
        ["Pharmacy", 0, 0, 2, 1, 0, 3, 3, 0],
        ["No department", 0, 0, 0, 0, 1, 1, 0, 0],
        ["All", 0, 0, 3, 2, 1, 6, 15, 3],
    ]


def test_by_department_and_type_and_year(library, librarian):
    assert rows("split=type&start=2024&end=2025", user=librarian) == [
        ["Department", "Type", "2024", "2025", "Outputs", "Views", "Downloads"],
        ["Audiology", "All", 0, 0, 0, 0, 0],
        ["Frailty ward", "All", 1, 1, 2, 12, 3],
        ["Frailty ward", "Journal article", 1, 0, 1, 12, 3],
        ["Frailty ward", "Poster", 0, 1, 1, 0, 0],
        ["Pharmacy", "All", 2, 1, 3, 0, 0],
        ["Pharmacy", "Journal article", 2, 0, 2, 0, 0],
        ["Pharmacy", "Poster", 0, 1, 1, 0, 0],
        ["All", "All", 3, 2, 5, 12, 3],
    ]


def test_financial_years_run_from_april_to_march(library, librarian):
    assert rows("years=financial&start=2023&end=2025", user=librarian) == [
        ["Department", "2023/24", "2024/25", "2025/26", "Outputs", "Views", "Downloads"],
        ["Audiology", 0, 0, 0, 0, 0, 0],
        ["Frailty ward", 1, 0, 1, 2, 12, 3],
        ["Pharmacy", 0, 2, 1, 3, 0, 0],
        ["No department", 0, 0, 1, 1, 0, 0],
        ["All", 1, 2, 3, 6, 12, 3],
    ]


def test_use_counts_in_the_months_of_the_years_alone(library, librarian):
    views = {
        query: report(query, user=librarian).total.views
        for query in (
            "start=2024&end=2024", "start=2021&end=2024", "years=financial&start=2023&end=2023", "start=2025&end=2026",
        )
    }  # fmt: skip
    assert views == {
        "start=2024&end=2024": 12,
        "start=2021&end=2024": 112,
        "years=financial&start=2023&end=2023": 7,
        "start=2025&end=2026": 3,
    }


def test_a_collection_stands_for_all_that_lie_in_it(library, librarian):
    assert rows("by=collection&start=2025&end=2026", user=librarian) == [
        ["Collection", "2025", "2026", "Outputs", "Views", "Downloads"],
        ["Papers", 0, 0, 0, 0, 0],
        ["Posters", 2, 0, 2, 3, 0],
        ["No collection", 0, 1, 1, 0, 0],
        ["All", 2, 1, 3, 3, 0],
    ]


def test_by_year_and_of_chosen_departments_and_types(library, librarian):
    query = "by=year&department=pharmacy&department=none&type=article&start=2024&end=2026"
    assert rows(query, user=librarian) == [
        ["Year", "Outputs", "Views", "Downloads"],
        ["2024", 2, 0, 0],
        ["2025", 0, 0, 0],
        ["2026", 1, 0, 0],
        ["All", 3, 0, 0],
    ]


def test_a_type_that_was_asked_for_stands_there_with_0(library, librarian):
    assert rows("by=type&type=thesis&start=2024&end=2024", user=librarian) == [
        ["Type", "2024", "Outputs", "Views", "Downloads"],
        ["Thesis", 0, 0, 0, 0],
        ["All", 0, 0, 0, 0],
    ]


def test_each_counts_what_lists_show_them(library, librarian, km_lead):
    assert (report(user=librarian).total.outputs, report(user=km_lead).total.outputs) == (6, 5)


# --- Every figure is that of its list ----------------------------------------------------------------------------
DIMENSIONS = ("department", "type", "year", "collection")


@pytest.mark.parametrize("by", DIMENSIONS)
def test_each_figure_is_the_number_of_the_records_behind_it(by, library, librarian):
    for split in {"", *DIMENSIONS} - {by}:
        for years in ("calendar", "financial"):
            for only in ("", "&department=pharmacy&department=none&type=article&type=poster"):
                query = f"by={by}&split={split}&years={years}{only}&start=2021"
                shown, listed = figures_and_lists(report(query, user=librarian), librarian)
                assert (query, shown) == (query, listed)
                assert shown[-1][0] > 0


def figures_and_lists(made, user):
    """Return all figures of a report, and the same figures taken from the records behind each."""
    shown, listed = [], []
    first, last = periods.months(made.choices.first, made.choices.last, financial=made.choices.financial)
    for line in made.lines:
        for year, number in zip(made.choices.years, line.outputs_by_year, strict=False):
            shown.append(number)
            listed.append(behind(made.address(line, [year]), user).count())
        records = behind(made.address(line, made.choices.years), user)
        uses = UseCount.objects.filter(record__in=records, month__gte=first, month__lte=last)
        shown.append((line.total.outputs, line.total.views, line.total.downloads))
        listed.append((records.count(), sum(one.views for one in uses), sum(one.downloads for one in uses)))
        assert sum(line.outputs_by_year) in (0, line.total.outputs)
    assert made.undated == behind(made.undated_address, user).count()
    return shown, listed


def behind(address, user):
    narrowing = RecordFilter(QueryDict(address.partition("?")[2]), user=user)
    assert narrowing.problems() == []
    return narrowing.qs


def test_the_links_of_the_page_lead_to_as_many_records(library, librarian, signed_in):
    browser = signed_in(librarian)
    page = browser.get(f"{PAGE}?split=type&years=financial")
    links = re.findall(r'<a href="([^"]+)" aria-label="([\d,]+) outputs, ([^"]+)"', page.text)
    headings, *lines = page.context["report"].as_rows()
    assert headings[:3] == ["Department", "Type", "2022/23"]
    assert [number for _, number, _ in links] == [str(number) for line in lines for number in line[2:-2] if number]
    found = [browser.get(html.unescape(address)).context["page"].paginator.count for address, _, _ in links]
    assert found == [int(number) for _, number, _ in links]


def test_the_list_says_what_it_is_narrowed_by(library, librarian, signed_in):
    browser = signed_in(librarian)
    page = browser.get("/repository/?financial_year=2024&financial_year=2025&department=none")
    assert [(f.label, [(c.label, c.count) for c in f.selected]) for f in page.context["facets"] if f.selected] == [
        ("Financial year", [("2025/26", 1), ("2024/25", 0)]),
        ("Department", [("No department", 1)]),
    ]
    assert [record.title for record in page.context["page"]] == ["Nobody’s"]
    undated = browser.get("/repository/?year=none&collection=none")
    assert [record.title for record in undated.context["page"]] == ["Undated"]
    offered = {facet.name for facet in browser.get("/repository/").context["facets"]}
    assert "financial_year" not in offered


@pytest.mark.parametrize("value", ["none", "20", "999999999999999999999", "-1", "2999", "²", "%00"])
def test_the_list_takes_no_strange_financial_year(value, client, library):
    assert client.get(f"/repository/?financial_year={value}&type=none&tag=none&subject=none").status_code == 200


# --- The page ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("librarian", 200), ("library_manager", 200), ("km_lead", 200), ("administrator", 200),
        ("staff", 404), ("facilitator", 404),
    ],
)  # fmt: skip
def test_who_may_see_it(role, status, request, signed_in, library):
    browser = signed_in(request.getfixturevalue(role))
    saved = {"name": "Mine", "query": ""}
    answers = [browser.get(PAGE), browser.get(f"{PAGE}csv/"), browser.post(f"{PAGE}save/", saved, follow=True)]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert SavedReport.objects.exists() is (status == 200)


def test_who_is_not_signed_in_is_asked_to(client):
    for address in ("", "csv/", "save/", "1/remove/"):
        answer = client.get(f"{PAGE}{address}")
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_an_empty_portal_says_what_to_do(librarian, signed_in):
    page = signed_in(librarian).get(PAGE).text
    assert "There is nothing to report yet" in page
    assert 'href="/repository/deposit/"' in page


def test_years_without_outputs_say_so(library, librarian, signed_in):
    page = signed_in(librarian).get(f"{PAGE}?start=2010&end=2012").text
    assert "Nothing was published in these years" in page
    assert "1 output has no date" in " ".join(page.split())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=x", "Enter a year in four figures, such as 2024."),
        ("start=0", "Enter a year in four figures, such as 2024."),
        ("start=99999999999999999999", "Enter a year in four figures, such as 2024."),
        ("start=2025&end=2020", "The last year must not be before the first."),
        ("start=2000&end=2020", "Choose at most 20 years."),
        ("by=junk", "There is no such choice"),
        ("split=department", "Choose something else"),
        ("department=nowhere", "There is no such choice"),
        ("type=%00", "There is no such choice"),
        ("years=lunar", "There is no such choice"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_usual_holds(query, words, library, librarian, signed_in):
    answer = signed_in(librarian).get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert words in answer.text
    assert answer.context["report"].lines[-1].row is None


def test_a_figure_without_records_is_no_link(library, librarian, signed_in):
    page = signed_in(librarian).get(f"{PAGE}?start=2024&end=2024").text
    assert "0 outputs" not in page
    assert page.count("Audiology") >= 2


def test_as_many_queries_for_3_departments_as_for_50(librarian, signed_in):
    browser = signed_in(librarian)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"{PAGE}?split=collection").status_code == 200
        return len(queries)

    def fill(numbers):
        for number in numbers:
            record = make_record(
                f"Paper {number}", issued="2025", department=make_department(f"Ward {number}"),
                collection=make_collection(f"Collection {number}"),
            )  # fmt: skip
            use(record, "2025-01-01", number)
            SavedReport.objects.create(name=f"Report {number}", by=librarian)

    fill(range(3))
    few = asked()
    fill(range(3, 50))
    assert (asked(), few) == (few, 12)


# --- Taking it away, and keeping it ------------------------------------------------------------------------------
def test_csv_is_the_table_without_formulas(library, librarian, signed_in):
    Department.objects.filter(slug="pharmacy").update(name='=HYPERLINK("http://x")')
    answer = signed_in(librarian).get(f"{PAGE}csv/?years=financial&start=2024&end=2025")
    assert answer.streaming
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="outputs-by-department-2024-25-to-2025-26.csv"'
    )
    text = answer.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Department", "2024/25", "2025/26", "Outputs", "Views", "Downloads"],
        ['\'=HYPERLINK("http://x")', "2", "1", "3", "0", "0"],
        ["Audiology", "0", "0", "0", "0", "0"],
        ["Frailty ward", "0", "1", "1", "0", "0"],
        ["No department", "0", "1", "1", "0", "0"],
        ["All", "2", "3", "5", "0", "0"],
    ]


def test_a_report_is_saved_opened_again_with_the_figures_of_the_day_and_removed(library, librarian, signed_in):
    browser = signed_in(librarian)
    asked = "by=type&years=financial&department=pharmacy&junk=1"
    page = browser.post(f"{PAGE}save/", {"name": "For the board", "query": asked}, follow=True)
    saved = SavedReport.objects.get()
    assert (saved.name, saved.query, saved.by) == (
        "For the board", "by=type&years=financial&department=pharmacy", librarian,
    )  # fmt: skip
    assert page.request["QUERY_STRING"] == saved.query
    before = page.context["report"].total.outputs
    make_record("New", issued="2026-05", department=library["pharmacy"])
    assert browser.get(saved.get_absolute_url()).context["report"].total.outputs == before + 1
    browser.post(f"{PAGE}save/", {"name": "For the board", "query": "by=year"})
    assert list(SavedReport.objects.values_list("name", "query")) == [("For the board", "by=year&years=calendar")]
    assert browser.post(f"{PAGE}{saved.pk}/remove/").headers["Location"] == PAGE
    assert not SavedReport.objects.exists()


def test_a_saved_report_without_years_moves_with_the_day(library, librarian, clock):
    assert report("by=year", user=librarian).choices.years == range(2022, 2027)
    clock.move_to(datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC))
    assert report("by=year", user=librarian).choices.years == range(2023, 2028)
    assert report("by=year&years=financial", user=librarian).choices.years == range(2022, 2027)


def test_a_report_needs_a_name_and_may_not_name_everything(library, librarian, signed_in):
    browser = signed_in(librarian)
    nameless = browser.post(f"{PAGE}save/", {"name": " ", "query": "by=type"})
    assert "Give the report a name." in nameless.text
    assert nameless.context["report"].choices.by == "type"
    slugs = [make_department(f"A department with quite a long name {number}").slug for number in range(60)]
    query = "&".join(f"department={slug}" for slug in slugs)
    assert "too many departments" in browser.post(f"{PAGE}save/", {"name": "All", "query": query}).text
    assert not SavedReport.objects.exists()


def test_others_see_a_saved_report_but_do_not_remove_it(library, librarian, km_lead, signed_in, staff):
    saved = SavedReport.objects.create(name="For the board", query="by=year", by=librarian)
    page = signed_in(km_lead).get(PAGE).text
    assert "For the board" in page
    assert f"{PAGE}{saved.pk}/remove/" not in page
    for user in (km_lead, staff):
        assert signed_in(user).post(f"{PAGE}{saved.pk}/remove/").status_code == 404
    librarian.groups.set([Group.objects.get(name="Staff")])
    assert signed_in(librarian).post(f"{PAGE}{saved.pk}/remove/").status_code == 404
    assert signed_in(km_lead).get(f"{PAGE}{saved.pk}/remove/").status_code == 405
    assert SavedReport.objects.get() == saved


# --- Financial years ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("issued", "year"),
    [
        ("2024", 2024), ("2024-01", 2023), ("2024-03-31", 2023), ("2024-04-01", 2024), ("2024-12", 2024),
        ("2024-21", 2023), ("2024-22", 2024), ("2024-24", 2024), ("2024-33", 2023), ("2024-34", 2024),
        ("2024-03/2024-04", 2023), ("2019/2021", 2019), ("", None),
    ],
)  # fmt: skip
def test_the_financial_year_of_a_date(issued, year):
    record = make_record(issued=issued)
    rows = Record.objects.filter(pk=record.pk).values_list(periods.year_column(financial=True))
    assert [row[0] for row in rows] == [year]
    within = [
        each for each in range(2015, 2030)
        if Record.objects.filter(periods.within(each, each, financial=True)).exists()
    ]  # fmt: skip
    assert within == ([] if year is None else [year])
