"""Tell which of the licences that we know an address or a name stands for."""

import re

_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/([0-9.]+)", re.IGNORECASE)
_ZERO = re.compile(r"creativecommons\.org/publicdomain/zero/1\.0", re.IGNORECASE)
_OPEN_GOVERNMENT = re.compile(r"nationalarchives\.gov\.uk/doc/open-government-licence/version/3", re.IGNORECASE)
_NAMES = re.compile(r"CC-BY(?:-NC)?(?:-SA|-ND)?-4\.0|CC0-1\.0|OGL-UK-3\.0|in-copyright")


def licence_of(text: str) -> str:
    """Return the key in repository.licences of a licence from its address or SPDX identifier, or an empty text.

    Other versions of Creative Commons than 4.0 grant other things, and are none that we know.
    """
    if match := _CREATIVE_COMMONS.search(text):
        return f"CC-{match[1].upper()}-4.0" if match[2] == "4.0" else ""
    if _ZERO.search(text):
        return "CC0-1.0"
    if _OPEN_GOVERNMENT.search(text):
        return "OGL-UK-3.0"
    return text if _NAMES.fullmatch(text) else ""


def address_of(licence: str) -> str:
    """Return the address of the text of a licence by its key in repository.licences; "" where it has none."""
    if licence == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if licence == "OGL-UK-3.0":
        return "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    match = re.fullmatch(r"CC-([A-Z-]+)-4\.0", licence)
    return f"https://creativecommons.org/licenses/{match[1].lower()}/4.0/" if match else ""
