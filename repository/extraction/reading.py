"""Read the text of stored content, note what was found in it, and let the search know. Runs in the background."""

import base64
import binascii
import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kmportal.search import indexing
from repository import file_store
from repository.extraction import process
from repository.extraction.limits import MOST_TEXT
from repository.models import Record, RecordFile, StoredContent
from repository.models.file import Extraction

log = logging.getLogger(__name__)

# What waits longer than this has lost its job, or never had one.
_FORGOTTEN_AFTER = timedelta(minutes=15)
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "image/png": ".png",
    "image/jpeg": ".jpg",
}


def read(sha256: str) -> None:
    """Note the content's text, number of pages, thumbnail and whether it acts by itself.

    What cannot be read says why; the file stays as it is. Nothing happens where the content is gone by now, or was
    read before: it is queued again while its job waits for long.
    """
    content = StoredContent.objects.defer("text").filter(pk=sha256, extraction=Extraction.WAITING).first()
    if content is None:
        return
    found, thumbnail = _look_into(content)
    with transaction.atomic():
        records = _held_records_of(sha256)
        # The row is held from here on: what is removed meanwhile leaves no thumbnail behind.
        if not StoredContent.objects.filter(pk=sha256).update(**found):
            return
        if thumbnail:
            file_store.store_thumbnail(sha256, thumbnail)
        indexing.refresh(records)


def forgotten() -> list[str]:
    """Return the SHA-256 of contents that have waited for long to be read."""
    waiting = StoredContent.objects.filter(
        extraction=Extraction.WAITING, stored_at__lt=timezone.now() - _FORGOTTEN_AFTER
    )
    return list(waiting.order_by("stored_at").values_list("pk", flat=True)[:1_000])


def _held_records_of(sha256: str) -> list[Record]:
    """Return the records that have the content, held so that the search never gets an audience which was just changed.

    They are held before the content is, as by everybody who changes files of a record.
    """
    keys = RecordFile.objects.filter(content=sha256).order_by().values("record")
    return list(Record.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))


def _look_into(content: StoredContent) -> tuple[dict[str, Any], bytes]:
    """Return the columns that say what was found, and the thumbnail as a PNG, b"" where there is none."""
    path, ending = file_store.path_of(content.sha256), _ENDINGS.get(content.content_type, "")
    if not path.is_file():
        return {"extraction": Extraction.FAILED, "failure": "The file is missing from the store."}, b""
    if not ending:
        return {"extraction": Extraction.NONE, "failure": ""}, b""
    answer = process.ask("read", path, ending)
    text = str(answer.said.get("text", "")).replace("\0", "")[:MOST_TEXT].strip()
    is_read = answer.is_whole or "words_end" in answer.said
    failure = answer.problem or "Reading it took too much time or memory, so it was stopped."
    thumbnail = _png(answer.said.get("thumbnail"))
    found = {
        "extraction": (Extraction.DONE if text else Extraction.NONE) if is_read else Extraction.FAILED,
        "text": text if is_read else "",
        "failure": "" if is_read else failure,
        "pages": _number(answer.said.get("pages")),
        "has_thumbnail": bool(thumbnail),
        "is_active": ending == ".pdf" and _is_active(path),
    }
    return found, thumbnail


def _is_active(path: Any) -> bool:
    """Tell whether a PDF acts by itself; one of which that cannot be told is taken to."""
    answer = process.ask("activity", path, ".pdf")
    return not (answer.is_whole and answer.said.get("is_active") is False)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value < 2**31 else None


def _png(encoded: Any) -> bytes:
    """Return the picture that the process gave in base64, b"" where that is none."""
    try:
        png = base64.b64decode(str(encoded or ""), validate=True)
    except binascii.Error:
        return b""
    return png if png.startswith(b"\x89PNG\r\n\x1a\n") else b""
