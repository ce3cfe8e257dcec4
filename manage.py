#!/usr/bin/env python
"""Run a management command; where no DATABASE_URL is set, on the embedded Postgres."""

import os
import sys

from kmportal.local.development import attach_development_database


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmportal.settings")
    attach_development_database()
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # a sentence that names the setting; where in the code it was read helps nobody


if __name__ == "__main__":
    main()
