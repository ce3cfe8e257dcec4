"""The meta tags by which Google Scholar indexes a record's page and Zotero takes it over (pure).

The names and their rules are those of Google Scholar's "Inclusion Guidelines for Webmasters"; `citation_doi`,
`citation_pmid` and some others are read by reference managers only.
"""

import re
from collections.abc import Iterator

from repository.exchange.entry import Credit, Entry, EntryType
from repository.exchange.outgoing import Outgoing
from repository.languages import language_tag
from repository.partial_dates import PartialDate

PDF = "application/pdf"
REPORTS: frozenset[EntryType] = frozenset({"report", "audit", "guideline", "policy", "toolkit", "training"})
EVENTS: frozenset[EntryType] = frozenset({"conference_paper", "poster", "presentation"})

# The names of Zotero's own item types. Of a report without an institution, a poster or a dataset no Highwire tag says
# what it is, and Zotero would take it for an article.
_ZOTERO_TYPES: dict[EntryType, str] = {
    "article": "journalArticle",
    "preprint": "preprint",
    **dict.fromkeys(REPORTS, "report"),
    "poster": "presentation",
    "presentation": "presentation",
    "conference_paper": "conferencePaper",
    "thesis": "thesis",
    "book": "book",
    "chapter": "bookSection",
    "dataset": "dataset",
    "other": "document",
}
_PAGES = re.compile(r"\s*([^\s,;–-]+)(?:\s*[–-]+\s*([^\s,;–-]+))?\s*(?:[,;].*)?")


def tags(item: Outgoing) -> list[tuple[str, str]]:
    """Return (name, content) of each tag, in their order. The files are the item's: those that its reader may read.

    Indexers want title, authors and date of publication: what the record does not have they do without, and pass it by.
    """
    return [(name, content) for name, content in _tags(item) if content]


def _tags(item: Outgoing) -> Iterator[tuple[str, str]]:
    entry = item.entry
    yield "citation_title", entry.title
    for credit in entry.contributors:
        if credit.role == "author":
            yield "citation_author", _name(credit)
    yield "citation_publication_date", _date(entry.issued)
    if entry.issued and item.published_at:
        # When it came here; without the date of issue Zotero would take this one for it.
        yield "citation_online_date", f"{item.published_at:%Y/%-m/%-d}"
    yield from _container(entry)
    yield "citation_volume", entry.volume
    yield "citation_issue", entry.issue
    pages = _PAGES.fullmatch(entry.pages)
    yield "citation_firstpage", pages[1] if pages else entry.article_number
    yield "citation_lastpage", (pages[2] or "") if pages else ""
    for scheme in ("doi", "pmid", "issn", "isbn"):
        for name, value in entry.identifiers:
            if name == scheme:
                yield f"citation_{scheme}", value
    yield "citation_publisher", entry.publisher
    yield "citation_language", language_tag(entry.languages[0]) if entry.languages else ""
    for word in dict.fromkeys((*(heading.label for heading in entry.subjects), *entry.keywords)):
        yield "citation_keywords", word.replace(";", ",")  # Zotero parts them at a semicolon
    yield "citation_abstract_html_url", item.url
    for file in item.files:
        if file.media_type == PDF:
            yield "citation_pdf_url", file.url
    yield "DC.type", _ZOTERO_TYPES[entry.type]


def _container(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield where the work appeared: a journal or a conference, never both."""
    if entry.type == "thesis":
        yield "citation_dissertation_institution", entry.institution
    elif entry.type in REPORTS:
        yield "citation_technical_report_institution", entry.institution or entry.publisher
        yield "citation_technical_report_number", entry.report_number
    elif entry.type == "chapter":
        yield "citation_inbook_title", entry.container_title
        yield "citation_book_title", entry.container_title  # what Zotero takes for the sign of a chapter
    elif entry.type in EVENTS:
        yield "citation_conference_title", entry.event_name or entry.container_title
    elif entry.container_title:
        yield "citation_journal_title", entry.container_title
        yield "citation_journal_abbrev", entry.container_abbreviation


def _name(credit: Credit) -> str:
    """Return the name as "Smith, Jane A".

    Zotero parts "García López, María José" at the comma, as two authors, where both sides have a space; a no-break
    space is none to it.
    """
    name = credit.credited_as
    before, comma, after = name.partition(",")
    return before.replace(" ", "\N{NO-BREAK SPACE}") + comma + after if " " in after.strip() else name


def _date(date: PartialDate | None) -> str:
    """Return the date as 2010/5/12, or else as its year: Google Scholar knows no other form."""
    if date is None:
        return ""
    day = date.start.first_day
    return f"{day.year}/{day.month}/{day.day}" if date.precision == "day" and date.end is None else f"{date.year}"
