"""The people directory: colleagues find colleagues; nobody else sees anybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.people.models import StaffGroup
from tests.builders import make_department, make_site, make_user

pytestmark = pytest.mark.django_db


def add_colleague(name, *expertise, **fields):
    profile = make_user(name).profile
    for field, value in fields.items():
        setattr(profile, field, value)
    profile.save()
    profile.expertise.add(*expertise)
    return profile


def names(response):
    return [str(profile) for profile in response.context["page"]]


@pytest.fixture
def colleagues(db):
    add_colleague(
        "zadie Smith",
        "Frailty",
        "Falls",
        job_title="Ward sister",
        department=make_department(),
        site=make_site(),
        staff_group=StaffGroup.NURSING,
    )
    add_colleague("Ana Lopez Smith", "Frailty", department=make_department("Pharmacy"), staff_group=StaffGroup.PHARMACY)
    add_colleague("Bo Chen", "Sepsis")
    make_user("Long Gone", is_active=False)


@pytest.fixture
def browser(client, staff):
    client.force_login(staff)
    return client


def test_people_stand_in_the_order_of_their_names_without_those_who_have_left(browser, colleagues):
    assert names(browser.get("/people/")) == ["Ana Lopez Smith", "Bo Chen", "Stella Staff", "zadie Smith"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("?q=smith", ["Ana Lopez Smith", "zadie Smith"]),
        ("?q=SMITH+ana", ["Ana Lopez Smith"]),
        ("?q=smi&expertise=frailty&department=pharmacy", ["Ana Lopez Smith"]),
        ("?expertise=frailty&expertise=sepsis", ["Ana Lopez Smith", "Bo Chen", "zadie Smith"]),
        ("?expertise=frailty&expertise=falls", ["Ana Lopez Smith", "zadie Smith"]),
        ("?group=nursing", ["zadie Smith"]),
        ("?site=riverside-hospital", ["zadie Smith"]),
        ("?q=chen&expertise=frailty", []),
        ("?q=100%25", []),
        ("?q=gone", []),
    ],
)
def test_the_directory_narrows(browser, colleagues, address, found):
    assert names(browser.get(f"/people/{address}")) == found


def test_each_facet_counts_people(browser, colleagues):
    facets = browser.get("/people/?q=smith").context["narrowed"].facets
    assert {facet.label: [(one.value, one.label, one.count) for one in facet.choices] for facet in facets} == {
        "Expertise": [("frailty", "Frailty", 2), ("falls", "Falls", 1)],
        "Department": [
            ("emergency-medicine", "Emergency medicine", 1),
            ("pharmacy", "Pharmacy", 1),
        ],
        "Site": [("riverside-hospital", "Riverside Hospital", 1)],
        "Staff group": [("nursing", "Nursing and midwifery", 1), ("pharmacy", "Pharmacy", 1)],
    }


def test_a_person_stands_in_the_list_with_post_place_and_expertise(browser, colleagues):
    page = browser.get("/people/?q=zadie").text
    assert "Ward sister, Emergency medicine · Riverside Hospital" in page
    assert "Knows about Falls, Frailty" in page
    assert 'value="zadie"' in page


@pytest.mark.parametrize(
    ("address", "left_out"),
    [
        ("?expertise=alchemy", ["There is no expertise “alchemy” here, so the list is not narrowed by it."]),
        ("?group=nurses", ["There is no staff group “nurses” here, so the list is not narrowed by it."]),
        ("?department=%00", []),
        ("?q=%00", []),
        ("?q=+++", []),
        ("?page=1" + "0" * 30, []),
        ("?page=0", []),
        ("?site=%ED%A0%80", ["There is no site “\ufffd\ufffd\ufffd” here, so the list is not narrowed by it."]),
        ("?user__email=staff@trust.example&ordering=user__password", []),
    ],
)
def test_a_bad_address_gives_the_list_and_says_what_was_left_out(browser, colleagues, address, left_out):
    response = browser.get(f"/people/{address}")
    assert (response.status_code, len(names(response))) == (200, 4)
    assert response.context["narrowed"].problems == left_out


def test_a_question_of_ten_thousand_characters_is_answered(browser, colleagues):
    response = browser.get("/people/?q=" + "smith " * 1_700)
    assert names(response) == ["Ana Lopez Smith", "zadie Smith"]


def test_nobody_found_says_what_to_do(browser, colleagues):
    assert "Nobody fits" in browser.get("/people/?q=nobody").text


def test_twenty_people_stand_on_a_page(browser):
    for number in range(24):
        make_user(f"Person {number:02}")
    assert [len(names(browser.get(f"/people/?page={page}"))) for page in (1, 2)] == [20, 5]


@pytest.mark.parametrize("address", ["/people/", "/people/?q=smith", "/people/me/"])
def test_whoever_is_not_signed_in_is_asked_to(client, colleagues, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/people/")


def test_the_directory_asks_the_same_number_of_questions_for_3_rows_and_for_50(browser):
    counts = []
    for rows in (2, 47):
        for number in range(rows):
            add_colleague(f"Person {number}", f"Subject {rows} {number}", department=make_department(f"Ward {number}"))
        browser.get("/people/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
