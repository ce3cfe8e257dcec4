"""Affiliation rules: a librarian arranges them, tries them, and the next import follows them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.transitions import NotAllowed
from repository.exchange.entry import Credit, Entry
from repository.intake import affiliation_rules
from repository.intake.importing import import_entries
from repository.models import AffiliationRule, Record
from tests.builders import make_collection, make_department

pytestmark = pytest.mark.django_db

DESK = "/repository/desk/affiliations/"
WARD = "Stroke Unit, Riverside Hospital, Northmoor, UK."


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def add(client, text, **fields):
    return client.post(DESK, {"text": text, **{name: thing.pk for name, thing in fields.items()}})


def order():
    return list(AffiliationRule.objects.values_list("text", flat=True))


def test_a_rule_is_added_tried_and_followed_by_the_next_import(desk):
    stroke, papers = make_department("Stroke"), make_collection("Hospital papers")
    assert "No rules yet" in desk.get(DESK).text
    assert add(desk, "Stroke unit", department=stroke)["Location"] == DESK
    add(desk, "RIVERSIDE  hospital", collection=papers)
    trial = desk.get(DESK, {"affiliation": WARD})
    assert "The author is of Stroke. A new record goes into Hospital papers." in trial.text
    assert "Rules that apply: “Stroke unit”, “RIVERSIDE hospital”." in trial.text
    assert "No rule applies to this affiliation." in desk.get(DESK, {"affiliation": "Riversidehospital"}).text
    assert desk.get(DESK, {"affiliation": " "}).context["tried"].errors == {
        "affiliation": ["Paste an affiliation to try."]
    }

    author = Credit(family="Smith", given="Jane", affiliations=(WARD,))
    import_entries([Entry(type="article", title="Falls", contributors=(author,))], source="ris")
    record = Record.objects.get()
    assert (record.department, record.collection) == (stroke, papers)


def test_rules_are_moved_edited_and_removed_and_their_history_is_told(desk, librarian):
    stroke = make_department("Stroke")
    for text in ("One", "Two", "Three"):
        add(desk, text, department=stroke)
    one, two, three = AffiliationRule.objects.all()
    desk.post(f"{DESK}{three.pk}/arrange/", {"do": "up"})
    desk.post(f"{DESK}{one.pk}/arrange/", {"do": "down"})
    assert order() == ["Three", "One", "Two"]
    desk.post(f"{DESK}{three.pk}/arrange/", {"do": "up"})  # it is the first already
    desk.post(f"{DESK}{two.pk}/", {"text": "Second", "department": stroke.pk})
    desk.post(f"{DESK}{one.pk}/arrange/", {"do": "remove"})
    assert order() == ["Three", "Second"]
    history = [(edit.by, sentence, edit.reason) for edit, sentence in desk.get(DESK).context["history"]]
    assert history[:4] == [
        (librarian, "removed the text “One” and the department “Stroke”", "Removed"),
        (librarian, "changed the text from “Two” to “Second”", ""),
        (librarian, "changed the place in the order from “1” to “2”", "One"),
        (librarian, "changed the place in the order from “3” to “2”", "Three"),
    ]
    assert "removed the text “One”" in desk.get(DESK).text


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"text": ""}, {"text": ["Enter the words to look for."]}),
        ({"text": " . - "}, {"text": ["Enter at least one word."]}),
        ({"text": "Ward 9"}, {"department": ["Choose a department, a collection or both."]}),
    ],
)
def test_a_rule_that_says_nothing_is_refused_beside_its_field(desk, sent, errors):
    assert desk.post(DESK, sent).context["form"].errors == errors
    assert order() == []


def test_the_same_words_stand_once(desk):
    stroke = make_department("Stroke")
    add(desk, "Ward 9", department=stroke)
    for text in ("Ward 9", "WARD-9."):
        assert add(desk, text, department=stroke).context["form"].errors == {
            "text": ["There is a rule for these words already."]
        }
    rule = AffiliationRule.objects.get()
    assert desk.post(f"{DESK}{rule.pk}/", {"text": "WARD-9.", "department": stroke.pk})["Location"] == DESK
    assert order() == ["WARD-9."]


def test_the_page_asks_as_much_of_the_database_for_50_rules_as_for_3(desk):
    stroke, papers = make_department("Stroke"), make_collection("Papers")

    def queries(number):
        for index in range(AffiliationRule.objects.count(), number):
            AffiliationRule.objects.create(text=f"Ward {index}", department=stroke, collection=papers, position=index)
        with CaptureQueriesContext(connection) as asked:
            assert len(desk.get(DESK, {"affiliation": "Ward 1"}).context["rules"]) == number
        return len(asked)

    assert queries(3) == queries(50)


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_who_may_not_curate_finds_no_page_and_changes_nothing(request, signed_in, role):
    someone = request.getfixturevalue(role)
    client = signed_in(someone)
    rule = AffiliationRule.objects.create(text="Ward 9", department=make_department())
    there = [client.get(DESK), client.get(f"{DESK}{rule.pk}/"), client.post(f"{DESK}{rule.pk}/arrange/", {"do": "up"})]
    assert [answer.status_code for answer in there] == [404, 404, 404]
    for refused in (
        lambda: affiliation_rules.keep(rule, by=someone),
        lambda: affiliation_rules.move(rule, up=True, by=someone),
        lambda: affiliation_rules.remove(rule, by=someone),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert order() == ["Ward 9"]
