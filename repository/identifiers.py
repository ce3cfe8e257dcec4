"""Read, check and normalise the numbers by which the world knows a work: DOI, PMID, PMCID, ISBN and ISSN."""

import re
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import quote, unquote

from stdnum import isbn, issn
from stdnum.exceptions import InvalidChecksum, ValidationError

MAX_LENGTH = 300  # characters of a normalised identifier


class InvalidIdentifier(ValueError):
    """The text is no identifier of the scheme; the message says why, in words for the form field."""


class Scheme(StrEnum):
    """The schemes of identifiers that a work can have."""

    DOI = "doi"
    PMID = "pmid"
    PMCID = "pmcid"
    ISBN = "isbn"
    ISSN = "issn"

    @property
    def label(self) -> str:
        """The scheme's name as people write it."""
        return "PubMed ID" if self is Scheme.PMID else self.value.upper()


def normalise(scheme: str, text: str) -> str:
    """Return an identifier in its normal form, the one that is stored and compared.

    A DOI is lower-cased (DOIs are compared without case: DOI Handbook 2.4), an ISBN becomes 13 bare digits, an ISSN
    gets its hyphen, a PMCID its capital letters. Labels such as "doi:" and web addresses around it are taken off.
    Raises InvalidIdentifier where the text is not one, or where the scheme is not one of Scheme.
    """
    try:
        rule = _RULES[Scheme(scheme)]
    except ValueError:
        raise InvalidIdentifier("Choose what kind of identifier this is.") from None
    value = rule(text.translate(_INVISIBLE).strip())
    if len(value) > MAX_LENGTH:
        raise InvalidIdentifier(f"This is too long: it has more than {MAX_LENGTH} characters.")
    return value


def address(scheme: str, value: str) -> str:
    """Return the web address where a normalised identifier leads, or an empty text where its scheme has none."""
    template = _ADDRESSES.get(scheme, "")
    # "(", ")", ";" and ":" may stand in a path as they are (RFC 3986, 3.3); "<", "#", "?" and "%" may not.
    return template.format(quote(value, safe="/:;()._-"))


_ADDRESSES: dict[str, str] = {
    Scheme.DOI: "https://doi.org/{}",
    Scheme.PMID: "https://pubmed.ncbi.nlm.nih.gov/{}/",
    Scheme.PMCID: "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    Scheme.ISSN: "https://portal.issn.org/resource/ISSN/{}",
}

# Zero-width characters, the soft hyphen and the byte order mark come along when people copy from web pages and PDFs.
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))

_DOI_LABEL = re.compile(r"(?:info:doi/|urn:doi:|doi\s*[:=]?\s*(?=10\.|https?:|\w+\.?doi\.org/))", re.IGNORECASE)
_DOI_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:dx\.)?doi\.org/", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")


def _doi(text: str) -> str:
    value = _without(_DOI_LABEL, text)
    bare = _without(_DOI_ADDRESS, value)
    if bare != value:
        # In an address a "?" or "#" of the DOI itself is written %3F or %23: what follows a bare one is not the DOI.
        bare = unquote(re.split(r"[?#]", bare, maxsplit=1)[0]).translate(_INVISIBLE)
        bare = _without(_DOI_LABEL, bare.strip())
    bare = _without_sentence_end(bare).lower()
    if re.search(r"\s", bare):
        raise InvalidIdentifier("A DOI has no spaces in it.")
    if not _DOI.fullmatch(bare) or not bare.isprintable():
        raise InvalidIdentifier("A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.")
    return bare


def _without(prefix: re.Pattern[str], text: str) -> str:
    match = prefix.match(text)
    return text[match.end() :] if match else text


def _without_sentence_end(doi: str) -> str:
    """Take off the punctuation of the sentence a DOI was copied from, but not a bracket that the DOI opened."""
    while doi and (doi[-1] in ".,; " or (doi[-1] == ")" and doi.count(")") > doi.count("("))):
        doi = doi[:-1]
    return doi


_PMID_AROUND = re.compile(
    r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|www\.ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/|europepmc\.org/(?:article|abstract)/med/)"
    r"|(?:pmid|pubmed id)\s*:?\s*",
    re.IGNORECASE,
)


def _pmid(text: str) -> str:
    value = re.split(r"[?#]", _without(_PMID_AROUND, text), maxsplit=1)[0].rstrip("/ ")
    if re.fullmatch(r"0[0-9]*", value):
        raise InvalidIdentifier("A PubMed ID does not begin with 0.")
    if not re.fullmatch(r"[1-9][0-9]{0,7}", value):
        raise InvalidIdentifier("A PubMed ID is a number of 1 to 8 digits, such as 31452104.")
    return value


_PMCID_AROUND = re.compile(
    r"(?:https?://)?(?:pmc\.ncbi\.nlm\.nih\.gov/articles/|www\.ncbi\.nlm\.nih\.gov/pmc/articles/|europepmc\.org/articles?/(?:pmc/)?)"
    r"|pmcid\s*:?\s*",
    re.IGNORECASE,
)


def _pmcid(text: str) -> str:
    value = re.split(r"[?#]", _without(_PMCID_AROUND, text), maxsplit=1)[0].rstrip("/ ").upper()
    if not re.fullmatch(r"PMC[0-9]{1,10}", value):
        raise InvalidIdentifier("A PMCID is PMC and a number, such as PMC6820180.")
    return value


def _isbn(text: str) -> str:
    try:
        return isbn.compact(isbn.to_isbn13(isbn.validate(re.sub(r"^isbn(-1[03])?\s*:?\s*", "", text, flags=re.I))))
    except InvalidChecksum:
        raise InvalidIdentifier("This ISBN has a mistyped digit: its last one does not fit the others.") from None
    except ValidationError:
        raise InvalidIdentifier("An ISBN has 10 or 13 digits, such as 978-0-306-40615-7.") from None


def _issn(text: str) -> str:
    try:
        return issn.format(issn.validate(re.sub(r"^[ep]?issn\s*:?\s*", "", text, flags=re.I)))
    except InvalidChecksum:
        raise InvalidIdentifier("This ISSN has a mistyped digit: its last one does not fit the others.") from None
    except ValidationError:
        raise InvalidIdentifier("An ISSN has 8 digits, the last of which may be X, such as 0378-5955.") from None


_RULES: dict[Scheme, Callable[[str], str]] = {
    Scheme.DOI: _doi,
    Scheme.PMID: _pmid,
    Scheme.PMCID: _pmcid,
    Scheme.ISBN: _isbn,
    Scheme.ISSN: _issn,
}
