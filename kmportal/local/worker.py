"""Run the background jobs of a portal that is served on this machine, until told to stop."""

import os
from typing import Any

import django

STOP_WITHIN = 5.0  # seconds that a running job is given to end


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmportal.settings")
    django.setup()
    from kmportal.jobs import app

    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(delete_jobs="successful", shutdown_graceful_timeout=STOP_WITHIN)


if __name__ == "__main__":
    main()
