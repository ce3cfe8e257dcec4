"""The settings with which the portal is served on one machine, where the environment does not say otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from kmportal.local.cluster import Cluster
from kmportal.local.defaults import fill_environment
from kmportal.local.development import name_embedded_database, wants_embedded_database
from kmportal.local.places import DATA_DIR
from kmportal.local.users import Users


@contextmanager
def trial_settings() -> Iterator[Cluster | None]:
    """Fill the environment with what a trial on plain http needs; the embedded database stays while the block runs.

    Gives its cluster, or None where DATABASE_URL names another database. The demonstration is for the embedded one
    only: its accounts have passwords that everybody knows. Raises CannotStart or ImproperlyConfigured.
    """
    cluster = None
    if wants_embedded_database():
        cluster = name_embedded_database()
    try:
        fill_environment(demo=cluster is not None)
        yield cluster
    finally:
        if cluster:
            cluster.detach()


def portal_users() -> Users:
    """Return the count of the processes that serve the portal from this checkout."""
    return Users(DATA_DIR / "portal")
