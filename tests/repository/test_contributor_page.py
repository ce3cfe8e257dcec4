"""A contributor's page: works, co-authors and years, as far as the reader may see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.models import Contributor
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def contributor(family):
    return Contributor.objects.get(family_name=family)


def test_works_co_authors_and_years(client):
    make_record("First", issued="2019", authors=("Smith, Jane", "Okafor, Ada"))
    make_record("Second", issued="2021", authors=("Okafor, Ada", "Smith, Jane", "Patel, Ravi"))
    make_record("Undated", issued="", authors=("Smith, Jane",))
    make_record("Of others", authors=("Patel, Ravi",))
    make_record("Gone", status="withdrawn", authors=("Smith, Jane", "Jones, Rhys"))
    page = client.get(contributor("Smith").get_absolute_url())
    assert [record.title for record in page.context["page"]] == ["Second", "First", "Undated"]
    co_authors = [(str(other), other.shared) for other in page.context["co_authors"]]
    assert co_authors == [("Ada Okafor", 2), ("Ravi Patel", 1)]
    assert [(bar.label, bar.value_text) for bar in page.context["chart"].bars] == [
        ("2021", "1"),
        ("2019", "1"),
        ("No date", "1"),
    ]
    assert "Jane Smith" in page.text


def test_a_colleague_sees_the_way_to_the_profile_and_a_stranger_does_not(client, staff):
    make_record("First", authors=("Staff, Stella",))
    Contributor.objects.update(user=staff, orcid="0000-0002-1825-0097")
    address = contributor("Staff").get_absolute_url()
    profile = f'href="/people/{staff.profile.pk}/"'
    page = client.get(address).text
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in page
    assert profile not in page
    client.force_login(staff)
    assert profile in client.get(address).text


def test_who_has_nothing_that_the_reader_may_see_is_not_found(client, signed_in, librarian, depositor, staff):
    make_record("Draft", status="draft", depositor=depositor, authors=("Smith, Jane",))
    make_record("Gone", status="withdrawn", authors=("Jones, Rhys",))
    smith, jones = contributor("Smith").get_absolute_url(), contributor("Jones").get_absolute_url()
    seen = {
        name: (browser.get(smith).status_code, browser.get(jones).status_code)
        for name, browser in {
            "anonymous": client, "staff": signed_in(staff), "owner": signed_in(depositor),
            "librarian": signed_in(librarian),
        }.items()
    }  # fmt: skip
    assert seen == {"anonymous": (404, 404), "staff": (404, 404), "owner": (200, 404), "librarian": (404, 404)}
    assert "Draft" in signed_in(depositor).get(smith).text


def test_a_contributor_who_was_merged_leads_to_the_one_they_were_merged_into(client):
    make_record("First", authors=("Smith, Jane",))
    make_record("Hidden", authors=("Jones, Rhys",), audience="library")
    smith, jones = contributor("Smith"), contributor("Jones")
    merged, hidden = (
        Contributor.objects.create(family_name="Smyth", merged_into=smith),
        Contributor.objects.create(family_name="Johns", merged_into=jones),
    )
    answer = client.get(merged.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, smith.get_absolute_url())
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_works_and_co_authors_that_are_not_for_the_reader_are_not_named(client, signed_in, staff, librarian):
    make_record("For all", authors=("Smith, Jane", "Okafor, Ada"), issued="2020")
    make_record("For staff", authors=("Smith, Jane", "Patel, Ravi"), issued="2021", audience="staff")
    make_record("For the library", authors=("Smith, Jane", "Lee, Min"), issued="2022", audience="library")
    make_record("Earlier version", authors=("Smith, Jane", "Old, Name"), issued="2019", status="replaced")
    address = contributor("Smith").get_absolute_url()
    seen = {}
    for name, browser in {"anybody": client, "staff": signed_in(staff), "library": signed_in(librarian)}.items():
        page = browser.get(address).context
        seen[name] = ([one.title for one in page["page"]], sorted(str(one) for one in page["co_authors"]))
    assert seen == {
        "anybody": (["For all"], ["Ada Okafor"]),
        "staff": (["For staff", "For all"], ["Ada Okafor", "Ravi Patel"]),
        "library": (["For the library", "For staff", "For all"], ["Ada Okafor", "Min Lee", "Ravi Patel"]),
    }


def test_the_number_of_queries_does_not_grow_with_the_works(client):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(contributor("Smith").get_absolute_url())
        return len(queries)

    for number in range(3):
        make_record(f"Paper {number}", authors=("Smith, Jane", f"Author{number}, A"))
    few = asked()
    for number in range(47):
        make_record(f"Paper {number}", authors=("Smith, Jane", f"Other{number}, A"))
    assert (asked(), few <= 12) == (few, True)
