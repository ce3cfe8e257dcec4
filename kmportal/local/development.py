"""Give a process on this machine the embedded Postgres, where no DATABASE_URL names another database."""

import atexit
import os
import signal
import sys

from django.core.exceptions import ImproperlyConfigured

from kmportal import env
from kmportal.local.cluster import Cluster, development_cluster
from kmportal.local.defaults import fill_environment
from kmportal.local.errors import CannotStart
from kmportal.local.places import make_data_dir

DATABASE = "kmportal"


def attach_development_database() -> None:
    """Start or share the embedded Postgres, and name it in DATABASE_URL until this process ends.

    Does nothing where DATABASE_URL is set, or where DEBUG is off: the settings then say what is missing. Where
    Postgres cannot be had, the process ends with a sentence that says why.
    """
    try:
        if not wants_embedded_database():
            return
        cluster = name_embedded_database()
        fill_environment(demo=True)
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(str(error))
    atexit.register(cluster.detach)
    _end_by_exit(signal.SIGTERM)
    _end_by_exit(signal.SIGHUP)


def wants_embedded_database() -> bool:
    """Tell whether the environment leaves the database to us; raise ImproperlyConfigured for a bad DEBUG."""
    return not env.text("DATABASE_URL") and env.boolean("DEBUG", default=True)


def name_embedded_database() -> Cluster:
    """Attach to the cluster of this checkout, make the portal's database, and set DATABASE_URL; raise CannotStart."""
    make_data_dir()
    cluster = development_cluster()
    if not cluster.directory.exists():
        for other in sorted(cluster.directory.parent.glob("pg[0-9][0-9]")):
            print(
                f"A new database is made; the one in {other} belongs to another version of Postgres.", file=sys.stderr
            )
    cluster.attach()
    try:
        cluster.create_database(DATABASE)
    except BaseException:
        cluster.detach()
        raise
    os.environ["DATABASE_URL"] = cluster.url(DATABASE)
    return cluster


def _end_by_exit(number: signal.Signals) -> None:
    # Python's own answer to these signals is to end without a word to atexit. One that the parent has set to be
    # ignored, as nohup does, stays ignored.
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
