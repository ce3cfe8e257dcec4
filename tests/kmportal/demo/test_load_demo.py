"""Loading the demo gives a portal in which everything hangs together, and never spoils one that is in use."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from events.models import Session
from kmportal.demo import loading
from kmportal.demo.accounts import ACCOUNTS, PASSWORD
from kmportal.lifecycle.models import StatusChange
from kmportal.links.models import Link
from kmportal.mail.models import OutgoingMail
from kmportal.people.models import Department, Profile, User
from kmportal.search.models import SearchCorpus, SearchDocument
from lessons.models import Lesson
from repository import file_store
from repository.models import (
    Contribution,
    Contributor,
    Record,
    RecordFile,
    ReviewNote,
    StoredContent,
    Submission,
    UseCount,
)
from repository.record_types import RecordType
from tests import builders


def load_demo(*arguments: str) -> str:
    output = StringIO()
    call_command("load_demo", *arguments, stdout=output)
    return output.getvalue()


def portal() -> dict[str, list]:
    """Everything that the demo writes, to compare before and after."""
    models = (
        User,
        Profile,
        Record,
        Contribution,
        StoredContent,
        RecordFile,
        Lesson,
        Session,
        StatusChange,
        SearchDocument,
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The loaded demo, shared by the tests that only look at it; gives the folder of its files."""
    files = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=files):
            load_demo()
        yield files
        transaction.set_rollback(True)


def test_a_first_load_says_what_it_did_and_a_second_changes_nothing(db):
    first = load_demo()
    before = portal()
    second = load_demo()
    assert first.splitlines() == [
        "Loaded 30 people, 80 records, 26 lessons and 13 sessions.",
        f"Sign in with the password {PASSWORD} as:",
        "  staff@demo.example        Staff",
        "  librarian@demo.example    Librarian",
        "  manager@demo.example      Library manager",
        "  facilitator@demo.example  Facilitator",
        "  lead@demo.example         KM lead",
        "  admin@demo.example        Administrator",
    ]
    assert second == "The demo content is here already. Nothing was changed.\n"
    assert portal() == before


def test_a_portal_in_use_is_left_alone(db):
    builders.make_record("Our own paper")
    with pytest.raises(CommandError) as refused:
        load_demo()
    assert str(refused.value) == (
        "This portal has content of its own (records: 1). Use --force to add the demo content to it."
    )
    assert [record.title for record in Record.objects.all()] == ["Our own paper"]


def test_force_adds_the_demo_to_what_is_there(db):
    builders.make_record("Our own paper", authors=("Okonkwo, Amara",), tags=("Falls",), subjects=("Delirium",))
    # The same name under another address: the demo uses it as it is.
    pharmacy = Department.objects.create(name="Pharmacy", slug="pharmacy-and-medicines")
    load_demo("--force")
    assert Record.objects.count() == 82
    assert Record.objects.get(title="Our own paper").contributions.get().credited_as == "Okonkwo, Amara"
    assert Department.objects.get(name="Pharmacy") == pharmacy
    assert pharmacy.records.count() > 5


def test_a_portal_that_is_no_demonstration_gets_no_public_passwords(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match=r"^DEMO is off\. .* use --force\.$"):
        load_demo()
    assert not User.objects.exists()


def test_a_load_that_fails_leaves_nothing(db, monkeypatch):
    def fail(*arguments: object) -> None:
        raise RuntimeError("the last part fails")

    monkeypatch.setattr(loading, "book_sessions", fail)
    with pytest.raises(RuntimeError):
        load_demo()
    assert {name for name, rows in portal().items() if rows} == set()


def test_one_account_for_each_role_signs_in(demo, db):
    found = {}
    for account in ACCOUNTS:
        client = Client()
        assert client.login(email=account.email, password=PASSWORD), account.email
        user = User.objects.get(pk=client.session["_auth_user_id"])
        found[user.email] = [group.name for group in user.groups.all()]
    assert found == {account.email: [account.role] for account in ACCOUNTS}


def test_the_demo_password_is_one_that_the_portal_accepts(demo, db):
    users = User.objects.all()
    assert len(users) == 30
    for user in users:
        validate_password(PASSWORD, user)  # raises where one of the rules is broken


def test_what_each_role_may_do_differs(demo, db):
    staff, librarian, manager, facilitator, lead, admin = (User.objects.get(email=each.email) for each in ACCOUNTS)
    assert [user.has_perm("repository.publish_record") for user in (staff, librarian, facilitator)] == [
        False,
        True,
        False,
    ]
    assert [user.has_perm("repository.release_record") for user in (librarian, manager)] == [False, True]
    assert [user.has_perm("lessons.validate_lesson") for user in (librarian, lead)] == [False, True]
    assert [user.has_perm("people.change_user") for user in (lead, admin)] == [False, True]
    assert not User.objects.filter(is_superuser=True).exists()


def test_every_account_is_at_the_demo_address(demo, db):
    assert User.objects.exclude(email__endswith="@demo.example").count() == 0


def test_records_of_every_type_are_whole(demo, db):
    assert set(Record.objects.values_list("type", flat=True)) == set(RecordType.values)
    bare = Record.objects.filter(abstract="") | Record.objects.filter(contributions=None)
    assert list(bare) == []
    for record in Record.objects.all():
        record.clean_fields()
    for identifier in (identifier for record in Record.objects.all() for identifier in record.identifiers.all()):
        identifier.clean()


def test_records_stand_where_their_history_led_them(demo, db):
    assert Counter(Record.objects.values_list("status", flat=True)) == {
        "published": 74, "replaced": 1, "draft": 2, "submitted": 2, "withdrawn": 2,
    }  # fmt: skip
    assert Counter(Lesson.objects.values_list("status", flat=True)) == {
        "published": 22, "submitted": 2, "draft": 1, "retired": 1,
    }  # fmt: skip
    assert Counter(Session.objects.values_list("status", flat=True)) == {"published": 11, "cancelled": 1, "draft": 1}
    for thing in [*Record.objects.all(), *Lesson.objects.all(), *Session.objects.all()]:
        states, moments = ["draft"], [thing.created_at]
        for change in StatusChange.objects.of(thing):
            assert change.source == states[-1]
            states.append(change.target)
            moments.append(change.at)
        assert (states[-1], moments) == (thing.status, sorted(moments))
        assert moments[-1] - timedelta(seconds=1) <= thing.changed_at <= timezone.now()


def test_nobody_published_their_own(demo, db):
    published = StatusChange.objects.filter(move="publish", content_type__model__in=["record", "lesson"])
    own = [change for change in published if change.thing.is_owned_by(change.by)]
    assert (published.count(), own) == (77 + 23, [])


def test_what_was_withdrawn_says_why(demo, db):
    reasons = StatusChange.objects.filter(move__in=["withdraw", "retire", "cancel", "return"]).values_list(
        "note", flat=True
    )
    assert len(reasons) == 6
    assert all(len(reason) > 40 for reason in reasons)


def test_the_repository_has_grown_for_more_than_two_years(demo, db):
    moments = sorted(Record.objects.values_list("created_at", flat=True))
    assert (moments[-1] - moments[0]).days > 730
    assert (timezone.now() - moments[-1]).days < 14


def test_some_sessions_lie_ahead_and_all_are_in_working_hours(demo, db):
    now = timezone.now()
    assert Session.objects.upcoming(now).count() >= 7
    assert Session.objects.past(now).count() >= 5
    local = [timezone.localtime(session.starts_at) for session in Session.objects.all()]
    assert {moment.weekday() for moment in local} <= {0, 1, 2, 3, 4}
    assert {8, 9} <= {moment.hour for moment in local} <= set(range(8, 17))


def test_authors_who_are_colleagues_are_linked_to_their_accounts(demo, db):
    amara = Contributor.objects.get(family_name="Okonkwo")
    assert amara.user.email == "staff@demo.example"
    assert amara.contributions.count() > 4
    assert {contribution.department.name for contribution in amara.contributions.all()} == {"Care of Older People"}
    visitor = Contributor.objects.get(family_name="Whitaker")
    assert visitor.user is None
    assert {contribution.affiliation for contribution in visitor.contributions.all()} == {"University of Wexcombe"}
    assert Contributor.objects.get(family_name="Ellingham").orcid == "0000-0002-1825-0097"
    assert Contributor.objects.get(family_name="Stroke Pathway Group").kind == "group"


def test_files_are_what_they_say(demo, db, settings):
    settings.MEDIA_ROOT = demo
    files = {file.name: file for file in RecordFile.objects.all()}
    assert Counter(file.content_type for file in files.values()) == {
        "text/csv": 2, "text/plain": 1, "application/pdf": 3,
    }  # fmt: skip
    table = file_store.path_of(files["falls-by-month.csv"].sha256).read_text()
    assert table.startswith("month,ward,falls,falls_with_harm,occupied_bed_days,huddle\n2020-09,A,6,1,812,no\n")
    assert files["falls-by-month.csv"].size == len(table)


def test_published_content_is_found_and_the_rest_is_not(demo, db):
    found = Counter(SearchDocument.objects.values_list("kind", flat=True))
    assert found == {"record": 74, "lesson": 22, "session": 11, "person": 30}
    assert SearchCorpus.objects.get().documents == sum(found.values())


def test_what_is_in_review_waits_since_it_was_sent_in(demo, db):
    sent = {
        change.object_id: change.at
        for change in StatusChange.objects.filter(move="submit", content_type__model="record").order_by("pk")
    }
    waiting = Submission.objects.waiting()
    assert [submission.sent_at for submission in waiting] == [sent[submission.record_id] for submission in waiting]
    assert waiting.count() == 2
    for note in ReviewNote.objects.all():
        assert note.at in note.record.submissions.values_list("ended_at", flat=True)


def test_published_records_have_a_life(demo, db):
    today = timezone.localdate()
    reviewed = Record.objects.published().filter(review_months__isnull=False)
    assert {record.type for record in reviewed} == {"policy", "guideline", "toolkit", "training"}
    assert all(record.owner and record.last_reviewed <= today for record in reviewed)
    assert 0 < reviewed.filter(next_review__lt=today).count() < reviewed.count() / 2
    assert UseCount.objects.filter(department=None).exists() and UseCount.objects.exclude(department=None).exists()
    assert Record.objects.filter(audience="staff", type="policy").count() == 1
    embargoed = RecordFile.objects.get(embargo_until__gt=today)
    assert (embargoed.audience, embargoed.record.status) == ("library", "published")
    second = Record.objects.get(version=2)
    assert (second.status, second.first_version.status) == ("published", "replaced")
    assert Counter(Link.objects.values_list("kind", flat=True)) == {"evidence_for": 1, "applied_in": 2}
    assert not OutgoingMail.objects.exists()
