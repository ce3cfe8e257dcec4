"""Read the works of an ORCID record, as ORCID's interface gives them in XML (its schema "work-3.0").

ORCID keeps each work once for every source that reported it, and groups those that share an identifier. Versions in a
group that have the same title and year are one entry here; the others are entries of their own, because what a group
holds is now and then two works, and two entries that look alike are shown side by side before they are added.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from lxml import etree

from kmportal.people.orcid import InvalidOrcid, normalise_orcid
from repository.exchange.entry import Credit, Entry, EntryType, Rejected
from repository.exchange.medline import plain_title
from repository.exchange.ris_numbers import Numbers
from repository.exchange.ris_people import credit
from repository.exchange.xml_source import (
    Piece,
    child,
    children,
    line_of,
    local_name,
    read_pieces,
    root_name,
    text_at,
    text_of,
)
from repository.languages import language_code
from repository.partial_dates import PartialDate

KEY = "orcid"
LABEL = "ORCID works (XML)"

_Element = etree._Element
_ROOTS = frozenset({"works", "record", "activities-summary", "bulk", "group", "work", "work-summary"})

# "Work types" of ORCID's schema 3.0; all others are "other".
_TYPES: dict[str, EntryType] = {
    "journal-article": "article", "magazine-article": "article", "newspaper-article": "article", "review": "article",
    "book-review": "article", "journal-issue": "other", "book": "book", "edited-book": "book",
    "book-chapter": "chapter",
    "dictionary-entry": "chapter", "encyclopedia-entry": "chapter", "conference-paper": "conference_paper",
    "conference-abstract": "conference_paper", "conference-poster": "poster", "conference-presentation": "presentation",
    "lecture-speech": "presentation", "preprint": "preprint", "working-paper": "report", "report": "report",
    "research-tool": "other", "supervised-student-publication": "thesis", "dissertation": "thesis",
    "dissertation-thesis": "thesis", "data-set": "dataset", "standards-and-policy": "guideline", "manual": "toolkit",
    "online-resource": "other", "training-material": "training", "learning-object": "training",
}  # fmt: skip
_SCHEMES = {"doi": "doi", "pmid": "pmid", "pmc": "pmcid", "isbn": "isbn", "issn": "issn"}
_EDITORS = frozenset({"editor", "series-editor"})


class _Owner(NamedTuple):
    """Whose ORCID record it is, as far as the file has said by now."""

    orcid: str = ""
    family: str = ""
    given: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is a list of works, or a whole record, of ORCID."""
    return root_name(text) in _ROOTS and re.search(r"[\"']https?://www\.orcid\.org/ns/", text) is not None


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each work, or why it is none, in the order of the file.

    A record without works, which describes a person only, is Rejected as a whole with a sentence that says so.
    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    owner, is_empty, is_whole = _Owner(), True, True
    for piece in read_pieces(stream, "orcid-identifier", "name", "group", "work", "work-summary"):
        if isinstance(piece, Rejected):
            is_empty = is_whole = False
            yield piece
            continue
        name = local_name(piece.element)
        if name == "orcid-identifier":
            owner = owner._replace(orcid=text_at(piece.element, "path"))
        elif name == "name":
            # Organisations have names as well.
            if family := text_at(piece.element, "family-name") or text_at(piece.element, "given-names"):
                given = text_at(piece.element, "given-names")
                owner = owner._replace(family=family, given=given if given != family else "")
        else:
            summaries = [piece.element] if name != "group" else list(children(piece.element, "work-summary"))
            # Groups hold a person's posts, grants and reviews as well.
            is_empty = is_empty and not summaries
            yield from _entries(piece, summaries, owner)
    if is_empty and is_whole:
        yield Rejected(1, _no_works(owner), owner.orcid)


def _no_works(owner: _Owner) -> str:
    whose = f"{owner.name}’s ORCID record" if owner.name else "an ORCID record"
    return f"This is {whose}, and it has no works in it. Save the works, whose address ends in “/works”."


def _entries(piece: Piece, summaries: list[_Element], owner: _Owner) -> Iterator[Entry | Rejected]:
    """Yield the works of a group, those that say the same only once."""
    # The person prefers the version with the highest number.
    summaries = sorted(summaries, key=lambda summary: -int(_digits(summary.get("display-index", ""))))
    titles: dict[tuple[str, str], list[_Element]] = {}
    for summary in summaries:
        title = text_at(summary, "title", "title")
        titles.setdefault((_plain(title), text_at(summary, "publication-date", "year")), []).append(summary)
    first = ""
    for versions in sorted(titles.values(), key=lambda versions: min(map(line_of, versions))):
        line = piece.line + (min(map(line_of, versions))) - 1
        problems = list(piece.problems) if not first else []
        if first:
            problems.append(f"Line {line}: ORCID groups this with “{first[:80]}” as versions of one work.")
        found = _entry(versions, line, problems, owner)
        first = first or (found.title if isinstance(found, Entry) else found.label)
        yield found


def _plain(title: str) -> str:
    """Return a title's words alone, for comparing."""
    return re.sub(r"\W+", " ", title).casefold().strip()


def _digits(text: str) -> str:
    return text if text.isdecimal() else "0"


def _entry(versions: list[_Element], line: int, warnings: list[str], owner: _Owner) -> Entry | Rejected:
    """Return what the versions of a work say: each thing is taken from the first that has it."""

    def first(*path: str) -> str:
        return next(filter(None, (text_at(version, *path) for version in versions)), "")

    title = first("title", "title")
    subtitle = first("title", "subtitle")
    if not title:
        return Rejected(line, "This record has no title.", f"work {versions[0].get('put-code', '')}".strip())
    main = plain_title(title)
    kind = _TYPES.get(first("type").lower().replace("_", "-"), "other")
    others = {text_of(other) for version in versions for other in children(child(version, "title"), "title")}
    for other in sorted(other for other in others if _plain(other) != _plain(title)):
        warnings.append(f"Line {line}: another title, “{other[:80]}”, was left out.")
    numbers, url = _numbers(versions, warnings, line)
    people = _people(versions, warnings, line)
    if not people and owner.family:
        people = (Credit(family=owner.family, given=owner.given, orcid=_orcid(owner.orcid, warnings, line)),)
        warnings.append(f"Line {line}: ORCID’s list of works names only the person whose list it is.")
    elif not people:
        warnings.append(f"Line {line}: ORCID’s list of works does not name the authors.")
    container = first("journal-title")
    return Entry(
        type=kind,
        title=f"{main}: {subtitle}" if subtitle and subtitle.lower() not in main.lower() else main or title,
        vernacular_title=plain_title(first("title", "translated-title")),
        abstract=first("short-description"),
        identifiers=numbers.in_order(),
        contributors=people,
        container_title=container if kind not in ("thesis", "report") else "",
        institution=container if kind in ("thesis", "report") else "",
        url=url,
        issued=_date(versions, warnings, line),
        languages=_languages(first("language-code"), warnings, line),
        line=line,
        warnings=tuple(warnings),
    )


def _numbers(versions: list[_Element], warnings: list[str], line: int) -> tuple[Numbers, str]:
    """Return the identifiers of a work, and its web address where that says more than they do."""
    numbers = Numbers(warnings)
    url = ""
    for version in versions:
        for number in children(child(version, "external-ids"), "external-id"):
            kind, value = text_at(number, "external-id-type").lower(), text_at(number, "external-id-value")
            relation = text_at(number, "external-id-relationship").lower()
            # The ISBN of the book that a chapter is part of is the chapter's as well; the DOI of the whole is not.
            if kind in _SCHEMES and value and (relation in ("", "self") or kind in ("isbn", "issn")):
                if kind == "pmc" and value.isdecimal():
                    value = f"PMC{value}"
                numbers.add(_SCHEMES[kind], value, line)
        url = url or text_at(version, "url")
    return numbers, "" if re.match(r"https?://(?:dx\.)?doi\.org/", url) and numbers.has("doi") else url


def _people(versions: list[_Element], warnings: list[str], line: int) -> tuple[Credit, ...]:
    for version in versions:
        found = []
        for contributor in children(child(version, "contributors"), "contributor"):
            if not (name := text_at(contributor, "credit-name")):
                continue
            person, _ = credit(name)
            role = text_at(contributor, "contributor-attributes", "contributor-role").lower()
            orcid = text_at(contributor, "contributor-orcid", "path") if person.kind == "person" else ""
            found.append(
                Credit(
                    kind=person.kind,
                    role="editor" if role in _EDITORS else "author",
                    family=person.family,
                    given=person.given,
                    suffix=person.suffix,
                    group=person.group,
                    orcid=_orcid(orcid, warnings, line),
                )
            )
        if found:
            return tuple(found)
    return ()


def _orcid(text: str, warnings: list[str], line: int) -> str:
    try:
        return normalise_orcid(text) if text else ""
    except InvalidOrcid as error:
        warnings.append(f"Line {line}: “{text[:40]}” was left out. {error}")
        return ""


def _date(versions: list[_Element], warnings: list[str], line: int) -> PartialDate | None:
    for version in versions:
        date = child(version, "publication-date")
        text = "-".join(filter(None, (text_at(date, part) for part in ("year", "month", "day"))))
        if not text:
            continue
        try:
            return PartialDate.from_text(text)
        except ValueError:
            warnings.append(f"Line {line}: the date “{text[:60]}” was left out.")
    return None


def _languages(text: str, warnings: list[str], line: int) -> tuple[str, ...]:
    try:
        return (language_code(re.split(r"[_-]", text)[0]),) if text else ()
    except ValueError as error:
        warnings.append(f"Line {line}: {error} It was left out.")
        return ()
