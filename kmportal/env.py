"""Read settings from environment variables; a bad value stops the start with a sentence that names it."""

import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}
# repositoryIdentifier in http://www.openarchives.org/OAI/2.0/oai-identifier.xsd
OAI_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]+)+")


def text(name: str, default: str = "") -> str:
    """Return the variable's value without surrounding white space, or the default where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    """Return the variable as true or false; raise ImproperlyConfigured for any other word."""
    word = text(name).lower()
    if not word:
        return default
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be one of true, false, 1, 0, yes, no, on or off, not {word!r}.")


def integer(name: str, *, default: int, at_least: int = 0, at_most: int | None = None) -> int:
    """Return the variable as a whole number within the bounds; raise ImproperlyConfigured otherwise."""
    word = text(name)
    if not word:
        return default
    bounds = (
        f"a whole number of {at_least} or more" if at_most is None else f"a whole number from {at_least} to {at_most}"
    )
    try:
        number = int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {bounds}, not {word!r}.") from None
    if number < at_least or (at_most is not None and number > at_most):
        raise ImproperlyConfigured(f"{name} must be {bounds}, not {word!r}.")
    return number


def choice(name: str, allowed: Sequence[str], *, default: str) -> str:
    """Return the allowed word that the variable gives in any case; raise ImproperlyConfigured for any other."""
    word = text(name, default)
    for each in allowed:
        if each.lower() == word.lower():
            return each
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {word!r}.")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a comma-separated variable as a list, empty parts left out."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return a comma-separated variable as networks such as 10.1.0.0/16 or 10.1.2.3; raise ImproperlyConfigured."""
    try:
        return [ipaddress.ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.1.0.0/16, with commas between them: {error}."
        ) from None


def domain(name: str, *, address: str) -> str:
    """Return the variable as a domain name, by default that of the address where it has one, or else a made-up one.

    As OAI identifiers want it, each part begins with a letter; raise ImproperlyConfigured for any other text.
    """
    if word := text(name).lower():
        if not OAI_DOMAIN.fullmatch(word):
            raise ImproperlyConfigured(f"{name} must be a domain name such as library.example.nhs.uk, not {word!r}.")
        return word
    host = urlsplit(address).hostname or ""
    # "invalid" is kept for names that stand for nothing (RFC 2606).
    return host if OAI_DOMAIN.fullmatch(host) else "portal.invalid"


def database(name: str, *, pool_size: int) -> Mapping[str, Any]:
    """Return Django's settings for the Postgres that a DATABASE_URL-style variable names.

    Connections come from psycopg's pool: it caps how many the portal opens, whatever the number of threads. Raises
    ImproperlyConfigured where the variable is unset, cannot be read, or names another kind of database.
    """
    url = text(name)
    if not url:
        raise ImproperlyConfigured(
            f"{name} is not set. Give the address of a Postgres database, such as "
            "postgresql://portal:password@db.example.org/kmportal, or do not set DEBUG to use the embedded one."
        )
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        # The address may hold a password, so it is not repeated here.
        raise ImproperlyConfigured(f"{name} is not a database address; it should look like postgresql://…") from None
    if settings.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} must name a Postgres database: an address that starts with postgresql://")
    settings["ATOMIC_REQUESTS"] = True
    settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}}
    return settings
