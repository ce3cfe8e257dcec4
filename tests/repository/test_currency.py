"""Whether what readers rely on is still true: on the record's page, and for the whole repository."""

import datetime
import re

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.models import Edit
from kmportal.mail.models import OutgoingMail
from kmportal.review_cycle import answers
from kmportal.review_cycle.models import Flag
from repository import currency
from repository.currency_report import Share
from repository.models import ImportBatch, ImportedFrom, Record
from repository.record_types import RecordType
from tests import builders

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 5, 6)
PAGE = "/repository/currency/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def owner(db):
    return builders.make_user("Olive Owner", email="olive@trust.example")


def make(title="Hand hygiene", days=0, **fields):
    """Make a guideline that is due so many days from today."""
    fields = {"type": "guideline", "review_months": 12, "last_reviewed": TODAY - datetime.timedelta(days=100), **fields}
    due = None if days is None else TODAY + datetime.timedelta(days=days)
    return builders.make_record(title, next_review=due, **fields)


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def titles(page):
    return re.findall(r'class="app-result__heading"><a[^>]*>(.*?)</a>', page.text)


# --- When the clock starts ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("type_", RecordType.values)
def test_only_what_people_act_on_is_reviewed(type_, depositor):
    record = builders.make_record(type=type_, depositor=depositor)
    currency.begin([record])
    record.refresh_from_db()
    found = (record.owner, record.review_months, record.last_reviewed, record.next_review)
    if type_ in ("guideline", "policy", "toolkit", "training"):
        assert found == (depositor, 24, TODAY, datetime.date(2028, 5, 6))
    else:
        assert found == (None, None, None, None)


def test_what_is_known_already_is_kept(depositor, owner):
    last = datetime.date(2025, 8, 31)
    record = make(depositor=depositor, owner=owner, review_months=6, last_reviewed=last)
    currency.begin([record])
    record.refresh_from_db()
    assert (record.owner, record.review_months, record.last_reviewed, record.next_review) == (
        owner, 6, last, datetime.date(2026, 2, 28),
    )  # fmt: skip


def test_a_new_version_was_reviewed_by_being_written(depositor):
    first, other = make(depositor=depositor), make(depositor=depositor)
    for thing in (first, other):
        answers.flag(thing, by=depositor, text="Page 2 is wrong.")
    second = make(depositor=depositor, first_version=first, version=2)
    currency.begin([second])
    second.refresh_from_db()
    assert (second.last_reviewed, second.next_review) == (TODAY, datetime.date(2027, 5, 6))
    assert [flag.thing for flag in Flag.objects.filter(settled_at=None)] == [other]


def test_who_flagged_what_has_a_new_version_hears_of_it(depositor, staff):
    first = make("Hand hygiene", depositor=depositor, owner=depositor)
    answers.flag(first, by=staff, text="Page 2 is wrong.")
    currency.begin([make("Hand hygiene", depositor=depositor, first_version=first, version=2)])
    mail = OutgoingMail.objects.get(to=staff)
    assert (mail.subject, "A newer version takes its place now" in mail.text) == ("Settled: Hand hygiene", True)


def test_whoever_imports_a_guideline_does_not_answer_for_it(librarian):
    record = builders.make_record(type="guideline", depositor=librarian)
    batch = ImportBatch.objects.create(by=librarian, file_name="a.nbib")
    ImportedFrom.objects.create(record=record, batch=batch, source="nbib", key="1", data={})
    currency.begin([record])
    record.refresh_from_db()
    assert (record.owner, record.next_review) == (None, datetime.date(2028, 5, 6))


def test_many_start_in_as_many_questions_as_one(depositor):
    numbers = []
    for number in (1, 20):
        records = [builders.make_record(type="policy", depositor=depositor) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            currency.begin(records)
        numbers.append(sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries))
    assert numbers == [2, 2]


# --- On the record's page ----------------------------------------------------------------------------------------
def shown(record, user):
    """Return the words of the banner and of the panel that the record's page shows the user."""
    template = engines["django"].from_string(
        '{% include "repository/record_currency_banner.html" %}|{% include "repository/record_currency.html" %}'
    )
    context = {"record": record, "standing": currency.standing(record, user), "user": user, "csrf_token": "x"}
    return tuple(words(part) for part in template.render(context).split("|"))


def test_the_page_says_when_it_was_and_will_be_reviewed(owner, staff):
    record = make(days=362, last_reviewed=datetime.date(2026, 5, 3), owner=owner)
    dates = "Is it still true? Page last reviewed 3 May 2026 . Next review due 3 May 2027 . Olive Owner answers for it."
    assert shown(record, AnonymousUser()) == ("", dates)
    assert shown(record, staff) == ("", f"{dates} Is something wrong? Tell the owner")


@pytest.mark.parametrize(("days", "is_overdue"), [(1, False), (0, False), (-1, True)])
def test_it_is_overdue_from_the_day_after(days, is_overdue, owner, staff):
    record = make(days=days, owner=owner)
    banner = shown(record, staff)[0]
    assert currency.standing(record, staff).is_overdue is is_overdue
    assert Record.objects.filter(currency.overdue(TODAY)).exists() is is_overdue
    assert ("Check with Olive Owner before you rely on it." in banner) is is_overdue
    assert ("This guideline was due for review on 5 May 2026 ." in banner) is is_overdue


def test_without_an_owner_the_library_is_asked(owner, staff):
    owner.is_active = False
    owner.save()
    banner, panel = shown(make(days=-1, owner=owner), staff)
    assert "Check with the library before you rely on it." in banner
    assert "Olive" not in panel
    assert "It has not been reviewed yet. No review is planned." in shown(make(days=None, last_reviewed=None), staff)[1]


def test_those_who_answer_for_it_have_buttons(owner, deputy_of, librarian, staff):
    record = make(days=-1, owner=owner, deputy=deputy_of)
    answers.flag(record, by=staff, text="Wrong.")
    found = {
        user.name: (standing.may_confirm, standing.may_set, standing.may_flag, standing.open_flags)
        for user in (owner, deputy_of, librarian, staff)
        if (standing := currency.standing(record, user))
    }
    assert found == {
        "Olive Owner": (True, True, False, 1),
        "Dan Deputy": (True, False, False, 1),
        "Libby Librarian": (True, True, False, 1),
        "Stella Staff": (False, False, True, 0),
    }
    panel = shown(record, owner)[1]
    assert panel.endswith(
        "Still true It needs a change, or is obsolete · 1 message from readers · Change the owner or the interval"
    )


@pytest.fixture
def deputy_of(db):
    return builders.make_user("Dan Deputy")


@pytest.mark.parametrize("fields", [{"type": "article"}, {"status": "replaced"}, {"status": "withdrawn"}])
def test_what_is_not_under_review_says_nothing(fields, owner):
    record = make(days=-1, owner=owner, **fields)
    assert currency.standing(record, owner) is None
    assert shown(record, owner) == ("", "")


def test_what_it_asks_the_database_is_little(owner, staff):
    pages = Record.objects.for_page()
    record, paper = (pages.get(pk=thing.pk) for thing in (make(days=-1, owner=owner), builders.make_record()))
    numbers = []
    for thing, user in ((record, staff), (record, owner), (paper, staff)):
        user.has_perm("x.y")  # asked by the page in any case
        with CaptureQueriesContext(connection) as captured:
            shown(thing, user)
        numbers.append(len(captured))
    assert numbers == [0, 1, 0]


# --- Owner, deputy and interval ----------------------------------------------------------------------------------
def address(record):
    return f"/repository/{record.pk}/review-cycle/"


def test_the_library_names_the_owner_and_the_interval(signed_in, librarian, owner):
    record = make(days=None)
    browser = signed_in(librarian)
    assert browser.get(address(record)).status_code == 200
    sent = {
        "seen": record.changed_at.isoformat(),
        "owner": "olive owner",
        "deputy": "olive@trust.example",
        "months": "12",
        "last_reviewed_day": "31",
        "last_reviewed_month": "1",
        "last_reviewed_year": "2026",
    }
    assert "Choose somebody other than the owner." in browser.post(address(record), sent).text
    assert browser.post(address(record), {**sent, "deputy": ""}).url == record.get_absolute_url()
    record.refresh_from_db()
    assert (record.owner, record.deputy, record.review_months) == (owner, None, 12)
    assert (record.last_reviewed, record.next_review) == (datetime.date(2026, 1, 31), datetime.date(2027, 1, 31))
    assert [change["part"] for change in Edit.objects.get().changes] == ["owner"]


def test_of_two_who_name_the_owner_the_later_one_is_told(signed_in, librarian, library_manager, owner):
    record = make(days=None, owner=None, changed_at=datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC))
    first, second = signed_in(library_manager), signed_in(librarian)
    seen = {browser: browser.get(address(record)).context["seen"] for browser in (first, second)}
    assert first.post(address(record), {"seen": seen[first], "owner": "Olive Owner", "months": "12"}).status_code == 302
    answer = second.post(address(record), {"seen": seen[second], "owner": "Libby Librarian", "months": "6"})
    found = answer.context["conflict"]
    assert (answer.status_code, found.by, [(one.label, one.before, one.after) for one in found.changes][:2]) == (
        409,
        "Maya Manager",
        [("Owner", "Olive Owner", "Libby Librarian"), ("Months between reviews", "12", "6")],
    )
    record.refresh_from_db()
    assert record.owner == owner
    again = {"seen": answer.context["seen"], "owner": "Libby Librarian", "months": "6"}
    assert second.post(address(record), again).status_code == 302
    record.refresh_from_db()
    assert (record.owner, record.review_months) == (librarian, 6)


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"months": "0"}, "greater than or equal to 1"),
        ({"months": "121"}, "less than or equal to 120"),
        ({"months": "1e3"}, "Enter a whole number"),
        ({"owner": "Nobody Atall"}, "There is no colleague of this name here"),
        ({"owner": "x" * 300}, "at most 254 characters"),
        (
            {"last_reviewed_day": "7", "last_reviewed_month": "5", "last_reviewed_year": "2026"},
            "This day is still to come.",
        ),
        ({"last_reviewed_day": "30", "last_reviewed_month": "2", "last_reviewed_year": "2026"}, "date"),
        ({"last_reviewed_day": "1", "last_reviewed_month": "2", "last_reviewed_year": "0"}, "date"),
        (
            {"last_reviewed_day": "1", "last_reviewed_month": "2", "last_reviewed_year": "1066"},
            "Give a year from 1990 on.",
        ),
    ],
)
def test_what_cannot_be_is_said(signed_in, librarian, sent, problem):
    record = make()
    page = signed_in(librarian).post(address(record), sent)
    assert page.status_code == 200
    assert "There is a problem" in page.text
    assert problem in words(page.text)
    assert Record.objects.get(pk=record.pk).review_months == 12


def test_the_owner_may_and_others_may_not(signed_in, owner, deputy_of, staff, km_lead, depositor):
    record = make(owner=owner, deputy=deputy_of, depositor=depositor)
    assert signed_in(owner).get(address(record)).status_code == 200
    for other in (deputy_of, staff, km_lead, depositor):
        browser = signed_in(other)
        assert browser.get(address(record)).status_code == 404
        assert browser.post(address(record), {"owner": other.email, "months": "1"}).status_code == 404
    assert Record.objects.get(pk=record.pk).owner == owner


def test_what_cannot_go_stale_has_no_cycle(signed_in, librarian):
    for record in (builders.make_record(), make(status="draft")):
        assert signed_in(librarian).get(address(record)).status_code == 404


# --- How current everything is -----------------------------------------------------------------------------------
@pytest.fixture
def everything(owner):
    """Two departments, and records in each state."""
    gone = builders.make_user("Gus Gone", is_active=False)
    ward, pharmacy = builders.make_department("Frailty ward"), builders.make_department("Pharmacy")
    make("Due today", 0, department=ward, owner=owner)
    make("Due soon", 30, department=ward, owner=owner)
    make("Far away", 31, department=ward, owner=gone)
    make("Long overdue", -40, department=ward, type="policy")
    make("Just overdue", -1, department=pharmacy, owner=gone)
    make("No plan", None, department=pharmacy, type="training")
    make("Of nobody", 200, type="toolkit")
    make("For the library", -3, audience="library", department=pharmacy)
    make("Withdrawn", -3, status="withdrawn")
    builders.make_record("A paper", next_review=TODAY)
    return ward, pharmacy


def test_the_page_says_how_much_is_in_date(signed_in, km_lead, everything):
    page = signed_in(km_lead).get(PAGE)
    said = words(page.text)
    assert "4 of 7 are in date: 57%. The target is 80%, so 2 more would have to be reviewed." in said
    rows = re.findall(r'<tr class="nhsuk-table__row" role="row">(.*?)</tr>', page.text, re.DOTALL)
    cells = [[words(cell) for cell in re.findall(r"</span><span>(.*?)</span>", row, re.DOTALL)] for row in rows]
    assert [row for row in cells if row] == [
        ["Pharmacy", "2", "0", "1", "1", "0%"],
        ["Frailty ward", "4", "3", "1", "0", "75%"],
        ["No department", "1", "1", "0", "0", "100%"],
    ]


def test_what_needs_somebody_to_act_comes_first(signed_in, librarian, everything):
    assert titles(signed_in(librarian).get(PAGE)) == [
        "Long overdue", "For the library", "Just overdue", "No plan", "Due today", "Due soon", "Far away", "Of nobody",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=overdue", ["Long overdue", "Just overdue"]),
        ("state=soon&state=in_date&department=frailty-ward", ["Due today", "Due soon", "Far away"]),
        ("state=unplanned", ["No plan"]),
        ("department=none", ["Of nobody"]),
        ("holder=left", ["Just overdue", "Far away"]),
        ("holder=none", ["Long overdue", "No plan", "Of nobody"]),
        ("holder=left&state=overdue", ["Just overdue"]),
        ("owner={owner}", ["Due today", "Due soon"]),
        ("owner=x&state=%00&department=nowhere&page=" + "9" * 40, None),
    ],
)
def test_each_number_opens_its_records(signed_in, km_lead, owner, everything, query, expected):
    page = signed_in(km_lead).get(f"{PAGE}?{query.format(owner=owner.pk)}")
    everyone = ["Long overdue", "Just overdue", "No plan", "Due today", "Due soon", "Far away", "Of nobody"]
    assert titles(page) == (everyone if expected is None else expected)


def test_the_links_behind_the_numbers_lead_to_as_many(signed_in, km_lead, everything):
    browser = signed_in(km_lead)
    links = re.findall(r'<a href="(/repository/currency/\?department=[^"]+)#records">(\d+)</a>', browser.get(PAGE).text)
    assert [int(number) for _, number in links] == [2, 1, 1, 4, 3, 1, 1, 1]
    for link, number in links:
        assert len(titles(browser.get(link.replace("&amp;", "&")))) == int(number)


def test_only_the_library_and_those_who_lead_km_see_it(
    signed_in, client, librarian, km_lead, administrator, staff, owner
):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    found = {
        user.name: signed_in(user).get(PAGE).status_code for user in (librarian, km_lead, administrator, staff, owner)
    }
    assert found == {
        "Libby Librarian": 200,
        "Kim Lead": 200,
        "Ada Administrator": 200,
        "Stella Staff": 404,
        "Olive Owner": 404,
    }


def test_an_empty_repository_says_what_to_do(signed_in, librarian):
    assert "Nothing is under review yet" in signed_in(librarian).get(PAGE).text


def test_as_many_questions_for_fifty_as_for_three(signed_in, librarian, owner):
    browser = signed_in(librarian)
    numbers = []
    for more in (3, 47):
        for number in range(more):
            make(f"{more} {number}", number, owner=owner, department=builders.make_department(f"Ward {number}"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"{PAGE}?state=in_date&state=soon")
        numbers.append(len(captured))
    assert numbers == [11, 11]


@pytest.mark.parametrize(
    ("number", "in_date", "share", "short"),
    [(3, 2, 66, 1), (5, 4, 80, 0), (1000, 999, 99, 0), (0, 0, 0, 0), (9, 0, 0, 8)],
)
def test_a_share_is_all_only_when_it_is_all(number, in_date, share, short):
    one = Share("x", "X", number=number, in_date=in_date, overdue=0, unplanned=0)
    assert (one.share, one.short_of(80)) == (share, short)
