"""Write works as a table for spreadsheets (CSV), one row a work, which table.py reads again."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from repository.exchange.cells import guarded
from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.exchange.notes import notes_of
from repository.exchange.outgoing import Outgoing
from repository.exchange.person_names import of_role
from repository.exchange.ris_people import credit as credit_of_name
from repository.exchange.work_names import NAMES
from repository.exchange.xml_writing import legal
from repository.languages import LANGUAGES
from repository.partial_dates import PartialDate

KEY = "csv"
LABEL = "CSV (Excel and other spreadsheets)"
MEDIA_TYPE = "text/csv"
EXTENSION = "csv"


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the table (RFC 4180) a row at a time, in UTF-8 with the mark at its start by which Excel knows that."""
    yield b"\xef\xbb\xbf" + _row(list(COLUMNS))
    for item in items:
        yield _row([guarded(legal(cell(item)).strip()) for cell in COLUMNS.values()])


def _row(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _list(values: Iterable[str]) -> str:
    """Return values with semicolons between them, and behind one that has a comma: it would be taken for a list."""
    found = [_flat(value.replace(";", ",").replace("|", ",")) for value in values]
    return f"{found[0]};" if len(found) == 1 and "," in found[0] else "; ".join(found)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _numbers(scheme: str) -> Callable[[Outgoing], str]:
    return lambda item: "; ".join(value for name, value in item.entry.identifiers if name == scheme)


def _text(name: str) -> Callable[[Outgoing], str]:
    return lambda item: _flat(getattr(item.entry, name))


def _texts(name: str) -> Callable[[Outgoing], str]:
    return lambda item: _list(getattr(item.entry, name))


def _date(name: str) -> Callable[[Outgoing], str]:
    return lambda item: _written(getattr(item.entry, name))


def _written(date: PartialDate | None) -> str:
    """Return the date in ISO 8601, by which spreadsheets put dates in order; a season or quarter in words."""
    if date is None:
        return ""
    return str(date) if date.precision in ("season", "quarter") else date.edtf


def _people(role: str) -> Callable[[Outgoing], str]:
    def cell(item: Outgoing) -> str:
        people = [_person(credit) for credit in of_role(item.entry.contributors, role)]  # type: ignore[arg-type]
        return f"{people[0]};" if len(people) == 1 and "," in people[0] else "; ".join(people)

    return cell


def _person(credit: Credit) -> str:
    orcid = f" ({credit.orcid})" if credit.orcid else ""
    return f"{_name(credit)}{orcid}"


def _name(credit: Credit) -> str:
    """Return "Family, Given, Suffix", or the name of a group, with a comma where it could be taken for a person's."""
    name = _flat(credit.credited_as.replace(";", ",").replace("|", ","))
    if credit.kind == "group" and credit_of_name(name)[0].group != name:
        return f"{name},"
    return f"{name}," if credit.kind == "person" and "," not in name and credit_of_name(name)[0].group else name


def _affiliations(item: Outgoing) -> str:
    """Return each affiliation behind the names it belongs to, as Web of Science has it: "[Smith, Jane] Ward 3"."""
    names: dict[tuple[str, ...], list[str]] = {}
    for credit in of_role(item.entry.contributors, "author"):
        names.setdefault(credit.affiliations, []).append(re.sub(r"[][;|]", " ", credit.credited_as))
    return "; ".join(
        f"[{'; '.join(having)}] {_flat(place.replace(';', ',').replace('[', '(').replace(']', ')'))}"
        for places, having in names.items()
        for place in places
    )


def _heading(heading: SubjectHeading) -> str:
    pairs = ((heading.label, heading.major), *heading.qualifiers)
    return "/".join(f"*{name}" if major else name for name, major in pairs)


def _notes(entry: Entry) -> str:
    return "; ".join(_flat(note) for note in notes_of(entry) if not note.startswith(("Conflict", "Registration")))


COLUMNS: dict[str, Callable[[Outgoing], str]] = {
    "Record": lambda item: str(item.number),
    "Title": _text("title"),
    "Authors": _people("author"),
    "Year": lambda item: str(item.entry.issued.year) if item.entry.issued else "",
    "Date of publication": _date("issued"),
    "Journal or book": _text("container_title"),
    "Journal, abbreviated": _text("container_abbreviation"),
    "Volume": _text("volume"),
    "Issue": _text("issue"),
    "Pages": _text("pages"),
    "Article number": _text("article_number"),
    "Type of work": lambda item: NAMES[item.entry.type],
    "Publication type": _texts("publication_types"),
    "DOI": _numbers("doi"),
    "PubMed ID": _numbers("pmid"),
    "PMCID": _numbers("pmcid"),
    "ISSN": _numbers("issn"),
    "ISBN": _numbers("isbn"),
    "MeSH headings": lambda item: _list(_heading(heading) for heading in item.entry.subjects),
    "Keywords": _texts("keywords"),
    "Substances": _texts("substances"),
    "Abstract": lambda item: item.entry.abstract,
    "Title in the original language": _text("vernacular_title"),
    "Language": lambda item: _list(LANGUAGES[code] for code in item.entry.languages),
    "Editors": _people("editor"),
    "Affiliations": _affiliations,
    "Online since": _date("available_online"),
    "Publisher": _text("publisher"),
    "Place of publication": _text("place"),
    "Series": _text("series"),
    "Edition": _text("edition"),
    "Institution": _text("institution"),
    "Report number": _text("report_number"),
    "Degree": _text("degree"),
    "Event": _text("event_name"),
    "Place of the event": _text("event_place"),
    "Date of the event": _date("event_date"),
    "Web address": _text("url"),
    "Licence": _text("licence"),
    "Copyright": _text("copyright_statement"),
    "Funding": _texts("funding"),
    "Conflicts of interest": _text("conflict_of_interest"),
    "Trial registrations": _texts("registrations"),
    "Notes": lambda item: _notes(item.entry),
    "Collection": lambda item: " > ".join(item.collections),
    "Department": lambda item: item.department,
    "Address of the page": lambda item: item.url,
    "Files": lambda item: "; ".join(file.url for file in item.files),
}
"""The columns in their order: the name of each, and what stands in its cells."""
