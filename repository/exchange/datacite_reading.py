"""Make an entry of what DataCite knows of a DOI: the attributes of its REST API, schema 4.0 to 4.7."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from repository.exchange.datacite_types import BY_GENERAL
from repository.exchange.entry import Credit, Entry, EntryType, SubjectHeading
from repository.exchange.json_values import objects, paragraphs, plain, text
from repository.exchange.licence_addresses import licence_of
from repository.exchange.medline import mesh_heading, plain_title
from repository.exchange.notes import Notes
from repository.exchange.person_names import Role, given_names, orcid
from repository.exchange.ris_numbers import Numbers
from repository.exchange.ris_tags import REPORTS
from repository.exchange.work_names import TYPES
from repository.languages import language_code
from repository.partial_dates import PartialDate

# The words for what is not known (Appendix 3), the round brackets of which came with schema 4.
_NOTHING = re.compile(r"\(?:(?:un(?:ac|al|ap|as|av|kn)|none|null|tba|etal)\)?|0000")


def make_entry(attributes: Mapping[str, Any], line: int, warnings: tuple[str, ...] = ()) -> Entry | None:
    """Return the work that the attributes describe, or None where they have no title.

    What could not be taken over is said in the entry's warnings, after those given.
    """
    return _Doi(attributes, line, list(warnings)).entry()


class _Doi:
    def __init__(self, attributes: Mapping[str, Any], line: int, warnings: list[str]) -> None:
        self._attributes, self._line, self._warnings = attributes, line, warnings

    def _warn(self, sentence: str) -> None:
        self._warnings.append(f"Line {self._line}: {sentence}")

    def _objects(self, name: str) -> Iterator[Mapping[str, Any]]:
        return objects(self._attributes.get(name))

    def entry(self) -> Entry | None:
        titles = [plain_title(plain(text(one.get("title")))) for one in self._objects("titles")]
        titles = [title for title in titles if title and not _NOTHING.fullmatch(title)]
        if not titles:
            return None
        kind, degree = self._type()
        made_by = self._publisher()
        is_issued = kind in REPORTS or kind == "thesis"
        container = self._item("IsPublishedIn")
        first, last = text(container.get("firstPage")), text(container.get("lastPage"))
        volumes = self._titles(container)
        notes = Notes(map(plain, self._described("Other")))
        numbers, url, report_number = self._numbers()
        subjects, substances, keywords = self._subjects()
        return Entry(
            type=kind,
            title=titles[0],
            vernacular_title=titles[1] if len(titles) > 1 else "",
            abstract="\n\n".join(map(paragraphs, self._described("Abstract"))),
            identifiers=numbers,
            contributors=self._people(),
            subjects=subjects,
            substances=substances,
            keywords=keywords,
            container_title=volumes[0],
            container_abbreviation=volumes[1],
            volume=text(container.get("volume")),
            issue=text(container.get("issue")),
            pages=f"{first}-{last}" if first and last and first != last else first or self._extent(),
            article_number=text(container.get("number")),
            series=plain(next(self._described("SeriesInformation"), "")),
            edition=text(self._attributes.get("version")),
            publisher="" if is_issued else made_by,
            institution=made_by if is_issued else "",
            report_number=report_number,
            degree=degree,
            event_name=self._titles(self._item("IsPartOf", "Event"))[0],
            url=url,
            licence=next(filter(None, map(_licence, self._objects("rightsList"))), ""),
            issued=self._date("Issued") or self._year(),
            available_online=self._date("Available"),
            languages=self._languages(),
            notices=notes.notices,
            registrations=notes.registrations,
            funding=tuple(filter(None, map(_funding, self._objects("fundingReferences")))),
            conflict_of_interest=notes.conflict_of_interest,
            copyright_statement="\n".join(
                filter(None, (text(r.get("rights")) for r in self._objects("rightsList") if not _licence(r)))
            ),
            line=self._line,
            warnings=tuple(self._warnings),
        )

    def _type(self) -> tuple[EntryType, str]:
        """Return the type, and the degree of a thesis."""
        types = next(self._objects("types"), {})
        own, general = text(types.get("resourceType")), text(types.get("resourceTypeGeneral"))
        if match := re.fullmatch(r"thesis \((.*)\)", own, re.IGNORECASE):
            return "thesis", match[1]
        return TYPES.get(own.casefold()) or BY_GENERAL.get(general, "other"), ""

    def _publisher(self) -> str:
        publisher = self._attributes.get("publisher")
        name = text(publisher.get("name") if isinstance(publisher, dict) else publisher)
        return "" if _NOTHING.fullmatch(name) else name

    def _people(self) -> tuple[Credit, ...]:
        """Return the creators and the editors; where all creators are editors they stand for authors it has not."""
        editors = [
            person
            for one in self._objects("contributors")
            if one.get("contributorType") == "Editor" and (person := self._person(one, "editor"))
        ]
        names = {person.credited_as for person in editors}
        creators = [person for one in self._objects("creators") if (person := self._person(one, "author"))]
        has_authors = any(person.credited_as not in names for person in creators)
        return (*(creators if has_authors else ()), *editors)

    def _person(self, one: Mapping[str, Any], role: Role) -> Credit | None:
        name, family = text(one.get("name")), text(one.get("familyName"))
        given = text(one.get("givenName"))
        if not (name or family) or _NOTHING.fullmatch(name):
            return None
        places = one.get("affiliation")
        affiliations = tuple(
            filter(
                None,
                (
                    text(place.get("name") if isinstance(place, dict) else place)
                    for place in (places if isinstance(places, list) else [places])
                ),
            )
        )
        is_group = text(one.get("nameType")) == "Organizational" or (not family and "," not in name)
        if is_group:
            return Credit(kind="group", role=role, group=name, affiliations=affiliations)
        if not family:
            family, _, given = (part.strip() for part in name.partition(","))
        before = f"{family}, {given}, " if given else f"{family}, "
        identifiers = [
            self._orcid(found)
            for found in objects(one.get("nameIdentifiers"))
            if text(found.get("nameIdentifierScheme")).upper() == "ORCID"
        ]
        return Credit(
            role=role,
            family=family,
            given=given_names(given),
            suffix=name.removeprefix(before) if name.startswith(before) and name != before + given else "",
            orcid=next(filter(None, identifiers), ""),
            affiliations=affiliations,
        )

    def _orcid(self, found: Mapping[str, Any]) -> str:
        return orcid(text(found.get("nameIdentifier")), self._line, self._warnings)

    def _subjects(self) -> tuple[tuple[SubjectHeading, ...], tuple[str, ...], tuple[str, ...]]:
        """Return subject headings, substances and keywords."""
        headings: dict[SubjectHeading, None] = {}
        substances: dict[str, None] = {}
        keywords: dict[str, None] = {}
        for one in self._objects("subjects"):
            subject, scheme = plain(text(one.get("subject"))), text(one.get("subjectScheme")).casefold()
            if not subject:
                continue
            if scheme.startswith(("mesh", "medical subject headings")):
                headings[mesh_heading(subject)] = None
            elif scheme in ("nlm classification", "local"):
                headings[SubjectHeading("local" if scheme == "local" else "nlm", subject)] = None
            elif scheme == "substance":
                substances[subject] = None
            else:
                keywords[subject] = None
        return tuple(headings), tuple(substances), tuple(keywords)

    def _numbers(self) -> tuple[tuple[tuple[str, str], ...], str, str]:
        """Return the identifiers, a web address of the work beside its DOI, and a report's number."""
        numbers, url, report_number = Numbers(self._warnings), "", ""
        if doi := text(self._attributes.get("doi")):
            numbers.add("doi", doi, self._line)
        for one in [*self._objects("identifiers"), *self._objects("alternateIdentifiers")]:
            kind = text(one.get("identifierType") or one.get("alternateIdentifierType")).casefold()
            value = text(one.get("identifier") or one.get("alternateIdentifier"))
            if kind in ("pmid", "pmcid", "isbn", "issn") or (kind == "doi" and not numbers.has("doi")):
                numbers.add(kind, value, self._line)
            elif kind == "report number":
                report_number = value
        for one in self._objects("relatedIdentifiers"):
            kind, relation = text(one.get("relatedIdentifierType")).casefold(), one.get("relationType")
            value = text(one.get("relatedIdentifier"))
            if kind in ("issn", "isbn", "eissn") and relation in ("IsPublishedIn", "IsPartOf"):
                numbers.add(kind.removeprefix("e"), value, self._line)
            elif kind == "url" and relation == "IsIdenticalTo" and re.match(r"https?://\S+$", value):
                url = url or value
        for one in self._objects("relatedItems"):
            inner = next(objects(one.get("relatedItemIdentifier")), {})
            if text(inner.get("relatedItemIdentifierType")) in ("ISSN", "ISBN"):
                numbers.add(
                    text(inner["relatedItemIdentifierType"]).lower(),
                    text(inner.get("relatedItemIdentifier")),
                    self._line,
                )
        page = text(self._attributes.get("url"))
        return numbers.in_order(), url or (page if re.match(r"https?://\S+$", page) else ""), report_number

    def _item(self, relation: str, kind: str = "") -> Mapping[str, Any]:
        for one in self._objects("relatedItems"):
            if one.get("relationType") == relation and kind in ("", one.get("relatedItemType")):
                return one
        return {}

    def _titles(self, item: Mapping[str, Any]) -> tuple[str, str]:
        titles = [plain(text(one.get("title"))) for one in objects(item.get("titles"))]
        return (*titles, "", "")[0], (*titles, "", "")[1]

    def _described(self, kind: str) -> Iterator[str]:
        for one in self._objects("descriptions"):
            description = one.get("description")
            if one.get("descriptionType") == kind and isinstance(description, str) and description.strip():
                yield description

    def _extent(self) -> str:
        sizes = self._attributes.get("sizes")
        for size in map(text, sizes if isinstance(sizes, list) else ()):
            if match := re.fullmatch(r"(.+?) (?:pages|pp?\.?)", size):
                return match[1]
        return ""

    def _date(self, kind: str) -> PartialDate | None:
        for one in self._objects("dates"):
            if one.get("dateType") != kind:
                continue
            for words in filter(None, (text(one.get("dateInformation")), text(one.get("date")))):
                try:
                    return PartialDate.from_text("/".join(side.partition("T")[0] for side in words.split("/")))
                except ValueError:
                    continue
            self._warn(f"the date “{text(one.get('date'))[:60]}” was left out.")
        return None

    def _year(self) -> PartialDate | None:
        """Return the year of publication, for a work without the date that it was issued."""
        year = str(self._attributes.get("publicationYear") or "").strip()
        if _NOTHING.fullmatch(year) or not year:
            return None
        try:
            return PartialDate.from_edtf(year)
        except ValueError:
            self._warn(f"the year “{year[:60]}” was left out.")
            return None

    def _languages(self) -> tuple[str, ...]:
        language = text(self._attributes.get("language"))
        try:
            return (language_code(language.partition("-")[0]),) if language else ()
        except ValueError as error:
            self._warn(f"{error} It was left out.")
            return ()


def _licence(rights: Mapping[str, Any]) -> str:
    addressed = licence_of(text(rights.get("rightsUri") or rights.get("rightsURI")))
    return addressed or licence_of(text(rights.get("rights")))


def _funding(one: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (text(one.get("funderName")), text(one.get("awardNumber")))))
