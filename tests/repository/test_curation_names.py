"""Authority control: finding contributors who may be one, merging and parting them, and undoing both."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.edits import Change, changes_of
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from repository.curation import alike, names, operations, pairs
from repository.models import Contribution, Contributor, Lookalike, NameVariant, Operation, Record
from tests.builders import make_record
from tests.repository.intake.test_importing import load, nbib

pytestmark = pytest.mark.django_db

ORCID, OTHER_ORCID = "0000-0002-1825-0097", "0000-0001-5109-3700"


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def person(name, **fields):
    family, _, given = name.partition(", ")
    return Contributor.objects.create(family_name=family, given_names=given, **fields)


def everything():
    """Return all rows that a merge may change."""
    return {
        "people": list(Contributor.objects.order_by("pk").values_list("pk", "orcid", "user", "merged_into")),
        "places": list(Contribution.objects.order_by("pk").values_list("pk", "contributor", "record", "affiliation")),
        "variants": list(NameVariant.objects.order_by("name_key").values_list("contributor", "name_key")),
    }


def test_works_account_orcid_and_names_follow_a_merge_and_undoing_it_is_exact(librarian, staff):
    make_record("One", authors=("Smith, J", "Okafor, Ada"))
    make_record("Two", authors=("Smith, Jane",))
    make_record("Three", authors=("Smith, J", "Smith, Jane"))
    short, full = Contributor.objects.get(given_names="J"), Contributor.objects.get(given_names="Jane")
    short.orcid, short.user = ORCID, staff
    short.save()
    NameVariant.objects.create(contributor=short, family_name="Smythe", given_names="J")
    NameVariant.objects.create(contributor=full, family_name="Smith", given_names="Janie")
    earlier = person("Smyth, J", merged_into=short)
    Contribution.objects.filter(contributor=short, record__title="Three").update(affiliation="Ward")
    before = everything()

    operation = names.merge(kept=full, merged=short, by=librarian)
    full.refresh_from_db()
    assert operation.summary == "Merged Smith, J into Smith, Jane (2 works)"
    assert (full.orcid, full.user) == (ORCID, staff)
    assert sorted(full.contributions.values_list("record__title", flat=True)) == ["One", "Three", "Two"]
    assert sorted(full.variants.values_list("name_key", flat=True)) == ["smith, j", "smith, janie", "smythe, j"]
    assert set(Contributor.objects.filter(merged_into=full)) == {short, earlier}

    assert operations.undo(operation, by=librarian) == []
    assert everything() == before
    with pytest.raises(NotAllowed):
        operations.undo(operation, by=librarian)


def test_works_keep_the_name_that_is_printed_on_them(librarian, desk):
    record = make_record("One", authors=("Smith, J",))
    short, full = Contributor.objects.get(given_names="J"), person("Smith, Jane")

    def credited():
        page = desk.get(record.get_absolute_url())
        return re.findall(r'href="/repository/contributors/(\d+)/">(Smith[^<]*)</a>', page.text)

    before = credited(), everything()
    assert before[0] == [(str(short.pk), "Smith, J")]
    preview = desk.get(f"/repository/desk/contributors/{short.pk}/{full.pk}/").text
    assert "Each work keeps the name as it is printed on it" in preview
    operation = names.merge(kept=full, merged=short, by=librarian)
    assert credited() == [(str(full.pk), "Smith, J")]
    operations.undo(operation, by=librarian)
    assert (credited(), everything()) == before
    assert "Works keep the name as it is printed" in desk.get(f"/admin/repository/contributor/{full.pk}/change/").text


def test_a_place_that_somebody_changed_since_stays_and_is_told(librarian):
    make_record("One", authors=("Smith, J",))
    full, other = person("Smith, Jane"), person("Jones, A")
    operation = names.merge(kept=full, merged=Contributor.objects.get(given_names="J"), by=librarian)
    Contribution.objects.update(contributor=other)
    assert operations.undo(operation, by=librarian) == ["1 work stayed: somebody has changed their contributors since."]
    assert Contribution.objects.get().contributor == other


@pytest.mark.parametrize(
    ("one", "other", "refusal"),
    [
        ({"orcid": ORCID}, {"orcid": OTHER_ORCID}, "They have two different ORCID iDs"),
        ({"kind": "group"}, {}, "One of them is a person and the other a group."),
    ],
)
def test_two_who_cannot_be_one_are_not_merged(librarian, one, other, refusal):
    kept, merged = person("Smith, J", **one), person("Smith, Jane", **other)
    with pytest.raises(NotAllowed, match=refusal):
        names.merge(kept=kept, merged=merged, by=librarian)
    assert Contributor.objects.filter(merged_into=None).count() == 2


def test_nobody_is_merged_with_themselves_or_twice(librarian):
    kept, merged = person("Smith, J"), person("Smith, Jane")
    with pytest.raises(NotAllowed):
        names.merge(kept=kept, merged=kept, by=librarian)
    names.merge(kept=kept, merged=merged, by=librarian)
    with pytest.raises(NotAllowed):
        names.merge(kept=kept, merged=merged, by=librarian)


def test_one_who_is_two_is_parted_and_undoing_makes_one_again(librarian):
    make_record("Hearts", authors=("Smith, J",))
    make_record("Minds", authors=("Smith, J",))
    smith = Contributor.objects.get()
    place = Contribution.objects.get(record__title="Minds")
    operation = names.split(smith, [place.pk], by=librarian, name="Smith, John")
    assert list(Contributor.objects.values_list("given_names", "contributions__record__title").order_by("pk")) == [
        ("J", "Hearts"),
        ("John", "Minds"),
    ]
    assert operations.undo(operation, by=librarian) == []
    assert list(Contributor.objects.values_list("given_names", "contributions__record__title")) == [
        ("J", "Hearts"),
        ("J", "Minds"),
    ]


def test_works_move_to_somebody_who_is_there_but_not_twice_onto_one_record(librarian):
    make_record("Hearts", authors=("Smith, J", "Smith, Jane"))
    short, full = Contributor.objects.get(given_names="J"), Contributor.objects.get(given_names="Jane")
    with pytest.raises(NotAllowed, match="stands on “Hearts” already"):
        names.split(short, [short.contributions.get().pk], by=librarian, into=full)
    with pytest.raises(NotAllowed, match="Choose the works"):
        names.split(short, [], by=librarian, name="X")
    with pytest.raises(NotAllowed, match="Say whose works they are"):
        names.split(short, [short.contributions.get().pk], by=librarian, name=" …, ")
    for name in ("x" * 301, "x, " + "y" * 201):
        with pytest.raises(NotAllowed, match="That name is too long"):
            names.split(short, [short.contributions.get().pk], by=librarian, name=name)


def test_who_may_be_one_is_found_with_its_reason():
    a = {name: person(name) for name in ("Smith, Jane", "Jane, Smith", "Okafor, A", "Okafor, Ada Mary", "Núñez, Zoë")}
    plain = person("Nunez, Zoe", orcid=ORCID)
    known = person("Brown, Mary")
    NameVariant.objects.create(contributor=person("Green, Mary"), family_name="Brown", given_names="Mary")
    person("Jones, B"), person("Jones, Carl"), person("Smith, Jane", kind="group")
    alike.look_for_contributors()
    found = {frozenset((row.first_id, row.second_id)): row.reason for row in pairs.of(Contributor)}
    assert found == {
        frozenset((a["Smith, Jane"].pk, a["Jane, Smith"].pk)): "Family and given names the other way round",
        frozenset((a["Okafor, A"].pk, a["Okafor, Ada Mary"].pk)): "Initials that fit the full name",
        frozenset((a["Núñez, Zoë"].pk, plain.pk)): "The same name",
        frozenset((known.pk, known.pk + 1)): "The name of one is a known form of the name of the other",
    }
    alike.look_for_contributors()
    assert Lookalike.objects.count() == 4


def test_what_was_decided_stays_decided_and_what_no_longer_fits_goes(librarian):
    one, two = person("Smith, Jane"), person("Smith, Jane")
    three = person("Jones, A")
    person("Jones, Adam")
    alike.look_for_contributors()
    pairs.decide(Contributor, one.pk, two.pk, "different", by=librarian)
    three.family_name = "Johnson"
    three.save()
    assert alike.look_for_contributors() == 0
    assert list(Lookalike.objects.values_list("decision", flat=True)) == ["different"]


@pytest.mark.parametrize("number", [3, 50])
def test_looking_takes_a_fixed_number_of_queries(number):
    for n in range(number):
        person(f"Smith{n}, Jane"), person(f"Smith{n}, Jane")
    with CaptureQueriesContext(connection) as queries:
        alike.look_for_contributors()
    assert (len(queries), Lookalike.objects.count()) == (10, number)


def test_an_import_finds_people_by_their_other_names_and_never_the_merged(librarian):
    kept, merged = person("Smith, Jane"), person("Smyth, Jane")
    names.merge(kept=kept, merged=merged, by=librarian)
    load(nbib(1, authors=("Smyth, Jane",)))
    assert list(Contribution.objects.values_list("contributor", "credited_as")) == [(kept.pk, "Smyth, Jane")]


def test_the_pages_show_pairs_compare_them_and_merge(desk):
    make_record("One", authors=("Smith, Jane",))
    make_record("Two", authors=("Smith, J",))
    assert "1 pair to look at." in desk.post("/repository/desk/contributors/look/", follow=True).text
    listed = desk.get("/repository/desk/contributors/")
    (pair,) = listed.context["lookalikes"]
    address = f"/repository/desk/contributors/{pair['first'].pk}/{pair['second'].pk}/"
    assert address in listed.text
    compared = desk.get(address)
    assert ("One" in compared.text, "Two" in compared.text) == (True, True)
    full = Contributor.objects.get(given_names="Jane")
    done = desk.post(address, {"keep": str(full.pk)}, follow=True)
    assert "Merged Smith, J into Smith, Jane (1 work)" in done.text
    assert Record.objects.get(title="Two").contributions.get().contributor == full
    assert desk.get("/repository/desk/contributors/").context["page"].object_list.count() == 1


def test_the_drafts_of_others_are_not_counted_among_the_works(desk, depositor):
    make_record("Hearts", authors=("Smith, J",))
    make_record("Secret", authors=("Smith, J",), status="draft", depositor=depositor)
    smith = Contributor.objects.get()
    other = person("Jones, A")
    pages = [
        desk.get(f"/repository/desk/contributors/{path}") for path in ("", f"{smith.pk}/", f"{smith.pk}/{other.pk}/")
    ]
    assert [page.text.count("Secret") for page in pages] == [0, 0, 0]
    counted = (pages[0].context["page"].object_list[1], pages[1].context["person"], pages[2].context["first"])
    assert [one.works for one in counted] == [1, 1, 1]


def test_a_refused_merge_says_why_and_a_pair_can_be_kept_apart(desk):
    one, two = person("Smith, Jane", orcid=ORCID), person("Smith, J", orcid=OTHER_ORCID)
    address = f"/repository/desk/contributors/{one.pk}/{two.pk}/"
    refused = desk.post(address, {"keep": str(one.pk)})
    assert (refused.status_code, "two different ORCID iDs" in refused.text) == (409, True)
    desk.post(address, {"decision": "different"})
    assert Lookalike.objects.get().decision == "different"


def test_works_are_moved_on_the_page_of_one(desk):
    make_record("Hearts", authors=("Smith, J",))
    smith, place = Contributor.objects.get(), Contribution.objects.get()
    page = f"/repository/desk/contributors/{smith.pk}/"
    assert "Hearts" in desk.get(page).text
    assert "Choose the works" in desk.post(f"{page}split/", {"name": "Smith, John"}, follow=True).text
    desk.post(f"{page}split/", {"works": str(place.pk), "name": "Smith, John"})
    assert Contribution.objects.get().contributor.given_names == "John"


@pytest.mark.parametrize("words", ["", "smith", "Smith, J", "Núñez", ORCID, "%", "…", "\x00", "x" * 5_000])
def test_whatever_is_searched_for_is_answered(desk, words):
    person("Smith, Jane", orcid=ORCID)
    answer = desk.get("/repository/desk/contributors/", {"q": words})
    found = [str(one) for one in answer.context["page"].object_list]
    assert found == (["Jane Smith"] if words in ("", "smith", "Smith, J", ORCID, "\x00") else [])


def test_the_list_takes_as_many_queries_with_fifty_as_with_three(desk):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get("/repository/desk/contributors/")
        return len(queries)

    for n in range(3):
        make_record(f"R{n}", authors=(f"Smith{n}, Jane", f"Smith{n}, J"))
    alike.look_for_contributors()
    asked()  # fills the cache of content types
    few = asked()
    for n in range(3, 50):
        make_record(f"R{n}", authors=(f"Smith{n}, Jane", f"Smith{n}, J"))
    alike.look_for_contributors()
    assert (few, asked()) == (12, 12)


def test_an_orcid_of_somebody_else_is_refused_with_their_name(desk):
    person("Smith, Jane", orcid=ORCID)
    form = {"kind": "person", "family_name": "Jones", "orcid": f"https://orcid.org/{ORCID}",
            "variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0"}  # fmt: skip
    answer = desk.post("/admin/repository/contributor/add/", form)
    assert answer.context["adminform"].form.errors == {
        "orcid": ["This is the ORCID iD of Jane Smith. If they are the same person, merge the two."]
    }
    mistyped = desk.post("/admin/repository/contributor/add/", {**form, "orcid": "0000-0002-1825-0098"})
    assert "mistyped character" in str(mistyped.context["adminform"].form.errors)
    desk.post("/admin/repository/contributor/add/", {**form, "orcid": f"https://orcid.org/{OTHER_ORCID}"})
    assert Contributor.objects.get(family_name="Jones").orcid == OTHER_ORCID


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_nobody_else_looks_after_names(signed_in, request, role):
    one, two = person("Smith, Jane"), person("Smith, J")
    browser = signed_in(request.getfixturevalue(role))
    base = "/repository/desk/contributors/"
    gets = [browser.get(f"{base}{path}") for path in ("", f"{one.pk}/", f"{one.pk}/{two.pk}/")]
    posts = [
        browser.post(f"{base}{path}", {"keep": str(one.pk)})
        for path in ("look/", f"{one.pk}/split/", f"{one.pk}/{two.pk}/")
    ]
    assert [answer.status_code for answer in gets + posts] == [404] * 6
    assert (Operation.objects.count(), Contributor.objects.filter(merged_into=None).count()) == (0, 2)


def test_the_works_in_the_private_drafts_of_others_are_not_parted(librarian, depositor):
    draft = make_record("Secret", status="draft", depositor=depositor)
    smith, place = Contributor.objects.get(), draft.contributions.get()
    with pytest.raises(NotAllowed, match="Choose the works that are somebody else’s"):
        names.split(smith, [place.pk], by=librarian, name="Smith, John")
    assert draft.contributions.get().contributor == smith


def test_a_record_that_loses_a_place_to_a_merge_says_so_in_its_history(librarian):
    both = make_record("Both", authors=("Smith, J", "Smith, Jane"))
    make_record("One", authors=("Smith, J",))
    short, full = Contributor.objects.get(given_names="J"), Contributor.objects.get(given_names="Jane")
    operation = names.merge(kept=full, merged=short, by=librarian)
    operations.undo(operation, by=librarian)
    told = Edit.objects.filter(content_type__model="record").order_by("pk")
    assert [(edit.object_id, edit.by, edit.reason, changes_of(edit)) for edit in told] == [
        (both.pk, librarian, "J Smith was merged into Jane Smith",
         [Change("contributors", "Contributors", "Smith, J\nSmith, Jane", "Smith, Jane")]),
        (both.pk, librarian, "Undone: Merged Smith, J into Smith, Jane (2 works)",
         [Change("contributors", "Contributors", "Smith, Jane", "Smith, J\nSmith, Jane")]),
    ]  # fmt: skip


def test_undoing_a_parting_keeps_whom_somebody_has_given_an_orcid_since(librarian):
    record = make_record(authors=("Smith, Jane",))
    place = record.contributions.get()
    operation = names.split(place.contributor, [place.pk], by=librarian, name="Smith, John")
    Contributor.objects.filter(given_names="John").update(orcid=ORCID)
    operations.undo(operation, by=librarian)
    assert list(Contributor.objects.order_by("pk").values_list("given_names", "orcid")) == [
        ("Jane", ""), ("John", ORCID),
    ]  # fmt: skip


def test_nobody_is_compared_with_themselves(desk):
    smith = person("Smith, Jane")
    page = f"/repository/desk/contributors/{smith.pk}/{smith.pk}/"
    assert [desk.get(page).status_code, desk.post(page, {"decision": "different"}).status_code] == [404, 404]
