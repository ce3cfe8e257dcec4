"""The fields of PubMed's NBIB format: which are read into an entry, and which are left out and why.

From NLM's "MEDLINE/PubMed Data Element (Field) Descriptions", PubMed Help ("PubMed format") and the older files that
are still about.
"""

from repository.exchange.medline import NOTICES

PEOPLE = frozenset({"FAU", "AU", "AUID", "AD", "CN", "FED", "ED", "FIR", "IR", "IRAD"})

READ = (
    frozenset(
        {
            *("PMID", "OWN", "STAT", "PMC", "LID", "AID", "IS", "ISBN", "SI", "SO"),
            *("TI", "TT", "BTI", "CTI", "JT", "TA", "VI", "IP", "PG", "EN", "PB", "PL", "DP", "DEP", "LA", "PT"),
            *("AB", "OAB", "CI", "COIS", "COI", "GR", "MH", "RN", "NM", "OT", "PS", "FPS"),
        }
    )
    | PEOPLE
    | NOTICES.keys()
)

_DATES = "a date of NLM's own work on the record: kept, it would make the record look changed at each import"
_HISTORY = "how the work went through the publisher and NLM, not when it appeared (that is DP and DEP)"
_NLM = "NLM's own bookkeeping"

LEFT_OUT: dict[str, str] = {
    "CDAT": _DATES,
    "CRDT": _DATES,
    "CTDT": _HISTORY,
    "DA": _DATES,
    "DCOM": _DATES,
    "DRDT": _HISTORY,
    "EDAT": _DATES,
    "LR": _DATES,
    "MHDA": _DATES,
    "PHST": _HISTORY,
    "PMCR": _HISTORY,
    "PST": _HISTORY,
    "JID": _NLM,
    "OID": _NLM,
    "OTO": _NLM,
    "PUBM": _NLM,
    "SB": _NLM,
    "SFM": _NLM,
    "UI": _NLM,
    "MID": "the number of a manuscript before its PMCID, which stands in PMC",
    "RF": "the number of references",
    "GS": "gene symbols, not given since 1996",
    "GN": "NLM's notes on its sources",
    "CP": "the number of a chapter",
    "VTI": "the title of a volume, beside the book's in BTI",
    "OABL": "the language of OAB",
    "OCI": "the copyright of OAB",
    "LIN": "links to other services",
    "URLF": "links to other services",
    "URLS": "links to other services",
    "4099": "links to other services",
    "4100": "links to other services",
}

KNOWN = READ | LEFT_OUT.keys()

# A line's first five characters, such as "TI  -", and the tag they stand for.
BY_PREFIX: dict[str, str] = {f"{tag:4}-": tag for tag in KNOWN}
