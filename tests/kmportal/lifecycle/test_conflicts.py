"""Two people save one thing: the later one sees both texts, and then decides."""

import pytest
from taggit.models import Tag

from kmportal.lifecycle import edits
from kmportal.lifecycle.edits import Change
from kmportal.lifecycle.forms import conflict
from kmportal.lifecycle.models import Edit
from kmportal.people import roles
from kmportal.people.models import Department, Expertise, Profile, Site, User
from repository.models import Collection, Contributor, Record, SubjectTerm
from tests import desk
from tests.builders import make_lesson, make_record, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/repository/record/"
INLINES = ("contributions", "identifiers", "subjects", "files")


@pytest.fixture
def first(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def second(signed_in, librarian):
    return signed_in(librarian)


def sent(record, **fields):
    form = {"type": record.type, "title": record.title, "abstract": record.abstract, "tags": "", "audience": "open"}
    form |= {f"{name}-{kind}_FORMS": "0" for name in INLINES for kind in ("TOTAL", "INITIAL")}
    return {**form, "issued": "2020", "seen": record.changed_at.isoformat(), **fields}


def save(browser, record, **fields):
    return browser.post(f"{LIST}{record.pk}/change/", sent(record, **fields))


def differences(answer):
    found = answer.context["conflict"]
    return found.by, {change.label: (change.before, change.after) for change in found.changes}


def test_the_later_one_sees_both_texts_and_keeps_their_own(first, second):
    record = make_record("Falls", authors=(), issued="2020")
    save(first, record, title="First", tags="stairs, beds", languages=["eng", "wel"])
    answer = save(second, record, title="Second", type="poster")
    assert differences(answer) == (
        "Ada Administrator",
        {
            "Type": ("Journal article", "Poster"),
            "Title": ("First", "Second"),
            "Languages": ("English, Welsh", ""),
            "Tags": ("beds, stairs", ""),
        },
    )
    assert answer.context["adminform"].form["title"].value() == "Second"
    assert ("Ada Administrator saved this before you did" in answer.text, Record.objects.get().title) == (True, "First")


def test_having_seen_it_they_save_on_purpose_and_leave_what_they_choose(first, second):
    record = make_record("Falls", authors=(), issued="2020")
    save(first, record, title="First", tags="stairs")
    answer = save(second, record, title="Second")
    seen = answer.context["adminform"].form["seen"].value()
    assert seen == Record.objects.get().changed_at.isoformat()
    done = save(second, record, title="Second", seen=seen, leave=["tags"])
    assert done.status_code == 302
    changed = Record.objects.get()
    assert (changed.title, list(changed.tags.names())) == ("Second", ["stairs"])


def test_a_third_save_in_between_is_noticed_again(first, second, signed_in, librarian):
    record = make_record("Falls", authors=(), issued="2020")
    save(first, record, title="First")
    seen = save(second, record, title="Second").context["adminform"].form["seen"].value()
    save(first, Record.objects.get(), title="Third")
    answer = save(second, record, title="Second", seen=seen)
    assert differences(answer)[1] == {"Title": ("Third", "Second")}


def test_rows_are_compared_too(first, second):
    record = make_record("Falls", authors=("Smith, Jane",), issued="2020", identifiers=(("doi", "10.1234/abc"),))
    place = record.contributions.get()
    row = {
        "contributions-TOTAL_FORMS": "1", "contributions-INITIAL_FORMS": "1", "contributions-0-id": place.pk,
        "contributions-0-record": record.pk, "contributions-0-contributor": place.contributor_id,
        "contributions-0-role": "author", "contributions-0-position": "0",
    }  # fmt: skip
    doi = record.identifiers.get()
    number = {"identifiers-TOTAL_FORMS": "1", "identifiers-INITIAL_FORMS": "1", "identifiers-0-id": doi.pk,
              "identifiers-0-record": record.pk, "identifiers-0-scheme": "doi",
              "identifiers-0-value": "10.1234/abc"}  # fmt: skip
    saved = save(first, record, **row, **number, **{"contributions-0-credited_as": "Smith, J. A."})
    assert saved.status_code == 302
    answer = save(second, record, **row, **number, **{"contributions-0-credited_as": "Smith, Jane B."})
    assert differences(answer)[1] == {
        "Contributors": ("Smith, J. A., Jane Smith, Author", "Smith, Jane B., Jane Smith, Author")
    }
    assert record.contributions.get().credited_as == "Smith, J. A."


def test_nothing_is_lost_where_a_row_was_removed_meanwhile(first, second):
    record = make_record("Falls", authors=(), issued="2020", identifiers=(("doi", "10.1234/abc"),))
    doi = record.identifiers.get()
    number = {"identifiers-TOTAL_FORMS": "1", "identifiers-INITIAL_FORMS": "1", "identifiers-0-id": doi.pk,
              "identifiers-0-record": record.pk, "identifiers-0-scheme": "doi",
              "identifiers-0-value": "10.1234/abc"}  # fmt: skip
    assert save(first, record, **number, **{"identifiers-0-DELETE": "on"}).status_code == 302
    answer = save(second, record, **number, title="Second")
    assert answer.status_code == 200
    assert differences(answer)[1] == {
        "Title": ("Falls", "Second"),
        "Identifiers": ("", "DOI 10.1234/abc, DOI, 10.1234/abc"),
    }
    seen = answer.context["adminform"].form["seen"].value()
    assert save(second, record, **number, title="Second", seen=seen).status_code == 302
    assert list(record.identifiers.values_list("value", flat=True)) == ["10.1234/abc"]


@pytest.mark.parametrize("seen", ["", "junk", "2020-01-01T00:00:00+00:00", "9" * 300])
def test_junk_for_what_was_seen_is_a_conflict_and_no_crash(second, seen):
    record = make_record("Falls", authors=(), issued="2020")
    answer = save(second, record, title="Second", seen=seen)
    assert (answer.status_code, differences(answer)[1]) == (200, {"Title": ("Falls", "Second")})


def test_junk_for_a_choice_among_rows_is_shown_beside_what_is_saved(first, second):
    record = make_record("Falls", authors=(), issued="2020")
    save(first, record, title="First")
    answer = save(second, record, collection="none\x00", groups=["x", "9" * 40])
    assert differences(answer)[1] == {
        "Title": ("First", "Falls"),
        "Collection": ("", "none\x00"),
        "Groups": ("", f"{'9' * 40}, x"),
    }


def test_whoever_moved_it_is_named_too(second, librarian):
    from repository import deposits

    record = make_record("Falls", authors=(), issued="2020", status="submitted")
    stale = Record.objects.get()
    deposits.move(record, "publish", by=librarian)
    assert differences(save(second, stale))[0] == "Libby Librarian"


def test_any_form_can_ask(librarian):
    lesson = make_lesson()
    labels = {"sentence": "Lesson", "why": "Why"}
    seen = lesson.changed_at.isoformat()
    told = {"saved": {"sentence": "a"}, "written": {"sentence": "b"}, "labels": labels}
    assert conflict(lesson, seen=seen, **told) is None
    edits.note(lesson, [Change("sentence", "Lesson", "", "a")], by=librarian)
    found = conflict(lesson, seen=None, **told)
    assert (found.by, found.seen, found.changes) == (
        "Libby Librarian",
        seen,
        (Change("sentence", "Lesson", "a", "b"),),
    )


def test_every_save_at_the_desk_is_kept_before_and_after(second, librarian):
    record = make_record("Falls", authors=(), issued="2020")
    save(second, record, title="Tumbles")
    (edit,) = Edit.objects.of(record)
    assert (edit.by, edit.changes) == (
        librarian,
        [{"part": "title", "label": "Title", "before": "Falls", "after": "Tumbles"}],
    )
    history = second.get(f"{LIST}{record.pk}/history/")
    assert [event.sentence for event in history.context["timeline"]] == [
        "Libby Librarian changed the title from “Falls” to “Tumbles”."
    ]
    save(second, Record.objects.get())
    assert Edit.objects.of(record).count() == 1


@pytest.fixture
def administrators(signed_in):
    names = ("Ada Administrator", "Alf Administrator")
    return [signed_in(make_user(name, role=roles.ADMINISTRATOR)) for name in names]


NO_ROWS = {"variants-TOTAL_FORMS": "0", "variants-INITIAL_FORMS": "0"}
PROFILE = {"staff_group": "", "department": "", "site": "", "about": "", "expertise": "", "orcid": ""}


@pytest.mark.parametrize(
    ("make", "form", "part", "label"),
    [
        (
            lambda: Contributor.objects.create(family_name="Smith"),
            {"kind": "person", "family_name": "Smith", **NO_ROWS},
            "given_names",
            "Given names",
        ),
        (
            lambda: SubjectTerm.objects.create(scheme="mesh", label="Falls"),
            {"scheme": "mesh", "label": "Falls"},
            "code",
            "Code",
        ),
        (
            lambda: Collection.objects.create(name="Posters", slug="posters"),
            {"name": "Posters", "slug": "posters"},
            "description",
            "Description",
        ),
        (lambda: Tag.objects.create(name="falls", slug="falls"), {"slug": "falls"}, "name", "Name"),
        (lambda: Department.objects.create(name="Ward 7", slug="ward-7"), {"slug": "ward-7"}, "name", "Name"),
        (lambda: Site.objects.create(name="Riverside", slug="riverside"), {"slug": "riverside"}, "name", "Name"),
        (lambda: Expertise.objects.create(name="Falls", slug="falls"), {"slug": "falls"}, "name", "Name"),
        (lambda: make_user("Stella Staff").profile, PROFILE, "job_title", "Job title"),
    ],
)
def test_every_list_of_the_desk_is_guarded(make, form, part, label, administrators):
    thing = make()
    first, second = administrators
    address = f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{thing.pk}/change/"
    opened = {"seen": desk.seen(second, address), **form}
    assert desk.save(first, address, {**form, part: "First"}).status_code == 302
    answer = second.post(address, {**opened, part: "Second"})
    assert differences(answer) == ("Ada Administrator", {label: ("First", "Second")})
    assert "Ada Administrator saved this before you did" in answer.text
    thing.refresh_from_db()
    assert getattr(thing, part) == "First"
    seen = answer.context["adminform"].form["seen"].value()
    assert second.post(address, {**form, "seen": seen, part: "Second"}).status_code == 302
    thing.refresh_from_db()
    assert (getattr(thing, part), Edit.objects.of(thing).count()) == ("Second", 2)


def variants(*rows):
    """Return what a browser sends of the other forms of a name: their fields, and the keys of those that are there."""
    form = {"variants-TOTAL_FORMS": str(len(rows)), "variants-INITIAL_FORMS": str(sum("id" in row for row in rows))}
    return form | {f"variants-{number}-{key}": value for number, row in enumerate(rows) for key, value in row.items()}


def test_another_form_of_a_name_that_was_added_or_removed_meanwhile_is_a_conflict(first, second):
    smith = Contributor.objects.create(family_name="Smith", given_names="Jane")
    address = f"/admin/repository/contributor/{smith.pk}/change/"
    form = {"kind": "person", "family_name": "Smith", "given_names": "Jane"}
    opened = desk.seen(second, address)
    smyth = {"family_name": "Smyth", "given_names": "J."}
    assert desk.save(first, address, {**form, **variants(smyth)}).status_code == 302
    answer = second.post(address, {**form, **variants(smyth), "seen": opened})
    assert differences(answer) == ("Ada Administrator", {})
    seen = answer.context["adminform"].form["seen"].value()
    again = second.post(address, {**form, **variants(smyth), "seen": seen})
    assert again.context["inline_admin_formsets"][0].formset.forms[0].non_field_errors() == [
        "This stands here already. Remove this row."
    ]
    kept = {"id": str(smith.variants.get().pk), **smyth}
    assert desk.save(first, address, {**form, **variants({**kept, "DELETE": "on"})}).status_code == 302
    gone = second.post(address, {**form, **variants(kept), "seen": seen})
    assert differences(gone)[1] == {"Other forms of the name": ("", "Smyth, J., Smyth, J.")}
    seen = gone.context["adminform"].form["seen"].value()
    assert second.post(address, {**form, **variants(kept), "seen": seen}).status_code == 302
    assert [str(variant) for variant in smith.variants.all()] == ["Smyth, J."]


def test_whoever_has_a_contributor_open_that_is_merged_does_not_bring_it_back(second, librarian):
    from repository.curation import names

    smith, smyth = (Contributor.objects.create(family_name=name) for name in ("Smith", "Smyth"))
    address = f"/admin/repository/contributor/{smyth.pk}/change/"
    opened = desk.seen(second, address)
    names.merge(kept=smith, merged=smyth, by=librarian)
    answer = second.post(address, {"kind": "person", "family_name": "Smythe", "seen": opened, **NO_ROWS})
    smyth.refresh_from_db()
    assert (answer.status_code, smyth.family_name, smyth.merged_into) == (302, "Smyth", smith)


def test_an_account_is_guarded_with_its_profile(administrators, staff):
    first, second = administrators
    address = f"/admin/people/user/{staff.pk}/change/"
    profile = {"job_title": "", **PROFILE, "id": staff.profile.pk, "user": staff.pk}
    roles_held = list(staff.groups.values_list("pk", flat=True))
    form = {"name": staff.name, "email": staff.email, "is_active": "on", "groups": roles_held}
    form |= {"profile-TOTAL_FORMS": "1", "profile-INITIAL_FORMS": "1"}
    form |= {f"profile-0-{key}": value for key, value in profile.items()}
    opened = desk.seen(second, address)
    assert desk.save(first, address, {**form, "profile-0-job_title": "Ward sister"}).status_code == 302
    answer = second.post(address, {**form, "name": "Stella Sharp", "seen": opened})
    by, found = differences(answer)
    assert (by, found["Full name"]) == ("Ada Administrator", ("Stella Staff", "Stella Sharp"))
    assert "Ward sister" in found["Profiles"][0] and "Ward sister" not in found["Profiles"][1]
    kept = User.objects.get(pk=staff.pk)
    assert (kept.name, Profile.objects.get(user=kept).job_title) == ("Stella Staff", "Ward sister")
    assert [change["label"] for change in Edit.objects.of(staff).get().changes] == ["Job title"]


def test_whoever_may_only_look_at_an_account_or_a_profile_has_nothing_to_send(second, staff):
    for address in (f"/admin/people/user/{staff.pk}/change/", f"/admin/people/profile/{staff.profile.pk}/change/"):
        page = second.get(address)
        assert (page.status_code, 'name="seen"' in page.text, "Stella Staff" in page.text) == (200, False, True)
