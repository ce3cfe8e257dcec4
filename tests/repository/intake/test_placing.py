"""Rules for affiliations: who is of which department, and where a new record belongs."""

import pytest

from repository.intake.placing import Place, Rule, folded, place
from repository.models import AffiliationRule, Record
from tests.builders import make_collection, make_department
from tests.repository.intake.loads import load_batch
from tests.repository.intake.test_importing import nbib


def credit(affiliation, **more):
    return {"affiliation": affiliation, **more}


@pytest.mark.parametrize(
    ("words", "affiliation", "applies"),
    [
        ("Ward 9", "Riverside Hospital, Ward 9, Northtown", True),
        ("ward-9", "RIVERSIDE WARD 9.", True),
        ("Ward 9", "Riverside Hospital, Ward 91", False),
        ("Hôpital", "Hopital de la Rive", True),
        ("Riverside Hospital", "Hospital of Riverside", False),
    ],
)
def test_a_rule_applies_to_whole_words_without_case_accents_and_punctuation(words, affiliation, applies):
    assert Rule(folded(words), 1, None).applies_to(folded(affiliation)) is applies


def test_the_first_rule_of_the_first_author_to_whom_any_applies_decides():
    rules = [Rule("ward 9", 1, None), Rule("riverside", 2, 20), Rule("northtown", 3, 30)]
    said = {"contributors": [credit("Elsewhere"), credit("Riverside, Ward 9"), credit("Northtown"), credit("")]}
    assert place(said, rules) == Place(department=1, collection=20)
    assert [one.get("department") for one in said["contributors"]] == [None, 1, 3, None]


def test_a_department_that_an_earlier_rule_gave_does_not_stay():
    said = {"contributors": [credit("Riverside", department=5)]}
    assert place(said, []) == Place()
    assert said == {"contributors": [credit("Riverside")]}


@pytest.mark.django_db
def test_new_records_go_where_the_rules_say_and_a_chosen_collection_comes_first():
    AffiliationRule.objects.create(
        text="Riverside Hospital", department=make_department("Older people"), collection=make_collection("Papers")
    )
    address = ["AD  - Riverside Hospital, Northtown."]
    load_batch(nbib(101, lines=address))
    load_batch(nbib(102, "Falls at night", lines=address), collection=make_collection("Posters"))
    load_batch(nbib(103, "Sleep"))
    assert list(Record.objects.order_by("pk").values_list("title", "department__name", "collection__name")) == [
        ("Handover at the bedside", "Older people", "Papers"),
        ("Falls at night", "Older people", "Posters"),
        ("Sleep", None, None),
    ]
    assert Record.objects.get(title="Falls at night").contributions.get().department.name == "Older people"
