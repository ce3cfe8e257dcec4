"""The settings with which the portal is served on one machine, where the environment does not say otherwise."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from kmportal import env
from kmportal.local.cluster import Cluster
from kmportal.local.development import name_embedded_database, wants_embedded_database
from kmportal.local.places import DATA_DIR
from kmportal.local.users import Users

SECRET_KEY_FILE = DATA_DIR / "secret_key"


@contextmanager
def trial_settings() -> Iterator[Cluster | None]:
    """Fill the environment with what a trial on plain http needs; the embedded database stays while the block runs.

    Gives its cluster, or None where DATABASE_URL names another database. The demonstration is for the embedded one
    only: its accounts have passwords that everybody knows. Raises CannotStart or ImproperlyConfigured.
    """
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    cluster = None
    if wants_embedded_database():
        cluster = name_embedded_database()
    try:
        _default("HTTPS", "false")
        _default("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
        _default("SECRET_KEY", _kept_secret_key())
        _default("DEMO", "true" if cluster else "false")
        yield cluster
    finally:
        if cluster:
            cluster.detach()


def portal_users() -> Users:
    """Return the count of the processes that serve the portal from this checkout."""
    return Users(DATA_DIR / "portal")


def _default(name: str, value: str) -> None:
    if not env.text(name):
        os.environ[name] = value


def _kept_secret_key() -> str:
    """Return the key of this machine, made at the first start, so that a restart signs nobody out."""
    if not SECRET_KEY_FILE.exists():
        new = SECRET_KEY_FILE.with_name(f"secret_key.{os.getpid()}")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        new.replace(SECRET_KEY_FILE)
    return SECRET_KEY_FILE.read_text(encoding="ascii")
