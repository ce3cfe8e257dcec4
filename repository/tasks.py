"""The repository's background jobs."""

from django.utils import timezone

from kmportal.jobs import job, later
from kmportal.people.models import User
from repository import embargoes, fixity, following, lookalikes, minting, reviews, usage
from repository.curation import alike, bulk
from repository.extraction import reading
from repository.intake import batches, deciding, harvesting, inbox, undoing
from repository.minting import telling
from repository.models import HarvestSource, ImportBatch, Operation, Record
from repository.models.batch import BatchState, Decision


@job()
def import_batch(batch_pk: int) -> None:
    """Import an uploaded file of records; run again after its end, it leaves what has been decided since alone."""
    batch = ImportBatch.objects.select_related("collection", "by").get(pk=batch_pk)
    if batch.state not in (BatchState.WAITING, BatchState.COLUMNS, BatchState.RUNNING, BatchState.FAILED):
        return
    with batch.file.open("rb") as stored:
        batches.run(batch, stored.file)
    inbox.tell(batch)


@job(schedule="*/5 * * * *")
def look_into_inbox(timestamp: int) -> None:
    """Import what was put into the inbox folder, and tell of what could not be."""
    inbox.look()
    inbox.tell_of_broken_off()


@job()
def harvest_source(source_pk: int) -> None:
    """Take over what has changed in another repository; run again, it goes on from the last that went well."""
    source = HarvestSource.objects.select_related("collection").filter(pk=source_pk).first()
    if source:
        harvesting.harvest(source)


@job(schedule="40 2 * * *")
def harvest_active_sources(timestamp: int) -> None:
    """Harvest every night, each repository in a job of its own."""
    for pk in HarvestSource.objects.filter(is_active=True).values_list("pk", flat=True):
        later(harvest_source, source_pk=pk)


@job()
def publish_batch(batch_pk: int, by_pk: int) -> None:
    """Publish what a batch added; run again, it goes on with what still waits."""
    batches.publish(ImportBatch.objects.get(pk=batch_pk), by=User.objects.get(pk=by_pk))


@job()
def decide_batch(batch_pk: int, kind: str, decision: str, by_pk: int) -> None:
    """Decide about all that a batch set aside; run again, it goes on with what is undecided."""
    batch, by = ImportBatch.objects.get(pk=batch_pk), User.objects.get(pk=by_pk)
    deciding.decide_all(batch, kind, Decision(decision), by=by)


@job()
def undo_batch(batch_pk: int, by_pk: int) -> None:
    """Undo a batch; run again, it goes on with what is left of it."""
    undoing.undo(ImportBatch.objects.get(pk=batch_pk), by=User.objects.get(pk=by_pk))


@job()
def tell_followers(record_pk: int, what: str, by_pk: int | None, moment: str) -> None:
    """Write to those who follow a record."""
    record = Record.objects.filter(pk=record_pk).first()
    if record:
        following.post_to_followers(record, what=what, by_pk=by_pk, moment=moment)


@job(schedule="17 * * * *")
def forget_visitors(timestamp: int) -> None:
    """Delete what told double clicks of the last hour."""
    usage.forget_visitors()


@job(schedule="0 * * * *")
def lift_embargoes(timestamp: int) -> None:
    """Open what is embargoed until today. Every hour, because midnight in the UK is not always the same hour in UTC."""
    embargoes.lift_due()


@job(schedule="30 7 * * *")
def warn_of_embargoes(timestamp: int) -> None:
    """Tell people of the embargoes that end in a week."""
    embargoes.warn_soon()


@job(schedule="0 6 * * 1-5")
def give_back_stale_reviews(timestamp: int) -> None:
    """Put into the pool what reviewers claimed and left, and remind them before."""
    reviews.give_back_stale(timezone.now())


@job()
def read_content(sha256: str) -> None:
    """Take the text out of a stored file, and make its thumbnail."""
    reading.read(sha256)


@job(schedule="*/20 * * * *")
def read_what_was_forgotten(timestamp: int) -> None:
    """Queue the reading of what has waited for long: its job failed, or it was there before files were read."""
    for sha256 in reading.forgotten():
        later(read_content, sha256=sha256)


@job(schedule="20 1 * * *")
def check_fixity(timestamp: int) -> None:
    """Check every night for an hour whether files are still what they were, those first that were so for longest."""
    fixity.check(seconds=3_600)


@job(schedule="25 3 * * *")
def look_for_duplicates(timestamp: int) -> None:
    """Look every night, and when a librarian asks, for records that may be one work."""
    lookalikes.look()


@job()
def run_bulk_edit(operation_pk: int) -> None:
    """Make an edit of many records; run again, it goes on where it stopped."""
    bulk.run(Operation.objects.get(pk=operation_pk))


@job()
def undo_bulk_edit(operation_pk: int, by_pk: int) -> None:
    """Undo an edit of many records; run again, it goes on where it stopped."""
    bulk.undo(Operation.objects.get(pk=operation_pk), by=User.objects.get(pk=by_pk))


@job(schedule="25 3 * * *")
def look_for_alike_words(timestamp: int) -> None:
    """Look every night for contributors, headings and tags that may be one."""
    alike.look_for_contributors()
    alike.look_for_subjects()
    alike.look_for_tags()


@job()
def register_doi(registration_pk: int) -> None:
    """Tell the agency of a DOI; run again, it tells the same."""
    telling.tell(registration_pk)


@job(schedule="40 2 * * *")
def tell_agency_of_changes(timestamp: int) -> None:
    """Queue every night, for each DOI, what the agency does not know yet: changes, withdrawals, and what failed."""
    if minting.is_on():
        for registration in telling.out_of_date():
            later(register_doi, registration_pk=registration.pk)
