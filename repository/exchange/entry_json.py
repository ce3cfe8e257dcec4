"""Make the parts of an entry again from the plain JSON that Entry.to_json gives, which anybody may have changed."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

from kmportal.people.orcid import normalise_orcid
from repository.exchange.entry import Credit, Entry, EntryType, Notice, SubjectHeading
from repository.exchange.licence_addresses import licence_of
from repository.exchange.medline import NOTICES
from repository.identifiers import normalise
from repository.languages import language_code
from repository.partial_dates import PartialDate

EMPTY: dict[str, Any] = {field.name: field.default for field in fields(Entry) if field.default is not MISSING}
"""What each field of an entry is that can be empty."""


def part(name: str, value: Any) -> Any:
    """Return the value of an entry's field from plain JSON, where null is an empty one.

    Raises ValueError for a field that is none or a value that cannot be.
    """
    if value is None and name in EMPTY:
        return EMPTY[name]
    try:
        return _READERS[name](value)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not as it should be") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _one_of(*known: str) -> Callable[[Any], Any]:
    def read(value: Any) -> str:
        if value not in known:
            raise ValueError(value)
        return str(value)

    return read


def _credit(value: Mapping[str, Any]) -> Credit:
    return Credit(**{name: _CREDIT[name](item) for name, item in value.items()})


def _heading(value: Mapping[str, Any]) -> SubjectHeading:
    return SubjectHeading(
        scheme=_SCHEME(value["scheme"]),
        label=_text(value["label"]),
        major=value.get("major") is True,
        qualifiers=tuple((_text(name), major is True) for name, major in _list(value.get("qualifiers", []))),
    )


def _notice(value: Mapping[str, Any]) -> Notice:
    return Notice(_NOTICE(value["kind"]), _text(value["text"]), _text(value.get("pmid", "")))


def _licence(value: Any) -> str:
    if not (key := licence_of(_text(value))):
        raise ValueError(value)
    return key


_SCHEME, _NOTICE = _one_of("mesh", "nlm", "local"), _one_of(*NOTICES.values())
_CREDIT: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("family", "given", "suffix", "initials", "group"), _text),
    "kind": _one_of("person", "group"),
    "role": _one_of("author", "editor"),
    "orcid": lambda value: normalise_orcid(_text(value)),
    "affiliations": _texts,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    **{name: _text for name, empty in EMPTY.items() if isinstance(empty, str) and name != "source_id"},
    "title": _text,
    "type": _one_of(*get_args(EntryType)),
    "licence": _licence,
    "identifiers": lambda value: tuple((scheme, normalise(scheme, text)) for scheme, text in _list(value)),
    "contributors": lambda value: tuple(map(_credit, _list(value))),
    "subjects": lambda value: tuple(map(_heading, _list(value))),
    "notices": lambda value: tuple(map(_notice, _list(value))),
    "languages": lambda value: tuple(map(language_code, _texts(value))),
    **dict.fromkeys(("substances", "keywords", "publication_types", "registrations", "funding"), _texts),
    **dict.fromkeys(("issued", "available_online", "event_date"), lambda value: PartialDate.from_edtf(_text(value))),
}
