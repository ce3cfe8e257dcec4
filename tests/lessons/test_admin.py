"""The desk for lessons: who gets in, what saving does, and that actions go through the verbs."""

import pytest
from django.utils import timezone

from kmportal.lifecycle.models import StatusChange
from lessons import admin, capture
from lessons.forms import LessonForm
from lessons.models import Lesson
from tests.builders import make_lesson

pytestmark = pytest.mark.django_db

LIST = "/admin/lessons/lesson/"
WRITTEN = {
    "sentence": "When … do … because ….",
    "priority": "caution",
    "expected": "",
    "happened": "Nobody phoned.",
    "why": "",
    "applies_when": "",
    "applies_not": "",
    "department": "",
    "site": "",
    "happened_on": "2024-05-14",
    "captured_by": "",
    "tags": "discharge, quality improvement",
}


@pytest.fixture
def refreshed(monkeypatch):
    """What the search is told to read again."""
    heard = []
    monkeypatch.setattr(admin.LessonAdmin, "refresh_search", heard.extend)
    return heard


@pytest.fixture
def desk(client, km_lead):
    client.force_login(km_lead)
    return client


def sent(lesson, **fields):
    """Return what a browser sends that was shown the lesson as it is given here."""
    return {**WRITTEN, "seen": lesson.changed_at.isoformat(), **fields}


def act(client, action, *lessons, **more):
    data = {"action": action, "_selected_action": [lesson.pk for lesson in lessons], **more}
    return client.post(LIST, data, follow=True)


@pytest.mark.parametrize(
    ("role", "list_status", "add_status"),
    [
        ("anonymous", 302, 302),
        ("staff", 302, 302),
        ("facilitator", 403, 403),
        ("librarian", 200, 403),
        ("km_lead", 200, 200),
        ("administrator", 200, 200),
    ],
)
def test_who_gets_in(role, list_status, add_status, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    assert (client.get(LIST).status_code, client.get(f"{LIST}add/").status_code) == (list_status, add_status)


def test_a_lesson_is_written_as_a_draft_and_the_search_is_told(desk, refreshed):
    desk.post(f"{LIST}add/", WRITTEN)
    lesson = Lesson.objects.get()
    assert (lesson.status, lesson.priority, lesson.happened) == ("draft", "caution", "Nobody phoned.")
    assert sorted(lesson.tags.names()) == ["discharge", "quality improvement"]
    assert refreshed == [lesson]


def test_the_one_who_writes_is_proposed_as_the_one_who_captured(desk, km_lead):
    assert desk.get(f"{LIST}add/").context["adminform"].form.initial["captured_by"] == km_lead.pk


def test_saving_refreshes_the_search_and_the_date_of_change(desk, refreshed):
    lesson = make_lesson(changed_at=timezone.now().replace(year=2020))
    refreshed.clear()
    desk.post(f"{LIST}{lesson.pk}/change/", sent(lesson, sentence="Ring the family."))
    lesson.refresh_from_db()
    assert (lesson.sentence, lesson.status) == ("Ring the family.", "published")
    assert lesson.changed_at.date() == timezone.now().date()
    assert refreshed == [lesson]


def test_the_state_cannot_be_typed(desk):
    lesson = make_lesson(status="draft")
    desk.post(f"{LIST}{lesson.pk}/change/", sent(lesson, status="published", state="published"))
    lesson.refresh_from_db()
    assert (lesson.status, lesson.sentence) == ("draft", WRITTEN["sentence"])


def test_the_form_carries_what_was_seen_and_only_for_whoever_may_change_the_lesson(desk, signed_in, librarian):
    lesson = make_lesson()
    address = f"{LIST}{lesson.pk}/change/"
    assert f'<input type="hidden" name="seen" value="{lesson.changed_at.isoformat()}"' in desk.get(address).text
    assert "seen" not in signed_in(librarian).get(address).text.lower()


def test_of_two_who_save_the_second_is_told_and_loses_nothing(desk, signed_in, administrator):
    lesson = make_lesson("Phone.")
    address = f"{LIST}{lesson.pk}/change/"
    signed_in(administrator).post(address, sent(lesson, sentence="First"))
    answer = desk.post(address, sent(lesson, sentence="Second"))
    assert "Somebody else has changed this lesson since you opened it." in answer.text
    assert answer.context["adminform"].form["sentence"].value() == "Second"
    assert Lesson.objects.get().sentence == "First"
    assert "Somebody else" in desk.post(address, {**WRITTEN, "sentence": "Without what was seen"}).text


def test_a_lesson_retired_while_somebody_writes_stays_retired(desk, km_lead):
    lesson = make_lesson("Phone.")
    seen = sent(lesson, sentence="Written meanwhile")
    capture.move(lesson, "retire", by=km_lead, note="Superseded")
    assert "Somebody else has changed this lesson" in desk.post(f"{LIST}{lesson.pk}/change/", seen).text
    assert Lesson.objects.values_list("status", "sentence").get() == ("retired", "Phone.")


def test_saving_never_writes_the_state(desk, monkeypatch):
    """Even where the state changes after the page was read and nothing tells of it."""
    lesson = make_lesson("Phone.")
    monkeypatch.setattr(LessonForm, "clean_happened_on", lambda form: Lesson.objects.update(status="retired") and None)
    desk.post(f"{LIST}{lesson.pk}/change/", sent(lesson, sentence="Ring the family."))
    assert Lesson.objects.values_list("status", "sentence").get() == ("retired", "Ring the family.")


def test_a_lesson_deleted_while_somebody_writes_is_said_to_have_changed(desk, monkeypatch):
    lesson = make_lesson("Phone.", status="draft")
    monkeypatch.setattr(LessonForm, "clean_happened_on", lambda form: Lesson.objects.all().delete() and None)
    answer = desk.post(f"{LIST}{lesson.pk}/change/", sent(lesson))
    assert (answer.status_code, "Somebody else has changed this lesson" in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("happened_on", "2999-01-01", "This date is still to come. Give the day when it happened."),
        ("happened_on", "0000-00-00", "Enter a valid date."),
        ("tags", "x" * 101, "Put commas between the subjects"),
        ("sentence", "", "This field is required."),
        ("sentence", "a\x00b", "Null characters are not allowed."),
    ],
)
def test_a_mistake_is_named_beside_its_field(desk, field, value, error):
    answer = desk.post(f"{LIST}add/", {**WRITTEN, field: value})
    assert answer.status_code == 200
    assert error in answer.text
    assert not Lesson.objects.exists()


def test_publishing_several_goes_through_the_verb_and_says_which_could_not(desk, km_lead):
    first, second, draft = (
        make_lesson(f"Lesson {n}", status=s) for n, s in enumerate(("submitted", "submitted", "draft"))
    )
    answer = act(desk, "publish", first, second, draft)
    assert list(Lesson.objects.order_by("sentence").values_list("status", flat=True)) == [
        "published",
        "published",
        "draft",
    ]
    assert list(StatusChange.objects.order_by("object_id").values_list("object_id", "move", "by")) == sorted(
        [(first.pk, "publish", km_lead.pk), (second.pk, "publish", km_lead.pk)]
    )
    assert {str(message) for message in answer.context["messages"]} == {
        "Publish: done for 2 lessons.",
        "Lesson 2: “Publish” is not possible while this is draft.",
    }


def test_a_move_that_needs_a_reason_asks_for_it_first(desk):
    lesson = make_lesson("Ring the family")
    asked = act(desk, "retire", lesson)
    assert (asked.status_code, asked.templates[0].name) == (200, "lifecycle/reason.html")
    assert "Ring the family" in asked.text
    assert "There is a problem" not in asked.text
    refused = act(desk, "retire", lesson, note=" ")
    assert "Give a reason: “Retire” needs one." in refused.text
    lesson.refresh_from_db()
    assert lesson.status == "published"
    done = act(desk, "retire", lesson, note="The clerk's desk is gone.")
    assert [str(message) for message in done.context["messages"]] == ["Retire: done for 1 lesson."]
    assert StatusChange.objects.of(lesson).get().note == "The clerk's desk is gone."


def test_whoever_may_only_look_has_no_actions_and_cannot_send_them(client, librarian):
    client.force_login(librarian)
    lesson = make_lesson(status="submitted")
    assert client.get(LIST).context["action_form"] is None
    act(client, "publish", lesson)
    lesson.refresh_from_db()
    assert lesson.status == "submitted"


def test_what_was_published_is_never_deleted_and_a_draft_may_be(desk):
    published, draft = make_lesson(), make_lesson(status="draft")
    assert "delete_selected" not in dict(desk.get(LIST).context["action_form"].fields["action"].choices)
    answers = [desk.post(f"{LIST}{lesson.pk}/delete/", {"post": "yes"}).status_code for lesson in (published, draft)]
    assert (answers, list(Lesson.objects.all())) == ([403, 302], [published])


def test_the_home_page_can_link_to_what_waits(desk):
    make_lesson("Waits", status="submitted")
    make_lesson("Out", status="published")
    page = desk.get(f"{LIST}?status__exact=submitted")
    assert [str(lesson) for lesson in page.context["cl"].result_list] == ["Waits"]


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?p=1000000",
        "?status__exact=%ED%A0%80",
        "?department__id__exact=" + "9" * 30,
        "?o=x",
        "?q=" + "a" * 10_000,
    ],
)
def test_bad_addresses_are_answered(desk, query):
    assert desk.get(f"{LIST}{query}").status_code in (200, 302)
