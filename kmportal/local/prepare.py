"""Bring the portal's database and static files up to date: migrations, the demonstration, collected files.

`make setup` runs it by itself, `make run` before it serves. What is up to date already is left alone.
"""

import hashlib
import os
import sys
from io import StringIO

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from kmportal.local.assets import copy_assets
from kmportal.local.errors import CannotStart
from kmportal.local.trial import portal_users, trial_settings

STATIC_STAMP = ".made-from"


def prepare() -> None:
    """Do all of it, one process at a time. The environment must hold the settings (see trial_settings)."""
    copy_assets()  # before the settings are read: they name its folder only where it is there
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmportal.settings")
    with portal_users().door():
        django.setup()
        migrate()
        load_demonstration()
        collect_static_files()


def migrate() -> None:
    """Run the migrations that the database lacks, and keep the roles in step with their table all the same."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from kmportal.people.roles import synchronise_roles

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Making the tables …")
        call_command("migrate", verbosity=0, interactive=False)
    else:
        synchronise_roles()


def load_demonstration() -> None:
    """Fill a database in which there is nobody yet, where DEMO is on: whole or not at all."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    if settings.DEMO and not get_user_model()._default_manager.exists():
        say("Loading the demonstration …")
        with transaction.atomic():
            call_command("load_demo", verbosity=0, stdout=StringIO())  # the accounts are told when the portal answers


def collect_static_files() -> None:
    """Collect the static files where one of them has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return  # they are served from where they lie
    facts = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            status = os.stat(storage.path(name))
            facts.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    made_from = facts.hexdigest()
    stamp = settings.STATIC_ROOT / STATIC_STAMP
    if stamp.exists() and stamp.read_text() == made_from:
        return
    say("Collecting the static files …")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(made_from)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    try:
        with trial_settings():
            prepare()
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database that DATABASE_URL names cannot be used: {error}".strip())


if __name__ == "__main__":
    main()
