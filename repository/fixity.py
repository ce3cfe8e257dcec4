"""Check that the stored files are still there and unchanged, and that nothing stands among them that nobody knows."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db.models import F, Q
from django.utils import timezone

from repository import file_store
from repository.models import FixityFinding, StoredContent
from repository.models.file import FixityProblem

# Content is in its place a moment before its row is there, and what is on its way in may take a while.
YOUNG_SECONDS = 60 * 60
LEFT_OVER_SECONDS = 24 * 60 * 60
_BATCH = 200


@dataclass
class Summary:
    """What a check did: contents and bytes read, and the seconds it took; problems found anew, put right, and open."""

    checked: int = 0
    size: int = 0
    seconds: float = 0
    found: int = 0
    settled: int = 0
    open: int = 0

    @property
    def speed(self) -> float:
        """Megabytes read in a second."""
        return self.size / 1_000_000 / self.seconds if self.seconds else 0.0


def check(
    *,
    limit: int | None = None,
    seconds: float | None = None,
    after_file: Callable[[StoredContent], object] = lambda content: None,
) -> Summary:
    """Compare stored contents with their checksums, at most `limit` of them and for about so many seconds.

    What was checked longest ago comes first, so that checks with a limit reach everything in turn. What is wrong is
    noted as a FixityFinding; one that is right again is settled. What was left on its way in a day ago is removed.
    """
    started = time.monotonic()
    summary = Summary()
    _remove_leftovers()
    _check_for_orphans(summary)
    begun = timezone.now()
    due = StoredContent.objects.filter(Q(checked_at=None) | Q(checked_at__lt=begun)).only("sha256")
    due = due.order_by(F("checked_at").asc(nulls_first=True), "pk")
    while batch := list(due[: _BATCH if limit is None else min(_BATCH, limit - summary.checked)]):
        read = []
        for content in batch:
            if seconds is not None and time.monotonic() - started > seconds:
                break
            _check(content, summary)
            read.append(content.sha256)
            after_file(content)
        StoredContent.objects.filter(pk__in=read).update(checked_at=timezone.now())
        if len(read) < len(batch):
            break
    summary.seconds = time.monotonic() - started
    summary.open = FixityFinding.objects.filter(settled_at=None).count()
    return summary


def due(limit: int | None = None) -> int:
    """Return how many contents a check without a limit of time would read."""
    number = StoredContent.objects.count()
    return number if limit is None else min(limit, number)


def _check(content: StoredContent, summary: Summary) -> None:
    found: dict[str, str] = {}
    try:
        with file_store.path_of(content.sha256).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            summary.size += file.tell()
    except FileNotFoundError:
        found[FixityProblem.MISSING] = ""
    except OSError as error:
        found[FixityProblem.CHANGED] = f"It cannot be read: {error.strerror}."
    else:
        if digest != content.sha256:
            found[FixityProblem.CHANGED] = f"Its SHA-256 is now {digest}."
    summary.checked += 1
    _note(content.sha256, found, of=(FixityProblem.MISSING, FixityProblem.CHANGED), summary=summary)


def _check_for_orphans(summary: Summary) -> None:
    """Note content to which no file of a record refers, by its row or as it stands in the store."""
    orphans = dict.fromkeys(StoredContent.objects.filter(files=None).values_list("pk", flat=True), "")
    batch: list[Path] = []
    for path in file_store.contents():
        if _age(path) > YOUNG_SECONDS:
            batch.append(path)
        if len(batch) == _BATCH:
            orphans |= _unknown(batch)
            batch.clear()
    orphans |= _unknown(batch)
    known = set(
        FixityFinding.objects.filter(problem=FixityProblem.ORPHAN, settled_at=None).values_list("sha256", flat=True)
    )
    for sha256 in sorted(known | orphans.keys()):
        found = {FixityProblem.ORPHAN.value: orphans[sha256]} if sha256 in orphans else {}
        _note(sha256, found, of=(FixityProblem.ORPHAN,), summary=summary)


def _unknown(paths: list[Path]) -> dict[str, str]:
    known = set(StoredContent.objects.filter(pk__in=[path.name for path in paths]).values_list("pk", flat=True))
    unknown = {}
    for path in paths:
        if path.name not in known:
            with suppress(FileNotFoundError):  # removed since it was listed
                unknown[path.name[:64]] = f"{path.stat().st_size:,} bytes at {path}"[:300]
    return unknown


def _note(sha256: str, found: dict[str, str], *, of: tuple[str, ...], summary: Summary) -> None:
    """Open a finding for each problem found (problem to detail), and settle those of these kinds that are no more."""
    for problem, detail in found.items():
        _, is_new = FixityFinding.objects.get_or_create(
            sha256=sha256, problem=problem, settled_at=None, defaults={"detail": detail}
        )
        summary.found += is_new
    gone = FixityFinding.objects.filter(sha256=sha256, problem__in=of, settled_at=None).exclude(problem__in=found)
    summary.settled += gone.update(settled_at=timezone.now())


def _remove_leftovers() -> None:
    for path in file_store.leftovers():
        if _age(path) > LEFT_OVER_SECONDS:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Return how many seconds ago the file was written; 0 where it has just gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
