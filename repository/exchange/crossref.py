"""Read works as Crossref's REST API gives them (api.crossref.org/works): one, or a list of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from repository.exchange.entry import Credit, Entry, EntryType, Notice, Rejected
from repository.exchange.json_source import items
from repository.exchange.json_values import objects, paragraphs, parts_date, text, texts
from repository.exchange.licence_addresses import licence_of
from repository.exchange.medline import plain_title
from repository.exchange.person_names import Role, given_names, orcid
from repository.exchange.ris_numbers import Numbers
from repository.languages import language_code
from repository.partial_dates import PartialDate

KEY = "crossref"
LABEL = "Crossref works (JSON)"

# Types of works (Crossref REST API, /types) that we know; all others are "other".
TYPES: dict[str, EntryType] = {
    "journal-article": "article",
    "posted-content": "preprint",
    "report": "report",
    "report-component": "report",
    "report-series": "report",
    "standard": "guideline",
    "proceedings-article": "conference_paper",
    "dissertation": "thesis",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "proceedings": "book",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "chapter",
    "dataset": "dataset",
}

# What a later notice is to the work it is about (Crossref, "Updates"), and what the work is to the notice.
_UPDATES: dict[str, tuple[str, str]] = {
    "correction": ("erratum", "erratum_for"),
    "corrigendum": ("erratum", "erratum_for"),
    "erratum": ("erratum", "erratum_for"),
    "clarification": ("erratum", "erratum_for"),
    "addendum": ("erratum", "erratum_for"),
    "retraction": ("retraction", "retraction_of"),
    "withdrawal": ("retraction", "retraction_of"),
    "removal": ("retraction", "retraction_of"),
    "partial_retraction": ("partial_retraction", "partial_retraction_of"),
    "expression_of_concern": ("concern", "concern_for"),
    "new_version": ("update", "update_of"),
    "new_edition": ("update", "update_of"),
}
_RELATIONS = {
    "is-preprint-of": ("update", "Published as"),
    "has-preprint": ("update_of", "Preprint"),
    "is-replaced-by": ("update", "Replaced by"),
    "replaces": ("update_of", "Replaces"),
    "is-comment-on": ("comment_on", "Comment on"),
    "has-comment": ("comment", "Comment"),
}


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is an answer of Crossref's, or works out of one."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    return '"message-type"' in text or (
        '"DOI"' in text and re.search(r'"(?:prefix|is-referenced-by-count)"', text) is not None
    )


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each work of a file, or why it is none, in their order.

    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    for item in items(stream):
        if isinstance(item, Rejected):
            yield item
            continue
        label = text(item.value.get("DOI"))
        entry = make_entry(item.value, item.line, item.warnings)
        yield entry or Rejected(item.line, "This work has no title.", label)


def make_entry(work: Mapping[str, Any], line: int, warnings: tuple[str, ...] = ()) -> Entry | None:
    """Return the work that an object of Crossref's describes, or None where it has no title.

    What could not be taken over is said in the entry's warnings, after those given.
    """
    return _Work(work, line, list(warnings)).entry()


class _Work:
    def __init__(self, work: Mapping[str, Any], line: int, warnings: list[str]) -> None:
        self._work, self._line, self._warnings = work, line, warnings

    def _text(self, *names: str) -> str:
        return next(filter(None, (text(self._work.get(name)) for name in names)), "")

    def _warn(self, sentence: str) -> None:
        self._warnings.append(f"Line {self._line}: {sentence}")

    def entry(self) -> Entry | None:
        one = self._text
        title = plain_title(": ".join(filter(None, (one("title"), one("subtitle")))))
        vernacular = plain_title(one("original-title"))
        if not title:
            title, vernacular = vernacular, ""
        if not title:
            return None
        kind = TYPES.get(one("type"), "other")
        container, series = self._containers(kind)
        institution = next(
            filter(None, (text(item.get("name")) for item in objects(self._work.get("institution")))), ""
        )
        issued = self._date("published-print") or self._date("issued") or self._date("published")
        online = self._date("published-online")
        event = next(objects(self._work.get("event")), {})
        return Entry(
            type=kind,
            title=title,
            vernacular_title=vernacular if vernacular != title else "",
            abstract=paragraphs(self._work.get("abstract")),
            identifiers=self._identifiers(),
            contributors=(*self._people("author"), *self._people("editor")),
            keywords=tuple(dict.fromkeys(texts(self._work.get("subject")))),
            container_title=container,
            container_abbreviation=one("short-container-title", "container-title-short"),
            volume=one("volume"),
            issue=one("issue"),
            pages=re.sub(r"\s*[\u2010-\u2015]\s*", "-", one("page")),
            article_number=one("article-number"),
            series=series,
            edition=one("edition-number"),
            publisher=institution if kind == "preprint" and institution else one("publisher"),
            place=one("publisher-location"),
            institution="" if kind == "preprint" else institution,
            report_number=one("report-number") if kind == "report" else "",
            degree=one("degree"),
            event_name=text(event.get("name")),
            event_place=text(event.get("location")),
            event_date=self._date("start", event),
            url="" if one("DOI") else one("URL"),
            licence=self._licence(),
            issued=issued,
            available_online=online if online != issued else None,
            languages=self._languages(),
            notices=tuple(self._notices()),
            registrations=tuple(
                dict.fromkeys(
                    number.upper()
                    for trial in objects(self._work.get("clinical-trial-number"))
                    for number in texts(trial.get("clinical-trial-number"))
                )
            ),
            funding=tuple(dict.fromkeys(self._funding())),
            line=self._line,
            source_id=one("DOI"),
            warnings=tuple(self._warnings),
        )

    def _containers(self, kind: str) -> tuple[str, str]:
        """Return the title of what the work is in, and of the series: a chapter's book comes after its series."""
        titles = list(texts(self._work.get("container-title")))
        if kind == "book":
            return "", titles[0] if titles else ""
        if len(titles) > 1 and kind in ("chapter", "conference_paper"):
            return titles[1], titles[0]
        return (titles[0] if titles else ""), ""

    def _identifiers(self) -> tuple[tuple[str, str], ...]:
        numbers = Numbers(self._warnings)
        for scheme, name in (("pmid", "PMID"), ("doi", "DOI"), ("pmcid", "PMCID"), ("issn", "ISSN"), ("isbn", "ISBN")):
            for value in texts(self._work.get(name)):
                bare = (
                    value.rsplit("/", 1)[-1] if scheme in ("issn", "isbn") else value
                )  # http://id.crossref.org/isbn/…
                numbers.add(scheme, bare, self._line)
        return numbers.in_order()

    def _people(self, role: Role) -> Iterator[Credit]:
        for person in objects(self._work.get(role)):
            places = tuple(dict.fromkeys(filter(None, map(_affiliation, objects(person.get("affiliation"))))))
            family, given = text(person.get("family")), text(person.get("given"))
            if group := text(person.get("name")) or text(person.get("literal")):
                yield Credit(kind="group", role=role, group=group, affiliations=places)
            elif family or given:
                yield Credit(
                    role=role,
                    family=family or given,
                    given=given_names(given) if family else "",
                    suffix=text(person.get("suffix")),
                    orcid=orcid(text(person.get("ORCID")), self._line, self._warnings),
                    affiliations=places,
                )

    def _date(self, name: str, within: Mapping[str, Any] | None = None) -> PartialDate | None:
        try:
            return parts_date((self._work if within is None else within).get(name))
        except ValueError as error:
            self._warn(f"the date “{name}” was left out. {error}")
            return None

    def _licence(self) -> str:
        """Return the licence of the published version, or else of any."""
        rows = sorted(objects(self._work.get("license")), key=lambda row: row.get("content-version") != "vor")
        return next(filter(None, (licence_of(text(row.get("URL"))) for row in rows)), "")

    def _languages(self) -> tuple[str, ...]:
        name = self._text("language")
        try:
            return (language_code(re.split("[-_]", name)[0]),) if name else ()
        except ValueError as error:
            self._warn(f"{error} It was left out.")
            return ()

    def _notices(self) -> Iterator[Notice]:
        for name, side in (("updated-by", 0), ("update-to", 1)):
            for update in objects(self._work.get(name)):
                kinds = _UPDATES.get(text(update.get("type")).lower().replace("-", "_").replace(" ", "_"))
                if kinds is None:
                    self._warn(f"an update of the kind “{text(update.get('type'))[:40]}” was left out.")
                    continue
                try:
                    date = parts_date(update.get("updated"))
                except ValueError:
                    date = None
                label = text(update.get("label")) or text(update.get("type"))
                yield Notice(kinds[side], _notice(label, date, text(update.get("DOI"))))
        relations = next(objects(self._work.get("relation")), {})
        for name, (kind, label) in _RELATIONS.items():
            for relation in objects(relations.get(name)):
                number = text(relation.get("id"))
                is_doi = text(relation.get("id-type")) == "doi"
                yield Notice(kind, _notice(label, None, number) if is_doi else f"{label} {number}".strip())

    def _funding(self) -> Iterator[str]:
        for funder in objects(self._work.get("funder")):
            awards = ", ".join(texts(funder.get("award")))
            if name := text(funder.get("name")):
                yield f"{name} ({awards})" if awards else name
            elif awards:
                yield awards


def _affiliation(place: Mapping[str, Any]) -> str:
    parts = [text(place.get("name")), *texts(place.get("department")), *texts(place.get("place"))]
    return ", ".join(filter(None, parts))


def _notice(label: str, date: PartialDate | None, doi: str) -> str:
    return ". ".join(filter(None, (label, str(date or ""), f"https://doi.org/{doi}" if doi else "")))
