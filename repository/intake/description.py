"""What a source says of a work, as plain JSON values that fit our columns, and whether our record says the same.

The two are compared to find what a source changed and what a librarian changed (see importing.py).
"""

from typing import Any

from taggit.models import Tag

from repository.exchange.entry import Credit, Entry
from repository.models import Contribution, Record
from repository.models.contributor import name_key

Description = dict[str, Any]

# Characters of a tag: its address has 100, and behind it there may have to be a number, to tell it from another's.
LONGEST_TAG = 95

# The columns of Record that a source describes. What stands beside them (collection, files …) is ours alone.
COLUMNS = (
    "type",
    "title",
    "vernacular_title",
    "abstract",
    "issued",
    "available_online",
    "languages",
    "container_title",
    "container_abbreviation",
    "volume",
    "issue",
    "pages",
    "article_number",
    "series",
    "edition",
    "publisher",
    "place",
    "institution",
    "report_number",
    "degree",
    "event_name",
    "event_place",
    "event_date",
    "url",
    "licence",
    "publication_types",
    "notices",
    "registrations",
    "funding",
    "conflict_of_interest",
    "copyright_statement",
)
RELATIONS = ("identifiers", "contributors", "subjects", "tags")


def describe_entry(entry: Entry) -> tuple[Description, list[str]]:
    """Return what a source says of a work, cut to what our columns hold, and a sentence for each cut."""
    description: Description = {column: getattr(entry, column) for column in COLUMNS}
    description |= {
        "issued": entry.issued.edtf if entry.issued else "",
        "available_online": entry.available_online.edtf if entry.available_online else "",
        "event_date": entry.event_date.edtf if entry.event_date else "",
        "languages": list(entry.languages),
        "publication_types": list(entry.publication_types),
        "notices": [{"kind": notice.kind, "text": notice.text, "pmid": notice.pmid} for notice in entry.notices],
        "registrations": list(entry.registrations),
        "funding": "\n".join(entry.funding),
        "identifiers": [list(pair) for pair in dict.fromkeys(entry.identifiers)],
        "contributors": [_describe_credit(credit) for credit in entry.contributors],
        "subjects": _describe_subjects(entry),
        # Without a letter or digit a tag has no address.
        "tags": sorted(
            {tag.lower(): tag for tag in entry.keywords if any(map(str.isalnum, tag))}.values(), key=str.lower
        ),
    }
    return description, _fit(description)


def said_alike(part: str, record: Record, description: Description) -> bool:
    """Tell whether our record says of one part (a column or a relation) what the description says.

    Asks the database for nothing if the record comes from `with_description()`. Contributors are
    compared as the work prints them, headings and tags without case: the rows behind them are shared with others.
    """
    if part not in description:
        return False
    said = description[part]
    if part == "identifiers":
        return sorted([row.scheme, row.value] for row in record.identifiers.all()) == sorted(said)
    if part == "contributors":
        rows = list(record.contributions.all())
        return len(rows) == len(said) and all(map(_is_credit, rows, said))
    if part == "subjects":
        headings = [
            (row.term.scheme, row.term.label.lower(), row.major, row.qualifiers) for row in record.subjects.all()
        ]
        return headings == [(scheme, label.lower(), major, qualifiers) for scheme, label, major, qualifiers in said]
    if part == "tags":
        return {tag.name.lower() for tag in record.tags.all()} == {tag.lower() for tag in said}
    return getattr(record, part) == said


def with_description(records: Any) -> Any:
    """Return the queryset of records so that each comes with what `said_alike` reads, in a fixed number of queries."""
    return records.prefetch_related("identifiers", "contributions__contributor", "subjects__term", "tags")


def _describe_credit(credit: Credit) -> Description:
    return {
        "kind": credit.kind,
        "role": credit.role,
        "family": credit.group or credit.family,
        "given": credit.given or credit.initials,
        "suffix": credit.suffix,
        "orcid": credit.orcid,
        "credited_as": credit.credited_as,
        "affiliation": "\n".join(credit.affiliations),
    }


def _is_credit(row: Contribution, credit: Description) -> bool:
    """Tell whether a contribution is still what the import made of a credit: nobody has edited or re-linked it."""
    printed = (row.role, row.credited_as, row.affiliation, row.department_id)
    person = row.contributor
    return printed == (credit["role"], credit["credited_as"], credit["affiliation"], credit.get("department")) and (
        (bool(credit["orcid"]) and person.orcid == credit["orcid"])
        or person.name_key == name_key(credit["family"], credit["given"])
    )


def _describe_subjects(entry: Entry) -> list[list[Any]]:
    """Return headings as [scheme, label, major, [[qualifier, major], …]], each heading of a scheme once."""
    headings: dict[tuple[str, str], list[Any]] = {}
    for subject in entry.subjects:
        row: list[Any] = [subject.scheme, subject.label, subject.major, [list(pair) for pair in subject.qualifiers]]
        if same := headings.get((subject.scheme, subject.label.lower())):
            same[2] = same[2] or subject.major
            same[3] += [pair for pair in row[3] if pair not in same[3]]
        else:
            headings[subject.scheme, subject.label.lower()] = row
    for substance in entry.substances:
        headings.setdefault(("substance", substance.lower()), ["substance", substance, False, []])
    return list(headings.values())


def _fit(description: Description) -> list[str]:
    """Cut texts in place to the length of their columns and return a sentence for each cut."""
    cuts = []
    for column in COLUMNS:
        field: Any = Record._meta.get_field(column)
        value = description[column]
        if isinstance(value, str) and field.max_length and len(value) > field.max_length:
            description[column] = value[: field.max_length - 1] + "…"
            cuts.append(f"The {field.verbose_name} was cut to {field.max_length} characters.")
    for rows, key, length in (
        (description["contributors"], "family", 300),
        (description["contributors"], "given", 200),
        (description["contributors"], "suffix", 20),
        (description["contributors"], "credited_as", 600),
    ):
        for row in rows:
            if len(row[key]) > length:
                cuts.append(f"The name “{row[key][:40]}…” was cut to {length} characters.")
                row[key] = row[key][: length - 1] + "…"
    for part, length in (("tags", LONGEST_TAG), ("publication_types", 200), ("registrations", 200)):
        long = [value for value in description[part] if _length(part, value) > length]
        if long:
            cuts.append(
                f"“{long[0][:40]}…” was left out of the {part.replace('_', ' ')}: it is over {length} characters."
            )
            description[part] = [value for value in description[part] if _length(part, value) <= length]
    long_headings = [row for row in description["subjects"] if len(row[1]) > 300]
    if long_headings:
        cuts.append(f"The heading “{long_headings[0][1][:40]}…” was left out: it is over 300 characters.")
        description["subjects"] = [row for row in description["subjects"] if len(row[1]) <= 300]
    return cuts


def _length(part: str, value: str) -> int:
    # In the address of a tag one character may be written as several.
    return max(len(value), len(Tag().slugify(value))) if part == "tags" else len(value)
