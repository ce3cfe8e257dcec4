"""Write BibTeX that BibTeX itself, biber, Zotero and JabRef read."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from repository.exchange.bibtex_people import names, orcids
from repository.exchange.bibtex_types import KINDS, WRITTEN
from repository.exchange.entry import Entry
from repository.exchange.latex_text import encode, encode_title
from repository.exchange.outgoing import Outgoing
from repository.exchange.person_names import of_role
from repository.languages import LANGUAGES

MEDIA_TYPE = "application/x-bibtex"
EXTENSION = "bib"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the file, in UTF-8, an entry at a time."""
    for item in items:
        yield _entry(item).encode()


def key(item: Outgoing) -> str:
    """Return the key of a record: letters and figures of ASCII, another one for each record, such as smith2020-123."""
    entry = item.entry
    first = next((credit.family or credit.group for credit in entry.contributors), "") or "record"
    plain = unicodedata.normalize("NFKD", first.split(",")[0])
    name = re.sub(r"[^a-z]", "", plain.lower())[:30] or "record"
    return f"{name}{entry.issued.year if entry.issued else ''}-{item.number}"


def _entry(item: Outgoing) -> str:
    entry = item.entry
    lines = [f"@{_type(entry)}{{{key(item)}"]
    lines += [f"  {name} = {value}" for name, value in _fields(entry) if value != "{}"]
    return ",\n".join(lines) + "\n}\n\n"


def _type(entry: Entry) -> str:
    if entry.type == "thesis" and re.match(r"(?:PhD|DPhil|MD|DClin|Doctor|EdD)", entry.degree):
        return "phdthesis"
    if entry.type == "thesis" and re.match(r"M", entry.degree):
        return "mastersthesis"
    return WRITTEN.get(entry.type, "misc")


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the name of each field and its value as it stands in the file."""
    written = _type(entry)
    yield "title", f"{{{encode_title(entry.title)}}}"
    for role in ("author", "editor"):
        credits = of_role(entry.contributors, role)
        yield role, f"{{{names(credits)}}}"
        yield f"{role}+an:orcid", f"{{{orcids(credits)}}}"
    container = "journal" if entry.type == "article" else "booktitle"
    texts = {
        container: entry.container_title,
        "shortjournal": entry.container_abbreviation,
        "volume": entry.volume,
        "number" if entry.type == "article" else "issue": entry.issue,
        "pages": entry.pages,
        "eid": entry.article_number,
        "series": entry.series,
        "edition": entry.edition,
        "publisher": entry.publisher,
        _MAKER.get(written, "institution"): entry.institution,
        "address": entry.place,
    }
    for name, text in texts.items():
        yield name, f"{{{encode(text)}}}" if name != "pages" else f"{{{encode(text).replace('-', '--')}}}"
    if written in ("techreport", "manual"):
        yield "number", f"{{{encode(entry.report_number)}}}"
    if entry.type == "thesis":
        yield "type", f"{{{encode(entry.degree)}}}"
    elif kind := KINDS.get(entry.type):
        yield "howpublished" if written == "misc" else "type", f"{{{kind}}}"
    yield from _dates(entry)
    yield "eventtitle", f"{{{encode(entry.event_name)}}}"
    yield "venue", f"{{{encode(entry.event_place)}}}"
    yield "eventdate", f"{{{entry.event_date.edtf if entry.event_date else ''}}}"
    for scheme in ("doi", "pmid", "pmcid"):
        yield scheme, f"{{{_verbatim(entry.identifier(scheme))}}}"
    for scheme in ("issn", "isbn"):
        numbers = [value for name, value in entry.identifiers if name == scheme]
        yield scheme, f"{{{', '.join(numbers)}}}"
    yield "url", f"{{{_verbatim(entry.url)}}}"
    yield "language", f"{{{' and '.join(LANGUAGES[code] for code in entry.languages)}}}"
    yield "origtitle", f"{{{encode(entry.vernacular_title)}}}"
    words = dict.fromkeys((*entry.keywords, *(heading.label for heading in entry.subjects)))
    yield "keywords", f"{{{', '.join(map(_word, words))}}}"
    yield "abstract", f"{{{_paragraphs(entry.abstract)}}}"
    yield "license", f"{{{entry.licence}}}"
    yield "copyright", f"{{{encode(entry.copyright_statement)}}}"


_MAKER = {"manual": "organization", "phdthesis": "school", "mastersthesis": "school"}


def _dates(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield year and month, which all programs read, and biblatex's date (EDTF) where they do not say it all."""
    date = entry.issued
    if date is None:
        return
    yield "year", f"{{{date.year}}}"
    if date.start.part and date.start.part <= 12:
        yield "month", _MONTHS[date.start.part - 1]
    if date.end is not None or date.precision not in ("year", "month"):
        yield "date", f"{{{date.edtf}}}"


def _verbatim(text: str) -> str:
    """Return an address or number, in which nothing is escaped but what would end the field."""
    return re.sub(r"[{}\s\\]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def _word(text: str) -> str:
    return f"{{{encode(text)}}}" if re.search("[,;]", text) else encode(text)


def _paragraphs(text: str) -> str:
    # At the beginning of a line "@word (" would be taken for the next entry.
    return re.sub(r"(?m)^@", "{@}", encode(text))
