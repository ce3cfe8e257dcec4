"""Suggestions while somebody types: who and what, and only what the person may see."""

import re

import pytest
from django.urls import reverse

from repository import suggestions
from repository.models import Contributor, NameVariant
from repository.suggestions import inverted
from tests.builders import make_department, make_record, make_user

pytestmark = pytest.mark.django_db


def people(client, text):
    return client.get(reverse("repository:suggest_people"), {"q": text}).json()["suggestions"]


def subjects(client, text):
    return client.get(reverse("repository:suggest_subjects"), {"q": text}).json()["suggestions"]


def contributor(family):
    return Contributor.objects.get(family_name=family)


def test_people_are_found_by_any_part_of_their_name_without_case_and_accents(signed_in, staff):
    make_record(authors=("Núñez, Zoë", "Smithson, Jane A.", "Okafor, Ada"))
    colleague = make_user("Jane Smith")
    colleague.profile.department = make_department("Emergency medicine")
    colleague.profile.save()
    make_user("Jane Gone", is_active=False)
    browser = signed_in(staff)
    nunez = {"value": "Núñez, Zoë", "label": "Núñez, Zoë", "key": f"contributor:{contributor('Núñez').pk}"}
    smithson = {
        "value": "Smithson, Jane A.", "label": "Smithson, Jane A.", "key": f"contributor:{contributor('Smithson').pk}",
    }  # fmt: skip
    smith = {"value": "Smith, Jane", "label": "Smith, Jane – Emergency medicine", "key": f"user:{colleague.pk}"}
    assert people(browser, "zoe NUN") == [nunez]
    assert people(browser, "jane") == [smith, smithson]
    assert people(browser, "Smith, J") == [smith, smithson]
    assert people(browser, "mith") == []


def test_where_an_account_is_wanted_only_colleagues_are_suggested(signed_in, staff):
    make_record(authors=("Smithson, Jane A.", "Smith, Jane"))
    colleague = make_user("Jane Smith")
    make_user("Jane Gone", is_active=False)
    answer = signed_in(staff).get(reverse("repository:suggest_colleagues"), {"q": "jane"}).json()
    assert answer == {"suggestions": [{"value": "Smith, Jane", "label": "Smith, Jane", "key": f"user:{colleague.pk}"}]}
    record = make_record(type="policy", status="draft", depositor=staff)
    page = signed_in(staff).get(reverse("repository:edit", args=[record.pk])).text
    asked = {
        name: re.search(f'name="{name}"[^>]* data-suggest="([^"]*)"', page).group(1)
        for name in ("depositor", "owner", "deputy")
    }
    assert asked == dict.fromkeys(asked, reverse("repository:suggest_colleagues"))


def test_a_contributor_who_is_a_colleague_is_one_row_and_a_merged_one_none(signed_in, staff):
    make_record(authors=("Staff, Stella", "Staff, S."))
    one, other = Contributor.objects.order_by("pk")
    one.user = staff
    one.save()
    other.merged_into = one
    other.save()
    NameVariant.objects.create(contributor=one, family_name="Maiden", given_names="Stella")
    row = {"value": "Staff, Stella", "label": "Staff, Stella", "key": f"contributor:{one.pk}"}
    assert people(signed_in(staff), "staff") == [row]
    assert people(signed_in(staff), "maiden") == [row]


def test_contributors_of_records_that_the_user_may_not_see_are_not_suggested(signed_in, staff, depositor, librarian):
    make_record(status="draft", depositor=depositor, authors=("Draftsman, Dora",), subjects=("Drafting",))
    make_record(audience="library", authors=("Libby, Lena",), subjects=("Librarianship",))
    seen = {
        user.name: (
            [row["value"] for row in people(signed_in(user), "dora") + people(signed_in(user), "lena")],
            [row["value"] for row in subjects(signed_in(user), "draft") + subjects(signed_in(user), "libr")],
        )
        for user in (staff, depositor, librarian)
    }
    assert seen == {
        "Stella Staff": ([], []),
        "Dele Depositor": (["Draftsman, Dora"], ["Drafting"]),
        "Libby Librarian": (["Libby, Lena"], ["Librarianship"]),
    }


def test_headings_begin_with_the_text_first_and_the_most_used_stand_above(signed_in, staff):
    for subject in ("Frailty", "Frailty", "Frail Elderly", "Care of the Frail", "Falls"):
        make_record(subjects=(subject,))
    rows = subjects(signed_in(staff), " fRAIl ")
    assert [row["label"] for row in rows] == ["Frailty – MeSH", "Frail Elderly – MeSH", "Care of the Frail – MeSH"]


def test_only_those_who_are_signed_in_are_answered(client):
    for name in ("suggest_people", "suggest_colleagues", "suggest_subjects", "suggest_duplicates"):
        answer = client.get(reverse(f"repository:{name}"), {"q": "smith"})
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)


@pytest.mark.parametrize("text", ["", "a", "%", "_ _", "\x00", "\\", "'", "x" * 5_000, "😀😀", " , , "])
def test_strange_text_suggests_nothing(signed_in, staff, text):
    make_record(subjects=("Frailty",))
    assert (people(signed_in(staff), text), subjects(signed_in(staff), text)) == ([], [])


def test_ten_at_most_in_the_same_number_of_queries(staff, django_assert_num_queries):
    def ask():
        staff.has_perm("repository.view_record")
        with django_assert_num_queries(3):
            return len(suggestions.people("smith", user=staff)), len(suggestions.subjects("falls", user=staff))

    for number in range(3):
        make_record(authors=(f"Smith, A{number}",), subjects=(f"Falls {number}",))
    assert ask() == (3, 3)
    for number in range(3, 50):
        make_record(authors=(f"Smith, A{number}",), subjects=(f"Falls {number}",))
    assert ask() == (10, 10)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jane Smith", "Smith, Jane"),
        ("Jane van der Berg", "van der Berg, Jane"),
        ("Plato", "Plato"),
        ("", ""),
        ("de Souza", "Souza, de"),
    ],
)
def test_names_are_turned_round(name, expected):
    assert inverted(name) == expected
