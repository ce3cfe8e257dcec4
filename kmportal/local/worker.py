"""Run the background jobs of a portal that is served on this machine, until told to stop."""

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmportal.settings")
    django.setup()
    from kmportal import jobs

    jobs.work()


if __name__ == "__main__":
    main()
