"""Two people save one thing: the later one sees both texts, and then decides."""

import pytest

from kmportal.lifecycle import edits
from kmportal.lifecycle.edits import Change
from kmportal.lifecycle.forms import conflict
from kmportal.lifecycle.models import Edit
from repository.models import Record
from tests.builders import make_lesson, make_record

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
