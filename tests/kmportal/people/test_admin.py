"""The desk for people: accounts, roles, profiles, and that the search hears of every change."""

import pytest
from django.contrib.auth.models import Group

from kmportal.people import changes
from kmportal.people.models import Department, Expertise, Profile, User
from tests.builders import make_department, make_user
from tests.desk import save

pytestmark = pytest.mark.django_db

USERS = "/admin/people/user/"
PROFILE = {
    "job_title": "",
    "staff_group": "",
    "department": "",
    "site": "",
    "about": "",
    "expertise": "",
    "orcid": "",
}


@pytest.fixture
def announced(monkeypatch):
    """What listeners are told while the test runs."""
    heard = []
    monkeypatch.setattr(changes, "_listeners", [heard.extend])
    return heard


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def inline(profile, **fields):
    """Return the form data of an account page's profile."""
    form = {**PROFILE, "id": profile.pk, "user": profile.user_id, **fields}
    counts = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1}
    return {f"profile-{name}": value for name, value in counts.items()} | {
        f"profile-0-{name}": value for name, value in form.items()
    }


@pytest.mark.parametrize(
    ("role", "accounts", "add", "profiles"),
    [
        ("anonymous", 302, 302, 302),
        ("staff", 302, 302, 302),
        ("facilitator", 403, 403, 403),
        ("librarian", 200, 403, 200),
        ("km_lead", 200, 403, 200),
        ("administrator", 200, 200, 200),
    ],
)
def test_who_gets_in(role, accounts, add, profiles, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    addresses = (USERS, f"{USERS}add/", "/admin/people/profile/")
    assert tuple(client.get(address).status_code for address in addresses) == (accounts, add, profiles)


def test_an_account_is_made_from_an_address_a_name_and_a_password(desk, client, announced):
    new = {
        "email": "New.Person@Trust.example",
        "name": "New Person",
        "usable_password": "true",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    answer = desk.post(f"{USERS}add/", new)
    user = User.objects.get(email="new.person@trust.example")
    assert answer["Location"] == f"{USERS}{user.pk}/change/"
    assert (user.name, user.check_password("correct-horse-battery"), user.is_active) == ("New Person", True, True)
    assert announced == [user.profile]


def test_an_account_may_be_made_without_a_password(desk):
    desk.post(f"{USERS}add/", {"email": "sso@trust.example", "name": "Sso", "usable_password": "false"})
    assert not User.objects.get(email="sso@trust.example").has_usable_password()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"email": "STAFF@trust.example"}, "already exists"),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"password2": "another-long-password"}, "didn’t match"),
        ({"password1": "short", "password2": "short"}, "This password is too short."),
    ],
)
def test_a_mistake_in_a_new_account_is_named(desk, wrong, error):
    make_user("Staff", email="staff@trust.example")
    new = {
        "email": "new@trust.example",
        "name": "New",
        "usable_password": "true",
        "password1": "correct-horse-battery",
        "password2": "correct-horse-battery",
    }
    answer = desk.post(f"{USERS}add/", {**new, **wrong})
    assert answer.status_code == 200
    assert error in answer.text
    assert User.objects.count() == 2


def test_an_account_gets_roles_and_a_profile_on_one_page(desk, staff, announced):
    librarians = Group.objects.get(name="Librarian")
    save(
        desk,
        f"{USERS}{staff.pk}/change/",
        {
            "name": "Stella Sharp",
            "email": "stella@trust.example",
            "is_active": "on",
            "groups": [librarians.pk],
            **inline(staff.profile, job_title="Librarian", expertise="searching, MeSH", orcid="0000000218250097"),
        },
    )
    user = User.objects.get(pk=staff.pk)
    assert (user.name, [str(group) for group in user.groups.all()]) == ("Stella Sharp", ["Librarian"])
    assert (user.profile.job_title, sorted(user.profile.expertise.names())) == ("Librarian", ["MeSH", "searching"])
    assert user.profile.orcid == "0000-0002-1825-0097"
    assert announced == [user.profile, user]


def test_a_password_is_set_on_its_own_page(desk, staff):
    answer = desk.post(
        f"{USERS}{staff.pk}/password/",
        {"usable_password": "true", "password1": "correct-horse-battery", "password2": "correct-horse-battery"},
    )
    staff.refresh_from_db()
    assert (answer.status_code, staff.check_password("correct-horse-battery")) == (302, True)


def test_accounts_are_never_deleted(desk, staff):
    assert desk.post(f"{USERS}{staff.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=staff.pk).exists()


def test_whoever_leaves_is_deactivated_and_nobody_locks_themselves_out(desk, staff, administrator, announced):
    choice = {"action": "deactivate", "_selected_action": [staff.pk, administrator.pk]}
    answer = desk.post(USERS, choice, follow=True)
    assert {user.name: user.is_active for user in User.objects.all()} == {
        "Stella Staff": False,
        "Ada Administrator": True,
    }
    assert [str(message) for message in answer.context["messages"]] == [
        "You cannot deactivate your own account.",
        "1 account deactivated.",
    ]
    assert announced == [staff.profile]
    desk.post(USERS, {**choice, "action": "activate"})
    assert User.objects.get(pk=staff.pk).is_active


def test_nobody_deactivates_themselves_on_their_own_page_either(desk, administrator):
    account = {"name": "Ada", "email": administrator.email, **inline(administrator.profile)}
    answer = save(desk, f"{USERS}{administrator.pk}/change/", account)
    assert answer.context["adminform"].form.errors == {"is_active": ["You cannot deactivate your own account."]}
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_km_lead_keeps_profiles_but_not_accounts(client, km_lead, staff, announced):
    client.force_login(km_lead)
    assert client.post(f"{USERS}{staff.pk}/change/", {"name": "X"}).status_code == 403
    save(client, f"/admin/people/profile/{staff.profile.pk}/change/", {**PROFILE, "job_title": "Ward sister"})
    assert Profile.objects.get(user=staff).job_title == "Ward sister"
    assert client.post(f"/admin/people/profile/{staff.profile.pk}/delete/", {"post": "yes"}).status_code == 403
    assert announced == [staff.profile]


def test_renaming_a_department_is_news_and_saving_it_as_it_was_is_none(desk, announced):
    ward = make_department("Ward 7")
    address = f"/admin/people/department/{ward.pk}/change/"
    save(desk, address, {"name": "Ward 7", "slug": "ward-7"})
    assert announced == []
    save(desk, address, {"name": "Stroke unit", "slug": "stroke-unit"})
    assert Department.objects.get().name == "Stroke unit"
    assert announced == [ward]


@pytest.mark.parametrize("change", ["change", "delete", "action"])
def test_an_expertise_that_changes_is_news_and_one_that_goes_is_of_its_people(desk, staff, announced, change):
    staff.profile.expertise.add("Fraility")
    subject = Expertise.objects.get()
    if change == "change":
        save(desk, f"/admin/people/expertise/{subject.pk}/change/", {"name": "Frailty", "slug": "frailty"})
    elif change == "delete":
        desk.post(f"/admin/people/expertise/{subject.pk}/delete/", {"post": "yes"})
    else:
        desk.post(
            "/admin/people/expertise/",
            {"action": "delete_selected", "_selected_action": [subject.pk], "post": "yes"},
        )
    assert list(staff.profile.expertise.names()) == (["Frailty"] if change == "change" else [])
    assert announced == ([subject] if change == "change" else [staff.profile])


def test_a_listener_is_told_once_however_often_it_asks(staff, monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])
    heard = []
    for _ in range(2):
        changes.listen(heard.append)
    changes.announce([staff.profile])
    assert heard == [[staff.profile]]
