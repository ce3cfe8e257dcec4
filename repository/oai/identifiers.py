"""The names under which harvesters know records, such as oai:library.example.nhs.uk:123."""

import re

from django.conf import settings

SCHEME, DELIMITER = "oai", ":"
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def identifier_of(number: int) -> str:
    """Return the identifier of the record with this number."""
    return DELIMITER.join((SCHEME, settings.OAI_IDENTIFIER_DOMAIN, str(number)))


def number_of(identifier: str) -> int | None:
    """Return the number of the record that an identifier of ours names, or None for every other one."""
    start, _, number = identifier.rpartition(DELIMITER)
    is_ours = start == f"{SCHEME}{DELIMITER}{settings.OAI_IDENTIFIER_DOMAIN}" and _NUMBER.fullmatch(number)
    return int(number) if is_ours else None
