"""What a portal on one machine and plain http needs to be told, where the environment does not say otherwise."""

import os
import secrets

from kmportal import env
from kmportal.local.places import DATA_DIR, make_data_dir

SECRET_KEY_FILE = DATA_DIR / "secret_key"


def fill_environment(*, demo: bool) -> None:
    """Set the variables that are unset; with `demo`, the portal says that its content is a demonstration.

    Raises CannotStart where DATA_DIR cannot be made.
    """
    make_data_dir()
    _default("HTTPS", "false")
    _default("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    _default("SECRET_KEY", _kept_secret_key())
    _default("DEMO", "true" if demo else "false")


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
