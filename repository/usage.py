"""Count how records are used, by the rules of COUNTER: no robots, and of a double click one.

COUNTER Code of Practice, release 5, sections 7.1 (status 200 and 304 count), 7.2 (double clicks within 30 seconds) and
7.8 (robots). Who a visitor is is never kept: only a hash with a key of the day, for an hour, and the department.
"""

import datetime
import logging
from typing import Any

import counter_robots
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kmportal.requests import address_of
from repository.models import RecentUse, Record, RecordFile
from repository.status import Status

DOUBLE_CLICK = datetime.timedelta(seconds=30)
# How long the hash of a visitor is kept. It must outlast a double click.
KEPT = datetime.timedelta(hours=1)
COUNTED_STATES = (Status.PUBLISHED, Status.REPLACED)

# A click within the time of a double click moves that time on and counts no more. Of two clicks at the same moment the
# second waits for the first, and finds that it is late.
COUNT = """
WITH again AS (
    UPDATE repository_recentuse SET at = %(now)s
    WHERE visitor = %(visitor)s AND what = %(what)s AND at > %(since)s RETURNING 1
), fresh AS (
    INSERT INTO repository_recentuse (visitor, what, at)
    SELECT %(visitor)s, %(what)s, %(now)s WHERE NOT EXISTS (SELECT FROM again)
    ON CONFLICT (visitor, what) DO UPDATE SET at = excluded.at WHERE repository_recentuse.at <= %(since)s
    RETURNING 1
)
INSERT INTO repository_usecount (record_id, month, department_id, views, downloads)
SELECT
    %(record)s, %(month)s, (SELECT department_id FROM people_profile WHERE user_id = %(user)s), %(views)s, %(downloads)s
FROM fresh
ON CONFLICT (record_id, month, department_id) DO UPDATE SET
    views = repository_usecount.views + excluded.views, downloads = repository_usecount.downloads + excluded.downloads
"""

log = logging.getLogger(__name__)


def count_view(request: HttpRequest, record: Record) -> None:
    """Count that somebody has read the record's page, if it is before readers. One query, at most.

    Call it last: until the transaction ends, others who read the same record wait for its figure.
    """
    if record.status in COUNTED_STATES:
        _count(request, record.pk, what=f"view {record.pk}", views=1)


def count_download(request: HttpRequest, file: RecordFile) -> None:
    """Count that somebody has opened or saved the file; of a file that comes in pieces, the first. One query, at most.

    Wants the file's record, for its state.
    """
    if file.record.status in COUNTED_STATES and request.headers.get("Range", "bytes=0-").startswith("bytes=0-"):
        _count(request, file.record_id, what=f"file {file.pk}", downloads=1)


def forget_visitors() -> int:
    """Delete what tells of double clicks that are long over, and return how many rows that were."""
    return RecentUse.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def is_counted(request: HttpRequest) -> bool:
    """Tell whether a person asks, and for the content itself: no robot, no script, no browser that reads ahead."""
    agent = request.headers.get("User-Agent", "").strip()
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return request.method == "GET" and bool(agent) and not ahead and not counter_robots.is_robot_or_machine(agent)


def _count(request: HttpRequest, record_pk: int, *, what: str, views: int = 0, downloads: int = 0) -> None:
    if not is_counted(request):
        return
    now = timezone.now()
    values: dict[str, Any] = {
        "now": now,
        "since": now - DOUBLE_CLICK,
        "visitor": _visitor(request, timezone.localdate(now)),
        "what": what,
        "record": record_pk,
        "month": timezone.localdate(now).replace(day=1),
        "user": request.user.pk,
        "views": views,
        "downloads": downloads,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COUNT, values)
    except DatabaseError:
        # The reader wants the page, not the figure.
        log.exception("A use of record %s could not be counted", record_pk)


def _visitor(request: HttpRequest, day: datetime.date) -> str:
    """Return a hash that stands for the visitor on that day; nobody can tell from it who that is."""
    session: Any = getattr(request, "session", None)
    address = f"{address_of(request)} {request.headers.get('User-Agent', '')}"
    who = (session and session.session_key) or address
    return salted_hmac(f"repository.usage {day}", who, algorithm="sha256").hexdigest()
