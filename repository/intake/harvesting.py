"""Take over the records of other repositories by OAI-PMH: each time what has changed there since the last time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kmportal import jobs
from kmportal.lifecycle.transitions import NotAllowed
from repository import access
from repository.exchange import oai_file
from repository.exchange.entry import Entry, Rejected
from repository.exchange.xml_source import Piece, child, text_at
from repository.intake import batches
from repository.intake.importing import Summary, import_entries
from repository.intake.oai_client import Answers, Client, HarvestFailed
from repository.models import HarvestSource, ImportBatch, ImportedFrom
from repository.models.batch import BatchState, Origin

# Records, one after the other, that were there before in the same list: it goes round.
_MOST_REPEATED = 300
_BROKEN_OFF = "This harvest was broken off. The next one begins where it began."


def source_name(source: HarvestSource) -> str:
    """Return what names the source of a harvested record (see sources.py)."""
    return f"oai-{source.pk}"


def harvest(source: HarvestSource, *, client: Client | None = None) -> ImportBatch | None:
    """Take over what has changed at the source since the last harvest, and return the batch.

    None where no record came, or where another harvest of the source goes on. What goes wrong is not raised: the batch
    and the source say it, what came before is kept, and the next harvest begins where this one began.
    """
    with _alone(source) as is_alone:
        if not is_alone:
            return None
        _close_broken(source)
        batch = ImportBatch.objects.create(
            file_name=f"Harvest of {source.name}"[:300],
            origin=Origin.HARVEST,
            harvest=source,
            collection=source.collection,
            format=oai_file.KEY,
            state=BatchState.RUNNING,
        )
        return _run(source, batch, client or Client(source.base_url))


def _run(source: HarvestSource, batch: ImportBatch, client: Client) -> ImportBatch | None:
    summary = Summary()

    def keep_progress(counts: Summary) -> None:
        nonlocal summary
        summary = counts
        batches.take_counts(batch, summary)
        batch.save(update_fields=list(batches.COUNTS))

    failure, since = _BROKEN_OFF, ""
    try:
        granularity = client.identify().granularity
        answers = client.records(
            source.metadata_prefix, set_spec=source.set_spec, since=_as_fine(source.harvested_until, granularity)
        )
        entries = _Entries(source, answers)
        import_entries(entries, source=source_name(source), batch=batch, after_chunk=keep_progress)
        failure = entries.failure
        since = "" if failure else _as_fine(answers.since, granularity)
    except HarvestFailed as error:
        failure = str(error)
    finally:
        batch.state = BatchState.FAILED if failure else BatchState.DONE
        batch.failure = failure
        batch.finished_at = timezone.now()
        batches.take_counts(batch, summary)
        batch.save()
        source.failure, source.harvested_at = failure, timezone.now()
        source.harvested_until = since or source.harvested_until
        source.save(update_fields=["failure", "harvested_at", "harvested_until"])
    if not batch.read:
        batch.delete()
        return None
    return batch


class _Entries:
    """What the records of a list say, counted from 1 in place of lines.

    Where the list breaks off it ends, and `failure` says why: what came before can still be taken over.
    """

    def __init__(self, source: HarvestSource, answers: Answers) -> None:
        self._source, self._answers, self.failure = source, answers, ""

    def __iter__(self) -> Iterator[Entry | Rejected]:
        try:
            for number, piece in enumerate(self._pieces(), start=1):
                yield self._read(number, piece)
        except HarvestFailed as error:
            self.failure = str(error)

    def _pieces(self) -> Iterator[Piece | Rejected]:
        seen: set[int] = set()
        repeated = 0
        for piece in self._answers:
            if isinstance(piece, Piece):
                known = hash(tuple(text_at(piece.element, "header", name) for name in ("identifier", "datestamp")))
                repeated = repeated + 1 if known in seen else 0
                seen.add(known)
            if repeated > _MOST_REPEATED:
                raise HarvestFailed("The repository’s list goes round: it gives the same records again and again.")
            yield piece

    def _read(self, number: int, piece: Piece | Rejected) -> Entry | Rejected:
        if isinstance(piece, Rejected):
            return replace(piece, line=number)
        header = child(piece.element, "header")
        if header is not None and header.get("status") == "deleted":
            identifier = text_at(header, "identifier")
            return Rejected(number, _why_deleted(self._source, identifier), identifier)
        return replace(oai_file.record(piece.element, piece.line, piece.problems), line=number)


def _why_deleted(source: HarvestSource, identifier: str) -> str:
    held = ImportedFrom.objects.filter(source=source_name(source), key=identifier).select_related("record").first()
    if held is None:
        return "The repository has deleted this record. We never had it."
    return (
        f"The repository has deleted this record. We still have it, as record {held.record_id}, “{held.record.title}”: "
        "withdraw it if nobody should use it any more."
    )


def harvest_later(source: HarvestSource, *, by: Any) -> None:
    """Queue a harvest of the source. Raises NotAllowed where the person may not import."""
    _check(by)
    from repository.tasks import harvest_source  # here, because the job itself calls this module

    jobs.later(harvest_source, source_pk=source.pk)


@transaction.atomic
def keep(source: HarvestSource, *, by: Any) -> HarvestSource:
    """Save a source, new or changed. Where it asks for other records now, the next harvest takes them all.

    Raises NotAllowed where the person may not import.
    """
    _check(by)
    before = HarvestSource.objects.select_for_update(of=("self",)).filter(pk=source.pk).first()
    asked = ("base_url", "metadata_prefix", "set_spec")
    if before and any(getattr(before, name) != getattr(source, name) for name in asked):
        source.harvested_until = ""
    source.save()
    return source


def _as_fine(moment: str, granularity: str) -> str:
    """Return a moment in UTC as the repository writes datestamps: with the time of day only where it does."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?", moment):
        return ""
    if "T" not in granularity:
        return moment[:10]
    return moment if "T" in moment else f"{moment}T00:00:00Z"


@contextmanager
def _alone(source: HarvestSource) -> Iterator[bool]:
    """Tell whether no other harvest of the source goes on, and keep others out until this one is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('repository.harvest'), %s)", [source.pk])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('repository.harvest'), %s)", [source.pk])


def _close_broken(source: HarvestSource) -> None:
    """Say of harvests whose worker was stopped that they were broken off."""
    source.batches.filter(state=BatchState.RUNNING).update(
        state=BatchState.FAILED, failure=_BROKEN_OFF, finished_at=timezone.now()
    )


def _check(by: Any) -> None:
    if not access.may_import(by):
        raise NotAllowed("You do not have permission to import records.")
