"""The table of roles becomes groups with exactly its permissions."""

import pytest
from django.contrib.auth.models import Group, Permission

from kmportal.people.roles import ROLES, synchronise_roles

pytestmark = pytest.mark.django_db


def permissions_of(name):
    return {
        f"{app}.{codename}"
        for app, codename in Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    }


def test_every_role_has_its_group_after_migrating():
    assert set(Group.objects.values_list("name", flat=True)) == {role.name for role in ROLES}


def test_every_permission_that_the_table_names_exists():
    named = {name for role in ROLES for name in role.permissions if not name.endswith("*")}
    existing = {
        f"{app}.{codename}" for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert named - existing == set()


def test_staff_have_none_and_administrators_all():
    assert permissions_of("Staff") == set()
    assert len(permissions_of("Administrator")) == Permission.objects.count()


def test_librarians_publish_and_do_not_make_accounts():
    librarian = permissions_of("Librarian")
    assert "repository.publish_record" in librarian
    assert not {"people.add_user", "people.change_user", "events.publish_session"} & librarian


def test_a_permission_that_somebody_added_by_hand_is_taken_back():
    Group.objects.get(name="Staff").permissions.add(Permission.objects.get(codename="publish_record"))
    synchronise_roles()
    assert permissions_of("Staff") == set()


def test_the_desk_is_for_those_whose_role_lets_them_in(staff, librarian, facilitator, km_lead, administrator):
    assert [user.is_staff for user in (staff, librarian, facilitator, km_lead, administrator)] == [
        False, True, True, True, True,
    ]  # fmt: skip


def test_somebody_who_left_does_not_enter_the_desk(librarian):
    librarian.is_active = False
    assert not librarian.is_staff
