"""Looking after subjects and tags: pairs, merges and undoing them, unused ones, and who may not."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search import upkeep
from kmportal.search.models import SearchDocument
from repository.curation import alike, names, operations, words
from repository.models import Contributor, Operation, Record, RecordSubject, SubjectTerm
from tests.builders import make_lesson, make_record

pytestmark = pytest.mark.django_db

DESK = "/repository/desk"


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def term(label):
    return SubjectTerm.objects.get(label=label)


def headings():
    """Return all that a merge of headings may change."""
    uses = RecordSubject.objects.order_by("pk").values_list("pk", "record", "term", "position", "major", "qualifiers")
    return list(SubjectTerm.objects.order_by("pk").values_list()), list(uses)


def taggings():
    return list(Tag.objects.order_by("pk").values_list()), sorted(
        TaggedItem.objects.values_list("pk", "tag", "content_type", "object_id")
    )


def test_two_headings_become_one_without_doubles_and_undoing_is_exact(librarian):
    one = make_record("One", subjects=("Falls", "Accidental Falls"))
    two = make_record("Two", subjects=("Falls",))
    RecordSubject.objects.filter(record=one, term=term("Falls")).update(major=True, qualifiers=[["methods", True]])
    before = headings()
    operation = words.merge_subjects(kept=term("Accidental Falls"), merged=term("Falls"), by=librarian)
    assert operation.summary == "Merged the subject “Falls” into “Accidental Falls” (2 uses)"
    assert sorted(RecordSubject.objects.values_list("record__title", "term__label")) == [
        ("One", "Accidental Falls"),
        ("Two", "Accidental Falls"),
    ]
    assert not SubjectTerm.objects.filter(label="Falls").exists()
    (edit,) = Edit.objects.of(two)
    assert [change.sentence for change in changes_of(edit)] == [
        "changed the subjects from “Falls” to “Accidental Falls”"
    ]
    assert Record.objects.get(pk=two.pk).changed_at > two.changed_at
    assert operations.undo(operation, by=librarian) == []
    assert headings() == before


def test_the_search_follows_a_merge(librarian):
    make_record("One", subjects=("Tumbling",))
    make_record("Two", subjects=("Accidental Falls",))
    words.merge_subjects(kept=term("Accidental Falls"), merged=term("Tumbling"), by=librarian)
    upkeep.refresh_what_names("repository.subjectterm", term("Accidental Falls").pk)
    vector = SearchDocument.objects.get(title="One").vector
    assert ("'accident':" in vector, "'tumbl':" in vector) == (True, False)


def test_two_tags_become_one_wherever_they_are_and_undoing_is_exact(librarian):
    make_record("One", tags=("ward", "wards"))
    make_record("Two", tags=("wards",))
    make_lesson(tags=("wards",))
    before = taggings()
    kept, merged = Tag.objects.get(name="ward"), Tag.objects.get(name="wards")
    operation = words.merge_tags(kept=kept, merged=merged, by=librarian)
    assert list(TaggedItem.objects.values_list("tag__name", flat=True)) == ["ward"] * 3
    assert operations.undo(operation, by=librarian) == []
    assert taggings() == before


def test_what_was_taken_off_since_is_left_alone(librarian):
    make_record("One", tags=("ward", "wards"))
    two = make_record("Two", tags=("wards",))
    operation = words.merge_tags(kept=Tag.objects.get(name="ward"), merged=Tag.objects.get(name="wards"), by=librarian)
    two.tags.clear()
    assert operations.undo(operation, by=librarian) == ["1 use was left alone: they have been changed since."]
    assert sorted(Record.objects.get(title="One").tags.names()) == ["ward", "wards"]


def test_a_merge_is_not_undone_where_the_word_is_there_again_or_its_heir_is_gone(librarian):
    make_record("One", subjects=("Falls", "Accidental Falls", "Tumbling"))
    first = words.merge_subjects(kept=term("Falls"), merged=term("Tumbling"), by=librarian)
    second = words.merge_subjects(kept=term("Accidental Falls"), merged=term("Falls"), by=librarian)
    with pytest.raises(NotAllowed, match="Undo that first"):
        operations.undo(first, by=librarian)
    operations.undo(second, by=librarian)
    SubjectTerm.objects.create(scheme="mesh", label="Tumbling")
    with pytest.raises(NotAllowed, match="There is a heading “Tumbling” again"):
        operations.undo(first, by=librarian)


def test_nothing_is_merged_with_itself(librarian):
    make_record(subjects=("Falls",))
    with pytest.raises(NotAllowed):
        words.merge_subjects(kept=term("Falls"), merged=term("Falls"), by=librarian)


def test_who_may_not_curate_merges_removes_and_undoes_nothing(librarian, staff):
    for name in ("Smith, Jane", "Smyth, Jane"):
        make_record(authors=(name,), subjects=("Falls",), tags=("ward",))
    SubjectTerm.objects.create(scheme="mesh", label="Tumbling")
    Tag.objects.create(name="wards")
    jane, jayne = Contributor.objects.order_by("pk")
    tags = {"kept": Tag.objects.get(name="ward"), "merged": Tag.objects.get(name="wards")}
    done = words.merge_subjects(kept=term("Falls"), merged=term("Tumbling"), by=librarian)
    for verb in (
        lambda: words.merge_subjects(kept=term("Falls"), merged=term("Falls"), by=staff),
        lambda: words.merge_tags(**tags, by=staff),
        lambda: words.remove_unused(Tag, [tags["merged"].pk], by=staff),
        lambda: names.merge(kept=jane, merged=jayne, by=staff),
        lambda: names.split(jane, [jane.contributions.get().pk], name="Smith, John", by=staff),
        lambda: operations.undo(done, by=staff),
        lambda: operations.undo_later(done, by=staff),
    ):
        with pytest.raises(NotAllowed, match="You do not have permission"):
            verb()
    assert (Contributor.objects.filter(merged_into=None).count(), Tag.objects.count()) == (2, 2)


@pytest.mark.parametrize("number", [3, 50])
def test_a_merge_takes_as_many_queries_for_many_uses_as_for_few(librarian, number):
    for n in range(number):
        make_record(f"R{n}", tags=("wards", "ward") if n % 2 else ("wards",))
    kept, merged = Tag.objects.get(name="ward"), Tag.objects.get(name="wards")
    ContentType.objects.get_for_models(Record, Tag)  # fills the cache of content types
    with CaptureQueriesContext(connection) as queries:
        words.merge_tags(kept=kept, merged=merged, by=librarian)
    assert len(queries) == 21  # two of them ask who may


def test_headings_that_a_vocabulary_keeps_apart_are_no_pair():
    for scheme, label, code in (
        ("mesh", "Fall", "D1"),
        ("mesh", "Falls", "D2"),
        ("substance", "Insulin", ""),
        ("mesh", "Insulin", "D3"),
        ("local", "insulins", ""),
    ):
        SubjectTerm.objects.create(scheme=scheme, label=label, code=code)
    assert alike.look_for_subjects() == 2


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("subjects", lambda *labels: make_record(subjects=labels)),
        ("tags", lambda *names: make_record(tags=names)),
    ],
)
def test_the_pages_find_a_pair_show_it_and_merge_it(desk, kind, make):
    make("Night shift", "Night-shift")
    assert "1 pair to look at." in desk.post(f"{DESK}/{kind}/look/", follow=True).text
    listed = desk.get(f"{DESK}/{kind}/")
    (pair,) = listed.context["lookalikes"]
    address = f"{DESK}/{kind}/{pair['first'].pk}/{pair['second'].pk}/"
    assert (address in listed.text, "They differ in hyphens or spaces." in listed.text) == (True, True)
    assert "Used 1 time." in desk.get(address).text
    done = desk.post(address, {"keep": str(pair["first"].pk)}, follow=True)
    assert "into “Night shift” (1 use)" in done.text
    assert [row["text"] for row in desk.get(f"{DESK}/{kind}/").context["rows"]] == ["Night shift"]


def test_a_pair_that_is_kept_apart_does_not_come_again(desk):
    make_record(tags=("ward", "wards"))
    desk.post(f"{DESK}/tags/look/")
    one, other = Tag.objects.order_by("pk")
    desk.post(f"{DESK}/tags/{one.pk}/{other.pk}/", {"decision": "different"})
    desk.post(f"{DESK}/tags/look/")
    assert (desk.get(f"{DESK}/tags/").context["waiting"], Tag.objects.count()) == (0, 2)


def test_unused_words_are_listed_and_only_they_are_removed(desk):
    make_record(tags=("used",))
    used, unused, other = Tag.objects.get(), *(Tag.objects.create(name=name, slug=name) for name in ("idle", "spare"))
    page = desk.get(f"{DESK}/tags/?show=unused")
    assert [row["text"] for row in page.context["rows"]] == ["idle", "spare"]
    answer = desk.post(f"{DESK}/tags/remove/", {"words": [used.pk, unused.pk, 10**17]}, follow=True)
    assert "Removed 1 tag." in answer.text
    answers = [desk.post(f"{DESK}/tags/remove/", {"words": keys}, follow=True).text for keys in ([], [used.pk])]
    assert "Choose the tags to remove." in answers[0]
    assert "The tags that you chose are in use now, or gone. Nothing was removed." in answers[1]
    assert set(Tag.objects.all()) == {used, other}


def test_strange_letters_are_flagged(desk):
    make_record(tags=("Сardiac", "fa\u200blls"))
    page = desk.get(f"{DESK}/tags/").text
    assert ("Letters of two alphabets" in page, "Letters that nobody sees" in page) == (True, True)


@pytest.mark.parametrize("kind", ["subjects", "tags"])
def test_the_list_takes_as_many_queries_with_fifty_as_with_three(desk, kind):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"{DESK}/{kind}/")
        return len(queries)

    def add(numbers):
        make_record(**{kind: tuple(f"Word{n}{ending}" for n in numbers for ending in ("", "s"))})
        alike.look_for_subjects(), alike.look_for_tags()

    add(range(3))
    asked()  # fills the cache of content types
    few = asked()
    add(range(3, 50))
    assert (few, asked()) == (12, 12)


@pytest.mark.parametrize("query", ["q=%00", "q=%25", "page=10**30", f"page={10**30}", "show=junk", "q=" + "x" * 5_000])
def test_whatever_the_address_says_is_answered(desk, query):
    make_record(tags=("falls",))
    assert desk.get(f"{DESK}/tags/?{query}").status_code == 200


@pytest.mark.parametrize("path", ["zebras/look/", "zebras/remove/", "zebras/1/2/", "tags/1/2/"])
def test_what_is_not_there_is_not_found(desk, path):
    assert desk.post(f"{DESK}/{path}").status_code == 404


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_nobody_else_looks_after_words(signed_in, request, role):
    make_record(tags=("ward", "wards"))
    one, other = Tag.objects.order_by("pk")
    spare = Tag.objects.create(name="spare", slug="spare")
    browser = signed_in(request.getfixturevalue(role))
    answers = [browser.get(f"{DESK}/tags/"), browser.get(f"{DESK}/tags/{one.pk}/{other.pk}/")]
    answers.append(browser.post(f"{DESK}/tags/{one.pk}/{other.pk}/", {"keep": one.pk}))
    answers.append(browser.post(f"{DESK}/tags/remove/", {"words": spare.pk}))
    answers.append(browser.post(f"{DESK}/tags/look/"))
    assert [answer.status_code for answer in answers] == [404] * 5
    assert (Tag.objects.count(), Operation.objects.count()) == (3, 0)


def test_renaming_to_what_another_is_called_leads_to_merging_the_two(desk):
    make_record(tags=("frailty", "frail older people"), subjects=("Frailty", "Frail Elderly"))
    renamed, other = Tag.objects.get(name="frail older people"), Tag.objects.get(name="frailty")
    page = desk.post(f"/admin/taggit/tag/{renamed.pk}/change/", {"name": "frailty", "slug": renamed.slug})
    address = f"{DESK}/tags/{renamed.pk}/{other.pk}/"
    assert f'“frailty” is here already. <a href="{address}">Merge the two</a>.' in page.text
    assert desk.post(address, {"keep": str(other.pk)}).status_code == 302
    assert list(Tag.objects.values_list("name", flat=True)) == ["frailty"]
    old, new = term("Frail Elderly"), term("Frailty")
    values = {"scheme": "mesh", "label": "Frailty", "code": ""}
    page = desk.post(f"/admin/repository/subjectterm/{old.pk}/change/", values)
    assert f'<a href="{DESK}/subjects/{old.pk}/{new.pk}/">Merge the two</a>' in page.text
    page = desk.post("/admin/repository/subjectterm/add/", values)
    assert "“Frailty” is here already." in page.text
    assert SubjectTerm.objects.count() == 2
