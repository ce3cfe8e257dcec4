"""Read and check ORCID iDs, the identifiers of researchers."""

import re

# The blocks that ISNI set aside for ORCID, as the first 15 digits; the second is the later one.
# (support.orcid.org, "Structure of the ORCID Identifier": 0000-0001-5000-0007 to 0000-0003-5000-0001, and
# 0009-0000-0000-0000 to 0009-0010-0000-0000)
ORCID_RANGES = ((15_000_000, 35_000_000), (900_000_000_000, 900_100_000_000))


class InvalidOrcid(ValueError):
    """The text is no ORCID iD; the message says why, in words for the form field."""


def check_character(digits: str) -> str:
    """Return the check character of the first 15 digits, "0" to "9" or "X" (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "X" if check == 10 else str(check)


def normalise_orcid(text: str) -> str:
    """Return an ORCID iD as 0000-0002-1825-0097, from that form, an address, or digits with spaces.

    Raises InvalidOrcid where it is not 16 characters, outside ORCID's ranges, or fails its check character.
    """
    bare = re.sub(r"^(https?://)?(www\.)?orcid\.org/", "", text.strip(), flags=re.IGNORECASE).rstrip("/")
    digits = re.sub(r"[\s\-\u2010-\u2015]", "", re.sub(r"^orcid\s*:?\s*", "", bare, flags=re.IGNORECASE)).upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits):
        raise InvalidOrcid("An ORCID iD has 16 digits in four groups, such as 0000-0002-1825-0097.")
    expected = check_character(digits[:15])
    if digits[15] != expected:
        raise InvalidOrcid(f"This ORCID iD has a mistyped character: its last one would have to be {expected}.")
    if not any(low <= int(digits[:15]) <= high for low, high in ORCID_RANGES):
        raise InvalidOrcid("This number is well formed, but outside the range that ORCID gives out.")
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))
