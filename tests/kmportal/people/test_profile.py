"""A person's profile: what colleagues read there, and how one keeps one's own."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.people import changes
from kmportal.people.models import Expertise, Profile
from kmportal.search.models import SearchDocument
from tests.builders import make_department, make_site, make_user

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "job_title": "Ward sister",
    "staff_group": "nursing",
    "department": "",
    "site": "",
    "about": "I run the falls group.",
    "expertise": "Falls, quality improvement",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
}


@pytest.fixture
def browser(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def announced(monkeypatch):
    """What listeners are told while the test runs."""
    heard = []
    monkeypatch.setattr(changes, "_listeners", [heard.extend])
    return heard


def stored(user):
    profile = Profile.objects.get(user=user)
    return {
        "job_title": profile.job_title,
        "staff_group": profile.staff_group,
        "about": profile.about,
        "expertise": sorted(profile.expertise.names()),
        "orcid": profile.orcid,
    }


def test_colleagues_read_who_somebody_is_and_how_to_reach_them(browser):
    colleague = make_user("Bo Chen", email="bo@trust.example").profile
    colleague.job_title, colleague.about, colleague.orcid = "Porter", "Ask me.\n\nAnytime.", "0000-0002-1825-0097"
    colleague.department, colleague.site, colleague.staff_group = make_department(), make_site(), "estates"
    colleague.save()
    colleague.expertise.add("Moving beds")
    page = browser.get(f"/people/{colleague.pk}/").text
    for words in (
        "<h1>Bo Chen</h1>",
        "Porter",
        "<p>Ask me.</p>\n\n<p>Anytime.</p>",
        '<a href="/people/?expertise=moving-beds">Moving beds</a>',
        '<a href="/people/?department=emergency-medicine">Emergency medicine</a>',
        '<a href="/people/?site=riverside-hospital">Riverside Hospital</a>',
        "Estates and facilities",
        '<a href="mailto:bo@trust.example">bo@trust.example</a>',
        '<a href="https://orcid.org/0000-0002-1825-0097">0000-0002-1825-0097</a>',
        "?q=Bo%20Chen",
    ):
        assert words in page
    assert "Change your profile" not in page


def test_my_own_profile_has_a_link_to_change_it(browser, staff):
    assert '<a href="/people/me/">Change your profile</a>' in browser.get(f"/people/{staff.profile.pk}/").text


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_a_person_who_is_not_there_is_not_found(browser, pk):
    assert browser.get(f"/people/{pk}/").status_code == 404


def test_a_person_who_has_left_is_not_found(browser):
    assert browser.get(f"/people/{make_user(is_active=False).profile.pk}/").status_code == 404


def test_whoever_is_not_signed_in_learns_nothing_of_anybody(client, staff):
    missing, there = (client.get(f"/people/{pk}/") for pk in (staff.profile.pk + 1_000, staff.profile.pk))
    assert (missing.status_code, there.status_code) == (302, 302)
    assert "Stella" not in there.text


def test_a_profile_asks_at_most_12_questions(browser, staff):
    staff.profile.expertise.add(*(f"Subject {number}" for number in range(30)))
    browser.get(f"/people/{staff.profile.pk}/")
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/people/{staff.profile.pk}/")
    assert len(queries) <= 12


def test_what_i_say_of_myself_is_kept_and_announced(browser, staff, announced):
    answer = browser.post("/people/me/", FILLED_IN, follow=True)
    assert answer.redirect_chain == [(f"/people/{staff.profile.pk}/", 302)]
    assert "Your profile is saved." in answer.text
    assert stored(staff) == {
        "job_title": "Ward sister",
        "staff_group": "nursing",
        "about": "I run the falls group.",
        "expertise": ["Falls", "quality improvement"],
        "orcid": "0000-0002-1825-0097",
    }
    assert announced == [staff.profile]


def test_the_form_shows_what_is_kept(browser, staff):
    browser.post("/people/me/", FILLED_IN)
    page = browser.get("/people/me/").text
    for words in (
        'value="Ward sister"',
        "I run the falls group.",
        'value="Falls, quality improvement"',
        "0000-0002-1825-0097",
    ):
        assert words in page


def test_a_subject_that_others_wrote_in_another_case_is_the_same_subject(browser, staff):
    Expertise.objects.create(name="Frailty", slug="frailty")
    browser.post("/people/me/", {**FILLED_IN, "expertise": "frailty"})
    assert stored(staff)["expertise"] == ["Frailty"]


def test_an_emptied_form_empties_the_profile(browser, staff):
    browser.post("/people/me/", FILLED_IN)
    browser.post("/people/me/", dict.fromkeys(FILLED_IN, ""))
    assert stored(staff) == {"job_title": "", "staff_group": "", "about": "", "expertise": [], "orcid": ""}


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("orcid", "0000-0002-1825-0098", "This ORCID iD has a mistyped character: its last one would have to be 7."),
        ("orcid", "yes", "An ORCID iD has 16 digits in four groups, such as 0000-0002-1825-0097."),
        ("orcid", "\x00", "Null characters are not allowed."),
        ("expertise", "x" * 101, "is too long. Put commas between the subjects, and keep each under 100 characters."),
        ("expertise", ",".join(map(str, range(31))), "Give at most 30 subjects. You gave 31."),
        ("expertise", "a\x00b", "Null characters are not allowed."),
        ("about", "x" * 5_001, "Ensure this value has at most 5000 characters (it has 5001)."),
        ("job_title", "x" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("staff_group", "wizard", "Select a valid choice. wizard is not one of the available choices."),
        ("department", "9" * 40, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_is_changed(browser, staff, announced, field, value, error):
    answer = browser.post("/people/me/", {**FILLED_IN, field: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {field}
    assert error in answer.text.replace("&#x27;", "'")
    assert "<title>Error: " in answer.text
    assert f'href="#id_{field}"' in answer.text
    assert "Ward sister" in answer.text or field == "job_title"
    assert stored(staff) == {"job_title": "", "staff_group": "", "about": "", "expertise": [], "orcid": ""}
    assert announced == []


def test_an_orcid_belongs_to_one_person(browser, staff):
    colleague = make_user().profile
    colleague.orcid = "0000-0002-1825-0097"
    colleague.save()
    answer = browser.post("/people/me/", FILLED_IN)
    assert answer.context["form"].errors == {
        "orcid": ["A colleague has this ORCID iD on their profile. Check it, or ask the library."]
    }


def test_nobody_can_write_the_profile_of_another(browser, staff):
    other = make_user().profile
    assert browser.post(f"/people/{other.pk}/", FILLED_IN).status_code == 405
    browser.post("/people/me/", {**FILLED_IN, "user": other.user_id, "pk": other.pk, "id": other.pk})
    assert Profile.objects.get(pk=other.pk).job_title == ""
    assert stored(staff)["job_title"] == "Ward sister"


def test_colleagues_find_what_i_say_of_myself_until_i_leave(signed_in, staff, librarian, administrator):
    def about(reader):
        mine = SearchDocument.objects.visible_to(reader).filter(kind="person", object_id=staff.profile.pk)
        return list(mine.values_list("body", flat=True))

    signed_in(staff).post("/people/me/", FILLED_IN)
    assert (about(librarian), about(AnonymousUser())) == (["I run the falls group."], [])
    signed_in(administrator).post("/admin/people/user/", {"action": "deactivate", "_selected_action": [staff.pk]})
    assert about(librarian) == []
