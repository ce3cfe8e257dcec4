"""Read one reference in RIS, the tagged lines that reference managers and journals' pages give."""

import re
from dataclasses import replace

from repository.exchange.entry import Entry, EntryType
from repository.prefill.guess import Confidence, Guess, clean, date, guess, identifiers
from repository.prefill.names import person

_TAG = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
# Types of reference (RIS Format Specifications, "Reference types") that we know; all others are "other".
_TYPES: dict[str, EntryType] = {
    "JOUR": "article",
    "EJOUR": "article",
    "MGZN": "article",
    "ABST": "article",
    "INPR": "article",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "CONF": "conference_paper",
    "CPAPER": "conference_paper",
    "DATA": "dataset",
    "RPRT": "report",
    "GOVDOC": "report",
    "STAND": "guideline",
    "THES": "thesis",
    "SLIDE": "presentation",
    "UNPB": "preprint",
}


def recognises(text: str) -> bool:
    """Tell whether the text has the line that begins a reference in RIS."""
    return re.search(r"^TY  ?- ", text, re.MULTILINE) is not None


def read(text: str) -> Guess:
    """Return what the first reference in the text says."""
    fields = _fields(text)

    def first(*tags: str) -> str:
        return next((value for tag in tags for value in fields.get(tag, ()) if value), "")

    kind: EntryType = _TYPES.get(first("TY"), "other")
    in_book = kind in ("chapter", "conference_paper")
    numbers = [("doi", first("DO")), ("doi", first("UR", "L2")), ("pmid", first("C5") or first("AN"))]
    if first("AN") and "pubmed" not in first("DB", "DP", "UR").lower() and not first("C5"):
        numbers.pop()  # an accession number of another database
    # "1895-5770 1895-5770", "03064530 (ISSN)"
    for number in re.findall(r"[0-9][0-9Xx-]{7,16}", " ".join(fields.get("SN", ()))):
        numbers.append(("issn" if len(number.replace("-", "")) == 8 else "isbn", number))
    entry = Entry(
        type=kind,
        contributors=(
            *(person(name) for name in (*fields.get("AU", ()), *fields.get("A1", ()))),
            *(
                replace(person(name), role="editor")
                for name in (*fields.get("ED", ()), *(fields.get("A2", ()) if in_book else ()))
            ),
        ),
        identifiers=identifiers(*numbers),
        keywords=tuple(dict.fromkeys(fields.get("KW", ()))),
        issued=date(_date(first("DA"))) or date(_date(first("PY", "Y1"))) or date(first("PY", "Y1")[:4]),
        **clean(
            title=first("TI", "T1", "CT").rstrip("."),
            abstract=first("AB", "N2"),
            container_title="" if kind == "book" else first("T2", "JF", "JO", "BT", "JA", "J2"),
            container_abbreviation=first("J2", "JA"),
            volume=first("VL"),
            issue=first("IS"),
            pages=_pages(first("SP"), first("EP")),
            article_number=first("C7"),
            publisher=first("PB"),
            place=first("CY"),
            edition=first("ET"),
        ),
    )
    return guess(entry, "RIS", Confidence.SURE)


def _fields(text: str) -> dict[str, list[str]]:
    """Return the values of each tag of the first reference; a line without a tag goes on with the one before."""
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    for line in text.splitlines():
        match = _TAG.match(line.strip("\ufeff \t"))
        if match is None:
            if values and line.strip():
                values[-1] += " " + line.strip()
            continue
        tag, value = match.groups()
        if tag == "ER" or (tag == "TY" and fields):
            break
        values = fields.setdefault(tag, [])
        values.append(value.strip())
    return fields


def _pages(start: str, end: str) -> str:
    if not re.search("[0-9]", start):
        return ""  # "No-Specified"
    return f"{start}-{end}" if end not in ("", start) and "-" not in start else start


def _date(text: str) -> str:
    """Return a date of RIS, "2019/02/14/Epub" with parts that may be empty, as a person would write it."""
    return "-".join(part for part in text.split("/")[:3] if part.isdigit())
