"""Tell a load balancer or a monitor whether the portal can answer."""

from typing import Any, cast

import psycopg
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PATIENCE = 2.0  # seconds to wait for a connection: whoever asks gives up soon


# Without a transaction, which would have to connect before this view could answer for the database.
@transaction.non_atomic_requests
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database answers, and 503 where it does not or all connections stay in use."""
    # Straight from the pool that the requests share, because Django's own way cannot say how long to wait.
    pool = cast(Any, connection).pool
    try:
        pool.open()
        with pool.connection(timeout=PATIENCE) as own:
            own.execute("SELECT 1")
    except psycopg.Error:
        return JsonResponse({"status": "unavailable", "database": "unavailable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})
