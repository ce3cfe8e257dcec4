"""The tags and types of reference of RIS: what is read into an entry, and what is left out and why.

From the RIS Format Specifications (Reference Manager, 2001, and EndNote's of 2011), and what Embase, Ovid, ProQuest,
Scopus, Web of Science, Zotero, Citavi and Rayyan make of them.
"""

from repository.exchange.entry import EntryType

PEOPLE = frozenset({"AU", "A1", "A2", "A3", "A4", "ED"})

READ = (
    frozenset(
        {
            *("TY", "TI", "T1", "CT", "TT", "BT", "T2", "T3", "JF", "JO", "JA", "J1", "J2", "JI", "J9", "SO"),
            *("AB", "N2", "N1", "KW", "DA", "PY", "Y1", "VL", "IS", "SP", "EP", "C7", "SN", "ET", "LA"),
            *("DO", "DI", "M1", "M3", "UR", "L1", "L2", "LK", "AN", "C1", "C2", "C3", "C5", "PM", "DB", "DP"),
            *("PB", "PU", "CY", "PP", "AD"),
        }
    )
    | PEOPLE
)

_OTHERS = "another's own bookkeeping"

LEFT_OUT: dict[str, str] = {
    "C4": "a field that each program uses as it likes",
    "C6": "a field that each program uses as it likes",
    "C8": "a field that each program uses as it likes",
    "CA": "the caption of a picture",
    "CN": "the shelf mark in somebody else's library",
    "CR": "the references of the work",
    "ID": _OTHERS,
    "L3": "links to other records of the same program",
    "L4": "links to pictures",
    "LB": "a label that somebody gave it",
    "M2": _OTHERS,
    "M4": _OTHERS,
    "NV": "the number of volumes",
    "OP": "the original of a reprint",
    "PA": "the publisher's postal address",
    "PI": "the publisher's town in capital letters, as Web of Science has it",
    "PT": _OTHERS,
    "RI": "the work that is reviewed",
    "RN": "somebody's notes on their research",
    "RP": "whether a reprint is at hand",
    "SE": "the section",
    "ST": "a shorter form of the title",
    "TA": "the author of the original of a translation",
    "TS": "the name of the format",
    "U1": "a field that each program uses as it likes",
    "U2": "a field that each program uses as it likes",
    "U3": "a field that each program uses as it likes",
    "U4": "a field that each program uses as it likes",
    "U5": "a field that each program uses as it likes",
    "VO": "the volume of the original",
    "WE": _OTHERS,
    "WV": _OTHERS,
    "XR": "the record's number in Embase",
    "Y2": "when somebody looked at it",
}

KNOWN = READ | LEFT_OUT.keys() | {"ER"}

# A line's first five characters, such as "TI  -", and the tag they stand for.
BY_PREFIX: dict[str, str] = {f"{tag}  -": tag for tag in KNOWN}

TYPES: dict[str, EntryType] = {
    "ABST": "article",
    "EJOUR": "article",
    "INPR": "article",
    "JFULL": "article",
    "JOUR": "article",
    "MGZN": "article",
    "MANSCPT": "preprint",
    "UNPB": "preprint",
    "UNPD": "preprint",
    "GOVDOC": "report",
    "RPRT": "report",
    "STAND": "guideline",
    "CONF": "conference_paper",
    "CPAPER": "conference_paper",
    "SLIDE": "presentation",
    "THES": "thesis",
    "BOOK": "book",
    "CLSWK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "AGGR": "dataset",
    "DATA": "dataset",
    "DBASE": "dataset",
}

# Types that the portal has no kind of its own for. GEN says nothing: it is no article, though Zotero takes it for one.
OTHER_TYPES = frozenset(
    """
    ADVS ANCIENT ART BILL BLOG CASE CHART COMP CTLG DICT ELEC ENCYC EQUA FIGURE GEN GRANT GRNT HEAR ICOMM INTV LEGAL
    MAP MPCT MULTI MUSIC NEWS PAMP PAT PCOMM POD PRESS SER SOUND STAT UNBILL VIDEO WEB
    """.split()  # noqa: SIM905
)

# What M3, the type of work, makes of a type of reference.
GENRES: dict[str, EntryType] = {
    "audit": "audit",
    "quality improvement": "audit",
    "clinical audit": "audit",
    "guideline": "guideline",
    "clinical guideline": "guideline",
    "policy": "policy",
    "procedure": "policy",
    "toolkit": "toolkit",
    "training": "training",
    "training resource": "training",
    "poster": "poster",
    "conference poster": "poster",
}

REPORTS = frozenset({"report", "audit", "guideline", "policy", "toolkit", "training"})
EVENTS = frozenset({"conference_paper", "poster", "presentation"})
