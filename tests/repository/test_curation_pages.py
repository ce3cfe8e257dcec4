"""The librarians' desk: what there is to do, what was done, and the history of a record, for those who may."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag

from kmportal.lifecycle import edits
from kmportal.lifecycle.edits import Change
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.review_cycle.models import Verdict
from repository import deposits
from repository.curation import bulk, names, operations
from repository.curation.plans import Plan
from repository.editing import edit
from repository.models import Contributor, Lookalike, Operation, Record, ReviewNote
from tests.builders import make_record, make_user

pytestmark = pytest.mark.django_db

DESK = "/repository/desk/"


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def waiting(answer):
    return {job.name: job.waiting for group in answer.context["groups"] for job in group.jobs}


def test_the_desk_counts_what_waits_and_every_link_opens(desk, depositor):
    record = make_record(status="draft", depositor=depositor)
    deposits.move(record, "submit", by=depositor)
    make_record(type="policy", next_review=timezone.localdate() - datetime.timedelta(days=1))
    answer = desk.get(DESK)
    counts = waiting(answer)
    assert (counts["Review queue"], counts["Review dates"], counts["Duplicates"], counts["Tags"]) == (1, 1, 0, 0)
    assert list(counts) == [
        "Review queue", "All records", "Imports", "Harvests", "Columns of tables", "Review dates", "Board report",
        "Duplicates", "Edit many records", "Contributors", "Subjects", "Tags",
        "Affiliation rules", "What was done", "All lists", "File checks",
    ]  # fmt: skip
    pages = {job.name: desk.get(job.url).status_code for group in answer.context["groups"] for job in group.jobs}
    assert set(pages.values()) == {200}, pages


def test_the_desk_of_the_admin_shows_the_same_and_the_header_leads_here(desk, signed_in, facilitator):
    index = desk.get("/admin/")
    assert [group.name for group in index.context["desk_jobs"]] == [
        "Reviewing and publishing",
        "Curating",
        "Looking after the portal",
    ]
    assert "Edit many records" in index.text
    # What waits is said as on the desk's page, and the index does not lead to itself.
    assert ("Nothing waits." in index.text, "0 to look at" in index.text, "All lists" in index.text) == (
        True,
        False,
        False,
    )
    assert f'href="{DESK}"' in desk.get("/").text
    others = signed_in(facilitator)
    assert (f'href="{DESK}"' in others.get("/").text, others.get("/admin/").context["desk_jobs"]) == (False, [])
    assert f'href="{DESK}edit/"' in desk.get("/admin/repository/record/").text


def test_the_desk_counts_only_the_pairs_that_the_list_of_duplicates_shows(desk):
    kind = ContentType.objects.get_for_model(Record)
    here, gone = make_record("Here"), make_record("Gone", status="withdrawn")
    Lookalike.objects.create(content_type=kind, first_id=here.pk, second_id=gone.pk, reason="Same", likeness=1)
    assert (waiting(desk.get(DESK))["Duplicates"], list(desk.get(f"{DESK}duplicates/").context["pairs"])) == (0, [])


def test_a_pair_of_which_one_is_gone_waits_for_nobody(desk, librarian):
    kept, merged, other = (
        Contributor.objects.create(family_name="Smith", given_names=name) for name in ("A", "B", "C")
    )
    for thing, another in ((kept, merged), (merged, other)):
        pair = {"first_id": thing.pk, "second_id": another.pk, "reason": "Alike", "likeness": 1}
        Lookalike.objects.create(content_type=ContentType.objects.get_for_model(Contributor), **pair)
    tags = [Tag.objects.create(name=name) for name in ("fall", "falls")]
    kind = ContentType.objects.get_for_model(Tag)
    Lookalike.objects.create(
        content_type=kind, first_id=tags[0].pk, second_id=tags[1].pk, reason="Plural", likeness=0.9
    )
    counts = waiting(desk.get(DESK))
    assert (counts["Contributors"], counts["Subjects"], counts["Tags"]) == (2, 0, 1)
    operation = names.merge(kept=kept, merged=merged, by=librarian)
    tags[1].delete()
    counts = waiting(desk.get(DESK))
    lists = [desk.get(f"{DESK}{kind}/").context["lookalikes"] for kind in ("contributors", "tags")]
    assert (counts["Contributors"], counts["Tags"], lists) == (0, 0, [[], []])
    operations.undo(operation, by=librarian)
    assert waiting(desk.get(DESK))["Contributors"] == 2


def test_the_desk_takes_few_queries_however_much_there_is(desk):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(DESK)
        return len(queries)

    for _ in range(3):
        make_record()
    asked()  # fills the cache of content types
    few = asked()
    for _ in range(47):
        make_record()
    assert (few, asked()) == (11, 11)


def operations_of(number, by):
    for n in range(number):
        Operation.objects.create(kind="merge_tags", summary=f"Merged {n}", by=by, changes={"moved": [1] * 100})


def test_what_was_done_is_listed_the_latest_first_and_opens(desk, librarian):
    assert "Nothing yet" in desk.get(f"{DESK}operations/").text
    record = make_record("One")
    operation = bulk.begin([record.pk], Plan(columns={"type": "poster"}), by=librarian)
    bulk.run(operation)
    page = desk.get(f"{DESK}operations/")
    assert "Set the type to “Poster” in 1 record" in page.text
    assert f"{DESK}operations/{operation.pk}/" in page.text
    assert "Undo" in desk.get(f"{DESK}operations/{operation.pk}/").text


def test_the_list_of_operations_takes_as_many_queries_with_fifty_as_with_three(desk, librarian):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"{DESK}operations/")
        return len(queries)

    operations_of(3, librarian)
    few = asked()
    operations_of(47, make_user("Another"))
    assert (few, asked()) == (8, 8)


def test_a_refused_undo_says_why(desk, librarian):
    people = [Contributor.objects.create(family_name=name) for name in ("A", "B", "C")]
    first = names.merge(kept=people[1], merged=people[0], by=librarian)
    names.merge(kept=people[2], merged=people[1], by=librarian)
    answer = desk.post(f"{DESK}operations/{first.pk}/undo/", {"sure": "yes"}, follow=True)
    assert "One of the two has been merged with somebody else since. Undo that first." in answer.text
    first.refresh_from_db()
    assert first.undone_at is None


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead", "depositor"])
def test_nobody_else_finds_the_desk(signed_in, librarian, request, role):
    operation = names.merge(
        kept=Contributor.objects.create(family_name="A"),
        merged=Contributor.objects.create(family_name="B"),
        by=librarian,
    )
    browser = signed_in(request.getfixturevalue(role))
    pages = (DESK, f"{DESK}operations/", f"{DESK}operations/{operation.pk}/")
    answers = [*map(browser.get, pages), browser.post(f"{DESK}operations/{operation.pk}/undo/", {"sure": "yes"})]
    assert [answer.status_code for answer in answers] == [404] * 4
    with pytest.raises(NotAllowed):
        operations.undo(operation, by=request.getfixturevalue(role))
    operation.refresh_from_db()
    assert operation.undone_at is None


def test_a_stranger_is_asked_to_sign_in(client):
    assert [client.get(page).status_code for page in (DESK, f"{DESK}operations/", f"{DESK}tags/")] == [302] * 3


@pytest.mark.parametrize("address", ["operations/99/", "operations/?page=0", f"operations/?page={10**30}"])
def test_odd_addresses_are_answered(desk, address):
    assert desk.get(f"{DESK}{address}").status_code in (200, 404)
    assert desk.get(f"{DESK}operations/99/undo/").status_code == 405


def sentences(answer):
    return [event.sentence for event in answer.context["page"]]


def test_the_history_tells_the_whole_life_of_a_record(signed_in, depositor, librarian):
    record = make_record("Falls", status="draft", depositor=depositor)
    deposits.move(record, "submit", by=depositor)
    deposits.move(record, "return", by=librarian, note="Which ward?")
    deposits.move(record, "submit", by=depositor)
    with edit(record, by=librarian, reason="As asked") as changed:
        changed.title = "Falls on a ward"
        changed.abstract = "Why people fall. " * 20
    with edit(record, by=None, reason="The embargo has ended") as changed:
        changed.audience = "staff"
    page = signed_in(librarian).get(f"/repository/{record.pk}/history/")
    assert sentences(page) == [
        "The portal changed “Who may read it” from “Everybody” to “Signed-in staff”.",
        "Libby Librarian changed the title from “Falls” to “Falls on a ward” and the abstract.",
        "Dele Depositor moved it from “Returned for changes” to “Waiting for review”.",
        "Libby Librarian wrote a note.",
        "Libby Librarian moved it from “Waiting for review” to “Returned for changes”.",
        "Dele Depositor moved it from “Draft” to “Waiting for review”.",
    ]
    assert ("Abstract: before and after" in page.text, "Which ward?" in page.text, "As asked" in page.text) == (
        *(True, True, True),
    )
    own = signed_in(depositor).get(f"/repository/{record.pk}/history/")
    assert sentences(own) == sentences(page)


def test_who_may_not_read_the_history(signed_in, client, staff, librarian, depositor):
    record = make_record()
    draft = make_record(status="draft", depositor=depositor)
    pages = [f"/repository/{one.pk}/history/" for one in (record, draft)]
    assert [signed_in(staff).get(page).status_code for page in pages] == [404, 404]
    assert [signed_in(librarian).get(page).status_code for page in pages] == [200, 404]
    assert client.get(pages[0]).status_code == 302


@pytest.mark.parametrize("number", [3, 50])
def test_the_history_takes_as_many_queries_with_fifty_events_as_with_three(
    desk, librarian, number, django_assert_num_queries
):
    record = make_record()
    for n in range(number):
        edits.note(record, [Change("title", "Title", "a", f"b{n}")], by=librarian)
        ReviewNote.objects.create(record=record, text="Hm", by=librarian)
    desk.get(f"/repository/{record.pk}/history/")
    with django_assert_num_queries(14):
        desk.get(f"/repository/{record.pk}/history/")


def test_an_owners_answers_stand_in_the_history(desk, librarian, staff):
    from kmportal.review_cycle import answers

    record = make_record("Policy", type="policy", owner=staff, review_months=12)
    answers.confirm(record, verdict=Verdict.CURRENT, by=staff)
    assert "Stella Staff answered the review: “Still true”." in sentences(desk.get(f"/repository/{record.pk}/history/"))
