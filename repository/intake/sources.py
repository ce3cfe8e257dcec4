"""By what a source knows its items, so that the same item is known again when it comes again."""

import hashlib

from repository.exchange.entry import Entry

# The National Library of Medicine gives the same item in several formats.
PUBMED = "pubmed"
_KNOWN_BY = {"nbib": (PUBMED, "pmid"), "pubmed_xml": (PUBMED, "pmid"), "crossref": ("crossref", "doi")}
# Files of references name their items as the author likes, such as "smith2020": in the next file that is another work.
_NAMED_BY_AUTHOR = frozenset({"bibtex", "csl_json"})
# Characters of a key that the database holds.
LONGEST_KEY = 300


def identity(entry: Entry, origin: str) -> tuple[str, str]:
    """Return the source of an entry and its key there, for one that came from the origin (a format, or a harvest).

    Where the source numbers its items the key is the number, and what it says of the item may change. Where it does
    not, as in a file of references, the key is all that the entry says. An address, by which Zotero knows its items, is
    a number too.
    """
    source, scheme = _KNOWN_BY.get(origin, (origin, ""))
    key = entry.source_id or (entry.identifier(scheme) if scheme else "")
    if origin in _NAMED_BY_AUTHOR and not key.startswith(("http://", "https://")):
        key = ""
    if len(key) > LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()
    return source, key or entry.fingerprint()
