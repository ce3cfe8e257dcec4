#!/usr/bin/env python
"""Run a management command; where no DATABASE_URL is set, on the embedded Postgres."""

import os
import sys

from kmportal.local.development import attach_development_database


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmportal.settings")
    attach_development_database()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
