"""What reviewers do: claim, give back, hand over, decide and say; who may not, and who is told."""

import datetime
import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import MissingPermission, NotAllowed, WrongState
from kmportal.mail.models import OutgoingMail
from kmportal.people import roles
from repository import deposits, embargoes, reviews
from repository.models import Collection, ImportBatch, ImportedFrom, Record, ReviewNote, Submission
from tests.builders import make_collection, make_record, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_librarian(db):
    return make_user("Olu Other", role=roles.LIBRARIAN)


@pytest.fixture
def record(depositor) -> Record:
    return make_record("Falls on a ward", status="submitted", depositor=depositor)


def turn(record: Record) -> Submission:
    return record.submissions.order_by("-pk")[0]


def holder(record: Record) -> str:
    """Say who has claimed the record."""
    reviewer = turn(record).reviewer
    return reviewer.name if reviewer else "nobody"


def mail() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to__name", "subject"))


def said(record: Record) -> list[tuple[str, str, str]]:
    return [(line.by.name if line.by else "portal", line.part, line.text) for line in reviews.conversation(record)]


def imported(record: Record) -> Record:
    batch = ImportBatch.objects.create(file_name="heart.nbib")
    ImportedFrom.objects.create(
        record=record, batch=batch, source="pubmed", key=str(record.pk), fingerprint="x", data={}
    )
    return record


# --- The pool ----------------------------------------------------------------------------------------------------
def test_a_reviewer_claims_and_gives_back(record, librarian):
    reviews.claim(turn(record), by=librarian)
    claimed = turn(record)
    assert (claimed.reviewer, claimed.claimed_at is not None, claimed.touched_at) == (
        librarian,
        True,
        claimed.claimed_at,
    )
    reviews.give_back(turn(record), by=librarian)
    free = turn(record)
    assert (free.reviewer, free.claimed_at, free.touched_at) == (None, None, None)


def test_of_two_reviewers_the_second_is_told_who_was_quicker(record, librarian, other_librarian):
    seen_by_both = turn(record)
    reviews.claim(seen_by_both, by=librarian)
    with pytest.raises(NotAllowed, match="Libby Librarian is reviewing this already"):
        reviews.claim(seen_by_both, by=other_librarian)
    assert holder(record) == "Libby Librarian"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_the_same_moment_one_has_it_and_the_other_is_told(
    record, librarian, other_librarian, monkeypatch
):
    submission, both_have_read_it, outcome = turn(record), threading.Barrier(2), {}

    def wait_for_the_other(*who):
        with suppress(threading.BrokenBarrierError):
            both_have_read_it.wait(timeout=1)

    # It stands between the reading and the writing; under a lock the other one does not come that far.
    monkeypatch.setattr(reviews, "_refuse_unfit", wait_for_the_other)

    def claim(user):
        try:
            reviews.claim(submission, by=user)
            outcome[user.name] = "claimed"
        except NotAllowed as refusal:
            outcome[user.name] = str(refusal)
        finally:
            connection.close()

    both = [threading.Thread(target=claim, args=(user,)) for user in (librarian, other_librarian)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(timeout=20)
    winner = holder(record)
    loser = ({"Libby Librarian", "Olu Other"} - {winner}).pop()
    assert outcome == {winner: "claimed", loser: f"{winner} is reviewing this already."}


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_decision_at_the_same_moment_do_not_lock_each_other_out(record, librarian, other_librarian):
    submission, start, outcome = turn(record), threading.Barrier(2), []

    def run(act):
        try:
            start.wait(timeout=10)
            act()
            outcome.append("done")
        except NotAllowed:
            outcome.append("refused")
        finally:
            connection.close()

    acts = (
        lambda: reviews.claim(submission, by=librarian),
        lambda: reviews.return_with_notes(record, by=other_librarian, notes={"issued": "Which year?"}),
    )
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    # Whoever was first, the second was told or came through; nobody waited for ever.
    assert len(outcome) == 2
    assert "done" in outcome


def test_what_has_been_decided_cannot_be_claimed(record, librarian, other_librarian):
    submission = turn(record)
    deposits.move(record, "publish", by=other_librarian)
    with pytest.raises(NotAllowed, match="This does not wait for review any more"):
        reviews.claim(submission, by=librarian)


@pytest.mark.parametrize("role", ["staff", "depositor", "facilitator", "km_lead"])
def test_who_does_not_review_claims_nothing(role, record, request):
    with pytest.raises(MissingPermission):
        reviews.claim(turn(record), by=request.getfixturevalue(role))
    assert holder(record) == "nobody"


def test_nobody_claims_their_own_deposit_but_what_they_imported(librarian):
    own = make_record(status="submitted", depositor=librarian)
    with pytest.raises(NotAllowed, match="You deposited this record, so somebody else must review it"):
        reviews.claim(turn(own), by=librarian)
    from_file = imported(make_record("From a file", status="submitted", depositor=librarian))
    reviews.claim(turn(from_file), by=librarian)
    assert (holder(own), holder(from_file)) == ("nobody", "Libby Librarian")


def test_only_its_reviewer_or_a_manager_gives_a_claim_back(record, librarian, other_librarian, library_manager):
    with pytest.raises(NotAllowed, match="Nobody has claimed this: it is in the pool"):
        reviews.give_back(turn(record), by=librarian)
    reviews.claim(turn(record), by=librarian)
    with pytest.raises(MissingPermission, match="Libby Librarian is reviewing this"):
        reviews.give_back(turn(record), by=other_librarian)
    reviews.give_back(turn(record), by=library_manager)
    assert holder(record) == "nobody"


def test_a_manager_hands_a_review_over_and_the_reviewer_is_told(record, librarian, other_librarian, library_manager):
    reviews.claim(turn(record), by=librarian)
    reviews.assign(turn(record), to=other_librarian, by=library_manager)
    assert holder(record) == "Olu Other"
    assert mail() == [("Olu Other", "For you to review: Falls on a ward")]


def test_whom_a_review_is_not_handed_to(record, librarian, library_manager, staff):
    left = make_user("Lena Left", role=roles.LIBRARIAN, is_active=False)
    own = make_record("Own", status="submitted", depositor=librarian)
    refusals = []
    for thing, to in ((record, staff), (record, left), (own, librarian)):
        with pytest.raises(NotAllowed) as refusal:
            reviews.assign(turn(thing), to=to, by=library_manager)
        refusals.append(str(refusal.value))
    assert refusals == [
        "Stella Staff does not review records.",
        "Lena Left does not review records.",
        "Libby Librarian deposited this record, so somebody else must review it.",
    ]
    with pytest.raises(MissingPermission):
        reviews.assign(turn(record), to=librarian, by=librarian)
    assert (holder(record), holder(own), mail()) == ("nobody", "nobody", [])


def test_the_reviewers_are_those_who_may_review(librarian, library_manager, administrator, staff, km_lead):
    make_user("Lena Left", role=roles.LIBRARIAN, is_active=False)
    assert [user.name for user in reviews.reviewers()] == ["Ada Administrator", "Libby Librarian", "Maya Manager"]


# --- Decisions ---------------------------------------------------------------------------------------------------
def test_a_return_keeps_the_notes_and_what_the_record_said(record, librarian, depositor):
    reviews.return_with_notes(
        record, by=librarian, notes={"issued": "Which year?", "title": "  "}, note="Nearly there."
    )
    assert Record.objects.get(pk=record.pk).status == "returned"
    ended = turn(record)
    assert (ended.outcome, ended.reviewer, ended.returned_as["title"], ended.returned_as["issued"]) == (
        "returned",
        librarian,
        "Falls on a ward",
        "February 2020",
    )
    assert said(record) == [
        ("Libby Librarian", "Date issued", "Which year?"),
        ("Libby Librarian", "", "Nearly there."),
    ]
    assert mail() == [("Dele Depositor", "Please change something: Falls on a ward")]
    text = OutgoingMail.objects.get().text
    assert "Nearly there." in text
    assert "Date issued: Which year?" in text
    assert f"/repository/{record.pk}/edit/" in text


def test_a_return_with_notes_alone_says_in_the_history_what_they_are_about(record, librarian):
    reviews.return_with_notes(record, by=librarian, notes={"contributors": "Who led it?", "issued": "Which year?"})
    assert list(StatusChange.objects.of(record).values_list("move", "note")) == [
        ("return", "See the notes on: contributors, date issued.")
    ]


def test_a_return_that_says_nothing_is_refused_and_leaves_nothing(record, librarian):
    with pytest.raises(NotAllowed, match="Give a reason"):
        reviews.return_with_notes(record, by=librarian, notes={"issued": " "})
    with pytest.raises(ValueError, match="no such parts"):
        reviews.return_with_notes(record, by=librarian, notes={"password": "x"})
    assert (Record.objects.get(pk=record.pk).status, ReviewNote.objects.count(), mail()) == ("submitted", 0, [])


def test_what_comes_again_stands_in_the_pool_and_its_reviewer_hears_of_it(record, librarian, depositor):
    reviews.claim(turn(record), by=librarian)
    reviews.return_with_notes(record, by=librarian, note="Which year?")
    record.refresh_from_db()
    deposits.move(record, "submit", by=depositor)
    assert (record.submissions.count(), holder(record)) == (2, "nobody")
    assert mail()[1:] == [("Libby Librarian", "Sent in again: Falls on a ward")]


def test_whoever_reviews_no_more_hears_no_more_of_it(record, librarian, depositor):
    reviews.return_with_notes(record, by=librarian, note="Which year?")
    librarian.groups.clear()
    record.refresh_from_db()
    deposits.move(record, "submit", by=depositor)
    reviews.say(record, by=depositor, text="It was 2024.")
    assert mail()[1:] == []


def test_a_record_is_accepted_as_it_is_now_and_not_as_it_was_read(record, librarian, depositor):
    stale = Record.objects.get(pk=record.pk)
    embargoes.set(record, until=timezone.localdate() + datetime.timedelta(days=30), reason="Policy", by=depositor)
    reviews.accept(stale, by=librarian)
    accepted = Record.objects.get()
    assert (accepted.status, accepted.audience, accepted.embargo_until) == ("published", "open", None)


def test_what_is_taken_back_is_told_to_whoever_had_claimed_it(record, librarian, depositor):
    reviews.claim(turn(record), by=librarian)
    deposits.move(record, "take_back", by=depositor)
    assert (turn(record).outcome, turn(record).reviewer) == ("taken_back", librarian)
    assert mail() == [("Libby Librarian", "Taken back: Falls on a ward")]


def test_a_rejection_gives_its_reason_to_depositor_and_whoever_entered_it(librarian, depositor, staff):
    record = make_record("Falls", status="submitted", depositor=depositor, entered_by=staff)
    reviews.reject(record, by=librarian, note="It is an advertisement.")
    assert (record.status, turn(record).outcome) == ("rejected", "rejected")
    assert said(record) == [("Libby Librarian", "", "It is an advertisement.")]
    assert mail() == [("Dele Depositor", "Not accepted: Falls"), ("Stella Staff", "Not accepted: Falls")]
    assert "It is an advertisement." in OutgoingMail.objects.first().text


def test_acceptance_publishes_and_tells_the_depositor(record, librarian):
    reviews.accept(record, by=librarian, note="Thank you.")
    assert (record.status, turn(record).outcome, turn(record).reviewer) == ("published", "published", librarian)
    assert mail() == [("Dele Depositor", "Published: Falls on a ward")]
    assert "Thank you." in OutgoingMail.objects.get().text
    assert said(record) == [("Libby Librarian", "", "Thank you.")]


def test_a_collection_with_a_release_keeps_it_until_a_manager_releases_it(librarian, library_manager, depositor):
    guidelines = make_collection("Guidelines")
    Collection.objects.update(needs_release=True)
    guidelines.refresh_from_db()
    record = make_record("Sepsis", status="submitted", depositor=depositor, collection=guidelines)
    reviews.accept(record, by=librarian, note="Well done.")
    assert (record.status, turn(record).outcome) == ("accepted", "accepted")
    assert mail() == [("Maya Manager", "Waiting for release: Sepsis"), ("Dele Depositor", "Accepted: Sepsis")]
    assert "Well done." in OutgoingMail.objects.last().text
    deposits.move(record, "release", by=library_manager)
    assert mail()[2:] == [("Dele Depositor", "Published: Sepsis")]
    by_manager = make_record("Falls", status="submitted", depositor=depositor, collection=guidelines)
    reviews.accept(by_manager, by=library_manager)
    assert by_manager.status == "published"


def test_an_embargo_is_there_before_readers_are(record, librarian, client):
    until = timezone.localdate() + datetime.timedelta(days=30)
    reviews.accept(
        record, by=librarian, embargo=reviews.Embargo(until, "open", "Publisher’s policy"), whole_record=True
    )
    record = Record.objects.get(pk=record.pk)
    assert (record.status, record.audience, record.embargo_until, record.audience_after, record.embargo_reason) == (
        "published",
        "library",
        until,
        "open",
        "Publisher’s policy",
    )
    assert client.get(record.get_absolute_url()).status_code == 404


def test_an_embargo_on_files_that_are_not_there_is_refused(record, librarian):
    until = timezone.localdate() + datetime.timedelta(days=30)
    with pytest.raises(NotAllowed, match="no files"):
        reviews.accept(record, by=librarian, embargo=reviews.Embargo(until, "open", "Policy"))
    assert Record.objects.get(pk=record.pk).status == "submitted"


@pytest.mark.parametrize("move", ["publish", "accept", "return", "reject"])
def test_what_somebody_else_has_claimed_is_theirs_to_decide(move, record, librarian, other_librarian, library_manager):
    reviews.claim(turn(record), by=librarian)
    with pytest.raises(NotAllowed, match="Libby Librarian is reviewing this"):
        deposits.move(record, move, by=other_librarian, note="Because")
    assert (Record.objects.get(pk=record.pk).status, mail()) == ("submitted", [])
    deposits.move(record, move, by=library_manager, note="Because")
    assert Record.objects.get(pk=record.pk).status != "submitted"


@pytest.mark.parametrize("role", ["staff", "depositor", "facilitator", "km_lead"])
def test_who_does_not_review_decides_nothing(role, record, request):
    user = request.getfixturevalue(role)
    for act in (
        lambda: reviews.accept(record, by=user),
        lambda: reviews.return_with_notes(record, by=user, notes={"issued": "Which year?"}),
        lambda: reviews.reject(record, by=user, note="No"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (Record.objects.get(pk=record.pk).status, ReviewNote.objects.count()) == ("submitted", 0)


def test_what_was_withdrawn_is_not_sent_for_review_again(depositor):
    record = make_record(status="withdrawn", depositor=depositor)
    with pytest.raises(WrongState, match="“Send for review” is not possible while this is withdrawn"):
        deposits.move(record, "submit", by=depositor)


def test_of_an_import_nobody_hears(librarian, library_manager):
    record = imported(make_record("From a file", status="submitted", depositor=librarian))
    deposits.move(record, "publish", by=library_manager)
    deposits.move_together(
        [make_record("Another", status="draft", depositor=librarian)],
        ["submit", "publish"],
        by=library_manager,
        note="Imported",
    )
    assert (mail(), ReviewNote.objects.count()) == ([], 0)


# --- The conversation --------------------------------------------------------------------------------------------
def test_each_side_hears_what_the_other_says(record, librarian, depositor):
    reviews.say(record, by=depositor, text="Is anybody there?")
    assert mail() == []
    reviews.claim(turn(record), by=librarian)
    reviews.say(record, by=librarian, text="I am.")
    reviews.say(record, by=depositor, text="Good.")
    assert said(record) == [
        ("Dele Depositor", "", "Is anybody there?"),
        ("Libby Librarian", "", "I am."),
        ("Dele Depositor", "", "Good."),
    ]
    assert mail() == [
        ("Dele Depositor", "Message about: Falls on a ward"),
        ("Libby Librarian", "Message about: Falls on a ward"),
    ]


def test_the_one_who_returned_it_hears_the_depositors_question(record, librarian, depositor):
    reviews.return_with_notes(record, by=librarian, note="Which year?")
    reviews.say(record, by=depositor, text="Of the study, or of the poster?")
    assert mail()[1:] == [("Libby Librarian", "Message about: Falls on a ward")]


def test_a_word_from_the_reviewer_keeps_the_claim_alive(record, librarian, depositor):
    reviews.claim(turn(record), by=librarian)
    Submission.objects.update(touched_at=timezone.now() - datetime.timedelta(days=6))
    before = turn(record).touched_at
    reviews.say(record, by=depositor, text="Hello?")
    assert turn(record).touched_at == before
    reviews.say(record, by=librarian, text="Soon.")
    assert turn(record).touched_at > before


def test_strangers_say_nothing_and_drafts_have_nobody_to_talk_to(record, staff, depositor):
    with pytest.raises(MissingPermission):
        reviews.say(record, by=staff, text="Nice")
    draft = make_record(status="draft", depositor=depositor)
    with pytest.raises(NotAllowed, match="Send it for review first"):
        reviews.say(draft, by=depositor, text="Hello?")
    assert ReviewNote.objects.count() == 0


# --- Claims that nobody touches ----------------------------------------------------------------------------------
MONDAY = datetime.datetime(2026, 11, 23, 6, tzinfo=datetime.UTC)


def claimed_on(record: Record, by, day: int) -> None:
    reviews.claim(turn(record), by=by)
    moment = datetime.datetime(2026, 11, day, 12, tzinfo=datetime.UTC)
    Submission.objects.filter(record=record).update(claimed_at=moment, touched_at=moment)


def test_after_five_working_days_a_claim_goes_back_to_the_pool_and_says_so(librarian, depositor):
    records = {day: make_record(f"Of {day}", status="submitted", depositor=depositor) for day in (16, 17, 18, 19, 20)}
    for day, record in records.items():
        claimed_on(record, librarian, day)
    assert [reviews.give_back_stale(MONDAY) for _ in range(2)] == [1, 0]
    assert {day: holder(record) for day, record in records.items()} == {
        16: "nobody",  # Monday a week ago: five working days
        17: "Libby Librarian",
        18: "Libby Librarian",  # Wednesday: three
        19: "Libby Librarian",
        20: "Libby Librarian",
    }
    assert said(records[16]) == [
        (
            "portal",
            "",
            "Libby Librarian had this for 5 working days and did not get to it, so it is in the pool again.",
        )
    ]
    assert sorted(mail()) == [
        ("Libby Librarian", "Back in the pool: Of 16"),
        ("Libby Librarian", "Still waiting for your review: Of 17"),
        ("Libby Librarian", "Still waiting for your review: Of 18"),
    ]


def test_what_was_touched_meanwhile_stays_claimed(librarian, record):
    claimed_on(record, librarian, 9)
    reviews.say(record, by=librarian, text="Soon.")
    Submission.objects.update(touched_at=MONDAY - datetime.timedelta(days=1))
    assert (reviews.give_back_stale(MONDAY), holder(record)) == (0, "Libby Librarian")


def test_what_is_touched_while_the_job_runs_stays_claimed(librarian, record, monkeypatch):
    claimed_on(record, librarian, 9)
    found_by_the_job = reviews._untouched

    def touched_at_once(days, now):
        found = list(found_by_the_job(days, now))
        reviews.say(record, by=librarian, text="Soon.")
        return found

    monkeypatch.setattr(reviews, "_untouched", touched_at_once)
    assert (reviews.give_back_stale(MONDAY), holder(record)) == (0, "Libby Librarian")


def test_nobody_judges_what_they_entered_for_a_colleague(signed_in, staff, librarian, library_manager):
    record = make_record("Falls", status="submitted", depositor=staff, entered_by=librarian)
    with pytest.raises(NotAllowed, match="somebody else must review it"):
        reviews.claim(turn(record), by=librarian)
    with pytest.raises(NotAllowed, match="somebody else must review it"):
        reviews.assign(turn(record), to=librarian, by=library_manager)
    with pytest.raises(NotAllowed, match="somebody else must review it"):
        reviews.accept(record, by=librarian)
    assert "You deposited this record" in signed_in(librarian).get(f"/repository/review/{record.pk}/").text
    assert list(reviews.reviewers_of(record)) == [library_manager]
    reviews.accept(record, by=library_manager)
    assert Record.objects.get().status == "published"


def test_a_decision_looks_at_the_collection_as_it_is_now(librarian):
    record = make_record("Falls", status="submitted", collection=make_collection())
    assert record.collection.needs_release is False
    Collection.objects.update(needs_release=True)
    with pytest.raises(NotAllowed, match="wait for a release"):
        deposits.move(record, "publish", by=librarian)
    assert Record.objects.get().status == "submitted"
